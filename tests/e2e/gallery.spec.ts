// Every script of the gallery runs on this kernel and, but for one that takes too long to wait for, shows values.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeEndToEnd } from "./harness/requirements.ts";
import { useSetting } from "./harness/setting.ts";
import { waitFor } from "./harness/wait.ts";

const FOLDER = new URL("../../web/gallery/", import.meta.url);

/** bpftrace reads the symbols of every program that ran, here also Chromium's: that takes it most of a minute. */
const SLOW = "on-cpu-user-stacks.bt";

describeEndToEnd("gallery", () => {
  const setting = useSetting();

  test.each(readdirSync(FOLDER))("%s", async (file) => {
    const lens = await setting.browser.open(setting.server.url);
    const title = readFileSync(new URL(file, FOLDER), "utf8").split("\n")[0]?.slice(3) ?? "";
    await lens.page.getByTestId("gallery").selectOption({ label: title });
    await lens.run();
    await lens.waitForState("running");
    if (file === SLOW) return;
    const firstValues = async () => {
      await setting.load.variety();
      return lens.status();
    };
    await waitFor(
      "values",
      firstValues,
      ({ state, text }) => state === "running" && !text.includes("waiting for the first values"),
    );
    await lens.page.getByTestId("card").first().waitFor();
    expect(await lens.problems()).toEqual([]);
  });
});
