// Says what this machine lacks for the end-to-end specs, and skips them by that name; in CI that is a failure.

import { accessSync, constants, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";

export const CHROMIUM = "/usr/bin/chromium";

/** The `bpflens` under test: `$BPFLENS`, else the newest build of the workspace. */
export const BPFLENS = findBinary();

const MISSING = whatIsMissing();

/** `describe` for specs that need root, bpftrace, Chromium and the binary. `missing`: what else lacks. */
export function describeEndToEnd(name: string, specs: () => void, missing?: string): void {
  const reason = MISSING ?? missing;
  if (reason === undefined) {
    describe(name, specs);
  } else if (process.env.CI === "true") {
    test(name, () => {
      throw new Error(`cannot run here: ${reason}`);
    });
  } else {
    describe.skip(`${name} (skipped: ${reason})`, specs);
  }
}

function findBinary(): string {
  if (process.env.BPFLENS) return process.env.BPFLENS;
  const target = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../../target", import.meta.url));
  const release = `${target}/release/bpflens`;
  return existsSync(release) ? release : `${target}/debug/bpflens`;
}

function whatIsMissing(): string | undefined {
  if (process.getuid?.() !== 0) return "bpftrace needs root";
  if (!isExecutable("/usr/bin/bpftrace")) return "bpftrace is not installed";
  if (!isExecutable(CHROMIUM)) return `${CHROMIUM} is not installed`;
  if (!existsSync("/sys/kernel/tracing/events")) return "tracefs is not mounted";
  if (!isExecutable(BPFLENS)) return `${BPFLENS} is not built`;
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
