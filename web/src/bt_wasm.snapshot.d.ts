/* tslint:disable */
/* eslint-disable */
/**
 * A bucket; both bounds are included.
 */
export interface HeatBucket {
    /**
     * Lowest value; `undefined` if unbounded.
     */
    low: number | undefined;
    /**
     * Highest value; `undefined` if unbounded.
     */
    high: number | undefined;
}

/**
 * A cell of a table.
 */
export type TableCell = number | string | undefined;

/**
 * A column of a table.
 */
export interface TableColumn {
    /**
     * Heading.
     */
    name: string;
    /**
     * Part of the key, or value.
     */
    kind: ColumnKind;
    /**
     * Unit of its values as PCP spells it.
     */
    unit?: string;
}

/**
 * A finding of the host about the script as it was sent.
 */
export interface HostDiagnostic {
    /**
     * `error`, `warning` or `info`.
     */
    severity: "error" | "warning" | "info";
    /**
     * What is wrong.
     */
    message: string;
    /**
     * What to do about it.
     */
    hint?: string;
    /**
     * Line from 1; absent if it concerns the whole script.
     */
    line?: number;
    /**
     * First column from 1, in UTF-16 units.
     */
    column?: number;
    /**
     * Column after the last one.
     */
    endColumn?: number;
}

/**
 * A flame graph as a nested set: an entry per function, depth first; the root `all` is at level 0 and always there.
 */
export interface FlameTable {
    /**
     * Depth of each function.
     */
    levels: Float64Array;
    /**
     * Its own samples and those of everything that it called.
     */
    values: Float64Array;
    /**
     * Its own samples.
     */
    selfs: Float64Array;
    /**
     * Function, or another part of the key.
     */
    labels: string[];
}

/**
 * A function, below it its callees. The root is `all`.
 */
export interface FlameNode {
    /**
     * Function, or another part of the key.
     */
    name: string;
    /**
     * Its own samples and those of everything that it called.
     */
    value: number;
    /**
     * Callees by name.
     */
    children: FlameNode[];
}

/**
 * A metric of a target.
 */
export interface MetricView {
    /**
     * Full name.
     */
    name: string;
    /**
     * Name below the script's: `usecs`, `x.count`, `output`.
     */
    leaf: string;
    /**
     * Name of the map: `@usecs`; `@` for `root`, `output` for printed text.
     */
    map: string;
    /**
     * Whether the map only helps the script, as a start time per thread does: it is only stored, read and deleted by key.
     */
    scratch: boolean;
    /**
     * The label that chooses its picture.
     */
    metrictype?: "histogram" | "stacks" | "output";
    /**
     * Counter or not.
     */
    semantics: "counter" | "instant" | "discrete";
    /**
     * Unit as PCP spells it.
     */
    units: string;
    /**
     * The pictures that make sense, the default first.
     */
    formats: Format[];
    /**
     * The picture to draw if nobody chose one.
     */
    defaultFormat: Format;
    /**
     * Instances that have a value.
     */
    instances: number;
    /**
     * Changes with new data.
     */
    generation: number;
}

/**
 * A picture of a metric.
 */
export type Format = "timeseries" | "heatmap" | "table" | "flamegraph";

/**
 * A remark about the values of a target.
 */
export interface Notice {
    /**
     * How bad it is.
     */
    severity: "error" | "warning" | "info";
    /**
     * One sentence.
     */
    text: string;
}

/**
 * A request for the caller to perform. The answer goes to `respond`, a failure to `fail`, both with its `id`.
 */
export interface HttpRequest {
    /**
     * Names the request.
     */
    id: number;
    /**
     * HTTP method.
     */
    method: HttpMethod;
    /**
     * Path and query, from `/pmapi/` on.
     */
    path: string;
    /**
     * Body of a POST.
     */
    body?: string;
    /**
     * When to give up.
     */
    timeoutMillis: number;
}

/**
 * A window of time, in milliseconds since 1970.
 */
export interface WindowOptions {
    /**
     * First moment.
     */
    from: number;
    /**
     * Last moment.
     */
    to: number;
}

/**
 * Counts per time column and bucket.
 */
export interface HeatFrame {
    /**
     * Start of each column and, last, the end of the last one, in milliseconds since 1970.
     */
    times: Float64Array;
    /**
     * Buckets from the lowest to the highest, without holes.
     */
    buckets: HeatBucket[];
    /**
     * Column after column, each with a count per bucket; NaN where the count cannot be told.
     */
    counts: Float64Array;
    /**
     * The largest count.
     */
    max: number;
    /**
     * Unit of the bounds as PCP spells it.
     */
    unit: string;
    /**
     * The keys that a keyed histogram has, sorted.
     */
    keys: string[];
}

/**
 * HTTP method.
 */
export type HttpMethod = "GET" | "POST";

/**
 * How a function is called.
 */
export interface Signature {
    /**
     * The whole call, as `lhist(n, min, max, step)`.
     */
    label: string;
    /**
     * What it does.
     */
    documentation?: string;
    /**
     * Where each parameter stands in the label.
     */
    parameters: SignatureParameter[];
    /**
     * The parameter that is being typed.
     */
    active: number;
}

/**
 * How bad a finding is.
 */
export type EditorSeverity = "error" | "warning" | "info";

/**
 * Lines over one time axis.
 */
export interface SeriesFrame {
    /**
     * Milliseconds since 1970, ascending.
     */
    times: Float64Array;
    /**
     * The lines, largest recent value first.
     */
    series: SeriesLine[];
    /**
     * The sum of the lines that are left out, if it was asked for and there are some; NaN where none has a value.
     */
    rest?: Float64Array;
    /**
     * Lines that are left out.
     */
    omitted: number;
    /**
     * Unit of the values as PCP spells it; `/s` behind it for rates, `utilisation` for a rate of time: 1 is one second
     * a second.
     */
    unit: string;
}

/**
 * Lines that can be folded into the first of them.
 */
export interface FoldingRange {
    /**
     * The line that stays, from 1.
     */
    startLine: number;
    /**
     * The last line that goes.
     */
    endLine: number;
}

/**
 * One finding.
 */
export interface EditorDiagnostic {
    /**
     * How bad it is.
     */
    severity: EditorSeverity;
    /**
     * The kind of finding, in kebab case.
     */
    code: string;
    /**
     * What is wrong.
     */
    message: string;
    /**
     * What to do about it.
     */
    hint?: string;
    /**
     * First UTF-16 offset.
     */
    from: number;
    /**
     * UTF-16 offset after the last one.
     */
    to: number;
    /**
     * Line of `from`, from 1.
     */
    line: number;
    /**
     * Column of `from`, from 1, in UTF-16 units.
     */
    column: number;
    /**
     * Ways to mend it.
     */
    fixes: EditorFix[];
}

/**
 * One line.
 */
export interface SeriesLine {
    /**
     * Name for a legend; the map's leaf for a metric without keys.
     */
    label: string;
    /**
     * Parts of the map key.
     */
    key: string[];
    /**
     * Lowest value of a histogram's bucket; absent if unbounded.
     */
    low?: number;
    /**
     * Highest value of a histogram's bucket; absent if unbounded.
     */
    high?: number;
    /**
     * A value per time, NaN is a gap.
     */
    values: Float64Array;
}

/**
 * One map and the metric it becomes.
 */
export interface MapInfo {
    /**
     * With its `@`.
     */
    name: string;
    /**
     * Its component in metric names.
     */
    metric: string;
    /**
     * What a value of it is.
     */
    shape: "value" | "keyed" | "histogram" | "keyed_histogram" | "stats" | "keyed_stats" | "tseries" | "keyed_tseries";
    /**
     * Whether it only grows.
     */
    semantics: MapSemantics;
    /**
     * Unit as PCP spells it: `none`, `microsec`, `byte`, …
     */
    units: string;
    /**
     * The label that chooses its picture.
     */
    metrictype?: "histogram" | "stacks" | "output";
    /**
     * Whether it only helps the script.
     */
    scratch: boolean;
    /**
     * Whether it becomes a metric.
     */
    exported: boolean;
    /**
     * The picture to draw if nobody chose one.
     */
    defaultFormat: Format;
    /**
     * The pictures that make sense, the default first.
     */
    formats: Format[];
}

/**
 * One proposal.
 */
export interface CompletionItem {
    /**
     * What is shown.
     */
    label: string;
    /**
     * What it is.
     */
    kind: CompletionKind;
    /**
     * A few words beside it: a signature, a type.
     */
    detail?: string;
    /**
     * One sentence about it.
     */
    documentation?: string;
    /**
     * What is written.
     */
    insertText: string;
    /**
     * Whether that has places to fill in, as `${1:name}`.
     */
    isSnippet: boolean;
}

/**
 * One replacement.
 */
export interface EditorEdit {
    /**
     * First UTF-16 offset that goes.
     */
    from: number;
    /**
     * UTF-16 offset after the last one that goes.
     */
    to: number;
    /**
     * What comes in its place.
     */
    insert: string;
}

/**
 * One way to mend a finding.
 */
export interface EditorFix {
    /**
     * What it does, as an order.
     */
    title: string;
    /**
     * Replacements in ascending order, without overlap.
     */
    edits: EditorEdit[];
}

/**
 * Rows and columns.
 */
export interface TableFrame {
    /**
     * Key columns, then value columns.
     */
    columns: TableColumn[];
    /**
     * A cell per column each; `undefined` where a key has no value.
     */
    rows: TableCell[][];
    /**
     * Rows that are left out.
     */
    omitted: number;
}

/**
 * Settings of a session.
 */
export interface SessionOptions {
    /**
     * Time between two polls; 1000 by default, at least 100, at most 20,000: a host ends scripts that nobody asks for.
     */
    pollMillis?: number;
    /**
     * Age at which samples are dropped; 1800 by default, at most a week.
     */
    retentionSeconds?: number;
    /**
     * Host whose values are wanted, as pmproxy's `hostspec`; its own host by default.
     */
    hostspec?: string;
    /**
     * Memory for samples in bytes; 64 MiB by default. At the bound the oldest samples go first.
     */
    maxBytes?: number;
    /**
     * How long typing must pause before an edited script runs; 1000 by default.
     */
    typingPauseMillis?: number;
    /**
     * How long a released target keeps its script and its samples; 60,000 by default.
     */
    graceMillis?: number;
}

/**
 * The connection to the host.
 */
export interface ConnectionView {
    /**
     * What it is doing.
     */
    state: ConnectionState;
    /**
     * Why it is lost.
     */
    message?: string;
    /**
     * Milliseconds until the next attempt, as of the last tick.
     */
    retryInMillis?: number;
    /**
     * Number of the open context.
     */
    context?: number;
    /**
     * Name of the host that answered last.
     */
    host?: string;
}

/**
 * Versions at the host.
 */
export interface AgentInfo {
    /**
     * Version of the agent, if it tells.
     */
    version?: string;
    /**
     * Version of its bpftrace, if it tells.
     */
    bpftraceVersion?: string;
}

/**
 * What a column holds.
 */
export type ColumnKind = "key" | "value";

/**
 * What a proposal is.
 */
export type CompletionKind = "probe" | "function" | "builtin" | "map" | "variable" | "annotation" | "keyword" | "config" | "type" | "field" | "snippet";

/**
 * What a script is.
 */
export interface ScriptFacts {
    /**
     * Its annotation `name`.
     */
    name?: string;
    /**
     * Its attach points as written.
     */
    probes: string[];
    /**
     * Its maps.
     */
    maps: MapInfo[];
    /**
     * Whether it prints text.
     */
    hasOutput: boolean;
    /**
     * Whether it prints its maps itself.
     */
    customOutputBlock: boolean;
    /**
     * The first release of bpftrace that has all that it uses, as `0.24.0`.
     */
    sinceVersion: string;
    /**
     * The first release behind that lacks something again.
     */
    beforeVersion?: string;
}

/**
 * What can be written at the cursor.
 */
export interface CompletionList {
    /**
     * First UTF-16 offset of what a proposal replaces.
     */
    from: number;
    /**
     * UTF-16 offset after the last one.
     */
    to: number;
    /**
     * Proposals, best first; at most 100. The next letter may bring others.
     */
    items: CompletionItem[];
}

/**
 * What heat map to draw.
 */
export interface HeatOptions {
    /**
     * First moment, in milliseconds since 1970.
     */
    from: number;
    /**
     * Last moment.
     */
    to: number;
    /**
     * The histogram of this key, as `keys` lists it; by default all keys together.
     */
    key?: string | undefined;
}

/**
 * What is known of a name.
 */
export interface Hover {
    /**
     * First UTF-16 offset of the name.
     */
    from: number;
    /**
     * UTF-16 offset after the last one.
     */
    to: number;
    /**
     * A line of code, and sentences.
     */
    markdown: string;
}

/**
 * What is wrong with a script, and what it is.
 */
export interface Analysis {
    /**
     * Findings, by position.
     */
    diagnostics: EditorDiagnostic[];
    /**
     * What the script is, as far as it could be read.
     */
    facts: ScriptFacts;
    /**
     * Whether a finding keeps the script from running.
     */
    hasErrors: boolean;
}

/**
 * What lines to draw.
 */
export interface SeriesOptions {
    /**
     * First moment, in milliseconds since 1970.
     */
    from: number;
    /**
     * Last moment.
     */
    to: number;
    /**
     * Number of lines at most: those with the largest recent values; 20 by default.
     */
    maxSeries?: number | undefined;
    /**
     * Increase per second instead of the value; by default for counters only.
     */
    rate?: boolean | undefined;
    /**
     * Adds up the lines that are left out.
     */
    rest?: boolean | undefined;
}

/**
 * What the connection is doing.
 */
export type ConnectionState = "connecting" | "connected" | "disconnected";

/**
 * What the script of a target does.
 */
export type TargetStatus = { state: "idle" } | { state: "typing"; startsInMillis: number } | { state: "invalid"; message: string; diagnostics: HostDiagnostic[] } | { state: "registering"; elapsedMillis: number } | { state: "starting"; elapsedMillis: number; trouble?: string } | { state: "running"; probes: number; lostEvents: number; dataBytes: number; bytesPerSecond: number; elapsedMillis: number; hasData: boolean; pid: number; sharedBy: number; trouble?: string } | { state: "stopping" } | { state: "stopped"; exitCode: number } | { state: "error"; message: string; diagnostics: HostDiagnostic[] };

/**
 * Where a parameter stands in the label of its signature.
 */
export interface SignatureParameter {
    /**
     * First offset.
     */
    from: number;
    /**
     * Offset after the last one.
     */
    to: number;
}

/**
 * Whether a value only grows.
 */
export type MapSemantics = "counter" | "instant";

/**
 * Which stacks and frames to show, of which window.
 */
export interface FlameOptions {
    /**
     * First moment, in milliseconds since 1970.
     */
    from: number;
    /**
     * Last moment.
     */
    to: number;
    /**
     * Stacks with fewer samples are left out.
     */
    minSamples?: number | undefined;
    /**
     * Leaves out frames without a symbol (`0x7f…`, `[unknown]`), and samples that have nothing else.
     */
    hideUnresolved?: boolean | undefined;
    /**
     * Leaves out stacks of an idle CPU.
     */
    hideIdle?: boolean | undefined;
}


/**
 * The probes of a host. It holds its own copy of the names, about 32 bytes each; `free()` gives the memory back.
 */
export class ProbeIndex {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * What can be written at `offset` (UTF-16) of `source`; these probes are among it where an attach point stands.
     *
     * `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
     */
    complete(source: string, offset: number, targetVersion?: string | null): CompletionList;
    /**
     * The index of `names`, separated by commas or line ends. Names beyond 500,000 are left out and counted.
     */
    constructor(names: string);
    /**
     * The probes that match, best first, at most `limit`: by beginning, by beginning of a word, inside, letter by letter.
     */
    search(query: string, limit: number): string[];
    /**
     * Bytes of memory that it takes.
     */
    readonly memoryBytes: number;
    /**
     * Number of names that were left out.
     */
    readonly omitted: number;
    /**
     * Number of probes.
     */
    readonly size: number;
}

/**
 * The state of a page: a connection, the scripts of its panels, and their samples. It does no IO and reads no clock:
 * perform the requests of `tick()`, hand the answers to `respond()` or `fail()`, and call `tick()` again after
 * `nextTick()` milliseconds and after each answer. `now` is `Date.now()`. Call `free()` when done.
 */
export class Session {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Versions at the host, as far as it told.
     */
    agent(): AgentInfo;
    /**
     * The connection to the host, as of the last `tick()`.
     */
    connection(): ConnectionView;
    /**
     * A panel wants `source`: at once if it shows nothing, otherwise when typing has paused; and only if analysis finds
     * no error. The same text again changes nothing.
     */
    edit(target: string, source: string, now: number): void;
    /**
     * Takes the news that a request got no answer, and why.
     */
    fail(id: number, message: string, now: number): void;
    /**
     * A number that changes when there is anything new to show in a panel: its state, its values, its notices or the
     * connection; not for times that pass.
     */
    fingerprint(target: string): number;
    /**
     * A tree of stacks: what a counter has counted in the window, or the latest values.
     */
    flameGraph(target: string, leaf: string, options: WindowOptions): FlameNode;
    /**
     * The same as a nested set, of the stacks and frames that are wanted.
     */
    flameTable(target: string, leaf: string, options: FlameOptions): FlameTable;
    /**
     * Counts over time and buckets.
     */
    heatMap(target: string, leaf: string, options: HeatOptions): HeatFrame;
    /**
     * The metrics that a panel can draw.
     */
    metrics(target: string): MetricView[];
    /**
     * A session that connects with its first `tick()`.
     */
    constructor(options: SessionOptions);
    /**
     * Milliseconds until `tick()` has something to do; at most the poll period.
     */
    nextTick(now: number): number;
    /**
     * What people should know about the values of a panel, each once, in a stable order.
     */
    notices(target: string): Notice[];
    /**
     * The requests that return all scripts, to be sent with `keepalive` when the page goes away.
     */
    releaseRequests(): HttpRequest[];
    /**
     * Nobody looks at a panel any more: after the grace period it is forgotten. `edit` or `run` within it goes on.
     */
    release(target: string, now: number): void;
    /**
     * Forgets a panel: ends its script and frees its samples.
     */
    remove(target: string, now: number): void;
    /**
     * Takes the answer to a request, whatever its HTTP status is.
     */
    respond(id: number, status: number, body: string, now: number): void;
    /**
     * Runs `source` for a panel. The script that it may have had is shown until this one has data, then returned.
     */
    run(target: string, source: string, now: number): void;
    /**
     * Changes the time between two polls; at least 100 milliseconds, at most 20,000.
     */
    setPollMillis(poll_millis: number, now: number): void;
    /**
     * Whether anybody sees the page: a hidden one polls slowly, after five minutes not at all.
     */
    setVisible(visible: boolean, now: number): void;
    /**
     * What the script of a panel does.
     */
    status(target: string, now: number): TargetStatus;
    /**
     * Ends the script of a panel. Its samples stay readable.
     */
    stop(target: string, now: number): void;
    /**
     * The latest values of metrics, joined by key; or the lines of `output` alone, in the columns of CSV if it is CSV.
     */
    table(target: string, leaves: string[]): TableFrame;
    /**
     * The latest text of a metric: what the script has printed, for `output`.
     */
    text(target: string, leaf: string): string;
    /**
     * The request that is due, if one is; the next one comes when it is answered.
     */
    tick(now: number): HttpRequest[];
    /**
     * Lines over time.
     */
    timeSeries(target: string, leaf: string, options: SeriesOptions): SeriesFrame;
}

/**
 * Findings and facts of a script. Throws only if `targetVersion` is no version.
 *
 * `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
 */
export function analyse(source: string, targetVersion?: string | null): Analysis;

/**
 * The JSON object that `bpflens check --json` prints for `file`. Positions count bytes, as there.
 *
 * `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
 */
export function checkJson(file: string, source: string, targetVersion?: string | null): string;

/**
 * What can be written at `offset` (UTF-16), without names of the host's probes: see `ProbeIndex.complete`.
 *
 * `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
 */
export function completeLanguage(source: string, offset: number, targetVersion?: string | null): CompletionList;

/**
 * Blocks, definitions and comments of several lines, by their first line.
 */
export function foldingRanges(source: string): FoldingRange[];

/**
 * What is known of the name at `offset` (UTF-16).
 *
 * `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
 */
export function hover(source: string, offset: number, targetVersion?: string | null): Hover | undefined;

/**
 * The script with the block that prints its maps, as the host will run it.
 *
 * `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
 */
export function instrument(source: string, targetVersion?: string | null): string;

/**
 * The names of the kinds, to be used as style names: `keyword`, `probe`, `map`, …
 */
export function semanticTokenKinds(): string[];

/**
 * The meaningful pieces of `source` in order: triples of start, end (UTF-16 offsets) and an index into
 * `semanticTokenKinds()`.
 */
export function semanticTokens(source: string): Uint32Array;

/**
 * The innermost call around `offset` (UTF-16), if it is one of the language's functions.
 *
 * `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
 */
export function signatureHelp(source: string, offset: number, targetVersion?: string | null): Signature | undefined;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
