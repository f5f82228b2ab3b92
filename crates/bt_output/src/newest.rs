//! Which prints of a map are replaced by a later one within the same bytes.

use memchr::{memchr, memchr_iter};

/// How the messages begin that print a map, up to its name.
const PRINTS: [&[u8]; 4] = [
    b"{\"type\": \"map\", \"data\": {\"@",
    b"{\"type\": \"hist\", \"data\": {\"@",
    b"{\"type\": \"stats\", \"data\": {\"@",
    b"{\"type\": \"tseries\", \"data\": {\"@",
];
/// Maps that are looked after at a time; prints of further ones count as not replaced.
const MAX_MAPS: usize = 64;

/// Says of each line of `bytes` that has an end whether a later one prints the same map. The first line begins with
/// `pending`.
pub(crate) fn mark_replaced(pending: &[u8], bytes: &[u8], is_replaced: &mut Vec<bool>) {
    is_replaced.clear();
    let mut prints: Vec<Option<&[u8]>> = Vec::new();
    let mut start = 0;
    for end in memchr_iter(b'\n', bytes) {
        let line = if start == 0 && !pending.is_empty() { pending } else { &bytes[start..end] };
        prints.push(printed_map(line));
        start = end + 1;
    }
    is_replaced.resize(prints.len(), false);
    let mut later: Vec<&[u8]> = Vec::new();
    for (position, print) in prints.into_iter().enumerate().rev() {
        let Some(print) = print else { continue };
        if later.contains(&print) {
            is_replaced[position] = true;
        } else if later.len() < MAX_MAPS {
            later.push(print);
        }
    }
}

/// The beginning of a line that prints a map, up to the end of its name. A name has no escapes.
fn printed_map(line: &[u8]) -> Option<&[u8]> {
    let name = PRINTS.iter().find(|print| line.starts_with(print))?.len();
    let length = memchr(b'"', &line[name..])?;
    Some(&line[..name + length])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pending: &str, text: &str, expected: &[bool]) {
        let mut is_replaced = vec![true; 9];
        mark_replaced(pending.as_bytes(), text.as_bytes(), &mut is_replaced);
        assert_eq!(is_replaced, expected, "{text}");
    }

    #[test]
    fn the_last_print_of_each_map_stays() {
        let [a, ab, h] = [("map", "@a"), ("map", "@ab"), ("hist", "@h")]
            .map(|(kind, name)| format!("{{\"type\": \"{kind}\", \"data\": {{\"{name}\": 1}}}}\n"));
        let text = "{\"type\": \"printf\", \"data\": \"x\"}\n";
        check("", &format!("{a}{ab}{h}{text}{text}"), &[false; 5]);
        check("", &format!("{a}{h}{a}{ab}{h}{a}"), &[true, true, true, false, false, false]);
        check("", &a.repeat(2)[..a.len() * 2 - 1], &[false]);
        check(&a[..30], &format!("{}{a}", &a[30..]), &[true, false]);
        check(&a[..10], &format!("{}{a}", &a[10..]), &[false, false]);
        check("", "", &[]);
    }
}
