// The data source as Grafana uses it: through its services, with the real core, against a host that answers.

import {
  CoreApp,
  type DataQueryRequest,
  type DataQueryResponse,
  dateTime,
  LoadingState,
  type PanelData,
} from "@grafana/data";
import type { BackendSrvRequest } from "@grafana/runtime";
import { from, lastValueFrom, type Subscription, toArray } from "rxjs";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { FakeHost } from "../../web/tests/fake_host.ts";
import { loadRealCore } from "../tests/core";
import { BpfDataSource } from "./datasource";
import type { BpfQuery } from "./query/model";

const services = vi.hoisted(() => ({ fetch: vi.fn(), replace: vi.fn() }));
vi.mock("@grafana/runtime", () => ({
  config: {},
  getBackendSrv: () => ({ fetch: services.fetch }),
  getTemplateSrv: () => ({ replace: services.replace }),
}));

const SCRIPT = "tracepoint:syscalls:sys_enter_read { @reads[comm] = count(); }";
const URL_OF_PROXY = "/api/datasources/proxy/uid/ds1";

let host: FakeHost;
const subscriptions: Subscription[] = [];
const sources: BpfDataSource[] = [];

beforeAll(loadRealCore);
beforeEach(() => {
  host = new FakeHost();
  services.replace.mockImplementation((text: string) => text);
  services.fetch.mockReset().mockImplementation((request: BackendSrvRequest) => from(answer(request)));
});
afterEach(async () => {
  for (const subscription of subscriptions.splice(0)) subscription.unsubscribe();
  for (const source of sources.splice(0)) (await source.poller()).dispose();
});

/** What Grafana's service does with a request of responseType `text`. */
async function answer({ url, method, data }: BackendSrvRequest) {
  const response = await host.fetch(`http://host${url}`, { method: method ?? "GET", body: data });
  return { status: response.status, data: await response.text() };
}

function dataSource(): BpfDataSource {
  const settings = { url: URL_OF_PROXY, jsonData: {}, meta: {} };
  const source = new BpfDataSource(settings as unknown as ConstructorParameters<typeof BpfDataSource>[0]);
  sources.push(source);
  return source;
}

function request(more: Partial<DataQueryRequest<BpfQuery>> = {}): DataQueryRequest<BpfQuery> {
  return {
    app: CoreApp.Dashboard,
    dashboardUID: "d",
    panelId: 1,
    requestId: "Q1",
    range: { from: dateTime(0), to: dateTime(), raw: { from: "now-5m", to: "now" } },
    targets: [{ refId: "A", version: 1, expr: SCRIPT, format: "auto" }],
    scopedVars: {},
    maxDataPoints: 100,
    interval: "1s",
    intervalMs: 1000,
    timezone: "browser",
    startTime: 0,
    ...more,
  };
}

function collect(source: BpfDataSource, asked = request()): DataQueryResponse[] {
  const packets: DataQueryResponse[] = [];
  subscriptions.push(source.query(asked).subscribe((packet) => packets.push(packet)));
  return packets;
}

const WAIT = { timeout: 10_000 };

test("a panel streams packets with one key and one structure, with nobody asking again", async () => {
  const packets = collect(dataSource());
  const drawn = () => packets.filter(({ state }) => state === LoadingState.Streaming);
  await vi.waitFor(() => expect(drawn().length).toBeGreaterThan(2), WAIT);
  expect(new Set(packets.map(({ key }) => key)).size).toBe(1);
  const names = drawn().map(({ data }) => data[0].fields.map(({ name }: { name: string }) => name).join());
  expect(new Set(names)).toEqual(new Set(["time,dd"]));
}, 15_000);

test("requests go through Grafana's proxy, without its pop-ups", async () => {
  collect(dataSource());
  await vi.waitFor(() => expect(host.requests).toContain(`POST ${URL_OF_PROXY}/pmapi/7/store`), WAIT);
  for (const [asked] of services.fetch.mock.calls) {
    expect(asked).toMatchObject({ responseType: "text", showErrorAlert: false });
  }
});

test("two panels with one script register it once", async () => {
  const source = dataSource();
  const panels = [collect(source), collect(source, request({ panelId: 2 }))];
  await vi.waitFor(() => {
    for (const packets of panels) expect(packets.at(-1)?.state).toBe(LoadingState.Streaming);
  }, WAIT);
  expect(host.requests.filter((line) => line.endsWith("/store"))).toHaveLength(1);
}, 15_000);

test("samples outlive a refresh: the next subscription has them at once", async () => {
  const source = dataSource();
  const before = collect(source);
  await vi.waitFor(() => expect(before.at(-1)?.data[0]?.length).toBeGreaterThan(1), WAIT);
  subscriptions.pop()?.unsubscribe();
  const after = collect(source);
  await vi.waitFor(() => expect(after).not.toHaveLength(0));
  expect(after[0]?.data[0].length).toBeGreaterThan(1);
}, 15_000);

test("Explore gets one answer with values, and its end", async () => {
  const explore = request({ app: CoreApp.Explore, panelId: undefined, requestId: "explore_left" });
  const packets = await lastValueFrom(dataSource().query(explore).pipe(toArray()));
  expect(packets).toHaveLength(1);
  expect(packets[0]).toMatchObject({ state: LoadingState.Done, data: [{ name: "reads" }] });
}, 20_000);

test("Explore need not wait for a map that the script does not have", async () => {
  const targets: BpfQuery[] = [{ refId: "A", version: 1, expr: SCRIPT, format: "auto", maps: ["@writes"] }];
  const explore = request({ app: CoreApp.Explore, panelId: undefined, requestId: "explore_left", targets });
  const packets = collect(dataSource(), explore);
  // Shorter than it waits for a first value.
  await vi.waitFor(() => expect(packets).toHaveLength(1), WAIT);
  expect(packets[0]?.data[0].meta.notices[0].text).toContain("no @writes");
}, 15_000);

test("variables are replaced in the script and in the host", async () => {
  services.replace.mockImplementation((text: string) =>
    text.replace("$probe", "read").replace("$host", "web1"),
  );
  const target = { refId: "A", version: 1 as const, format: "auto" as const, hostspec: "pcp://$host" };
  const expr = SCRIPT.replace("sys_enter_read", "sys_enter_$probe");
  collect(dataSource(), request({ targets: [{ ...target, expr }] }));
  await vi.waitFor(() => expect(host.requests).toContain(`POST ${URL_OF_PROXY}/pmapi/7/store`), WAIT);
  const stored = services.fetch.mock.calls.map(([asked]) => asked).find(({ method }) => method === "POST");
  expect(stored.data).toContain("sys_enter_read");
  expect(services.fetch.mock.calls[0]?.[0].url).toContain("pcp%3A%2F%2Fweb1");
});

test("a script with an error is not sent; its line is told", async () => {
  const targets: BpfQuery[] = [
    { refId: "A", version: 1, expr: "BEGIN {\n  @x = nonsense(;\n}", format: "auto" },
  ];
  const packets = collect(dataSource(), request({ targets }));
  await vi.waitFor(() => expect(packets.at(-1)?.error?.message).toMatch(/line 2/), WAIT);
  expect(host.requests.filter((line) => line.endsWith("/store"))).toEqual([]);
});

test("what was typed into an empty panel waits for the pause, what was stored there does not", async () => {
  const source = dataSource();
  collect(source, request({ targets: [] }));
  source.announce(SCRIPT, "typed");
  collect(source);
  const [query] = request().targets as [BpfQuery];
  const state = async () => {
    await source.poller();
    return source.panelStatus(query, { request: request() } as Partial<PanelData> as PanelData)?.state;
  };
  await vi.waitFor(async () => expect(await state()).toBe("typing"), WAIT);
  expect(host.requests.filter((line) => line.endsWith("/store"))).toEqual([]);
  await vi.waitFor(async () => expect(await state()).toBe("running"), WAIT);
}, 15_000);

test("a host that answers with an error is an error of the panel", async () => {
  services.fetch.mockImplementation(() =>
    from(Promise.reject({ status: 502, data: { response: "Bad Gateway" } })),
  );
  const packets = collect(dataSource());
  await vi.waitFor(() => expect(packets.at(-1)?.state).toBe(LoadingState.Error), WAIT);
  expect(packets.at(-1)?.error?.message).toMatch(/^No connection to the host: /);
});

test("nothing to draw is an answer too", async () => {
  const packets = collect(dataSource(), request({ targets: [] }));
  await vi.waitFor(() => expect(packets).toHaveLength(1));
  expect(packets[0]).toMatchObject({ data: [], state: LoadingState.Streaming });
});
