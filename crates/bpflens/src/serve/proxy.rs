//! `bpflens serve --pmproxy`: the page's calls go to a pmproxy, which asks the pmcd of any host. No engine, no root.
//!
//! pmproxy answers every page on the network and runs as a service of its own. So what goes there is checked first: calls
//! below `/pmapi/` only, never the token, and no call that pmproxy is known to die of.

mod address;
mod call;
mod check;
mod upstream;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::pmapi::{MAX_BODY_BYTES, error_response};

pub(super) use address::Address;
pub(super) use upstream::Pmproxy;

pub(super) fn routes(pmproxy: Arc<Pmproxy>) -> Router {
    Router::new()
        .route("/pmapi/{*call}", get(forward).post(forward))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(pmproxy)
}

async fn forward(
    State(pmproxy): State<Arc<Pmproxy>>,
    method: Method,
    uri: Uri,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let query = uri.query().unwrap_or_default();
    let path = match call::forwarded(uri.path(), query, pmproxy.hostspec()) {
        Ok(path) => path,
        Err(refused) => return error_response(refused.status(), None, &refused.to_string()),
    };
    let answer = match body {
        // The router sends HEAD here, too; pmproxy does not know it.
        _ if method != Method::POST => pmproxy.get(&path).await,
        Ok(body) => pmproxy.post(&path, body).await,
        Err(error) => {
            let message = format!("the value was not read: {error}");
            return error_response(StatusCode::BAD_REQUEST, None, &message);
        }
    };
    match answer {
        // pmproxy says only why there is no context, not of which host, which a page that leaves the choice to us cannot
        // know.
        Ok(answer)
            if uri.path() == "/pmapi/context"
                && !query.contains("hostspec=")
                && !answer.status.is_success() =>
        {
            error_response(answer.status, None, &format!("{pmproxy}: {}", answer.message()))
        }
        // Of pmproxy's headers none is passed on: it allows the pages of all origins to read its answers.
        Ok(answer) => {
            (answer.status, [(header::CONTENT_TYPE, "application/json")], answer.body).into_response()
        }
        Err(failure) => error_response(failure.status(), None, &failure.to_string()),
    }
}
