// A fake bpftrace, for output and behaviour that the real one shows only when something is wrong with it.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What bpftrace says first. */
export const ATTACHED = '{"type": "attached_probes", "data": {"probes": 1}}';

/** The first words of a script that the fake answers with this player. */
export const plays = (player) => `/* play ${player} */`;

/** A player that prints these lines and then stays, as bpftrace does, until it is told to end. */
export const says = (...lines) =>
  shell(...lines.map((line) => `printf '%s\\n' ${quoted(line)}`), "exec sleep 1000");

/** A player that runs these shell commands after it has attached. */
export const shell = (...commands) => ["#!/bin/sh", `echo '${ATTACHED}'`, ...commands, ""].join("\n");

/** A player that runs this text of JavaScript; `say(text)` waits until it is written. */
export const program = (text) => `#!${process.execPath}
const { writeSync } = require('node:fs');
const say = (text) => {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') process.exit(1);
    }
  }
};
process.on('SIGINT', () => process.exit(0));
say('${ATTACHED}\\n');
${text}
`;

/**
 * Writes the fake and its players into `folder` and gives its path.
 *
 * A player is the text of an executable. `version` answers `--version`, `list` answers `-l`. The script comes by stdin
 * as with the real one; the player is the one that the script names.
 */
export function installFake(folder, players) {
  mkdirSync(folder, { recursive: true });
  const all = {
    version: "#!/bin/sh\necho bpftrace v0.17.0\n",
    list: "#!/bin/sh\n",
    ...players,
    bpftrace: DISPATCH,
  };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text, { mode: 0o755 });
  return join(folder, "bpftrace");
}

const DISPATCH = `#!/bin/sh
here=\${0%/*}
case $1 in
--version) exec "$here/version" ;;
-l*) exec "$here/list" ;;
esac
script=$(cat)
printf '%s' "$script" >"$here/last-script.$$"
mv "$here/last-script.$$" "$here/last-script"
rest=\${script#*/\\* play }
exec "$here/\${rest%% *}"
`;

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
