//! The answers to pmcd: each is read from the engine's snapshots; only a command waits, for the supervisor.

use std::collections::HashMap;
use std::sync::Arc;

use bt_engine::namespace::{AgentInfo, Namespace};
use bt_engine::{MetricSnapshot, ScriptSnapshot, ScriptTable};
use bt_metrics::control::Control;
use bt_metrics::{CONTROL_LABEL, Descriptor, IndomId, Pmid};
use pcp_pmda::{
    Agent, Attribute, Child, ContextId, Desc, InDom, LabelTarget, MetricResult, PmError, PmId, Profile,
    Subject, Value, Wanted, log,
};

use crate::contexts::{Contexts, Identity};
use crate::control::{self, Answer};
use crate::descriptors::{DOMAIN, desc, in_dom, instance_name, pm_id, pmid, value};
use crate::runner::Runner;

/// No labels.
const NO_LABELS: &str = "{}";

/// PCP's name for the agent, which is not that of its program.
const AGENT_LABEL: &str = r#"{"agent":"bpftrace"}"#;

/// Instances of a domain that have labels; a larger domain has none. pmproxy 6.0.3 asks for the labels of all of them
/// whenever it meets a new one: 3,000 keys took it 24 s, and 512 take 1.5 s. Names are there in any case.
const MAX_LABELLED_INSTANCES: usize = 512;

/// The agent as pmcd sees it.
pub(crate) struct BpftraceAgent {
    runner: Runner,
    info: Arc<AgentInfo>,
    contexts: Contexts,
    moment: Moment,
    /// The names that clients know of, see [`ScriptTable::generation`].
    generation: u64,
}

/// What the present fetch finds: all that it says of a script's data is of one print of its bpftrace. The agent's own
/// metrics and the states of scripts are those of the time when each is read.
#[derive(Default)]
struct Moment {
    table: Arc<ScriptTable>,
    /// The scripts of which data are fetched, by their slots.
    scripts: HashMap<u32, Arc<ScriptSnapshot>>,
}

impl Moment {
    /// The metric with this number.
    fn metric(&self, info: &AgentInfo, pmid: Pmid) -> Option<Arc<MetricSnapshot>> {
        let script = pmid.slot().and_then(|slot| self.scripts.get(&slot));
        let data = script.and_then(|script| script.metric(pmid)).cloned();
        data.or_else(|| Namespace { info, scripts: Arc::clone(&self.table) }.lookup_pmid(pmid))
    }
}

impl BpftraceAgent {
    pub(crate) fn new(runner: Runner, info: Arc<AgentInfo>) -> BpftraceAgent {
        let (contexts, moment) = (Contexts::default(), Moment::default());
        BpftraceAgent { runner, info, contexts, moment, generation: 0 }
    }

    /// The metrics of this moment.
    fn namespace(&self) -> Namespace<'_> {
        Namespace { info: &self.info, scripts: self.runner.scripts() }
    }

    fn descriptor(&self, pm_id: PmId) -> Result<Arc<Descriptor>, PmError> {
        self.namespace().describe_pmid(ours(pm_id)?).ok_or(PmError::Pmid)
    }

    /// Holds the scripts that a fetch is about, and keeps them from expiring.
    fn hold_scripts(&mut self, pmids: &[PmId]) {
        self.moment = Moment { table: self.runner.scripts(), scripts: HashMap::new() };
        let Some(engine) = self.runner.engine() else { return };
        for slot in pmids.iter().filter_map(|pm_id| pmid(*pm_id).slot()) {
            if self.moment.scripts.contains_key(&slot) {
                continue;
            }
            if let Some(script) = self.moment.table.by_slot(slot) {
                engine.touch(&script);
                self.moment.scripts.insert(slot, script);
            }
        }
    }

    /// Counts and logs a store that is refused.
    fn reject(&self, control: Control, user: Option<&str>, reason: &str) {
        self.info.count_rejected();
        let user = user.unwrap_or("somebody unknown");
        log::warn_of_client(&format!("{} by {user}: {reason}", control.name()));
    }

    /// The name of a client's user, see [`Users::name`](crate::users::Users::name).
    fn user_name(&self, context: ContextId) -> Option<String> {
        match self.contexts.identity(context) {
            Identity { name: Some(name), .. } => Some(name),
            Identity { name: None, user_id } => self.runner.users().name(user_id?),
        }
    }
}

impl Agent for BpftraceAgent {
    fn describe(&mut self, pm_id: PmId) -> Result<Desc, PmError> {
        Ok(desc(&*self.descriptor(pm_id)?))
    }

    fn pmid(&mut self, name: &str) -> Result<PmId, PmError> {
        self.namespace().pmid_of(name).map(pm_id).ok_or(PmError::Name)
    }

    fn names(&mut self, pm_id: PmId) -> Result<Vec<String>, PmError> {
        Ok(vec![self.descriptor(pm_id)?.name.clone()])
    }

    fn children(&mut self, prefix: &str, traverse: bool) -> Result<Vec<Child>, PmError> {
        let namespace = self.namespace();
        if !namespace.has_node(prefix) {
            return Err(PmError::Name);
        }
        let children = if traverse {
            namespace.names_below(prefix).into_iter().map(|name| (name, true)).collect()
        } else {
            namespace.children(prefix)
        };
        Ok(children.into_iter().map(|(name, is_leaf)| Child { name, is_leaf }).collect())
    }

    fn instances(&mut self, indom: InDom, visit: &mut dyn FnMut(u32, &str)) -> Result<(), PmError> {
        let instances = self.namespace().indom(our_indom(indom)?).ok_or(PmError::Indom)?;
        instances.iter().for_each(|instance| visit(instance.number, instance_name(&instance.name)));
        Ok(())
    }

    fn help(&mut self, subject: Subject, is_long: bool) -> Result<String, PmError> {
        match subject {
            Subject::Metric(pm_id) => {
                let descriptor = self.descriptor(pm_id)?;
                let text = if is_long { &descriptor.help_long } else { &descriptor.help_oneline };
                Ok(text.clone())
            }
            Subject::Indom(indom) => {
                let metric = our_indom(indom)?.pmid();
                let namespace = self.namespace();
                let descriptor =
                    namespace.describe_pmid(metric).filter(|descriptor| in_dom(descriptor.indom) == indom);
                Ok(indom_help(&*descriptor.ok_or(PmError::Indom)?, is_long))
            }
        }
    }

    fn labels(&mut self, target: LabelTarget) -> String {
        let label = match target {
            LabelTarget::Domain => return AGENT_LABEL.into(),
            LabelTarget::Indom(_) => None,
            LabelTarget::Cluster(cluster) => {
                Pmid { cluster, item: 0 }.slot().is_none().then_some(CONTROL_LABEL)
            }
            LabelTarget::Item(pm_id) => {
                self.descriptor(pm_id).ok().and_then(|descriptor| descriptor.metric_type_label())
            }
        };
        label.map_or(NO_LABELS.into(), |label| format!("{{\"metrictype\":\"{label}\"}}"))
    }

    fn instance_labels(&mut self, indom: InDom, visit: &mut dyn FnMut(u32, &str)) -> Result<(), PmError> {
        let instances = self.namespace().indom(our_indom(indom)?).ok_or(PmError::Indom)?;
        if instances.len() > MAX_LABELLED_INSTANCES {
            return Ok(());
        }
        for instance in instances.iter() {
            let labels = instance.labels.to_map();
            if !labels.is_empty() {
                // Text keys and values always serialise.
                visit(instance.number, &serde_json::to_string(&labels).unwrap_or_default());
            }
        }
        Ok(())
    }

    fn begin_fetch(&mut self, _context: ContextId, pmids: &[PmId]) {
        self.info.count_fetch();
        self.hold_scripts(pmids);
    }

    fn end_fetch(&mut self) {
        // The engine may have newer values: then these are of no use.
        self.moment = Moment::default();
    }

    fn fetch(
        &mut self,
        context: ContextId,
        pm_id: PmId,
        profile: &Profile<'_>,
        out: &mut MetricResult<'_>,
    ) -> Result<(), PmError> {
        let pmid = ours(pm_id)?;
        if let Some(control) = Control::from_pmid(pmid) {
            out.push(None, Value::Text(&self.contexts.take_reply(context, control)));
            return Ok(());
        }
        let metric = self.moment.metric(&self.info, pmid).ok_or(PmError::Pmid)?;
        let value_type = metric.descriptor.value_type;
        let wanted = profile.of(in_dom(metric.descriptor.indom));
        let all_wanted = wanted == Wanted::AllBut(&[]);
        for (instance, atom) in &metric.values {
            let is_wanted = all_wanted || instance.is_none_or(|number| wanted.contains(number));
            if is_wanted && let Some(value) = value(atom, value_type) {
                out.push(*instance, value);
            }
        }
        Ok(())
    }

    fn store(
        &mut self,
        context: ContextId,
        pm_id: PmId,
        _instance: Option<u32>,
        value: Value<'_>,
    ) -> Result<(), PmError> {
        let control = Control::from_pmid(ours(pm_id)?).ok_or(PmError::Permission)?;
        let Value::Text(text) = value else { return Err(PmError::Type) };
        let config = self.runner.config();
        // Where nobody may do anything, nobody is looked up.
        let user = config.access.enabled.then(|| self.user_name(context)).flatten();
        if let Err(denied) = config.access.check(user.as_deref()) {
            self.reject(control, user.as_deref(), &format!("denied: {denied}"));
            // pmcd has one error for every reason; who asks why can fetch it.
            self.contexts.reply(context, control, control::denied(&denied));
            return Err(PmError::Permission);
        }
        let engine = self.runner.engine_for_command();
        // The engine tells of each script that it refuses.
        let is_logged = control == Control::Register && engine.is_ok();
        let Answer { reply, refusal } = control::execute(engine, control, text, user.clone());
        self.contexts.reply(context, control, reply);
        let Some(reason) = refusal else { return Ok(()) };
        if is_logged {
            self.info.count_rejected();
        } else {
            self.reject(control, user.as_deref(), &format!("refused: {reason}"));
        }
        Err(PmError::BadStore)
    }

    fn attribute(&mut self, context: ContextId, attribute: Attribute<'_>) {
        match attribute {
            Attribute::Username(name) => {
                self.contexts.identify(context, |identity| identity.name = Some(name.to_string()));
            }
            Attribute::UserId(user_id) => {
                self.contexts.identify(context, |identity| identity.user_id = Some(user_id));
            }
            _ => {}
        }
    }

    fn end_context(&mut self, context: ContextId) {
        self.contexts.end(context);
    }

    fn names_changed(&mut self) -> bool {
        let generation = self.runner.scripts().generation();
        std::mem::replace(&mut self.generation, generation) != generation
    }
}

/// The number within the agent, if it is one of the agent's.
fn ours(pm_id: PmId) -> Result<Pmid, PmError> {
    if pm_id.domain() == DOMAIN { Ok(pmid(pm_id)) } else { Err(PmError::Pmid) }
}

fn our_indom(indom: InDom) -> Result<IndomId, PmError> {
    if indom != InDom::NULL && indom.domain() == DOMAIN {
        Ok(IndomId { serial: indom.serial() })
    } else {
        Err(PmError::Indom)
    }
}

fn indom_help(descriptor: &Descriptor, is_long: bool) -> String {
    let what = format!("instances of {}", descriptor.name);
    if !is_long {
        return what;
    }
    format!(
        "The {what}, sorted as bpftrace sorts them. A number stays with its instance as long as the script's name \
         lives. Labels have the parts of the key (key0, key1 and so on) and the bounds of a bucket (low, high); \
         there are none if there are more than {MAX_LABELLED_INSTANCES} instances."
    )
}

#[cfg(test)]
mod tests;
