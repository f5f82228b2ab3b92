//! Accesses to memory: `watchpoint`, and `asyncwatchpoint` of older releases.

use bt_catalog::Version;

use super::INVALID;
use super::point::{Number, Part, Point};
use crate::Diagnostic;

/// The release with the three parts of today; before, a process stood first.
const THREE_PARTS: Version = Version::new(0, 12);
/// The release that watches addresses only, no longer arguments of functions.
const ADDRESSES_ONLY: Version = Version::new(0, 25);
/// Numbers of bytes that the processor can watch.
const LENGTHS: [u64; 4] = [1, 2, 4, 8];
/// What it can watch for; the order of two letters does not matter. Reads alone are for some other processors.
const MODES: [&str; 4] = ["w", "rw", "wr", "x"];

pub(super) fn check(point: &Point<'_>) -> Option<Diagnostic> {
    if point.target < THREE_PARTS {
        return None;
    }
    match *point.parts() {
        [address, length, mode] => wrong_address(point, address)
            .or_else(|| wrong_length(point, length))
            .or_else(|| wrong_mode(point, mode)),
        [_, _, _, ..] => Some(point.too_many(3)),
        _ => Some(point.wrong_whole(format!("{} needs an address, a length and a mode", point.known.name))),
    }
}

fn wrong_address(point: &Point<'_>, address: Part<'_>) -> Option<Diagnostic> {
    let text = address.text;
    if point.target < ADDRESSES_ONLY {
        if let Some((function, argument)) = text.split_once('+') {
            return wrong_argument(point, address, function, argument);
        }
        if point.known.name == "asyncwatchpoint" {
            return Some(point.wrong_whole("asyncwatchpoint needs a function: `function+arg1`"));
        }
    }
    match point.number(address) {
        Number::Plain(0) => Some(point.wrong(address.span, "the address 0 cannot be watched")),
        Number::Invalid if text.is_empty() => Some(point.wrong_whole("the address is missing")),
        Number::Invalid => {
            let found = point.wrong(address.span, format!("`{text}` is no address"));
            let is_argument = text.contains("+arg");
            Some(if is_argument {
                found.with_hint("arguments of functions are watched by 0.24 and older only")
            } else {
                found
            })
        }
        _ => None,
    }
}

/// `watchpoint:function+arg1:8:w`
fn wrong_argument(point: &Point<'_>, part: Part<'_>, function: &str, argument: &str) -> Option<Diagnostic> {
    let number = argument.strip_prefix("arg").unwrap_or_default();
    let is_argument = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    if !function.is_empty() && is_argument {
        return None;
    }
    let found = point.wrong(part.span, format!("`{}` is no argument of a function", part.text));
    Some(found.with_hint("it is written as `function+arg1`"))
}

fn wrong_length(point: &Point<'_>, length: Part<'_>) -> Option<Diagnostic> {
    let is_length = match point.number(length) {
        Number::Plain(bytes) => LENGTHS.contains(&bytes),
        Number::Quoted => true,
        Number::Duration(_) | Number::Negative | Number::Invalid => false,
    };
    (!is_length).then(|| {
        let message = format!("the processor cannot watch `{}` bytes", length.text);
        point.wrong(length.span, message).with_hint("the length is 1, 2, 4 or 8")
    })
}

fn wrong_mode(point: &Point<'_>, mode: Part<'_>) -> Option<Diagnostic> {
    let text = mode.text;
    if mode.is_quoted() || MODES.contains(&text) {
        return None;
    }
    let hint = "modes are w, rw and x: writes, both reads and writes, execution";
    if text == "r" {
        let message = "x86_64 cannot watch reads alone";
        return Some(Diagnostic::warning(INVALID, mode.span, message).with_hint(hint).with_replacement("rw"));
    }
    let (span, message) = if text.is_empty() {
        (point.span, "the mode is missing".to_string())
    } else {
        (mode.span, format!("`{text}` is no mode"))
    };
    Some(point.wrong(span, message).with_hint(hint))
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn good_ones() {
        check("watchpoint:0x10000000:8:rw, w:0x1000:4:wr, w:0x1000:1:x { @ = 1; }", expect![[""]]);
        check_old(
            "watchpoint:0x1000:8:w, watchpoint:f+arg1:8:w, asyncwatchpoint:f+arg0:8:w { @ = 1; }",
            expect![[""]],
        );
    }

    #[test]
    fn addresses_lengths_and_modes() {
        check(
            "watchpoint:0:8:w { @ = 1; } watchpoint:f+arg1:8:w { @ = 1; } watchpoint:1b:8:w { @ = 1; }\n\
             watchpoint:0x1000:3:w { @ = 1; } watchpoint:0x1000:8a:w { @ = 1; } watchpoint:0x1000:8:rwx { @ = 1; }\n\
             watchpoint:0x1000:8: { @ = 1; } watchpoint:0x1000:8 { @ = 1; } watchpoint:0x1000:8:w:x { @ = 1; }\n\
             watchpoint:0x1000:8:r { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `0`: the address 0 cannot be watched
                  hint: it is written as `watchpoint:address:length:mode`
                error[invalid-attach-point] `f+arg1`: `f+arg1` is no address
                  hint: arguments of functions are watched by 0.24 and older only
                error[invalid-attach-point] `1b`: `1b` is no address
                  hint: it is written as `watchpoint:address:length:mode`
                error[invalid-attach-point] `3`: the processor cannot watch `3` bytes
                  hint: the length is 1, 2, 4 or 8
                error[invalid-attach-point] `8a`: the processor cannot watch `8a` bytes
                  hint: the length is 1, 2, 4 or 8
                error[invalid-attach-point] `rwx`: `rwx` is no mode
                  hint: modes are w, rw and x: writes, both reads and writes, execution
                error[invalid-attach-point] `watchpoint:0x1000:8:`: the mode is missing
                  hint: modes are w, rw and x: writes, both reads and writes, execution
                error[invalid-attach-point] `watchpoint:0x1000:8`: watchpoint needs an address, a length and a mode
                  hint: it is written as `watchpoint:address:length:mode`
                error[invalid-attach-point] `:x`: watchpoint has no place for this part
                  hint: it is written as `watchpoint:address:length:mode`
                  Remove it: "watchpoint:0:8:w { @ = 1; } watchpoint:f+arg1:8:w { @ = 1; } watchpoint:1b:8:w { @ = 1; }\nwatchpoint:0x1000:3:w { @ = 1; } watchpoint:0x1000:8a:w { @ = 1; } watchpoint:0x1000:8:rwx { @ = 1; }\nwatchpoint:0x1000:8: { @ = 1; } watchpoint:0x1000:8 { @ = 1; } watchpoint:0x1000:8:w { @ = 1; }\nwatchpoint:0x1000:8:r { @ = 1; }"
                warning[invalid-attach-point] `r`: x86_64 cannot watch reads alone
                  hint: modes are w, rw and x: writes, both reads and writes, execution
                  Change it to `rw`: "watchpoint:0:8:w { @ = 1; } watchpoint:f+arg1:8:w { @ = 1; } watchpoint:1b:8:w { @ = 1; }\nwatchpoint:0x1000:3:w { @ = 1; } watchpoint:0x1000:8a:w { @ = 1; } watchpoint:0x1000:8:rwx { @ = 1; }\nwatchpoint:0x1000:8: { @ = 1; } watchpoint:0x1000:8 { @ = 1; } watchpoint:0x1000:8:w:x { @ = 1; }\nwatchpoint:0x1000:8:rw { @ = 1; }"
            "#]],
        );
        check_old(
            "watchpoint:f:8:w { @ = 1; } watchpoint:+arg0:8:w { @ = 1; } asyncwatchpoint:0x10:8:w { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `f`: `f` is no address
                  hint: it is written as `watchpoint:address:length:mode`
                error[invalid-attach-point] `+arg0`: `+arg0` is no argument of a function
                  hint: it is written as `function+arg1`
                error[invalid-attach-point] `asyncwatchpoint:0x10:8:w`: asyncwatchpoint needs a function: `function+arg1`
                  hint: it is written as `asyncwatchpoint:address:length:mode`
            "#]],
        );
    }
}
