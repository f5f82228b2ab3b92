# Sourced by the other scripts: puts a Rust and a Node.js that are new enough first in PATH.
#
# A machine's own tools win. What Debian 12 has too old comes from setup: Rust from Debian's rustc-web (the compiler
# that Debian builds browsers with), Node.js from npm's package of its binary, kept in .tools/.

min_rust=1.95
min_node=20.19

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '\n== %s\n' "$*"; }
die() { printf 'error: %s\n' "$1" >&2; shift; for hint in "$@"; do printf '  hint: %s\n' "$hint" >&2; done; exit 1; }

# usage CODE: prints the comment at the top of the script, and ends it.
usage() { sed -n '2,/^$/s/^# \{0,1\}//p' "$root/pkg-scripts/$(basename "$0")"; exit "$1"; }

# at_least WANTED HAVE: whether version HAVE is WANTED or newer.
at_least() { [ -n "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

rust_version() { rustc --version 2>/dev/null | cut -d' ' -f2; }
node_version() { node --version 2>/dev/null | tr -d v; }

[ -x "$HOME/.cargo/bin/cargo" ] && PATH="$HOME/.cargo/bin:$PATH"
[ -x "$root/.tools/node/bin/node" ] && PATH="$root/.tools/node/bin:$PATH"
export PATH
