//! The PMWEBAPI subset that clients of pmproxy use: `/pmapi/context|metric|fetch|indom|children|store`.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use bt_catalog::Version;
use bt_engine::{Engine, MetricSnapshot};
use bt_metrics::control::{Outcome, Refusal};
use bt_metrics::pmwebapi::{
    ChildrenReply, ContextReply, ErrorReply, FetchReply, IndomInstance, IndomReply, InstanceValue,
    MetricEntry, MetricInfo, MetricReply, MetricValues, StoreReply,
};
use bt_metrics::{Atom, Pmid};
use serde::Deserialize;

use super::contexts::{Contexts, Control};
use super::namespace::{Agent, Namespace, json};
use super::startup;

/// What a store may carry; a longer body is refused unread. The engine's own bound on a script is tighter.
const MAX_BODY_BYTES: usize = 1 << 20;

/// What the handlers share.
pub(super) struct Service {
    engine: Engine,
    agent: Agent,
    hostname: String,
    contexts: Mutex<Contexts>,
}

impl Service {
    pub(super) fn new(engine: Engine, bpftrace_version: Version) -> Service {
        let agent = Agent {
            version: env!("CARGO_PKG_VERSION"),
            bpftrace_version: bpftrace_version.to_string(),
            tracepoints: startup::tracepoints().into(),
        };
        Service { engine, agent, hostname: startup::hostname(), contexts: Mutex::default() }
    }

    /// Ends the contexts that nobody uses any more.
    pub(super) async fn expire_contexts(&self) {
        let leases = self.contexts().expire(now_millis());
        for script in leases {
            // A script that is gone already has no lease.
            let _ = self.engine.abandon(&script).await;
        }
    }

    fn contexts(&self) -> MutexGuard<'_, Contexts> {
        // Each call below leaves the table whole, so that a poisoned lock is still good.
        self.contexts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn namespace(&self) -> Namespace<'_> {
        Namespace { agent: &self.agent, scripts: self.engine.scripts() }
    }

    fn open_context(&self, poll_timeout_seconds: Option<u64>) -> Result<u32, Failure> {
        let mut bytes = [0; 4];
        getrandom::fill(&mut bytes)
            .map_err(|error| Failure::new(None, format!("cannot open a context: {error}")))?;
        // PCP's contexts are positive 31-bit numbers.
        let number = u32::from_ne_bytes(bytes) >> 1;
        let opened = self.contexts().open(number, poll_timeout_seconds, now_millis());
        opened.ok_or_else(|| Failure::new(None, "too many open contexts".into()))
    }

    /// The context of a call: the one in its path or parameter, else a new one, as in pmproxy.
    fn context(&self, path: Option<Path<u32>>, parameters: &Parameters) -> Result<u32, Failure> {
        let Some(number) = path.map(|Path(number)| number).or(parameters.context) else {
            return self.open_context(parameters.polltimeout);
        };
        if self.contexts().touch(number, now_millis()) {
            Ok(number)
        } else {
            Err(Failure::new(Some(number), format!("unknown context identifier: {number}")))
        }
    }

    /// Carries out what was stored to a control metric and keeps the reply for the next fetch.
    async fn command(&self, context: u32, control: Control, value: String) {
        let reply = match control {
            Control::Register => self.register(context, value).await,
            Control::Deregister => {
                self.contexts().remove_lease(context, value.trim());
                outcome(self.engine.deregister(value.trim()).await)
            }
            Control::Start => outcome(self.engine.start_script(value.trim()).await),
            Control::Stop => outcome(self.engine.stop_script(value.trim()).await),
        };
        self.contexts().reply(context, control, reply);
    }

    async fn register(&self, context: u32, code: String) -> String {
        let script = match self.engine.register(code, None).await {
            Ok(script) => script,
            Err(refused) => {
                return json(&Refusal { error: refused.error, diagnostics: refused.diagnostics });
            }
        };
        let has_context = self.contexts().add_lease(context, &script.id.to_string());
        if !has_context {
            // The client is gone: nobody else would return this lease.
            let _ = self.engine.deregister(&script.id.to_string()).await;
        }
        json(&script.to_control())
    }
}

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

async fn context((State(service), _, Query(parameters)): Call) -> Result<Response, Failure> {
    let context = service.open_context(parameters.polltimeout)?;
    let hostname = service.hostname.clone();
    let labels = BTreeMap::from([("hostname".to_string(), hostname.clone())]);
    Ok(Json(ContextReply { context, source: hostname.clone(), hostspec: hostname, labels }).into_response())
}

async fn fetch((State(service), path, Query(parameters)): Call) -> Result<Response, Failure> {
    let context = service.context(path, &parameters)?;
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
    Ok(Json(FetchReply { context, timestamp: since_epoch.as_secs_f64(), values }).into_response())
}

impl Service {
    /// A fetch of any of its metrics keeps a script alive.
    fn touch_script_of(&self, metric: &MetricSnapshot) {
        let below = metric.descriptor.name.strip_prefix("bpftrace.scripts.");
        let component = below.and_then(|name| name.split_once('.')).map(|(component, _)| component);
        if let Some(script) = component.and_then(|component| self.engine.scripts().by_component(component)) {
            self.engine.touch(script.id.as_str());
        }
    }

    fn values(&self, context: u32, metric: &MetricSnapshot) -> MetricValues {
        let value = |(instance, value): &(Option<u32>, Atom)| InstanceValue {
            instance: *instance,
            value: value.clone(),
        };
        let instances = match Control::from_name(&metric.descriptor.name) {
            Some(control) => {
                let reply = self.contexts().take_reply(context, control);
                vec![InstanceValue { instance: None, value: Atom::Text(reply.into()) }]
            }
            None => metric.values.iter().map(value).collect(),
        };
        MetricValues {
            pmid: metric.descriptor.pmid.to_string(),
            name: metric.descriptor.name.clone(),
            instances,
        }
    }
}

async fn metric((State(service), path, Query(parameters)): Call) -> Result<Response, Failure> {
    let context = service.context(path, &parameters)?;
    let namespace = service.namespace();
    let names: Vec<String> = match (&parameters.names, &parameters.name, &parameters.prefix) {
        (Some(names), _, _) => names.split(',').map(str::to_string).collect(),
        (None, Some(name), _) => vec![name.clone()],
        (None, None, prefix) => namespace.names_below(prefix.as_deref().unwrap_or_default()),
    };
    let metrics = names.into_iter().map(|name| match namespace.lookup(&name) {
        Some(metric) => MetricEntry::Known(service.metric_info(&metric)),
        None => MetricEntry::Unknown { name, message: "Unknown metric name".into(), success: false },
    });
    Ok(Json(MetricReply { context, metrics: metrics.collect() }).into_response())
}

impl Service {
    fn metric_info(&self, metric: &MetricSnapshot) -> MetricInfo {
        let descriptor = &metric.descriptor;
        let mut labels = self.labels();
        if let Some(metric_type) = descriptor.metric_type {
            labels.insert("metrictype".into(), metric_type.name().into());
        }
        MetricInfo {
            name: descriptor.name.clone(),
            pmid: descriptor.pmid.to_string(),
            indom: descriptor.indom.map(|indom| indom.to_string()),
            value_type: descriptor.value_type,
            sem: descriptor.semantics,
            units: descriptor.units.clone(),
            labels,
            text_oneline: descriptor.help_oneline.clone(),
            text_help: descriptor.help_long.clone(),
        }
    }

    fn labels(&self) -> BTreeMap<String, String> {
        BTreeMap::from([("agent".into(), "bpftrace".into()), ("hostname".into(), self.hostname.clone())])
    }
}

async fn indom((State(service), path, Query(parameters)): Call) -> Result<Response, Failure> {
    let context = service.context(path, &parameters)?;
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
    let context = service.context(path, &parameters)?;
    let prefix = parameters.prefix.unwrap_or_default();
    let names = service.namespace().names_below(&prefix);
    // These nodes stay while they have no child.
    let is_fixed = ["", "bpftrace", "bpftrace.scripts"].contains(&prefix.as_str());
    if names.is_empty() && !is_fixed {
        return Err(Failure::new(Some(context), "child traversal failed - Unknown metric name".into()));
    }
    let (mut leaf, mut nonleaf) = (Vec::new(), Vec::new());
    if prefix == "bpftrace" {
        nonleaf.push("scripts".to_string());
    }
    for name in &names {
        let below = name[prefix.len()..].trim_start_matches('.');
        let (child, list) = match below.split_once('.') {
            Some((child, _)) => (child, &mut nonleaf),
            None => (below, &mut leaf),
        };
        if !child.is_empty() && !list.iter().any(|known| known == child) {
            list.push(child.to_string());
        }
    }
    Ok(Json(ChildrenReply { context, name: prefix, leaf, nonleaf }).into_response())
}

async fn store(
    (State(service), path, Query(parameters)): Call,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    let context = service.context(path, &parameters)?;
    let fail = |message: String| Failure::new(Some(context), message);
    let name = parameters.name.ok_or_else(|| fail("store needs the name of a metric in the URL".into()))?;
    if service.namespace().lookup(&name).is_none() {
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

fn outcome<E: ToString>(result: Result<(), E>) -> String {
    json(&Outcome::from_result(result.map_err(|error| error.to_string())))
}

fn now_millis() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64
}
