//! What the calls of PMWEBAPI have in common: the engine, the open contexts, and the metrics made of both.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use bt_catalog::Version;
use bt_engine::namespace::{AgentInfo, Namespace};
use bt_engine::{Engine, MetricSnapshot};
use bt_metrics::control::{Control, Outcome, Refusal, json};
use bt_metrics::pmwebapi::{InstanceValue, MetricInfo, MetricValues};
use bt_metrics::{Atom, Descriptor};

use super::contexts::Contexts;
use super::startup;

/// The state of the server.
pub(super) struct Service {
    engine: Engine,
    info: AgentInfo,
    pub(super) hostname: String,
    contexts: Mutex<Contexts>,
}

impl Service {
    pub(super) fn new(engine: Engine, bpftrace_version: Version) -> Service {
        let info = AgentInfo::new(env!("CARGO_PKG_VERSION"));
        info.set_bpftrace_version(Some(bpftrace_version.to_string()));
        Service { engine, info, hostname: startup::hostname(), contexts: Mutex::default() }
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

    /// The metrics of this moment.
    pub(super) fn namespace(&self) -> Namespace<'_> {
        Namespace { info: &self.info, scripts: self.engine.scripts() }
    }

    /// Opens a context under a random number, so that no client hits that of another by chance.
    pub(super) fn open_context(&self, poll_timeout_seconds: Option<u64>) -> Result<u32, String> {
        let mut bytes = [0; 4];
        getrandom::fill(&mut bytes).map_err(|error| format!("cannot open a context: {error}"))?;
        // PCP's contexts are positive 31-bit numbers.
        let number = u32::from_ne_bytes(bytes) >> 1;
        let opened = self.contexts().open(number, poll_timeout_seconds, now_millis());
        opened.ok_or_else(|| "too many open contexts: close a page, or wait until they expire".into())
    }

    /// Notes that a context was used. `false` if there is no such context.
    pub(super) fn touch_context(&self, number: u32) -> bool {
        self.contexts().touch(number, now_millis())
    }

    /// Carries out what was stored to a control metric and keeps the reply for the next fetch.
    pub(super) async fn command(&self, context: u32, control: Control, value: String) {
        let reply = match control {
            Control::Register => self.register(context, value).await,
            Control::Deregister => {
                self.contexts().remove_lease(context, value.trim());
                self.outcome(self.engine.deregister(value.trim()).await)
            }
            Control::Start => self.outcome(self.engine.start_script(value.trim()).await),
            Control::Stop => self.outcome(self.engine.stop_script(value.trim()).await),
        };
        self.contexts().reply(context, control, reply);
    }

    fn outcome<E: ToString>(&self, result: Result<(), E>) -> String {
        if result.is_err() {
            self.info.count_rejected();
        }
        json(&Outcome::from_result(result.map_err(|error| error.to_string())))
    }

    async fn register(&self, context: u32, code: String) -> String {
        let script = match self.engine.register(code, None).await {
            Ok(script) => script,
            Err(refused) => {
                self.info.count_rejected();
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

    /// Counts a fetch.
    pub(super) fn count_fetch(&self) {
        self.info.count_fetch();
    }

    /// A fetch of any of its metrics keeps a script alive.
    pub(super) fn touch_script_of(&self, metric: &MetricSnapshot) {
        if let Some(script) = self.namespace().script_of(metric.descriptor.pmid) {
            self.engine.touch(&script);
        }
    }

    /// The values of a metric; of a control metric the reply that waits for this context.
    pub(super) fn values(&self, context: u32, metric: &MetricSnapshot) -> MetricValues {
        let value = |(instance, value): &(Option<u32>, Atom)| InstanceValue {
            instance: *instance,
            value: value.clone(),
        };
        let instances = match Control::from_pmid(metric.descriptor.pmid) {
            Some(control) => {
                let reply = self.contexts().take_reply(context, control);
                vec![InstanceValue { instance: None, value: Atom::Text(reply.into()) }]
            }
            None => metric.values.iter().map(value).collect(),
        };
        let printed = (metric.updated_at_millis > 0).then(|| metric.updated_at_millis as f64 / 1000.0);
        MetricValues {
            pmid: metric.descriptor.pmid.to_string(),
            name: metric.descriptor.name.clone(),
            printed,
            instances,
        }
    }

    /// The descriptor of a metric.
    pub(super) fn metric_info(&self, descriptor: &Descriptor) -> MetricInfo {
        let mut labels = self.labels();
        if let Some(label) = descriptor.metric_type_label() {
            labels.insert("metrictype".into(), label.into());
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

    /// The labels that everything here has.
    pub(super) fn labels(&self) -> BTreeMap<String, String> {
        BTreeMap::from([("agent".into(), "bpftrace".into()), ("hostname".into(), self.hostname.clone())])
    }
}

fn now_millis() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64
}
