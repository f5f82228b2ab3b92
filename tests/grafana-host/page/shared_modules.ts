// The packages that plugins get from the page instead of bundling them, as in Grafana's import map.

import * as emotionCss from "@emotion/css";
import * as emotionReact from "@emotion/react";
import * as grafanaData from "@grafana/data";
import * as grafanaRuntime from "@grafana/runtime";
import * as grafanaUi from "@grafana/ui";
import { jsxModules } from "host-jsx-runtime";
import * as lodash from "lodash";
import * as moment from "moment";
import * as react from "react";
import * as reactDom from "react-dom";
import * as rxjs from "rxjs";
import * as rxjsOperators from "rxjs/operators";

export const sharedModules: Readonly<Record<string, object>> = {
  "@emotion/css": emotionCss,
  "@emotion/react": emotionReact,
  "@grafana/data": grafanaData,
  "@grafana/runtime": grafanaRuntime,
  "@grafana/ui": grafanaUi,
  lodash: asDefault(lodash),
  moment: asDefault(moment),
  react,
  "react-dom": reactDom,
  rxjs,
  "rxjs/operators": rxjsOperators,
  ...jsxModules,
};

/** A package of CommonJS that importers know as its default export and by its members. */
function asDefault(module: object): object {
  return { ...module, default: "default" in module ? module.default : module, __useDefault: true };
}
