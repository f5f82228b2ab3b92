// bpftrace lives exactly as long as somebody watches and the server lives; the page comes back by itself.

import { expect, test } from "vitest";
import { bpftraceBelow, isAlive } from "./harness/processes.ts";
import { describeEndToEnd } from "./harness/requirements.ts";
import { Server } from "./harness/server.ts";
import { useSetting } from "./harness/setting.ts";
import { sleep, waitFor } from "./harness/wait.ts";

/** A tab that closes returns its lease; the process ends after the linger time and bpftrace's own shutdown. */
const CLOSE_LIMIT_MILLIS = 12_000;
/** What the project promises after `kill -9` of the server. */
const KILL_LIMIT_MILLIS = 2_000;

describeEndToEnd("lifecycle", () => {
  const setting = useSetting();
  const processes = () => bpftraceBelow(setting.server.pid);
  const noneLeft = () => waitFor("no bpftrace", processes, (pids) => pids.length === 0, CLOSE_LIMIT_MILLIS);

  test("the first value is on screen soon after Run", async () => {
    const lens = await setting.browser.open(setting.server.url);
    await lens.write("tracepoint:sched:sched_switch { @switches = count(); }\n");
    // The linter's pause after typing is not part of the measurement.
    await sleep(500);
    const start = Date.now();
    await lens.run();
    await lens.waitForCard("@switches");
    await lens.showAbsolute("@switches");
    await waitFor(
      "a value",
      () => lens.singleValue("@switches"),
      (value) => (value ?? 0) > 0,
    );
    const millis = Date.now() - start;
    process.stdout.write(`first value on screen ${millis} ms after Run\n`);
    expect(millis).toBeLessThan(10_000);
  });

  test("a second tab with the same script adds no process, and closing both ends it", async () => {
    await noneLeft();
    const script = "tracepoint:sched:sched_switch { @shared = count(); }\n";
    const first = await setting.browser.open(setting.server.url);
    await first.run(script);
    await first.waitForCard("@shared");
    const second = await setting.browser.open(setting.server.url);
    await second.run(script);
    await second.waitForCard("@shared");
    expect(processes()).toHaveLength(1);
    await first.page.close({ runBeforeUnload: false });
    await sleep(4_000);
    expect(processes(), "the other tab still watches").toHaveLength(1);
    await second.page.close();
    await noneLeft();
  });

  test("Stop ends the process, and the values stay", async () => {
    const lens = await setting.browser.open(setting.server.url);
    await lens.run("tracepoint:sched:sched_switch { @stopped = count(); }\n");
    await lens.waitForCard("@stopped");
    await lens.page.keyboard.press("Escape");
    await noneLeft();
    await waitFor(
      "an ended state",
      () => lens.state(),
      (state) => state === "stopped" || state === "idle",
    );
    expect(await lens.card("@stopped").count()).toBe(1);
  });

  test("kill -9 of the server leaves no bpftrace, and the page recovers with the next server", async () => {
    const doomed = await Server.start();
    const lens = await setting.browser.open(doomed.url);
    await lens.run("tracepoint:sched:sched_switch { @survivor = count(); }\n");
    await lens.waitForCard("@survivor");
    const orphans = bpftraceBelow(doomed.pid);
    expect(orphans).toHaveLength(1);

    await doomed.kill();
    const killedAt = Date.now();
    await waitFor(
      "dead orphans",
      () => orphans.filter(isAlive),
      (alive) => alive.length === 0,
      KILL_LIMIT_MILLIS,
    );
    process.stdout.write(`no bpftrace ${Date.now() - killedAt} ms after kill -9 of the server\n`);
    await waitFor(
      "the banner",
      () => lens.banner(),
      (text) => /Disconnected, retrying/.test(text),
    );

    const successor = await Server.start({ port: doomed.port, token: doomed.token });
    try {
      await waitFor(
        "no banner",
        () => lens.banner(),
        (text) => text === "",
        40_000,
      );
      await lens.waitForState("running", 20_000);
      await waitFor(
        "a new process",
        () => bpftraceBelow(successor.pid).length,
        (count) => count === 1,
      );
      await lens.page.close();
    } finally {
      await successor.stop();
    }
    // Refused connections are what this spec is about; nothing else may have been said.
    const complaints = setting.browser.complaints.splice(0);
    const expected = /ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE|status of 400/;
    expect(complaints.filter((text) => !expected.test(text))).toEqual([]);
  });

  test("the script and the settings survive a reload, damaged settings do not matter", async () => {
    const lens = await setting.browser.open(setting.server.url);
    await lens.write("BEGIN { @kept = 1; }");
    await lens.page.getByTestId("theme").selectOption("dark");
    await lens.page.reload();
    await expect.poll(() => lens.page.locator(".cm-content").innerText()).toContain("@kept");
    expect(await lens.page.locator("html").getAttribute("data-theme")).toBe("dark");
    await lens.page.evaluate(() => localStorage.setItem("bpflens.settings", "{damaged"));
    await lens.page.reload();
    await lens.page.locator(".cm-content").waitFor();
  });
});
