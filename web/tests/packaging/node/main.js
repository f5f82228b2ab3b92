// A program that runs a script on the host of its first argument and prints a table of it: node main.js URL TOKEN.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { analyse, init, Poller } from "bpflens";

const SCRIPT = 'interval:ms:100 { @ticks["a"] = count(); @ticks["b"] = count(); }';

await init(readFile(fileURLToPath(import.meta.resolve("bpflens/bt_wasm_bg.wasm"))));
const [map] = analyse(SCRIPT).facts.maps;
const [, , baseUrl, token] = process.argv;
const poller = new Poller({ baseUrl, token });
const tabled = new Promise((resolve) =>
  poller.onChange(() => {
    const table = poller.session.table("program", [map.metric]);
    if (table.rows.length > 1) resolve(table);
  }),
);
poller.run("program", SCRIPT);
const { columns, rows } = await tabled;
process.stdout.write(JSON.stringify({ map: map.name, columns: columns.map(({ name }) => name), rows }));
poller.dispose();
