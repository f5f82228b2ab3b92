//! Build steps that need a library: `cargo run -p xtask -- wasm …` turns the compiled core into the package's files.

#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "a build tool reads arguments and files, and starts programs")]
#![expect(clippy::print_stdout, reason = "the sizes are the tool's output")]

mod size;
mod wasm;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo run -p xtask -- wasm [--bless] FILE.wasm
       cargo run -p xtask -- wasm-node FILE.wasm FOLDER

Writes web/pkg from the compiled core, prints its sizes, and compares the generated TypeScript
declarations with web/src/bt_wasm.snapshot.d.ts.

  --bless   accept the generated declarations as the new snapshot

`wasm-node` writes another compiled module, and the JavaScript that Node.js loads it with, to a folder.";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["wasm", "--bless", input] | ["wasm", input, "--bless"] => wasm::package(input.as_ref(), true),
        ["wasm", input] if input != "--bless" => wasm::package(input.as_ref(), false),
        ["wasm-node", input, folder] => wasm::for_node(input.as_ref(), folder.as_ref()),
        ["--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => bail!("{USAGE}"),
    }
}
