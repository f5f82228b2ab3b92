//! Requests that the caller performs, and what their answers are for.

use bt_lifecycle::browser::ScriptText;
use bt_metrics::{control, script_metric};
use serde::Serialize;
use tsify::Tsify;

use super::outbox::Return;

/// Longest path of a request: pmproxy 6 takes URLs of 8,192 bytes.
const MAX_PATH_BYTES: usize = 7_500;
/// What of it is for the path before the names.
const FETCH_PATH_BYTES: usize = 500;
/// Seconds that the host keeps a context nobody uses.
const CONTEXT_SECONDS: u32 = 30;
/// A value that takes longer would be late for two polls.
const QUESTION_TIMEOUT_MILLIS: u32 = 5_000;
/// A command may have to wait for the agent to start its process.
const COMMAND_TIMEOUT_MILLIS: u32 = 10_000;

/// A request for the caller to perform. The answer goes to `respond`, a failure to `fail`, both with its `id`.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct HttpRequest {
    /// Names the request.
    pub id: u32,
    /// HTTP method.
    pub method: HttpMethod,
    /// Path and query, from `/pmapi/` on.
    pub path: String,
    /// Body of a POST.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// When to give up.
    pub timeout_millis: u32,
}

/// HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "UPPERCASE")]
pub enum HttpMethod {
    /// Asks.
    Get,
    /// Stores.
    Post,
}

/// What an answer is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Purpose {
    /// Opens a context.
    OpenContext,
    /// Looks for the agent in a new context, and asks for its versions.
    AskAgent { context: u32 },
    /// Stores a script.
    Register { text: ScriptText, run: u32 },
    /// Reads what became of that. `refusal`: the store itself was refused, with this message.
    ReadRegistration { text: ScriptText, run: u32, refusal: Option<String> },
    /// Returns a registration.
    Return { item: Return },
    /// Asks for the metrics of the script with this component.
    AskMetrics { component: String },
    /// Asks for the instances of a metric.
    AskInstances { metric: String },
    /// A part of a poll.
    Poll { names: Vec<String> },
}

/// A request before it has a number.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) method: HttpMethod,
    pub(crate) path: String,
    pub(crate) body: Option<String>,
    pub(crate) timeout_millis: u32,
}

impl Draft {
    fn question(path: String) -> Draft {
        Draft { method: HttpMethod::Get, path, body: None, timeout_millis: QUESTION_TIMEOUT_MILLIS }
    }

    /// The name stands in the URL, the value is the raw body: the only form of POST that pmproxy 6.0 survives.
    fn command(context: u32, metric: &str, value: String) -> Draft {
        let path = format!("/pmapi/{context}/store?name={metric}");
        Draft { method: HttpMethod::Post, path, body: Some(value), timeout_millis: COMMAND_TIMEOUT_MILLIS }
    }

    pub(crate) fn open_context(hostspec: Option<&str>) -> Draft {
        let host = hostspec.map_or(String::new(), |hostspec| format!("hostspec={}&", encode(hostspec)));
        Draft::question(format!("/pmapi/context?{host}polltimeout={CONTEXT_SECONDS}"))
    }

    pub(crate) fn register(context: u32, source: &str) -> Draft {
        Draft::command(context, control::REGISTER, source.to_string())
    }

    pub(crate) fn read_registration(context: u32) -> Draft {
        Draft::fetch(context, &[control::REGISTER.to_string()])
    }

    /// `handle`: the script's id, or its name.
    pub(crate) fn deregister(context: u32, handle: String) -> Draft {
        Draft::command(context, control::DEREGISTER, handle)
    }

    pub(crate) fn fetch(context: u32, names: &[String]) -> Draft {
        let names: Vec<String> = names.iter().map(|name| encode(name)).collect();
        Draft::question(format!("/pmapi/{context}/fetch?names={}", names.join(",")))
    }

    pub(crate) fn metrics(context: u32, component: &str) -> Draft {
        let prefix = script_metric(component, "");
        Draft::question(format!("/pmapi/{context}/metric?prefix={}", encode(prefix.trim_end_matches('.'))))
    }

    pub(crate) fn instances(context: u32, metric: &str) -> Draft {
        Draft::question(format!("/pmapi/{context}/indom?name={}", encode(metric)))
    }
}

/// Distributes the names of scripts over fetches that are as long as a URL may be. Only those of a script that are too long
/// for one are divided: what its values mean is known from its state.
pub(crate) fn split_names(scripts: impl IntoIterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    const MAX_BYTES: usize = MAX_PATH_BYTES - FETCH_PATH_BYTES;
    // With a comma.
    let length_of = |name: &String| encode(name).len() + 1;
    let mut parts: Vec<Vec<String>> = Vec::new();
    let mut length = usize::MAX;
    for names in scripts {
        let is_divided = length.saturating_add(names.iter().map(length_of).sum()) > MAX_BYTES;
        length = if is_divided { usize::MAX } else { length };
        for name in names {
            let name_length = length_of(&name);
            match parts.last_mut() {
                Some(part) if length.saturating_add(name_length) <= MAX_BYTES => {
                    length += name_length;
                    part.push(name);
                }
                _ => {
                    length = name_length;
                    parts.push(vec![name]);
                }
            }
        }
    }
    parts
}

/// Percent-encodes all bytes that are not unreserved (RFC 3986).
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte))
            }
            _ => {
                const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                encoded.push('%');
                encoded.push(char::from(DIGITS[usize::from(byte >> 4)]));
                encoded.push(char::from(DIGITS[usize::from(byte & 15)]));
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_keeps_only_unreserved_bytes() {
        assert_eq!(encode("a.b_c-1~"), "a.b_c-1~");
        assert_eq!(encode("host?x=é&y"), "host%3Fx%3D%C3%A9%26y");
        assert_eq!(Draft::open_context(Some("h:1")).path, "/pmapi/context?hostspec=h%3A1&polltimeout=30");
        assert_eq!(Draft::open_context(None).path, "/pmapi/context?polltimeout=30");
    }

    #[test]
    fn many_names_need_several_fetches() {
        let names = |script: &str, count: usize| -> Vec<String> {
            (0..count).map(|number| format!("bpftrace.scripts.{script}.data.map_{number}")).collect()
        };
        let scripts = [names("s1", 100), names("s2", 150), names("s3", 500), names("s4", 1)];
        let parts = split_names(scripts.clone());
        assert_eq!(parts.concat(), scripts.concat());
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [100, 150, 215, 212, 74], "s2 is whole");
        assert!(parts.iter().all(|part| Draft::fetch(u32::MAX, part).path.len() <= MAX_PATH_BYTES));
    }
}
