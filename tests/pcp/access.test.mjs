// Who may run scripts: the user whom pmcd's unix socket names, nobody who comes without a name.

import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { test } from "node:test";

import { plays, says } from "./fake-bpftrace.mjs";
import { suite } from "./private-pcp.mjs";
import { eventually } from "./wait.mjs";

const fake = { one: says('{"type": "map", "data": {"@x": 1}}') };
const script = (mark, annotations = "") => `${annotations}${plays("one")} BEGIN { @x = ${mark}; }`;
/** Other users must reach the socket. */
const prepare = (folder) => chmodSync(folder, 0o755);
const REGISTER = "bpftrace.control.register";
const PERMISSION = /[Nn]o permission|[Pp]ermission denied/;
const scripts = async (pcp) => JSON.parse(await (await pcp.rest()).value("bpftrace.info.scripts_json"));

const onlyRoot = {
  fake,
  prepare,
  config: { dynamic_scripts: { auth_enabled: true, allowed_users: "root" } },
};
suite("with authentication, root alone", onlyRoot, (pcp) => {
  test("root by the unix socket may; the script bears the user's name", async () => {
    const answer = await pcp.pmstore(REGISTER, script(1, "// name: by_root\n"));
    assert.equal(answer.code, 0, answer.text);
    const [registered] = (await scripts(pcp)).filter(({ metadata }) => metadata.name === "by_root");
    assert.equal(registered.username, "root");
  });

  test("another user is denied, and the log says who", async () => {
    const answer = await pcp.as("nobody", "pmstore", REGISTER, script(2));
    assert.notEqual(answer.code, 0);
    assert.match(answer.text, PERMISSION);
    await eventually("the log says who", () => assert.match(pcp.log(), /nobody/));
    assert.ok((await scripts(pcp)).every(({ code }) => code !== script(2)));
  });

  test("anonymous clients by TCP are denied", async () => {
    const answer = await (await pcp.rest()).store(REGISTER, script(3));
    assert.notEqual(answer.status, 200);
    assert.match(answer.text, PERMISSION);
    assert.ok((await scripts(pcp)).every(({ code }) => code !== script(3)));
  });

  test("a user id without a name is denied", async () => {
    const args = [
      "--reuid",
      "54321",
      "--regid",
      "54321",
      "--clear-groups",
      "/usr/bin/pmstore",
      "-h",
      `unix://${pcp.socket}`,
    ];
    const answer = await pcp.run("/usr/bin/setpriv", [...args, REGISTER, script(4)]);
    assert.match(answer.text, PERMISSION);
  });

  test("deregister, start and stop want the same permission", async () => {
    assert.equal((await pcp.pmstore(REGISTER, script(5, "// name: guarded\n"))).code, 0);
    for (const command of ["deregister", "start", "stop"]) {
      const answer = await pcp.as("nobody", "pmstore", `bpftrace.control.${command}`, "guarded");
      assert.match(answer.text, PERMISSION, command);
      assert.notEqual(
        (await (await pcp.rest()).store(`bpftrace.control.${command}`, "guarded")).status,
        200,
        command,
      );
    }
    assert.ok((await scripts(pcp)).some(({ metadata }) => metadata.name === "guarded"));
  });

  test("everybody may fetch", async () => {
    const answer = await pcp.as("nobody", "pminfo", "-f", "bpftrace.info.scripts_json");
    assert.equal(answer.code, 0, answer.text);
    assert.match(answer.text, /value/);
  });

  test("a denied client leaves nothing that the next one inherits", async () => {
    await pcp.as("nobody", "pmstore", REGISTER, script(6));
    const [allowed, denied] = await Promise.all([
      pcp.pmstore(REGISTER, script(7)),
      pcp.as("nobody", "pmstore", REGISTER, script(8)),
    ]);
    assert.equal(allowed.code, 0, allowed.text);
    assert.match(denied.text, PERMISSION);
  });
});

const two = {
  fake,
  prepare,
  config: { dynamic_scripts: { auth_enabled: true, allowed_users: " root , nobody " } },
};
suite("with authentication and two users", two, (pcp) => {
  test("each of them may, blanks in the list do not matter", async () => {
    for (const [user, mark] of [
      ["root", 1],
      ["nobody", 2],
    ]) {
      const answer = await pcp.as(user, "pmstore", REGISTER, script(mark));
      assert.equal(answer.code, 0, `${user}: ${answer.text}`);
    }
    const mine = (await scripts(pcp)).filter(({ code }) => [script(1), script(2)].includes(code));
    assert.deepEqual(mine.map(({ username }) => username).sort(), ["nobody", "root"]);
  });

  test("the same script of two users is shared", async () => {
    for (const user of ["root", "nobody"])
      assert.equal((await pcp.as(user, "pmstore", REGISTER, script(3))).code, 0);
    assert.equal((await scripts(pcp)).filter(({ code }) => code === script(3)).length, 1);
  });
});

const none = { fake, prepare, config: { dynamic_scripts: { auth_enabled: true, allowed_users: "" } } };
suite("with authentication and an empty list", none, (pcp) => {
  test("nobody may, not even root", async () => {
    assert.match((await pcp.pmstore(REGISTER, script(1))).text, PERMISSION);
  });
});

suite("without authentication", { fake, prepare }, (pcp) => {
  test("everybody may, and a known user's name is kept", async () => {
    const anonymous = await (await pcp.rest()).register(script(1));
    assert.equal(anonymous.reply.username, null);
    assert.equal((await pcp.as("nobody", "pmstore", REGISTER, script(2))).code, 0);
    assert.equal((await scripts(pcp)).find(({ code }) => code === script(2)).username, "nobody");
  });
});
