// Every script of the gallery runs on this kernel.

import { readdirSync, readFileSync } from "node:fs";
import { test } from "vitest";
import { describeEndToEnd } from "./harness/requirements.ts";
import { useSetting } from "./harness/setting.ts";
import { waitFor } from "./harness/wait.ts";

const FOLDER = new URL("../../web/gallery/", import.meta.url);

describeEndToEnd("gallery", () => {
  const setting = useSetting();

  test.each(readdirSync(FOLDER))("%s", async (file) => {
    const lens = await setting.browser.open(setting.server.url);
    const title = readFileSync(new URL(file, FOLDER), "utf8").split("\n")[0]?.slice(3) ?? "";
    await lens.page.getByTestId("gallery").selectOption({ label: title });
    await lens.run();
    await lens.waitForState("running");
    await waitFor(
      "no findings",
      () => lens.problems(),
      (problems) => !problems.some((text) => text.includes("error")),
    );
  });
});
