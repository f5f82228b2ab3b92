// What Grafana has around everything that a plugin draws: theme, styles, colours of the page.

import type { GrafanaTheme2 } from "@grafana/data";
import { ThemeContext } from "@grafana/data";
import { GlobalStyles } from "@grafana/ui";
import * as React from "react";

interface Props {
  readonly theme: GrafanaTheme2;
  readonly children: React.ReactNode;
}

export function PageFrame({ theme, children }: Props): React.ReactElement {
  const { background, text } = theme.colors;
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <main
        style={{
          background: background?.canvas,
          color: text?.primary,
          fontFamily: theme.typography.fontFamily,
          minHeight: "100vh",
          padding: 16,
        }}
      >
        {children}
      </main>
    </ThemeContext.Provider>
  );
}
