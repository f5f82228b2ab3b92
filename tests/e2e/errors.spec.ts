// Errors are shown where they are made: by our analysis while typing, by bpftrace after Run.

import { expect, test } from "vitest";
import { bpftraceBelow } from "./harness/processes.ts";
import { describeEndToEnd } from "./harness/requirements.ts";
import { useSetting } from "./harness/setting.ts";
import { sleep, waitFor } from "./harness/wait.ts";

describeEndToEnd("errors", () => {
  const setting = useSetting();

  test("a script with an error is marked while typing and not sent", async () => {
    const server = await setting.startServer();
    const lens = await setting.browser.open(server.url);
    const stores: string[] = [];
    lens.page.on("request", (request) => {
      if (request.url().includes("/store")) stores.push(request.url());
    });
    await lens.editor.write("BEGIN { @start = 1; }\ntracepoint:syscalls:sys_enter_read { @x = count( }\n");
    await waitFor(
      "the problem",
      () => lens.problems(),
      (list) => list.some((problem) => problem.startsWith("analysis error line 2")),
    );
    await waitFor(
      "its mark",
      () => lens.editor.errorMarks(),
      (marks) => marks.length > 0,
    );
    await lens.run();
    await expect.poll(() => lens.refusal()).toMatch(/^Not run: line 2: /);
    await sleep(500);
    expect(stores).toEqual([]);
    expect(bpftraceBelow(server.pid)).toEqual([]);
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
    await waitFor(
      "its mark in line 2",
      () => lens.editor.errorMarks(2),
      (marks) => marks.join("").includes("args"),
    );

    await lens.run("BEGIN { @fine = 1; }\n");
    await lens.waitForState("running");
    await expect.poll(() => lens.problems()).toEqual([]);
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
    setting.expectComplaints(/status of 40[13]/);
    const withoutToken = new URL("/", setting.server.url);
    const missing = await setting.browser.open(withoutToken);
    await expect.poll(() => missing.banner()).toMatch(/No access token/);
    const wrong = await setting.browser.open(new URL("/?token=wrong", setting.server.url));
    await expect.poll(() => wrong.banner()).toMatch(/does not accept this token/);
  });
});
