//! The text that bpftrace gets: the script as it is, and one appended block that prints its exported maps.

use std::fmt::Write;

use bt_catalog::Version;

use crate::Facts;

/// The script with its exported maps printed at the refresh interval.
///
/// The result begins with `source` byte for byte, so positions in it stay valid. Nothing is appended to a script
/// that prints its maps itself (`// custom-output-block`) or that exports none.
///
/// The three-part `interval:s:1` is what every version in the catalogue accepts; `target` is there for the day on
/// which one does not.
pub fn instrument(source: &str, facts: &Facts, _target: Version) -> String {
    let mut text = source.to_string();
    let mut maps = facts.exported_maps().peekable();
    if facts.annotations.custom_output_block || maps.peek().is_none() {
        return text;
    }
    // The last line may be a comment, which would swallow what follows it.
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
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

fn push_interval(text: &mut String, refresh_millis: u32) {
    let (unit, count) = match refresh_millis {
        whole if whole.is_multiple_of(1000) => ("s", whole / 1000),
        millis => ("ms", millis),
    };
    // Writing to a string cannot fail.
    let _ = write!(text, "interval:{unit}:{count}");
}
