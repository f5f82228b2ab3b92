//! Attach points that cannot be compared with patterns, because one place has many spellings.

use super::{Policy, canonical};
use crate::facts::ProbeFact;

/// Probe types that attach to a file.
const WITH_PATH: [&str; 3] = ["uprobe", "uretprobe", "usdt"];
/// What bpftrace completes itself, so that it may become one of [`WITH_PATH`], or `..`.
const WILDCARDS: [char; 4] = ['*', '?', '[', '$'];

/// Why this attach point cannot be compared with the patterns of the policy, and what to do; `None` if it can.
pub(super) fn ambiguity(probe: &ProbeFact, policy: &Policy) -> Option<(String, String)> {
    let patterns = || policy.allow_probes.iter().chain(&policy.deny_probes);
    let point = &probe.attach_point;
    if point.contains('\\') && patterns().next().is_some() {
        let message = format!("{point} has a `\\`: the policy of this host does not look behind it");
        return Some((message, "write the attach point without it".into()));
    }
    let mut words = point.split(|one: char| !one.is_ascii_alphanumeric() && one != '_');
    if let Some(word) = words.find(|word| is_compilers(word)).filter(|_| patterns().next().is_some()) {
        let message = format!("{word} in {point} may be a macro of the compiler, which bpftrace replaces");
        return Some((message, "the policy of this host cannot tell what is attached to".into()));
    }
    let plain = canonical(point);
    let (provider, rest) = plain.split_once(':')?;
    let has_path = |provider: &str| WITH_PATH.contains(&provider) || provider.contains(WILDCARDS);
    // A pattern without a path (`uprobe:*`) says the same of each.
    let names_path = |pattern: &String| {
        let pattern = canonical(pattern);
        pattern.split_once(':').is_some_and(|(provider, rest)| {
            has_path(provider) && !rest.bytes().all(|byte| matches!(byte, b'*' | b':'))
        })
    };
    if !has_path(provider) || !patterns().any(names_path) || is_plain_path(rest.split(':').next()?) {
        return None;
    }
    let message = format!(
        "the policy of this host compares paths as they are written, and {point} has none or not a plain one"
    );
    Some((message, "give the absolute path, without `..`, `.` and `//`".into()))
}

/// Whether a word looks like what compilers and headers define, often as nothing: `__USER_LABEL_PREFIX__`.
fn is_compilers(word: &str) -> bool {
    let is_enclosed = word.len() > 4 && word.starts_with("__") && word.ends_with("__");
    let has_capitals = word.starts_with('_') && word.contains(|one: char| one.is_ascii_uppercase());
    is_enclosed || has_capitals || word == "__bitwise"
}

/// Whether it begins at the root and takes no detour. Links are not resolved.
fn is_plain_path(path: &str) -> bool {
    let is_plain = |part: &str| {
        let may_go_up = part.starts_with('.') && part.contains(WILDCARDS);
        !["", ".", ".."].contains(&part) && !may_go_up
    };
    path.strip_prefix('/').is_some_and(|parts| parts.split('/').all(is_plain))
}
