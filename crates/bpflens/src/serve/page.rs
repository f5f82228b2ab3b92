//! The built-in page, embedded in the binary.

use axum::Router;
use axum::http::{HeaderName, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

/// The build of `web/app`. Missing when only Rust was built: then the page says so.
#[derive(RustEmbed)]
#[folder = "../../web/app/dist"]
#[allow_missing = true]
struct Assets;

/// No script but the server's own, WebAssembly among them. The editor and the charts set styles from code.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const NOT_BUILT: &str = "<!doctype html><title>bpflens</title><p>This bpflens was built without its page. \
    <code>pkg-scripts/build</code> builds both.";

pub(super) fn routes() -> Router {
    Router::new().route("/", get(asset)).route("/{*path}", get(asset))
}

async fn asset(uri: Uri) -> Response {
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let Some(file) = Assets::get(path) else {
        return match path {
            "index.html" => Html(NOT_BUILT).into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        };
    };
    let headers: [(HeaderName, &str); 5] = [
        (header::CONTENT_TYPE, file.metadata.mimetype()),
        // The build puts a hash of the content into every name below assets/.
        (
            header::CACHE_CONTROL,
            if path.starts_with("assets/") { "max-age=31536000, immutable" } else { "no-cache" },
        ),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // The token stands in the page's URL and must not reach other servers.
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, file.data).into_response()
}
