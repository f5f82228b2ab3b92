//! What a call of the page becomes on its way to pmproxy.

use std::fmt;

use axum::http::StatusCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Why a call is not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It has another form than the calls of PMWEBAPI.
    NoSuchCall,
    /// A store without the metric's name in the URL.
    StoreWithoutName,
}

impl Refused {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Refused::NoSuchCall => StatusCode::NOT_FOUND,
            Refused::StoreWithoutName => StatusCode::BAD_REQUEST,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Refused::NoSuchCall => "there is no such call: write /pmapi/CALL or /pmapi/CONTEXT/CALL",
            Refused::StoreWithoutName => "store needs the name of a metric in the URL",
        })
    }
}

/// The path and query that pmproxy gets: without our token, and with `hostspec` where the call names neither a context
/// nor a host.
pub(super) fn forwarded(path: &str, query: &str, hostspec: Option<&str>) -> Result<String, Refused> {
    let call = Call::of(path).ok_or(Refused::NoSuchCall)?;
    let mut parameters: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("token=")).collect();
    let has = |key: &str| parameters.iter().any(|pair| pair.split('=').next() == Some(key));
    // pmproxy 6.0.3 dies of a POST to store without any parameter.
    if call.name == "store" && !has("name") {
        return Err(Refused::StoreWithoutName);
    }
    let names_host = call.has_context || has("context") || has("hostspec");
    let hostspec = hostspec
        .filter(|_| !names_host)
        .map(|hostspec| format!("hostspec={}", utf8_percent_encode(hostspec, NON_ALPHANUMERIC)));
    parameters.extend(hostspec.as_deref());
    Ok(match parameters.len() {
        0 => path.to_string(),
        _ => format!("{path}?{}", parameters.join("&")),
    })
}

/// A call as its path names it.
struct Call<'a> {
    has_context: bool,
    name: &'a str,
}

impl<'a> Call<'a> {
    /// Nothing but digits and letters: a path with dots or escapes could mean something else to pmproxy.
    fn of(path: &'a str) -> Option<Call<'a>> {
        let rest = path.strip_prefix("/pmapi/")?;
        let (context, name) = match rest.split_once('/') {
            Some((context, name)) => (Some(context), name),
            None => (None, rest),
        };
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
        (is_word && context.is_none_or(is_number)).then_some(Call { has_context: context.is_some(), name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_to_pmproxy() {
        let cases = [
            ("/pmapi/7/fetch", "names=a,b", Ok("/pmapi/7/fetch?names=a,b")),
            ("/pmapi/7/fetch", "token=s&names=a%2Cb", Ok("/pmapi/7/fetch?names=a%2Cb")),
            ("/pmapi/7/children", "", Ok("/pmapi/7/children")),
            ("/pmapi/context", "polltimeout=30", Ok("/pmapi/context?polltimeout=30&hostspec=h")),
            ("/pmapi/context", "token=s", Ok("/pmapi/context?hostspec=h")),
            ("/pmapi/context", "hostspec=other", Ok("/pmapi/context?hostspec=other")),
            ("/pmapi/fetch", "names=a", Ok("/pmapi/fetch?names=a&hostspec=h")),
            ("/pmapi/fetch", "names=a&context=7", Ok("/pmapi/fetch?names=a&context=7")),
            ("/pmapi/7/store", "name=a", Ok("/pmapi/7/store?name=a")),
            ("/pmapi/7/store", "", Err(Refused::StoreWithoutName)),
            ("/pmapi/7/store", "token=s", Err(Refused::StoreWithoutName)),
            ("/pmapi/store", "names=a&value=1", Err(Refused::StoreWithoutName)),
            ("/pmapi/", "", Err(Refused::NoSuchCall)),
            ("/pmapi/7/", "", Err(Refused::NoSuchCall)),
            ("/pmapi/7/8/fetch", "", Err(Refused::NoSuchCall)),
            ("/pmapi/../series/query", "", Err(Refused::NoSuchCall)),
            ("/pmapi/%2e%2e/metrics", "", Err(Refused::NoSuchCall)),
            ("/pmapi/7/store/", "name=a", Err(Refused::NoSuchCall)),
        ];
        for (path, query, expected) in cases {
            let expected = expected.map(str::to_string);
            assert_eq!(forwarded(path, query, Some("h")), expected, "{path}?{query}");
        }
        assert_eq!(forwarded("/pmapi/context", "", None).as_deref(), Ok("/pmapi/context"));
        let with_host = forwarded("/pmapi/context", "", Some("pcp://h?a&b"));
        assert_eq!(with_host.as_deref(), Ok("/pmapi/context?hostspec=pcp%3A%2F%2Fh%3Fa%26b"));
    }
}
