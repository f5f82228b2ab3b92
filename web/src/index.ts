// The package's public surface: the core's typed API, its loader, and the driver that polls a host.

export type {
  AgentInfo,
  Analysis,
  ColumnKind,
  CompletionItem,
  CompletionKind,
  CompletionList,
  ConnectionState,
  ConnectionView,
  EditorDiagnostic,
  EditorEdit,
  EditorFix,
  EditorSeverity,
  FlameNode,
  FlameOptions,
  FlameTable,
  FoldingRange,
  Format,
  HeatBucket,
  HeatFrame,
  HeatOptions,
  HostDiagnostic,
  Hover,
  HttpMethod,
  HttpRequest,
  InitInput,
  MapInfo,
  MapSemantics,
  MetricView,
  Notice,
  ScriptFacts,
  SeriesFrame,
  SeriesLine,
  SeriesOptions,
  SessionOptions,
  Signature,
  SignatureParameter,
  TableCell,
  TableColumn,
  TableFrame,
  TargetStatus,
  WindowOptions,
} from "../pkg/bt_wasm.js";
export {
  analyse,
  checkJson,
  foldingRanges,
  hover,
  instrument,
  ProbeIndex,
  Session,
  semanticTokenKinds,
  semanticTokens,
  signatureHelp,
} from "../pkg/bt_wasm.js";
export { complete } from "./complete.ts";
export { forVersion } from "./for_version.ts";
export { type Ask, type HealthFacts, type HealthProblem, type HealthReport, health } from "./health.ts";
export type { HostCommand, HostInfo, MetricInstance } from "./host_calls.ts";
export { toArray, withGaps } from "./plain_arrays.ts";
export { Poller } from "./poller.ts";
export type { Delay, PollerOptions } from "./poller_options.ts";
export { type RunningScript, readRunningScripts, type ScriptStatus, scriptTitle } from "./running_scripts.ts";
export { type StatusText, statusText } from "./status_text.ts";
export type { Fetch, Transport, TransportRequest, TransportResponse } from "./transport.ts";
export { init } from "./wasm.ts";
