//! The text that bpftrace gets: the script as it is, and one appended block that prints its exported maps.

use std::fmt::Write;

use bt_syntax::{TokenKind, tokens};

use crate::Facts;

/// The script with its exported maps printed at the refresh interval.
///
/// The result begins with `source` byte for byte, so positions in it stay valid. No block is appended to a script
/// that prints its maps itself (`// custom-output-block`) or that exports none.
///
/// The three-part `interval:s:1` is what every version in the catalogue accepts.
pub fn instrument(source: &str, facts: &Facts) -> String {
    let mut text = source.to_string();
    let mut maps = facts.exported_maps().peekable();
    let prints = !facts.annotations.custom_output_block && maps.peek().is_some();
    // A comment on the last line would swallow what follows it; bpftrace 0.17 refuses it even if nothing does.
    if !text.ends_with('\n') && (prints || ends_with_comment(source)) {
        text.push('\n');
    }
    if !prints {
        return text;
    }
    push_interval(&mut text, facts.annotations.refresh_millis);
    text.push_str(" {");
    for map in maps {
        text.push_str(" print(");
        text.push_str(&map.name);
        text.push_str(");");
    }
    text.push_str(" }\n");
    text
}

fn ends_with_comment(source: &str) -> bool {
    tokens(source).last().is_some_and(|last| last.kind == TokenKind::LineComment)
}

fn push_interval(text: &mut String, refresh_millis: u32) {
    let (unit, count) = match refresh_millis {
        whole if whole.is_multiple_of(1000) => ("s", whole / 1000),
        millis => ("ms", millis),
    };
    // Writing to a string cannot fail.
    let _ = write!(text, "interval:{unit}:{count}");
}

#[cfg(test)]
mod tests {
    use bt_catalog::Version;

    use super::*;
    use crate::analyse;

    /// What is appended; the rest must be the script itself.
    fn check(source: &str, appended: &str) {
        let text = instrument(source, &analyse(source, Version::NEWEST).facts);
        assert_eq!(text.strip_prefix(source), Some(appended), "{source}");
    }

    #[test]
    fn exported_maps_are_printed_every_second() {
        check("BEGIN { @a = 1; @b[pid] = 2; }\n", "interval:s:1 { print(@a); print(@b); }\n");
        check("// include: @b\nBEGIN { @ = 1; @b = 2; }\n", "interval:s:1 { print(@b); }\n");
        // Reading a map does not make it: older releases refuse to print it.
        check("BEGIN { @a = @nowhere; }\n", "interval:s:1 { print(@a); }\n");
    }

    #[test]
    fn a_last_line_without_end_gets_one() {
        check("BEGIN { @a = 1; }", "\ninterval:s:1 { print(@a); }\n");
        check("BEGIN { @a = 1; } // why", "\ninterval:s:1 { print(@a); }\n");
        check("// custom-output-block\nBEGIN { @a = 1; print(@a); } // why", "\n");
    }

    #[test]
    fn the_interval_is_annotated() {
        check("// refresh: 250ms\nBEGIN { @ = 1; }\n", "interval:ms:250 { print(@); }\n");
        check("// refresh: 1m\nBEGIN { @ = 1; }\n", "interval:s:60 { print(@); }\n");
        check("// refresh: 1ms\nBEGIN { @ = 1; }\n", "interval:ms:100 { print(@); }\n");
    }

    #[test]
    fn a_script_that_shows_itself_stays_as_it_is() {
        check("// custom-output-block\nBEGIN { @a = 1; print(@a); }", "");
        check("BEGIN { printf(\"x\"); }", "");
    }
}
