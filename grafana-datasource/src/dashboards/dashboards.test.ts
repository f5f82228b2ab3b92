// The bundled dashboards run everywhere: scripts of the gallery, no kprobes, every release since 0.17.

import { readdirSync, readFileSync } from "node:fs";
import { analyse } from "bpflens";
import { beforeAll, describe, expect, test } from "vitest";
import { loadRealCore } from "../../tests/core";
import plugin from "../plugin.json";
import { migrateWithNotice } from "../query/migrate";
import flameGraphs from "./flame_graphs.json";
import systemAnalysis from "./system_analysis.json";

const GALLERY = new URL("../../../web/gallery/", import.meta.url);
const gallery = readdirSync(GALLERY).map((name) => readFileSync(new URL(name, GALLERY), "utf8"));

beforeAll(loadRealCore);

const dashboards = [systemAnalysis, flameGraphs];

describe.each(dashboards)("$title", (dashboard) => {
  const queries = dashboard.panels.flatMap(({ targets }) => targets);

  test("its scripts are those of the gallery", () => {
    for (const { expr } of queries) expect(gallery).toContain(expr);
  });

  test.each(["0.17", "0.20", "0.23", "0.27"])("bpftrace %s runs them", (version) => {
    for (const { expr } of queries) expect(analyse(expr, version).hasErrors).toBe(false);
  });

  test("they probe neither functions of the kernel nor of programs", () => {
    const probes = queries.flatMap(({ expr }) => analyse(expr).facts.probes);
    const kinds = new Set(probes.map((probe) => probe.split(":")[0]));
    for (const kind of kinds) expect(["tracepoint", "software", "profile", "BEGIN", "begin"]).toContain(kind);
  });

  test("its queries are today's", () => {
    for (const query of queries) expect(migrateWithNotice(query)).toEqual({ query });
  });

  test("no panel covers another", () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});

test("plugin.json lists them", () => {
  const listed = plugin.includes.map(({ name, path }) => [name, path]);
  expect(listed).toEqual([
    [systemAnalysis.title, "dashboards/system_analysis.json"],
    [flameGraphs.title, "dashboards/flame_graphs.json"],
  ]);
});
