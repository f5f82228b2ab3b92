// What a query names by variables.

import { beforeEach, expect, test, vi } from "vitest";
import { mapsOf, withVariables } from "./variables";

const VALUES: Readonly<Record<string, readonly string[]>> = { host: ["web1"], maps: ["@reads", "@writes"] };
const service = vi.hoisted(() => ({ replace: vi.fn() }));
vi.mock("@grafana/runtime", () => ({ getTemplateSrv: () => service }));

beforeEach(() => {
  service.replace.mockImplementation((text: string, _scoped: unknown, format?: string) =>
    text.replace(/\$(\w+)/g, (written, name: string) => {
      const values = VALUES[name];
      if (values === undefined) return written;
      return format === "csv" || values.length === 1 ? values.join(",") : `{${values.join(",")}}`;
    }),
  );
});

test("each field is filled in; a variable of several values names several maps", () => {
  const query = withVariables(
    {
      refId: "A",
      version: 1,
      format: "auto",
      expr: "BEGIN { @at_$host = 1; $scratch = 2; }",
      url: "http://$host",
      hostspec: "pcp://$host",
      maps: ["$maps", "@own"],
      legend: "$host $key0",
    },
    {},
  );
  expect(query).toEqual({
    refId: "A",
    version: 1,
    format: "auto",
    expr: "BEGIN { @at_web1 = 1; $scratch = 2; }",
    url: "http://web1",
    hostspec: "pcp://web1",
    maps: ["@reads", "@writes", "@own"],
    legend: "web1 $key0",
  });
});

test("a map without a variable is itself", () => {
  expect(mapsOf("@reads", undefined)).toEqual(["@reads"]);
});
