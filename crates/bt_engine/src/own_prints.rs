//! Scripts that print a map themselves, only its largest keys or divided: how to tell that from the print of the engine,
//! which its metric is to show.
//!
//! Nothing in bpftrace's output tells the two apart. So in such a script the appended block says where it begins and
//! ends: what one probe prints stays together and in order.

use std::collections::BTreeSet;

use bt_analysis::Facts;
use bt_output::MapMessage;
use bt_syntax::{TokenKind, tokens};

/// What the appended block prints before and after the maps.
const MARKS: [&str; 2] = ["bpflens: maps begin\n", "bpflens: maps end\n"];

/// Which prints of maps are meant for their metrics.
#[derive(Debug, Default)]
pub(crate) struct OwnPrints {
    /// The maps that the script itself prints in part.
    maps: BTreeSet<String>,
    is_in_block: bool,
}

impl OwnPrints {
    pub(crate) fn new(source: &str, facts: &Facts) -> OwnPrints {
        // A script that prints all of its maps itself has no other prints.
        if facts.annotations.custom_output_block {
            return OwnPrints::default();
        }
        let mut maps = partially_printed(source);
        maps.retain(|name| facts.exported_maps().any(|map| map.name == *name));
        OwnPrints { maps, is_in_block: false }
    }

    /// Whether there is anything to be told apart: then each print has to be read.
    pub(crate) fn are_some(&self) -> bool {
        !self.maps.is_empty()
    }

    /// The instrumented script with marks in the block that was appended to `source`, if they are needed.
    pub(crate) fn mark(&self, instrumented: String, source: &str) -> String {
        let Some((script, block)) = instrumented.split_at_checked(source.len()).filter(|_| self.are_some())
        else {
            return instrumented;
        };
        let Some((head, prints)) = block
            .split_once('{')
            .zip(block.rfind('}'))
            .map(|((head, prints), end)| (head, &prints[..end - head.len() - 1]))
        else {
            return instrumented;
        };
        let [begin, end] = MARKS.map(|mark| format!("printf(\"{}\");", mark.escape_default()));
        format!("{script}{head}{{ {begin}{prints}{end} }}\n")
    }

    /// Whether a printed text is a mark, and takes it.
    pub(crate) fn take_mark(&mut self, text: &str) -> bool {
        let Some(mark) = MARKS.iter().position(|mark| self.are_some() && *mark == text) else { return false };
        self.is_in_block = mark == 0;
        true
    }

    /// Whether a printed map is meant for its metric.
    pub(crate) fn is_whole(&self, message: &MapMessage<'_>) -> bool {
        self.is_in_block || message.is_final_dump || !self.maps.contains(message.name)
    }

    /// A new process prints its own marks.
    pub(crate) fn forget_run(&mut self) {
        self.is_in_block = false;
    }
}

/// The maps of `print(@x, top)` and `print(@x, top, div)`.
fn partially_printed(source: &str) -> BTreeSet<String> {
    let tokens: Vec<_> = tokens(source).into_iter().filter(|token| !token.kind.is_trivia()).collect();
    let text = |position: usize| {
        let span = tokens[position].span;
        source.get(span.start as usize..span.end as usize).unwrap_or_default()
    };
    let kinds: Vec<TokenKind> = tokens.iter().map(|token| token.kind).collect();
    let call = [TokenKind::Identifier, TokenKind::LeftParenthesis, TokenKind::Map, TokenKind::Comma];
    let calls =
        kinds.windows(call.len()).enumerate().filter(|(at, window)| **window == call && text(*at) == "print");
    calls.map(|(at, _)| text(at + 2).to_string()).collect()
}

#[cfg(test)]
mod tests {
    use bt_analysis::{analyse, instrument};
    use bt_catalog::Version;

    use super::*;

    /// The maps, and what is appended.
    fn check(source: &str, maps: &[&str], appended: &str) {
        let facts = analyse(source, Version::NEWEST).facts;
        let own = OwnPrints::new(source, &facts);
        assert_eq!(own.maps.iter().map(String::as_str).collect::<Vec<_>>(), maps, "{source}");
        let text = own.mark(instrument(source, &facts), source);
        assert_eq!(text.strip_prefix(source), Some(appended), "{source}");
        assert!(!analyse(&text, Version::NEWEST).has_errors(), "{text}");
    }

    #[test]
    fn marks_stand_where_they_are_needed() {
        let block = |maps: &str| format!("interval:s:1 {{ {maps} }}\n");
        check("BEGIN { @a = 1; print(@a); }\n", &[], &block("print(@a);"));
        check("BEGIN { @a[1] = 1; print(@a[1]); }\n", &[], &block("print(@a);"));
        let marked = |maps: &str| {
            block(&format!("printf(\"bpflens: maps begin\\n\"); {maps} printf(\"bpflens: maps end\\n\");"))
        };
        check("BEGIN { @a[1] = 1; print(@a, 5); }\n", &["@a"], &marked("print(@a);"));
        check(
            "BEGIN { @a[1] = 1; @b = 1; print (@a , 0, 10); }\n",
            &["@a"],
            &marked("print(@a); print(@b);"),
        );
        check("// include: @b\nBEGIN { @a[1] = 1; @b = 1; print(@a, 5); }\n", &[], &block("print(@b);"));
        check("// custom-output-block\nBEGIN { @a[1] = 1; print(@a, 5); }\n", &[], "");
    }

    #[test]
    fn the_marked_prints_are_whole() {
        let source = "BEGIN { @a[1] = 1; @b = 1; print(@a, 5); }\n";
        let mut own = OwnPrints::new(source, &analyse(source, Version::NEWEST).facts);
        let mut seen = Vec::new();
        let mut decoder = bt_output::Decoder::new(bt_output::Limits::default());
        let print = |name: &str| format!("{{\"type\": \"map\", \"data\": {{\"{name}\": 1}}}}\n");
        let mark = |text: &str| format!("{{\"type\": \"printf\", \"data\": \"bpflens: maps {text}\\n\"}}\n");
        let stream =
            [print("@a"), print("@b"), mark("begin"), print("@a"), mark("end"), print("@a")].concat();
        decoder.push(stream.as_bytes(), 0, &mut |event| match event.kind {
            bt_output::EventKind::Map(message) => seen.push(own.is_whole(&message)),
            bt_output::EventKind::Text { text, .. } => assert!(own.take_mark(text.as_str())),
            _ => {}
        });
        assert_eq!(seen, [false, true, true, false]);
        assert!(!own.take_mark("bpflens: maps"));
        assert!(!OwnPrints::default().take_mark(MARKS[0]), "a text of the script");
    }
}
