//! What is known of the name under the mouse, as Markdown.

use bt_analysis::{MapFact, analyse};
use bt_catalog::{
    Lifetime, Presence, ReplacedKind, Validity, Version, aggregation, annotation, builtin, config_key,
    find_type, function, probe_type, replacement, syntax,
};
use bt_syntax::{Span, Token, TokenKind, tokens};

use crate::completion::describe_map;

/// What is known of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// Where the name stands.
    pub span: Span,
    /// A line of code, and sentences.
    pub markdown: String,
}

/// What is known of the name at the byte `offset` of `source`, for bpftrace `target`; `None` if there is none, or it
/// is the script's own and there is nothing to say.
pub fn hover(source: &str, offset: u32, target: Version) -> Option<Hover> {
    let tokens = tokens(source);
    let place = tokens.partition_point(|token| token.span.end <= offset);
    // Behind the last letter it is still that name.
    let under = tokens.get(place).filter(|token| is_name(token.kind));
    let before = place.checked_sub(1).map(|place| &tokens[place]);
    let token = under.or_else(|| before.filter(|token| token.span.end == offset && is_name(token.kind)))?;
    let behind = |kind| next_significant(&tokens, token).is_some_and(|next| next.kind == kind);
    let text = token.span.text(source);
    let markdown = match token.kind {
        TokenKind::AttachPoint => of_attach_point(text, target),
        TokenKind::LineComment => of_annotation(text),
        TokenKind::Map => analyse(source, target).facts.maps.iter().find(|map| map.name == text).map(of_map),
        TokenKind::Identifier if is_field(&tokens, token) => None,
        TokenKind::Identifier if behind(TokenKind::LeftParenthesis) => of_function(text, target),
        TokenKind::Identifier if behind(TokenKind::Assign) => of_config_key(text, target),
        TokenKind::Identifier => {
            of_builtin(text, target).or_else(|| of_function(text, target)).or_else(|| of_type(text, target))
        }
        _ => syntax(text).map(|known| page(known.form, known.summary, &[since(known.lifetime, target)])),
    }?;
    Some(Hover { span: token.span, markdown })
}

fn is_name(kind: TokenKind) -> bool {
    kind.is_keyword()
        || matches!(
            kind,
            TokenKind::Identifier | TokenKind::Map | TokenKind::AttachPoint | TokenKind::LineComment
        )
}

fn next_significant<'a>(tokens: &'a [Token], token: &Token) -> Option<&'a Token> {
    tokens.iter().find(|next| next.span.start >= token.span.end && !next.kind.is_trivia())
}

/// Whether it is a field of a structure, of which nothing is known here.
fn is_field(tokens: &[Token], token: &Token) -> bool {
    let before = tokens.iter().rev().find(|last| last.span.end <= token.span.start && !last.kind.is_trivia());
    before.is_some_and(|last| matches!(last.kind, TokenKind::Dot | TokenKind::Arrow))
}

/// A line of code, a sentence, and what else there is to say.
fn page(code: &str, summary: &str, more: &[String]) -> String {
    let mut markdown = format!("```bpftrace\n{code}\n```");
    let sentences = std::iter::once(summary).chain(more.iter().map(String::as_str));
    for sentence in sentences.filter(|sentence| !sentence.is_empty()) {
        markdown.push_str("\n\n");
        markdown.push_str(sentence);
    }
    markdown
}

/// Since when it is there, if not always; what the target lacks is said first.
fn since(lifetime: Lifetime, target: Version) -> String {
    match lifetime.at(target) {
        Presence::NotYet(since) => format!("**Not in bpftrace {target}**: since {since}."),
        Presence::Removed(removed) => format!("**Not in bpftrace {target}**: removed in {removed}."),
        Presence::Known if lifetime.since > Version::OLDEST => format!("Since {}.", lifetime.since),
        Presence::Known => String::new(),
    }
}

/// What is written in its place now.
fn replaced(kind: ReplacedKind, name: &str, target: Version) -> String {
    match replacement(kind, name).filter(|known| known.since <= target) {
        Some(known) if known.new.is_empty() => format!("Deprecated since {}. {}", known.since, known.summary),
        Some(known) => format!("Since {}, `{}` takes its place. {}", known.since, known.new, known.summary),
        None => String::new(),
    }
}

fn valid(validity: Validity) -> String {
    let mut parts = Vec::new();
    if !validity.probe_types.is_empty() {
        parts.push(format!("in {}", validity.probe_types.join(", ")));
    }
    if !validity.condition.is_empty() {
        parts.push(validity.condition.to_string());
    }
    if parts.is_empty() { String::new() } else { format!("Only {}.", parts.join(", and ")) }
}

fn of_function(name: &str, target: Version) -> Option<String> {
    if let Some(known) = aggregation(name) {
        return Some(page(known.signature, known.summary, &[since(known.lifetime, target)]));
    }
    let known = function(name)?;
    let code = match known.returned_type {
        "" | "none" | "void" => known.signature.to_string(),
        returned => format!("{returned} {}", known.signature),
    };
    let safety = if known.needs_unsafe { "Needs `--unsafe`.".to_string() } else { String::new() };
    let more = [
        valid(known.validity),
        safety,
        since(known.lifetime, target),
        replaced(ReplacedKind::Function, name, target),
    ];
    Some(page(&code, known.summary, &more))
}

fn of_builtin(name: &str, target: Version) -> Option<String> {
    let known = builtin(name)?;
    let more = [
        valid(known.validity),
        since(known.lifetime, target),
        replaced(ReplacedKind::Builtin, known.name, target),
    ];
    Some(page(&format!("{} {name}", known.value_type), known.summary, &more))
}

fn of_type(name: &str, target: Version) -> Option<String> {
    let known = find_type(name)?;
    let more = [since(known.lifetime, target), replaced(ReplacedKind::TypeName, name, target)];
    Some(page(name, known.summary, &more))
}

fn of_config_key(name: &str, target: Version) -> Option<String> {
    let known = config_key(name)?;
    let default =
        if known.default.is_empty() { String::new() } else { format!("Default: `{}`.", known.default) };
    let more = [default, since(known.lifetime, target), replaced(ReplacedKind::ConfigKey, name, target)];
    Some(page(known.name, known.summary, &more))
}

fn of_annotation(comment: &str) -> Option<String> {
    let text = comment.trim_start_matches('/').trim();
    let key = text.split(':').next().unwrap_or_default().trim();
    let known = annotation(key)?;
    let code = match known.example {
        "" => format!("// {}", known.key),
        example => format!("// {}: {example}", known.key),
    };
    Some(page(&code, known.summary, &[]))
}

/// The probe type, and what its probes have.
fn of_attach_point(point: &str, target: Version) -> Option<String> {
    let written = point.split(':').next().unwrap_or_default();
    let known = probe_type(written)?;
    let has = |name: &str| {
        builtin(name).is_some_and(|value| {
            !value.validity.probe_types.is_empty()
                && value.validity.allows(known.name)
                && value.lifetime.at(target) == Presence::Known
        })
    };
    let values: Vec<String> = ["args", "arg0", "retval", "func", "probe_read"]
        .into_iter()
        .filter(|name| has(name))
        .map(|name| format!("`{name}`"))
        .collect();
    let values =
        if values.is_empty() { String::new() } else { format!("Its probes have {}.", values.join(", ")) };
    let more = [values, since(known.lifetime, target), replaced(ReplacedKind::ProbeType, known.name, target)];
    Some(page(known.form, known.summary, &more))
}

fn of_map(map: &MapFact) -> String {
    let code = if map.key.is_empty() { map.name.clone() } else { format!("{}[{}]", map.name, "…") };
    let export = match (map.exported, map.scratch) {
        (true, true) => {
            format!("It only helps the script, and is exported all the same, as `{}`.", map.metric)
        }
        (true, false) => format!("Exported as `{}`.", map.metric),
        (false, _) => "Not exported.".to_string(),
    };
    page(&code, &format!("The map holds {}.", describe_map(map)), &[export])
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(marked: &str, expected: Expect) {
        check_for(marked, Version::NEWEST, expected);
    }

    fn check_for(marked: &str, target: Version, expected: Expect) {
        let offset = marked.find("$0").expect("a mark") as u32;
        let source = marked.replacen("$0", "", 1);
        expected.assert_eq(
            &hover(&source, offset, target)
                .map_or(String::new(), |found| format!("{}: {}", found.span.text(&source), found.markdown)),
        );
    }

    #[test]
    fn functions_and_builtins() {
        check(
            "BEGIN { @ = lh$0ist(1, 0, 10, 1) }",
            expect![[r#"
            lhist: ```bpftrace
            lhist(n, min, max, step)
            ```

            Histogram by equal steps."#]],
        );
        check(
            "BEGIN { print$0(strftime(\"%H\", nsecs)) }",
            expect![[r#"
            print: ```bpftrace
            print(value) or print(@map[, top[, divisor]])
            ```

            Prints a value or a map."#]],
        );
        check(
            "BEGIN { @ = ns$0ecs }",
            expect![[r#"
            nsecs: ```bpftrace
            uint64 nsecs
            ```

            Nanoseconds since the machine started."#]],
        );
        check(
            "BEGIN { @ = sarg0$0 }",
            expect![[r#"
            sarg0: ```bpftrace
            uint64 sarg0
            ```

            An argument of the probe on the stack, by number from 0.

            Only in kprobe, uprobe.

            **Not in bpftrace 0.27.0**: removed in 0.25.0.

            Deprecated since 0.21.0. Read the stack: `*(reg("sp") + 8)`."#]],
        );
        check_for(
            "BEGIN { @ = strcontains$0(\"a\", \"b\") }",
            Version::new(0, 14),
            expect![[r#"
            strcontains: ```bpftrace
            bool strcontains(text, part)
            ```

            Whether a string holds another.

            **Not in bpftrace 0.14.0**: since 0.17.0."#]],
        );
    }

    #[test]
    fn probes_maps_and_annotations() {
        check(
            "kretprobe:v$0fs_read { @ = 1 }",
            expect![[r#"
            kretprobe:vfs_read: ```bpftrace
            kretprobe:[module:]function
            ```

            Return of a kernel function.

            Its probes have `retval`, `func`."#]],
        );
        check(
            "kprobe:f { @us[pid$0] = hist(1) }",
            expect![[r#"
            pid: ```bpftrace
            uint32 pid
            ```

            Process id of the thread that fired the probe."#]],
        );
        check(
            "// unit: @us us\nkprobe:f { @us$0[pid] = hist(1) }",
            expect![[r#"
            @us: ```bpftrace
            @us[…]
            ```

            The map holds a histogram per key, counter, microsec.

            Exported as `us`."#]],
        );
        check(
            "// ref$0resh: 250ms\nBEGIN {}",
            expect![[r#"
            // refresh: 250ms: ```bpftrace
            // refresh: 250ms
            ```

            Prints the maps at this interval."#]],
        );
        check(
            "config = { max_str$0len = 3 } BEGIN {}",
            expect![[r#"
            max_strlen: ```bpftrace
            max_strlen
            ```

            Longest string, in bytes.

            Default: `1024`.

            Since 0.20.0."#]],
        );
    }

    #[test]
    fn nothing_where_nothing_is_known() {
        for marked in
            ["BEGIN { args.pid$0 }", "BEGIN { mystery$0 }", "$0", "BEGIN { 1$02 }", "// prose$0 here"]
        {
            check(marked, expect![[""]]);
        }
    }
}
