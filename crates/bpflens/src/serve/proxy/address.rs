//! The address of a pmproxy, as its user writes it.

use std::fmt;

use axum::http::Uri;

/// Where pmproxy listens if its configuration does not say otherwise.
const DEFAULT_PORT: u16 = 44322;
const FORM: &str = "write http://HOST:PORT";

/// Address of a pmproxy: `http://HOST[:PORT][/PATH]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// Host and port.
    authority: String,
    /// What stands before `/pmapi/`, e.g. for a pmproxy behind a web server; without a slash at its end.
    path: String,
}

impl Address {
    /// Reads what a user wrote; an error says what to write instead.
    pub(crate) fn parse(text: &str) -> Result<Address, String> {
        let uri: Uri = text.parse().map_err(|error| format!("{error}; {FORM}"))?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => {
                return Err(
                    "TLS is not spoken here; use a pmproxy of this machine, which reaches other hosts by \
                     --hostspec, or ssh -L 44322:127.0.0.1:44322 HOST"
                        .into(),
                );
            }
            _ => return Err(format!("not an address of http; {FORM}")),
        }
        let authority = uri.authority().map(|authority| authority.as_str()).unwrap_or_default();
        if authority.contains('@') {
            return Err(format!("a user or password has no place in the address; {FORM}"));
        }
        if uri.query().is_some() {
            return Err(format!("an address has no query; {FORM}"));
        }
        let authority = match uri.port_u16() {
            Some(_) => authority.to_string(),
            None => format!("{}:{DEFAULT_PORT}", authority.trim_end_matches(':')),
        };
        Ok(Address { authority, path: uri.path().trim_end_matches('/').to_string() })
    }

    /// The URL of a call, whose path begins with `/pmapi/`.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{self}{path}")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "http://{}{}", self.authority, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let cases = [
            ("http://127.0.0.1:44322", Ok("http://127.0.0.1:44322")),
            ("http://host", Ok("http://host:44322")),
            ("http://host:80/", Ok("http://host:80")),
            ("HTTP://[::1]:9/pcp/", Ok("http://[::1]:9/pcp")),
            ("https://host", Err("TLS")),
            ("host:44322", Err("not an address of http")),
            ("host", Err("not an address of http")),
            ("ftp://host", Err("not an address of http")),
            ("http://", Err("write http://HOST:PORT")),
            ("http://user:secret@host", Err("no place")),
            ("http://host?x=1", Err("no query")),
            ("", Err("write http://HOST:PORT")),
        ];
        for (text, expected) in cases {
            match (Address::parse(text).map(|address| address.to_string()), expected) {
                (Ok(address), Ok(expected)) => assert_eq!(address, expected, "{text}"),
                (Err(message), Err(part)) => assert!(message.contains(part), "{text}: {message}"),
                (result, _) => panic!("{text}: {result:?}"),
            }
        }
        assert_eq!(
            Address::parse("http://h/p").unwrap().url("/pmapi/context"),
            "http://h:44322/p/pmapi/context"
        );
    }
}
