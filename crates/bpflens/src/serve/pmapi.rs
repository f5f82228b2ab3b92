//! The PMWEBAPI subset that clients of pmproxy use: `/pmapi/context|metric|fetch|indom|children|store`.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use bt_engine::MetricSnapshot;
use bt_metrics::Pmid;
use bt_metrics::control::Control;
use bt_metrics::pmwebapi::{
    ChildrenReply, ContextReply, ErrorReply, FetchReply, IndomInstance, IndomReply, MetricEntry, MetricReply,
    StoreReply,
};
use serde::Deserialize;

use super::service::Service;

/// What a store may carry; a longer body is refused unread. The engine's own bound on a script is tighter.
pub(super) const MAX_BODY_BYTES: usize = 1 << 20;

pub(super) fn routes(service: Arc<Service>) -> Router {
    Router::new()
        .route("/pmapi/context", get(context))
        .route("/pmapi/fetch", get(fetch))
        .route("/pmapi/{context}/fetch", get(fetch))
        .route("/pmapi/metric", get(metric))
        .route("/pmapi/{context}/metric", get(metric))
        .route("/pmapi/indom", get(indom))
        .route("/pmapi/{context}/indom", get(indom))
        .route("/pmapi/children", get(children))
        .route("/pmapi/{context}/children", get(children))
        .route("/pmapi/store", get(store).post(store))
        .route("/pmapi/{context}/store", get(store).post(store))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(service)
}

/// The parameters that the calls know; others are ignored, as in pmproxy.
#[derive(Default, Deserialize)]
struct Parameters {
    context: Option<u32>,
    polltimeout: Option<u64>,
    name: Option<String>,
    names: Option<String>,
    pmids: Option<String>,
    prefix: Option<String>,
    value: Option<String>,
}

type Call = (State<Arc<Service>>, Option<Path<u32>>, Query<Parameters>);

/// The context of a call: the one in its path or parameter, else a new one, as in pmproxy.
fn context_of(service: &Service, path: Option<Path<u32>>, parameters: &Parameters) -> Result<u32, Failure> {
    match path.map(|Path(number)| number).or(parameters.context) {
        None => service.open_context(parameters.polltimeout).map_err(|message| Failure::new(None, message)),
        Some(number) if service.touch_context(number) => Ok(number),
        Some(number) => Err(Failure::new(Some(number), format!("unknown context identifier: {number}"))),
    }
}

async fn context((State(service), _, Query(parameters)): Call) -> Result<Response, Failure> {
    let context = context_of(
        &service,
        None,
        &Parameters { polltimeout: parameters.polltimeout, ..Parameters::default() },
    )?;
    let hostname = service.hostname.clone();
    let labels = BTreeMap::from([("hostname".to_string(), hostname.clone())]);
    Ok(Json(ContextReply { context, source: hostname.clone(), hostspec: hostname, labels }).into_response())
}

async fn fetch((State(service), path, Query(parameters)): Call) -> Result<Response, Failure> {
    let context = context_of(&service, path, &parameters)?;
    service.count_fetch();
    let namespace = service.namespace();
    let metrics: Vec<Arc<MetricSnapshot>> = match (&parameters.names, &parameters.pmids) {
        (Some(names), _) => names.split(',').filter_map(|name| namespace.lookup(name)).collect(),
        (None, Some(pmids)) => {
            pmids.split(',').filter_map(|pmid| namespace.lookup_pmid(Pmid::from_str(pmid).ok()?)).collect()
        }
        (None, None) => return Err(Failure::new(Some(context), "fetch needs names or pmids".into())),
    };
    let mut values = Vec::with_capacity(metrics.len());
    for metric in metrics {
        service.touch_script_of(&metric);
        values.push(service.values(context, &metric));
    }
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Json(FetchReply { context, timestamp: since_epoch.as_millis() as f64 / 1000.0, values })
        .into_response())
}

async fn metric((State(service), path, Query(parameters)): Call) -> Result<Response, Failure> {
    let context = context_of(&service, path, &parameters)?;
    let namespace = service.namespace();
    let names: Vec<String> = match (&parameters.names, &parameters.name, &parameters.prefix) {
        (Some(names), _, _) => names.split(',').map(str::to_string).collect(),
        (None, Some(name), _) => vec![name.clone()],
        (None, None, prefix) => namespace.names_below(prefix.as_deref().unwrap_or_default()),
    };
    let describe = |name: &str| namespace.describe_pmid(namespace.pmid_of(name)?);
    let metrics = names.into_iter().map(|name| match describe(&name) {
        Some(descriptor) => MetricEntry::Known(service.metric_info(&descriptor)),
        None => MetricEntry::Unknown { name, message: "Unknown metric name".into(), success: false },
    });
    Ok(Json(MetricReply { context, metrics: metrics.collect() }).into_response())
}

async fn indom((State(service), path, Query(parameters)): Call) -> Result<Response, Failure> {
    let context = context_of(&service, path, &parameters)?;
    let fail = |message: String| Failure::new(Some(context), message);
    let name = parameters.name.as_deref().ok_or_else(|| fail("indom needs the name of a metric".into()))?;
    let metric =
        service.namespace().lookup(name).ok_or_else(|| fail(format!("{name} - failed to lookup metric")))?;
    let (Some(indom), Some(domain)) = (metric.descriptor.indom, &metric.domain) else {
        return Err(fail(format!("{name} - metric has null indom")));
    };
    let instances = domain.iter().map(|instance| {
        let mut labels = service.labels();
        labels.extend(instance.labels.to_map());
        IndomInstance { instance: instance.number, name: instance.name.to_string(), labels }
    });
    let reply = IndomReply {
        context,
        indom: indom.to_string(),
        labels: service.labels(),
        text_oneline: String::new(),
        text_help: String::new(),
        instances: instances.collect(),
    };
    Ok(Json(reply).into_response())
}

async fn children((State(service), path, Query(parameters)): Call) -> Result<Response, Failure> {
    let context = context_of(&service, path, &parameters)?;
    let prefix = parameters.prefix.unwrap_or_default();
    let namespace = service.namespace();
    if !namespace.has_node(&prefix) {
        return Err(Failure::new(Some(context), "child traversal failed - Unknown metric name".into()));
    }
    let (leaf, nonleaf): (Vec<_>, Vec<_>) =
        namespace.children(&prefix).into_iter().partition(|(_, is_leaf)| *is_leaf);
    let names = |children: Vec<(String, bool)>| children.into_iter().map(|(name, _)| name).collect();
    let (leaf, nonleaf) = (names(leaf), names(nonleaf));
    Ok(Json(ChildrenReply { context, name: prefix, leaf, nonleaf }).into_response())
}

async fn store(
    (State(service), path, Query(parameters)): Call,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    let context = context_of(&service, path, &parameters)?;
    let fail = |message: String| Failure::new(Some(context), message);
    let name = parameters.name.ok_or_else(|| fail("store needs the name of a metric in the URL".into()))?;
    if service.namespace().pmid_of(&name).is_none() {
        return Err(fail(format!("{name} - failed to lookup metric")));
    }
    let Some(control) = Control::from_name(&name) else {
        return Err(fail(format!(
            "failed to store value to metric {name}: No permission to perform requested operation"
        )));
    };
    let value = match parameters.value {
        Some(value) => value,
        None => {
            let body = body.map_err(|error| fail(format!("failed to read the value for {name}: {error}")))?;
            String::from_utf8(body.into()).map_err(|error| {
                fail(format!("failed to store value to metric {name}: not UTF-8, {error}"))
            })?
        }
    };
    service.command(context, control, value).await;
    Ok(Json(StoreReply { context, success: true }).into_response())
}

/// A call that cannot be answered: HTTP 400 with an [`ErrorReply`], as in pmproxy.
struct Failure {
    context: Option<u32>,
    message: String,
}

impl Failure {
    fn new(context: Option<u32>, message: String) -> Failure {
        Failure { context, message }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        error_response(StatusCode::BAD_REQUEST, self.context, &self.message)
    }
}

/// The answer to a call that was refused.
pub(super) fn error_response(status: StatusCode, context: Option<u32>, message: &str) -> Response {
    (status, Json(ErrorReply { context, message: message.into(), success: false })).into_response()
}
