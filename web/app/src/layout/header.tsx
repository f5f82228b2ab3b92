// The top line: name, what is connected, theme and help.

import type { AgentInfo } from "bpflens";
import iconUrl from "../icon.svg";
import { THEMES, type Theme } from "../state/settings.ts";
import { hostText } from "../text/host.ts";
import { Choice } from "./choice.tsx";

const THEME_NAMES: Readonly<Record<Theme, string>> = { system: "System", light: "Light", dark: "Dark" };

interface HeaderProps {
  readonly agent: AgentInfo;
  /** Name of the host that answered last. */
  readonly host: string | undefined;
  readonly theme: Theme;
  onTheme(theme: Theme): void;
  onHelp(): void;
}

export function Header({ agent, host, theme, onTheme, onHelp }: HeaderProps) {
  return (
    <header class="header">
      <h1 class="brand">
        <img src={iconUrl} alt="" />
        bpflens
      </h1>
      <span class="brand-note" data-testid="agent">
        {hostText(agent, host)}
      </span>
      <span class="spacer" />
      <Choice
        label="Theme"
        value={theme}
        options={THEMES.map((name) => [name, THEME_NAMES[name]])}
        onChoose={onTheme}
        testId="theme"
      />
      <button
        type="button"
        class="button"
        onClick={onHelp}
        data-testid="help"
        aria-label="Help and keyboard shortcuts"
      >
        ?
      </button>
    </header>
  );
}
