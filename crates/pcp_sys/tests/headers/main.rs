//! Compares the bindings with the installed headers of PCP: each declaration of the sources becomes C that the C
//! compiler accepts only if the header says the same.

#![expect(clippy::disallowed_methods, reason = "runs the C compiler")]

mod c_text;
mod declarations;

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use c_text::assertions;
use declarations::parse;

const SOURCES: &[&str] = &[include_str!("../../src/pmapi.rs"), include_str!("../../src/pmda.rs")];

/// What a C compiler cannot compare: the places of bit fields.
const BIT_FIELDS: &str = r#"
static unsigned int word(const void *from) { unsigned int to; memcpy(&to, from, sizeof to); return to; }

int main(void) {
    pmUnits units = { .dimSpace = 1, .dimTime = 2, .dimCount = 3, .scaleSpace = 4, .scaleTime = 5, .scaleCount = -6 };
    pmValueBlock block = { .vlen = 12, .vtype = PM_TYPE_STRING };
    pmdaInterface agent = { .comm = { .pmda_interface = 7, .pmapi_version = 2, .flags = PMDA_FLAG_AUTHORIZE } };
    if (word(&units) != 0x12345a00) return 1;
    if (word(&block) != 0x0600000c) return 2;
    if (word(&agent.comm) != 0x00040207) return 3;
    return 0;
}
"#;

#[test]
fn bindings_are_those_of_the_headers() {
    let mut source = String::from("#include <string.h>\n#include <pcp/pmapi.h>\n#include <pcp/pmda.h>\n");
    let mut count = 0;
    for declaration in SOURCES.iter().flat_map(|rust| parse(rust)) {
        count += 1;
        write!(source, "{}", assertions(&declaration)).expect("text grows");
    }
    assert!(count > 80, "only {count} declarations were found");
    source.push_str(BIT_FIELDS);
    compile_and_run(&source);
}

#[test]
fn a_wrong_declaration_is_found() {
    let wrong = [
        "pub const PM_TYPE_32: c_int = 1;",
        "pub type pmID = c_int;",
        "pub struct pmDesc {\npub pmid: pmID,\npub sem: c_int,\n}",
        "pub struct pmInResult {\npub indom: pmInDom,\npub numinst: c_uint,\npub instlist: *mut c_int,\n\
         pub namelist: *mut *mut c_char,\n}",
        "unsafe extern \"C\" {\npub fn pmUseContext(context: c_uint) -> c_int;\n}",
        "unsafe extern \"C\" {\npub fn pmdaMain(dispatch: *mut pmdaInterface) -> c_int;\n}",
    ];
    for rust in wrong {
        let declarations = parse(rust);
        assert_eq!(declarations.len(), 1, "{rust}");
        let source =
            format!("#include <pcp/pmapi.h>\n#include <pcp/pmda.h>\n{}", assertions(&declarations[0]));
        let folder = tempfile::tempdir().expect("a folder");
        let outcome = compile(&source, folder.path(), &["-c"]);
        let message = outcome.expect_err(rust);
        assert!(message.contains("static assertion failed"), "{rust}: {message}");
    }
}

fn compile_and_run(source: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let program = compile(source, folder.path(), &["-lpcp_pmda", "-lpcp"]).unwrap_or_else(|message| {
        panic!("the headers say otherwise:\n{message}\n{source}");
    });
    let outcome = Command::new(program).status().expect("the program runs");
    assert!(outcome.success(), "bit fields are at other places: {outcome}");
}

fn compile(source: &str, folder: &Path, options: &[&str]) -> Result<std::path::PathBuf, String> {
    let (file, program) = (folder.join("headers.c"), folder.join("headers"));
    std::fs::write(&file, source).expect("the folder can be written");
    let outcome = Command::new("cc")
        .args(["-std=gnu11", "-Wall", "-Werror"])
        .arg(&file)
        .arg("-o")
        .arg(&program)
        .args(options)
        .output()
        .expect("a C compiler, which Rust links with, too");
    if outcome.status.success() {
        Ok(program)
    } else {
        Err(String::from_utf8_lossy(&outcome.stderr).into_owned())
    }
}
