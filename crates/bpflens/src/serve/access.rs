//! Who may call: pages of this server, with the token. A page elsewhere must not be able to start scripts as root.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;

use super::pmapi::error_response;

/// The addresses that this server answers to, and its token.
pub(super) struct Access {
    hosts: Vec<String>,
    token: String,
}

impl Access {
    pub(super) fn new(address: SocketAddr, token: String) -> Access {
        let port = address.port();
        Access { hosts: vec![address.to_string(), format!("localhost:{port}")], token }
    }

    /// Against DNS rebinding: a foreign name that resolves to 127.0.0.1 arrives as a foreign `Host`.
    fn is_own_host(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        host.is_some_and(|host| self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host)))
    }

    /// A request without `Origin` is no cross-site request of a browser.
    fn is_own_origin(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(header::ORIGIN) else { return true };
        let host = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://"));
        host.is_some_and(|host| self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host)))
    }

    fn has_token(&self, request: &Request) -> bool {
        let bearer = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let bearer = bearer.and_then(|value| value.strip_prefix("Bearer "));
        let parameter = request
            .uri()
            .query()
            .and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("token=")));
        [bearer, parameter]
            .into_iter()
            .flatten()
            .any(|token| token.as_bytes().ct_eq(self.token.as_bytes()).into())
    }
}

/// Refuses requests for another host or from another origin.
pub(super) async fn require_same_host(
    State(access): State<Arc<Access>>,
    request: Request,
    next: Next,
) -> Response {
    if !access.is_own_host(request.headers()) {
        return (StatusCode::FORBIDDEN, "this server answers to its loopback address only").into_response();
    }
    if !access.is_own_origin(request.headers()) {
        return (StatusCode::FORBIDDEN, "this server answers to its own pages only").into_response();
    }
    next.run(request).await
}

/// Refuses requests without the token.
pub(super) async fn require_token(
    State(access): State<Arc<Access>>,
    request: Request,
    next: Next,
) -> Response {
    if !access.has_token(&request) {
        let message = "the token is missing or wrong: open the URL that bpflens serve printed";
        return error_response(StatusCode::UNAUTHORIZED, None, message);
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    type Headers = &'static [(&'static str, &'static str)];

    fn access() -> Access {
        Access::new("127.0.0.1:4040".parse().unwrap(), "secret".into())
    }

    fn request(uri: &str, headers: Headers) -> Request {
        let mut builder = Request::builder().uri(uri);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(axum::body::Body::empty()).unwrap()
    }

    #[test]
    fn hosts_and_origins() {
        let cases: &[(Headers, bool)] = &[
            (&[("host", "127.0.0.1:4040")], true),
            (&[("host", "localhost:4040")], true),
            (&[("host", "evil.example:4040")], false),
            (&[], false),
            (&[("host", "127.0.0.1:4040"), ("origin", "http://127.0.0.1:4040")], true),
            (&[("host", "127.0.0.1:4040"), ("origin", "http://localhost:9")], false),
            (&[("host", "127.0.0.1:4040"), ("origin", "null")], false),
        ];
        for (headers, expected) in cases {
            let request = request("/", headers);
            let allowed =
                access().is_own_host(request.headers()) && access().is_own_origin(request.headers());
            assert_eq!(allowed, *expected, "{headers:?}");
        }
    }

    #[test]
    fn tokens() {
        let cases: &[(&str, Headers, bool)] = &[
            ("/pmapi/context?token=secret", &[], true),
            ("/pmapi/context?a=b&token=secret", &[], true),
            ("/pmapi/context", &[("authorization", "Bearer secret")], true),
            ("/pmapi/context?token=secre", &[], false),
            ("/pmapi/context?token=", &[], false),
            ("/pmapi/context", &[("authorization", "Basic secret")], false),
        ];
        for (uri, headers, expected) in cases {
            assert_eq!(access().has_token(&request(uri, headers)), *expected, "{uri} {headers:?}");
        }
    }
}
