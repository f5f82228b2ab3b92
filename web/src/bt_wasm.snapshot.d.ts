/* tslint:disable */
/* eslint-disable */
/**
 * A picture of a metric.
 */
export type Format = "timeseries" | "heatmap" | "table" | "flamegraph";

/**
 * How bad a finding is.
 */
export type EditorSeverity = "error" | "warning" | "info";

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
 * Whether a value only grows.
 */
export type MapSemantics = "counter" | "instant";


/**
 * Findings and facts of a script. Throws only if `targetVersion` is no version.
 *
 * `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
 */
export function analyse(source: string, target?: string | null): Analysis;

/**
 * The JSON object that `bpflens check --json` prints for `file`. Positions count bytes, as there.
 *
 * `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
 */
export function checkJson(file: string, source: string, target?: string | null): string;

/**
 * The script with the block that prints its maps, as the host will run it.
 *
 * `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
 */
export function instrument(source: string, target?: string | null): string;

/**
 * The names of the kinds, to be used as style names: `keyword`, `probe`, `map`, …
 */
export function semanticTokenKinds(): string[];

/**
 * The meaningful pieces of `source` in order: triples of start, end (UTF-16 offsets) and an index into
 * `semanticTokenKinds()`.
 */
export function semanticTokens(source: string): Uint32Array;

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
