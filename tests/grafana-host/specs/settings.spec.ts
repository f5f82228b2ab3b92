// The settings of the data source: what is wrong is named with its cure, and the scripts of the host are listed.

import { expect, test } from "vitest";
import { waitFor } from "../../e2e/harness/wait.ts";
import { PcpBackend } from "../harness/backend.ts";
import { edit } from "../harness/dashboards.ts";
import { describeWithPcp } from "../harness/describe.ts";
import { TICKS } from "../harness/scripts.ts";
import { useSetting } from "../harness/setting.ts";

/** What the browser says about an answer that is a refusal, or that there was none. */
const REFUSED_CALL = /status of (4\d\d|502)/;

describeWithPcp("settings", () => {
  const setting = useSetting(() => PcpBackend.start());
  const view = { kind: "settings" } as const;
  const outcomeOf = async (options: { jsonData?: Record<string, unknown> } = {}) => {
    const page = await setting.open({ view, ...options });
    await page.saveAndTest();
    return waitFor(
      "an outcome",
      () => page.outcome(),
      ({ status }) => status !== "",
    );
  };

  test("a host that is ready is named with its versions", async () => {
    const { status, text } = await outcomeOf();
    expect(status).toBe("success");
    expect(text).toMatch(/bpftrace \d+\.\d+/);
  });

  test("a pmproxy that does not answer and a pmcd that is not there are told apart", async () => {
    setting.expectComplaints(REFUSED_CALL);
    const noPmcd = await outcomeOf({ jsonData: { hostspec: "127.0.0.1:1" } });
    expect(noPmcd).toMatchObject({ status: "error", text: expect.stringMatching(/pmcd/) });
    const { target } = setting.host;
    setting.host.target = undefined;
    const unreachable = await outcomeOf();
    setting.host.target = target;
    expect(unreachable.status).toBe("error");
    expect(unreachable.text).toMatch(/pmproxy/);
    expect(unreachable.text === noPmcd.text).toBe(false);
  });

  test("the list of scripts says why there is none as the test does", async () => {
    setting.expectComplaints(REFUSED_CALL);
    const page = await setting.open({ view, jsonData: { hostspec: "127.0.0.1:1" } });
    await page.waitForText(
      "[data-testid=settings]",
      /the pmcd of 127\.0\.0\.1:1 does not.*Start pmcd there/s,
    );
  });

  test("lists the scripts of the host, and stops one", async () => {
    const viewer = await setting.open({ view: edit("timeseries", { expr: TICKS }) });
    await viewer.waitForState(/Live/);
    const page = await setting.open({ view });
    const row = page.page.getByRole("row").filter({ hasText: "@ticks" });
    await row.waitFor();
    // The viewer stays: its closing would end the script as well.
    await row.getByRole("button", { name: /stop/i }).click();
    await page.page.getByRole("dialog").getByRole("button", { name: /stop/i }).click();
    await setting.noProcessLeft();
    await viewer.waitForState(/^Ended/);
  });
});

describeWithPcp("settings of a host that takes no scripts", () => {
  const setting = useSetting(() => PcpBackend.start({ config: { dynamic_scripts: { enabled: false } } }));

  test("say where that is decided", async () => {
    setting.expectComplaints(REFUSED_CALL);
    const page = await setting.open({ view: { kind: "settings" } });
    await page.saveAndTest();
    const { text } = await waitFor(
      "an outcome",
      () => page.outcome(),
      ({ status }) => status === "error",
    );
    expect(text).toContain("[dynamic_scripts]");
  });
});
