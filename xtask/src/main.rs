//! Build steps that need a library: `cargo run -p xtask -- wasm …` turns the compiled core into the package's files,
//! `cargo run -p xtask -- reference` writes the pages about the language and about the findings.

#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "a build tool reads arguments and files, and starts programs")]
#![expect(clippy::print_stdout, reason = "the sizes are the tool's output")]

mod diagnostics;
mod page;
mod reference;
mod size;
mod wasm;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo run -p xtask -- wasm [--bless] FILE.wasm
       cargo run -p xtask -- wasm-node FILE.wasm FOLDER
       cargo run -p xtask -- reference

wasm: writes web/pkg from the compiled core, prints its sizes, and compares the generated TypeScript
declarations with web/src/bt_wasm.snapshot.d.ts.

  --bless   accept the generated declarations as the new snapshot

reference: writes docs/reference.md from the catalogue of the language, and docs/diagnostics.md from the
kinds of findings.

wasm-node: writes another compiled module, and the JavaScript that Node.js loads it with, to a folder.";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["wasm", "--bless", input] | ["wasm", input, "--bless"] => wasm::package(input.as_ref(), true),
        ["wasm", input] if input != "--bless" => wasm::package(input.as_ref(), false),
        ["wasm-node", input, folder] => wasm::for_node(input.as_ref(), folder.as_ref()),
        ["reference"] => reference::write().and_then(|()| diagnostics::write()),
        ["--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => bail!("{USAGE}"),
    }
}
