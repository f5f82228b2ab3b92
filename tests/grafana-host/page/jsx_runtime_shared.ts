// What Grafana 12 and later share of React's JSX run time (see build.mjs).

import * as jsxDevRuntime from "react/jsx-dev-runtime";
import * as jsxRuntime from "react/jsx-runtime";

export const jsxModules: Readonly<Record<string, object>> = {
  "react/jsx-runtime": jsxRuntime,
  "react/jsx-dev-runtime": jsxDevRuntime,
};
