//! From the compiled core to `web/pkg`: JavaScript glue, declarations, and the checks of their size and surface.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::size;

/// Upper bound of the download. A page on a slow line (1 Mbit/s) then has the core in two and a half seconds.
///
/// There is no pass of Binaryen's wasm-opt: plain `-Os` makes the download larger (217 KB for 203 KB as compiled, since
/// inlined copies compress badly), and without inlining it saves 2 %.
const MAX_BROTLI_BYTES: usize = 335_000;

/// Writes `web/pkg` from the module that cargo built. `bless` replaces the snapshot of the declarations.
///
/// The checks come when all is written, so that a core that is too large can still be tried and taken apart.
pub(crate) fn package(input: &Path, bless: bool) -> Result<()> {
    let web = repository_root()?.join("web");
    let package = web.join("pkg");
    let declarations = package.join("bt_wasm.d.ts");
    let snapshot = web.join("src/bt_wasm.snapshot.d.ts");
    generate_glue(input, &package)?;
    hide_raw_exports(&declarations)?;
    if bless {
        bless_declarations(&declarations, &snapshot)?;
    }
    check_size(&package.join("bt_wasm_bg.wasm"))?;
    check_declarations(&declarations, &snapshot)
}

/// Writes a module, and what Node.js loads it with, to `folder`.
pub(crate) fn for_node(input: &Path, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(input)
        .nodejs(true)?
        .typescript(false)
        .generate(folder)
        .with_context(|| format!("cannot generate the JavaScript glue of {}", input.display()))
}

fn repository_root() -> Result<PathBuf> {
    let manifest_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(manifest_folder.parent().context("xtask stands below the root of the repository")?.to_path_buf())
}

fn generate_glue(input: &Path, package: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(input)
        .out_name("bt_wasm")
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(package)
        .with_context(|| format!("cannot generate the JavaScript glue of {}", input.display()))
}

fn check_size(module: &Path) -> Result<()> {
    let bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let sizes = size::measure(&bytes)?;
    println!(
        "{}: {} bytes, gzip {}, brotli {} (at most {MAX_BROTLI_BYTES})",
        module.display(),
        sizes.raw,
        sizes.gzip,
        sizes.brotli
    );
    if sizes.brotli > MAX_BROTLI_BYTES {
        bail!("the WASM core is too large: {} bytes with brotli, at most {MAX_BROTLI_BYTES}", sizes.brotli);
    }
    Ok(())
}

/// Drops the module's raw functions from the declarations: nobody calls them, and each compiler names them its way.
fn hide_raw_exports(declarations: &Path) -> Result<()> {
    let text = fs::read_to_string(declarations)?;
    fs::write(declarations, without_raw_exports(&text)).context("cannot write the declarations")
}

fn without_raw_exports(text: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in text.lines() {
        inside = (inside || line == "export interface InitOutput {") && line != "}";
        if !(inside
            && line.starts_with("    readonly ")
            && line != "    readonly memory: WebAssembly.Memory;")
        {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn bless_declarations(generated: &Path, snapshot: &Path) -> Result<()> {
    if !is_blessed(generated, snapshot)? {
        fs::copy(generated, snapshot).context("cannot write the snapshot")?;
        println!("blessed {}", snapshot.display());
    }
    Ok(())
}

/// The declarations are an interface to other packages, so a change of them has to show up in a review.
fn check_declarations(generated: &Path, snapshot: &Path) -> Result<()> {
    if is_blessed(generated, snapshot)? {
        return Ok(());
    }
    bail!(
        "the TypeScript declarations changed: compare {} with {}, and accept them with pkg-scripts/build-wasm --bless",
        generated.display(),
        snapshot.display()
    )
}

fn is_blessed(generated: &Path, snapshot: &Path) -> Result<bool> {
    let declarations = fs::read_to_string(generated).context("cannot read the declarations")?;
    Ok(fs::read_to_string(snapshot).is_ok_and(|blessed| blessed == declarations))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_memory_of_the_raw_module_is_declared() {
        let generated = "export class A {\n    readonly b: number;\n}\nexport interface InitOutput {\n    \
            readonly memory: WebAssembly.Memory;\n    readonly version: (a: number) => void;\n}\n";
        let expected = "export class A {\n    readonly b: number;\n}\nexport interface InitOutput {\n    \
            readonly memory: WebAssembly.Memory;\n}\n";
        assert_eq!(without_raw_exports(generated), expected);
    }
}
