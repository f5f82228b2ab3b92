//! The calls that a pmproxy answers: one after the other, each bounded in time and in the size of its answer.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::sync::{Mutex, Semaphore};

use super::Address;

/// A pmproxy that takes longer to accept a connection is not there.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// pmproxy itself waits up to ten seconds for pmcd, and so does a page at most.
///
/// A call that took longer is given up, and the next one goes out: pmproxy may then be at two, which is what the turns
/// avoid. Nothing tells when it is done with the first, and pages that wait for a call that never ends would be worse.
const ANSWER_LIMIT: Duration = Duration::from_secs(12);
/// The longest answer: 100,000 instances with their labels are about half of it. A longer one is not passed on.
const MAX_ANSWER_BYTES: usize = 32 << 20;
/// Calls that wait for their turn, and the one that has it. A page has fewer than ten; one more than this is refused.
const MAX_CALLS: usize = 64;

/// A pmproxy, and the host that it is asked about.
pub(crate) struct Pmproxy {
    address: Address,
    hostspec: Option<String>,
    client: HttpClient,
    places: Semaphore,
    /// Held by the call that pmproxy is at.
    turn: Arc<Mutex<()>>,
}

type HttpClient = Client<HttpConnector, Full<Bytes>>;

/// An answer of pmproxy.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// JSON.
    pub(super) body: Bytes,
}

/// Why pmproxy gave no answer that can be passed on.
#[derive(Debug)]
pub(super) struct Failure {
    address: Address,
    reason: Reason,
}

#[derive(Debug)]
enum Reason {
    TooManyCalls,
    Unreachable(String),
    TooSlow,
    TooLong,
    /// It refused the call as a whole.
    Refused(StatusCode),
    /// It wants a user's name, or another address.
    Denied(StatusCode),
    NotPmproxy(StatusCode),
}

impl Pmproxy {
    pub(crate) fn new(address: Address, hostspec: Option<String>) -> Pmproxy {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_LIMIT));
        // A connection for each call: pmproxy 6.0.3 keeps one open on which it has refused a call, and answers there
        // no more.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        Pmproxy { address, hostspec, client, places: Semaphore::new(MAX_CALLS), turn: Arc::default() }
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// The host to ask about where a call does not say.
    pub(super) fn hostspec(&self) -> Option<&str> {
        self.hostspec.as_deref()
    }

    pub(super) async fn get(&self, path: &str) -> Result<Answer, Failure> {
        self.call(Method::GET, path, Bytes::new()).await
    }

    pub(super) async fn post(&self, path: &str, body: Bytes) -> Result<Answer, Failure> {
        self.call(Method::POST, path, body).await
    }

    async fn call(&self, method: Method, path: &str, body: Bytes) -> Result<Answer, Failure> {
        let answer = async {
            let _place = self.places.try_acquire().map_err(|_| Reason::TooManyCalls)?;
            let request = Request::builder().method(method).uri(self.address.url(path)).body(Full::new(body));
            self.exchange(request.map_err(|error| Reason::Unreachable(error.to_string()))?).await
        };
        answer.await.map_err(|reason| Failure { address: self.address.clone(), reason })
    }

    /// One call after the other, but for what [`ANSWER_LIMIT`] says: two at the same time are what pmproxy 6.0.3 dies
    /// of, one in some thousand times.
    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Answer, Reason> {
        let client = self.client.clone();
        let turn = self.turn.clone().lock_owned().await;
        // In a task of its own, because a page that hangs up does not end what pmproxy is at.
        let exchange = tokio::spawn(async move {
            let answer = tokio::time::timeout(ANSWER_LIMIT, exchange(&client, request)).await;
            drop(turn);
            answer.unwrap_or(Err(Reason::TooSlow))
        });
        exchange.await.unwrap_or_else(|error| Err(Reason::Unreachable(error.to_string())))
    }
}

async fn exchange(client: &HttpClient, request: Request<Full<Bytes>>) -> Result<Answer, Reason> {
    let response = client.request(request).await.map_err(|error| Reason::Unreachable(root_cause(&error)))?;
    let status = response.status();
    // These would say to a page that its token is wrong.
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return Err(Reason::Denied(status));
    }
    let content_type = response.headers().get(header::CONTENT_TYPE);
    // Nothing else is passed on: it would be a document of our origin, whose pages know the token.
    if !content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/json")) {
        // What pmproxy itself says in HTML: a call that it does not have, and a URL that is too long.
        let is_refusal = matches!(status, StatusCode::BAD_REQUEST | StatusCode::URI_TOO_LONG);
        return Err(if is_refusal { Reason::Refused(status) } else { Reason::NotPmproxy(status) });
    }
    match Limited::new(response.into_body(), MAX_ANSWER_BYTES).collect().await {
        Ok(body) => Ok(Answer { status, body: body.to_bytes() }),
        Err(error) if error.is::<LengthLimitError>() => Err(Reason::TooLong),
        Err(error) => Err(Reason::Unreachable(root_cause(error.as_ref()))),
    }
}

/// Which host is asked, and through what.
impl fmt::Display for Pmproxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(hostspec) = &self.hostspec {
            write!(formatter, "{hostspec} through ")?;
        }
        write!(formatter, "pmproxy at {}", self.address)
    }
}

impl Failure {
    pub(super) fn status(&self) -> StatusCode {
        match self.reason {
            Reason::TooManyCalls => StatusCode::SERVICE_UNAVAILABLE,
            Reason::Unreachable(_) | Reason::TooLong | Reason::Denied(_) | Reason::NotPmproxy(_) => {
                StatusCode::BAD_GATEWAY
            }
            Reason::TooSlow => StatusCode::GATEWAY_TIMEOUT,
            Reason::Refused(status) => status,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = &self.address;
        match &self.reason {
            Reason::TooManyCalls => {
                write!(formatter, "{MAX_CALLS} calls wait for pmproxy at {address} already")
            }
            Reason::Unreachable(cause) => write!(formatter, "pmproxy at {address} does not answer: {cause}"),
            Reason::TooSlow => {
                write!(formatter, "pmproxy at {address} gave no answer within {} s", ANSWER_LIMIT.as_secs())
            }
            Reason::TooLong => write!(
                formatter,
                "pmproxy at {address} sent an answer of more than {} MiB",
                MAX_ANSWER_BYTES >> 20
            ),
            Reason::Refused(status) => {
                write!(formatter, "pmproxy at {address} refused the call: HTTP {status}")
            }
            Reason::Denied(status) => {
                write!(formatter, "pmproxy at {address} does not let this server in: HTTP {status}")
            }
            Reason::NotPmproxy(status) => {
                write!(formatter, "{address} answers with HTTP {status}, but is no pmproxy")
            }
        }
    }
}

/// The innermost cause: what is around it names the layers of the client.
fn root_cause(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
