// The language that a script is judged by, for what hosts say of their bpftrace.

import { beforeAll, expect, test } from "vitest";
import { analyse, forVersion } from "../src/index.ts";
import { loadCore } from "./core.ts";

beforeAll(loadCore);

/** `tseries` came with 0.25. */
const NEW = "BEGIN { @x = tseries(1, 1s, 5); }";

test.each([
  ["0.17.0", true],
  ["0.25.0", false],
  ["unknown", false],
  ["", false],
  [undefined, false],
])("tseries with bpftrace %j: an error is %j", (version, isError) => {
  const analysis = forVersion(version, (target) => analyse(NEW, target));
  expect(analysis.hasErrors).toBe(isError);
});

test("what fails without a version fails", () => {
  const broken = () => {
    throw new Error("the core is gone");
  };
  expect(() => forVersion("0.17", broken)).toThrow("the core is gone");
});
