//! Stacks in their frames, for all stack modes of all releases.
//!
//! A stack is a text of lines, the innermost function first. Up to 0.21 keys are indented by four blanks, else by eight;
//! keys of 0.24 and later have no blanks at all, not even between the parts of a line:
//!
//! | mode | a line |
//! |---|---|
//! | `bpftrace` | `main+118`, `0x7f5f271d624a` where there is no symbol |
//! | `perf` | `\t7f5f271d624a main+118 (/bin/x)`, in keys since 0.24 `\t7f5f271d624amain+118(/bin/x)` |
//! | `raw` | `7f5f271d624a` |
//! | `build_id` | `0a9d…ab62 0x1159`, in keys `0a9d…ab620x1159` |
//!
//! A bpftrace that was built to read debug information adds the position in the source: `main+118@/src/x.c:12`.

/// One function of a stack. What bpftrace does not say is empty or `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frame<'s> {
    /// The name of the function.
    pub symbol: &'s str,
    /// Bytes from the beginning of the function, or with a build id of the file, to the instruction.
    pub offset: Option<u64>,
    /// The address of the instruction.
    pub address: Option<u64>,
    /// The file that it was loaded from.
    pub module: &'s str,
    /// The build id of that file, 40 hexadecimal digits.
    pub build_id: &'s str,
    /// Where in the source.
    pub source: Option<Source<'s>>,
}

/// A position in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source<'s> {
    /// The file.
    pub file: &'s str,
    /// Line, from 1.
    pub line: u64,
}

/// Whether a text is a stack with some frames: to be asked where the script does not tell what a value is.
pub fn is_stack(text: &str) -> bool {
    let is_frame = |frame: Frame<'_>| frame.offset.is_some() || frame.address.is_some();
    let mut frames = frames(text).map(is_frame).peekable();
    text.starts_with('\n')
        && text.ends_with('\n')
        && frames.peek().is_some()
        && frames.all(|is_frame| is_frame)
}

/// The frames of a stack as bpftrace prints it, the innermost first.
pub fn frames(stack: &str) -> impl Iterator<Item = Frame<'_>> {
    stack.split('\n').filter_map(frame)
}

const BUILD_ID_DIGITS: usize = 40;

fn frame(line: &str) -> Option<Frame<'_>> {
    // Only in the perf mode a tab stands in front.
    let is_perf = line.starts_with('\t');
    let line = line.trim_matches([' ', '\t', '\r']);
    if line.is_empty() {
        return None;
    }
    let frame = build_id_frame(line).or_else(|| if is_perf { perf_frame(line) } else { None });
    Some(frame.unwrap_or_else(|| match parse_address(line) {
        Some(address) => Frame { address: Some(address), ..Frame::default() },
        None => symbol_frame(line),
    }))
}

/// `0x7f5f271d624a`, or the same without `0x`. A function is never printed without its offset, so `deadbeef` is none.
fn parse_address(text: &str) -> Option<u64> {
    hex(text.strip_prefix("0x").unwrap_or(text))
}

fn hex(digits: &str) -> Option<u64> {
    // `from_str_radix` takes a sign, too.
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    are_digits.then(|| u64::from_str_radix(digits, 16).ok())?
}

fn build_id_frame(line: &str) -> Option<Frame<'_>> {
    let (build_id, rest) = line.split_at_checked(BUILD_ID_DIGITS)?;
    let offset = hex(rest.trim_start().strip_prefix("0x")?)?;
    let is_id = build_id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| Frame { build_id, offset: Some(offset), ..Frame::default() })
}

fn perf_frame(line: &str) -> Option<Frame<'_>> {
    let (address, rest) = line.split_at(address_length(line));
    let address = hex(address).filter(|_| !address.is_empty())?;
    let (symbol, module) = split_module(rest.trim_start());
    let known = match symbol.strip_prefix("0x").and_then(hex) {
        Some(_) => Frame::default(),
        None => symbol_frame(symbol),
    };
    Some(Frame { address: Some(address), module, ..known })
}

/// Digits of the address at the beginning of a line of the perf mode. Without a blank behind it, a symbol that begins
/// with letters up to `f` could be part of it; but addresses of a kernel, and of a program that was loaded anywhere,
/// have a known length.
fn address_length(line: &str) -> usize {
    let digits = line.bytes().take_while(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')).count();
    if line[digits..].starts_with(' ') {
        return digits;
    }
    let is_own_name = |length: &usize| {
        let rest = line[*length..].strip_prefix("0x");
        rest.is_some_and(|rest| rest.starts_with(&line[..*length]))
    };
    // Without a symbol the address stands twice.
    if let Some(length) = (1..=digits).find(is_own_name) {
        return length;
    }
    let usual = match line.as_bytes() {
        [b'f', b'f', b'f', b'f', ..] => 16,
        [b'5' | b'7', ..] if digits >= 12 => 12,
        _ => 6,
    };
    digits.min(usual)
}

/// Takes the parentheses at the end, with what is in them, from a symbol, which may have some of its own.
fn split_module(text: &str) -> (&str, &str) {
    if !text.ends_with(')') {
        return (text, "");
    }
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate().rev() {
        match byte {
            b')' => depth += 1,
            b'(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let module = &text[at + 1..text.len() - 1];
            return (text[..at].trim_end(), if module == "[unknown]" { "" } else { module });
        }
    }
    (text, "")
}

/// `main+118`, `main+118@/src/x.c:12`, and for an inlined function `main@/src/x.c:12`.
fn symbol_frame(text: &str) -> Frame<'_> {
    for (plus, _) in text.rmatch_indices('+') {
        let behind = &text[plus + 1..];
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        let rest = &behind[digits..];
        if let Ok(offset) = behind[..digits].parse()
            && (rest.is_empty() || rest.starts_with(['@', ' ', '/']))
        {
            let source = source(rest.trim_start_matches(['@', ' ']));
            return Frame { symbol: &text[..plus], offset: Some(offset), source, ..Frame::default() };
        }
    }
    let inlined = text.rsplit_once('@').and_then(|(symbol, rest)| Some((symbol, source(rest)?)));
    match inlined {
        Some((symbol, source)) => Frame { symbol, source: Some(source), ..Frame::default() },
        None => Frame { symbol: text, ..Frame::default() },
    }
}

fn source(text: &str) -> Option<Source<'_>> {
    let (file, line) = text.rsplit_once(':')?;
    Some(Source { file, line: line.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The frames of a stack, a line each.
    fn check(stack: &str, expected: &[&str]) {
        let line = |frame: Frame<'_>| {
            let mut line = frame.symbol.to_string();
            if let Some(offset) = frame.offset {
                line += &format!(" +{offset}");
            }
            if let Some(address) = frame.address {
                line += &format!(" at {address:x}");
            }
            for (word, text) in [("in", frame.module), ("id", frame.build_id)] {
                if !text.is_empty() {
                    line += &format!(" {word} {text}");
                }
            }
            if let Some(Source { file, line: number }) = frame.source {
                line += &format!(" from {file} line {number}");
            }
            line.trim_start().to_string()
        };
        assert_eq!(frames(stack).map(line).collect::<Vec<_>>(), expected, "{stack:?}");
    }

    #[test]
    fn bpftrace_mode_of_all_releases() {
        let expected = ["work +0", "main +118", "at 7fae46cf824a"];
        check("\n    work+0\n    main+118\n    0x7fae46cf824a\n", &expected);
        check("\n        work+0\n        main+118\n        0x7fae46cf824a\n", &expected);
        check("\nwork+0\nmain+118\n0x7fae46cf824a\n", &expected);
        check("", &[]);
        check("\n", &[]);
        check("\n    std::plus<int>::operator+(int, int)+12\n", &["std::plus<int>::operator+(int, int) +12"]);
        check("\nmalloc@plt+4\n", &["malloc@plt +4"]);
    }

    #[test]
    fn perf_mode_with_and_without_blanks() {
        check(
            "\n\t55ff7e07b159 work+0 (/opt/tools/spin)\n\t7f739e10024a 0x7f739e10024a ([unknown])\n\tffffffffb4019501 do_mmap+1\n",
            &[
                "work +0 at 55ff7e07b159 in /opt/tools/spin",
                "at 7f739e10024a",
                "do_mmap +1 at ffffffffb4019501",
            ],
        );
        check(
            "\n\t556fc5fd7159work+0(/opt/tools/spin)\n\t7f5f271d624a0x7f5f271d624a([unknown])\n\tffffffffb4019501do_mmap+1\n\t556fc5fd7159add+3(/bin/x)\n\t401136main+4(/bin/x)\n",
            &[
                "work +0 at 556fc5fd7159 in /opt/tools/spin",
                "at 7f5f271d624a",
                "do_mmap +1 at ffffffffb4019501",
                "add +3 at 556fc5fd7159 in /bin/x",
                "main +4 at 401136 in /bin/x",
            ],
        );
        check(
            "\n\t55ff7e07b159 f(int, g(int))+7 (/tmp/x (deleted))\n",
            &["f(int, g(int)) +7 at 55ff7e07b159 in /tmp/x (deleted)"],
        );
    }

    #[test]
    fn raw_and_build_id_modes() {
        check(
            "\n        ffffffff8b0f1c41\n        7f5f271d624a\n",
            &["at ffffffff8b0f1c41", "at 7f5f271d624a"],
        );
        let expected = ["+4441 id 0a9d9d4507a5943451077641eea9669f76e2ab62"];
        check("\n        0a9d9d4507a5943451077641eea9669f76e2ab62 0x1159\n", &expected);
        check("\n0a9d9d4507a5943451077641eea9669f76e2ab620x1159\n", &expected);
    }

    #[test]
    fn positions_in_the_source() {
        check(
            "\n    work+4@/src/spin.c:12\n    inlined@/src/spin.h:3\n    main+9@main.c:40\n",
            &[
                "work +4 from /src/spin.c line 12",
                "inlined from /src/spin.h line 3",
                "main +9 from main.c line 40",
            ],
        );
    }

    #[test]
    fn stacks_are_told_from_other_texts() {
        for stack in ["\n        work+0\n", "\nwork+0\n0x7fae46cf824a\n"] {
            assert!(is_stack(stack), "{stack:?}");
        }
        for text in ["", "\n", "\n  \n", "\nhello\n", "work+0", "\nwork+0"] {
            assert!(!is_stack(text), "{text:?}");
        }
    }

    #[test]
    fn anything_is_some_frame() {
        check("+\n@\n(\n)\n\t(\n\t)\n0x\n-1+2\n\t+5\n", &["+", "@", "(", ")", "(", ")", "0x", "-1 +2", "+5"]);
    }
}
