// Errors are shown where they are made: by our analysis while typing, by bpftrace after Run.

import { expect, test } from "vitest";
import { bpftraceBelow } from "./harness/processes.ts";
import { describeEndToEnd } from "./harness/requirements.ts";
import { useSetting } from "./harness/setting.ts";
import { sleep, waitFor } from "./harness/wait.ts";

describeEndToEnd("errors", () => {
  const setting = useSetting();

  test("a script with an error is marked while typing and not sent", async () => {
    const lens = await setting.browser.open(setting.server.url);
    const stores: string[] = [];
    lens.page.on("request", (request) => {
      if (request.url().includes("/store")) stores.push(request.url());
    });
    await lens.write("BEGIN { @start = 1; }\ntracepoint:syscalls:sys_enter_read { @x = count( }\n");
    const problems = await waitFor(
      "the problem",
      () => lens.problems(),
      (list) => list.some((problem) => problem.startsWith("analysis error line 2")),
    );
    expect(problems.length).toBeGreaterThan(0);
    expect(await lens.page.locator(".cm-lintRange-error").count()).toBeGreaterThan(0);
    await lens.run();
    await expect.poll(() => lens.page.getByTestId("refusal").innerText()).toMatch(/^Not run: line 2: /);
    await sleep(500);
    expect(stores).toEqual([]);
    expect(bpftraceBelow(setting.server.pid)).toEqual([]);
  });

  test("a field that the kernel does not have is bpftrace's error, at its line", async () => {
    const lens = await setting.browser.open(setting.server.url);
    await lens.run(
      "BEGIN { @start = 1; }\ntracepoint:syscalls:sys_enter_read { @x = count(); @y = args->nosuch; }\n",
    );
    await lens.waitForState("error");
    const problems = await waitFor(
      "bpftrace's finding",
      () => lens.problems(),
      (list) => list.some((problem) => problem.startsWith("bpftrace error line 2")),
    );
    expect(problems.join("\n")).toMatch(/nosuch/);
    const marked = await lens.page.locator(".cm-line:nth-child(2) .cm-lintRange-error").allInnerTexts();
    expect(marked.join("")).toContain("args");

    await lens.run("BEGIN { @fine = 1; }\n");
    await lens.waitForState("running");
    expect(await lens.problems()).toEqual([]);
  });

  test("a tracepoint that does not exist is bpftrace's error", async () => {
    const lens = await setting.browser.open(setting.server.url);
    await lens.run("tracepoint:syscalls:sys_enter_no_such_call { @x = count(); }\n");
    await lens.waitForState("error");
    await waitFor(
      "bpftrace's finding",
      () => lens.problems(),
      (list) => list.some((problem) => problem.startsWith("bpftrace error")),
    );
  });

  test("a missing or wrong token is said in words", async () => {
    const withoutToken = new URL("/", setting.server.url);
    const missing = await setting.browser.open(withoutToken);
    await expect.poll(() => missing.banner()).toMatch(/No access token/);
    const wrong = await setting.browser.open(new URL("/?token=wrong", setting.server.url));
    await expect.poll(() => wrong.banner()).toMatch(/does not accept this token/);
    // The refusals themselves are the only complaints.
    const complaints = setting.browser.complaints.splice(0);
    expect(complaints.filter((text) => !/status of 40[13]/.test(text))).toEqual([]);
  });
});
