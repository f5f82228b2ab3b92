//! A host in memory: registrations, scripts that run, end or fail by their text, and one map `@x`.

use std::collections::BTreeMap;

use bt_metrics::control::{Metadata, Refusal, Script, State, Status, Variable};
use bt_metrics::pmwebapi::{
    ContextReply, ErrorReply, FetchReply, IndomInstance, IndomReply, InstanceValue, MetricEntry, MetricInfo,
    MetricReply, MetricValues, StoreReply,
};
use bt_metrics::{Atom, Semantics, Units, ValueType};
use bt_wasm::session::HttpRequest;
use serde::Serialize;

/// Milliseconds until a script's probes are attached.
const START_MILLIS: f64 = 300.0;
/// Milliseconds until it prints its map for the first time, or ends.
pub(crate) const FIRST_PRINT_MILLIS: f64 = 1_300.0;
/// Milliseconds from one print to the next.
pub(crate) const PRINT_MILLIS: f64 = 1_000.0;

/// What it says of a script that failed, in the metric `diagnostics`.
const FINDINGS: &str = r#"[{"severity":"error","message":"it broke","line":1,"column":3}]"#;

/// What the host says of the run of a script that prints too much, and of its text.
const CUT: &str = r#"[
    {"severity": "warning", "message": "a printed text is too long; its end is left out (3 times)"},
    {"severity": "warning", "message": "a finding about a line, which the editor shows", "line": 1, "column": 1}
]"#;

/// Numbers that are the same in every run (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// Less than `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33) % sides
    }
}

/// The host.
#[derive(Default)]
pub(crate) struct Host {
    pub(crate) is_down: bool,
    /// Whether it says when it printed the values, as our server does and pmproxy does not.
    tells_prints: bool,
    /// Whether its scripts also print what is not a map's, all the time.
    pub(crate) is_chatty: bool,
    /// How much longer the ids of its scripts are than usual.
    pub(crate) more_digits: usize,
    clock: HostClock,
    context: u32,
    next_script: u32,
    reply: String,
    scripts: BTreeMap<String, Running>,
}

/// What its clock shows: from each moment on, how far it is ahead.
#[derive(Default)]
struct HostClock(Vec<(f64, f64)>);

impl HostClock {
    fn millis(&self, now: f64) -> f64 {
        let latest = self.0.iter().rfind(|(since, _)| *since <= now);
        now + latest.map_or(0.0, |(_, ahead)| *ahead)
    }
}

struct Running {
    code: String,
    since: f64,
    /// Registrations whose reply was read: the page knows of them.
    told: i32,
}

impl Host {
    /// A host without scripts.
    pub(crate) fn new(tells_prints: bool) -> Host {
        Host { tells_prints, ..Host::default() }
    }

    /// Sets its clock: ahead by so much, from now on.
    pub(crate) fn set_clock(&mut self, ahead_millis: f64, now: f64) {
        self.clock.0.push((now, ahead_millis));
    }

    /// Forgets everything.
    pub(crate) fn restart(&mut self) {
        self.scripts.clear();
        self.forget_contexts();
    }

    /// Forgets the contexts, keeps the scripts.
    pub(crate) fn forget_contexts(&mut self) {
        self.context += 1;
        self.reply.clear();
    }

    /// The ids of its scripts.
    pub(crate) fn scripts(&self) -> Vec<String> {
        self.scripts.keys().cloned().collect()
    }

    /// Registrations that a page knows of.
    pub(crate) fn leases_that_were_told(&self) -> i32 {
        self.scripts.values().map(|script| script.told.max(0)).sum()
    }

    /// Status and body of an answer.
    pub(crate) fn answer(&mut self, request: &HttpRequest, now: f64) -> (u16, String) {
        let (path, query) = request.path.split_once('?').expect("a query");
        let argument = query.split_once('=').expect("an argument").1.replace("%2C", ",");
        let mut parts = path.trim_start_matches("/pmapi/").split('/');
        let context = parts.next().unwrap_or_default();
        if context == "context" {
            // Replies wait in the context whose command they answer.
            self.reply.clear();
            let reply = ContextReply {
                context: self.context,
                source: String::new(),
                hostspec: String::new(),
                labels: BTreeMap::new(),
            };
            return ok(&reply);
        }
        if context != self.context.to_string() {
            return refuse(&format!("unknown context identifier: {context}"));
        }
        match parts.next() {
            Some("store") => self.store(&argument, request.body.as_deref().unwrap_or_default(), now),
            Some("fetch") => self.fetch(&argument, now),
            Some("metric") => self.metric(&argument),
            Some("indom") => self.indom(&argument),
            other => refuse(&format!("no such call: {other:?}")),
        }
    }

    fn store(&mut self, name: &str, value: &str, now: f64) -> (u16, String) {
        if name == "bpftrace.control.deregister" {
            let Some(script) = self.scripts.get_mut(value) else { return refuse("no such script") };
            script.told -= 1;
            if script.told <= 0 {
                self.scripts.remove(value);
            }
        } else if value == "refused" {
            let refusal = Refusal { error: "no, says the host".into(), diagnostics: Vec::new() };
            self.reply = serde_json::to_string(&refusal).unwrap_or_default();
        } else {
            self.next_script += 1;
            let id = format!("s{:0digits$x}", self.next_script, digits = 32 + self.more_digits);
            self.reply = serde_json::to_string(&script(&id, value)).unwrap_or_default();
            self.scripts.insert(id, Running { code: value.into(), since: now, told: 0 });
        }
        ok(&StoreReply { context: self.context, success: true })
    }

    fn fetch(&mut self, names: &str, now: f64) -> (u16, String) {
        let values = names.split(',').filter_map(|name| {
            let mut printed = None;
            let instances = if name == "bpftrace.control.register" {
                let reply = std::mem::take(&mut self.reply);
                if let Ok(registered) = serde_json::from_str::<Script>(&reply)
                    && let Some(script) = self.scripts.get_mut(&registered.script_id)
                {
                    script.told += 1;
                }
                single(Atom::Text(reply.into()))
            } else {
                let (id, leaf) = name.strip_prefix("bpftrace.scripts.")?.split_once('.')?;
                let script = self.scripts.get(id)?;
                let is_told = self.tells_prints && leaf.starts_with("data.");
                printed = script
                    .latest_print(now)
                    .filter(|_| is_told)
                    .map(|at| self.clock.millis(script.since + at) / 1000.0);
                match leaf {
                    "data_bytes" if self.is_chatty => single(Atom::U64((now - script.since) as u64)),
                    leaf => script.value(leaf, now)?,
                }
            };
            Some(MetricValues { pmid: "151.0.0".into(), name: name.into(), printed, instances })
        });
        let values = values.collect();
        ok(&FetchReply { context: self.context, timestamp: self.clock.millis(now) / 1000.0, values })
    }

    fn metric(&self, prefix: &str) -> (u16, String) {
        let known = prefix.strip_prefix("bpftrace.scripts.").is_some_and(|id| self.scripts.contains_key(id));
        if !known {
            return refuse("Unknown metric name");
        }
        let info = MetricInfo {
            name: format!("{prefix}.data.x"),
            pmid: "151.100.10".into(),
            indom: Some("151.100010".into()),
            value_type: ValueType::U64,
            sem: Semantics::Counter,
            units: Units::none(),
            labels: BTreeMap::new(),
            text_oneline: "@x variable of bpftrace script".into(),
            text_help: String::new(),
        };
        ok(&MetricReply { context: self.context, metrics: vec![MetricEntry::Known(info)] })
    }

    fn indom(&self, name: &str) -> (u16, String) {
        let id = name.trim_start_matches("bpftrace.scripts.").split('.').next().unwrap_or_default();
        if !self.scripts.contains_key(id) {
            return refuse("no such metric");
        }
        let instance = IndomInstance { instance: 0, name: "dd".into(), labels: BTreeMap::new() };
        let reply = IndomReply {
            context: self.context,
            indom: "151.100010".into(),
            labels: BTreeMap::new(),
            text_oneline: String::new(),
            text_help: String::new(),
            instances: vec![instance],
        };
        ok(&reply)
    }
}

impl Running {
    /// When it last printed, in milliseconds since its start.
    fn latest_print(&self, now: f64) -> Option<f64> {
        let since_first = now - self.since - FIRST_PRINT_MILLIS;
        (self.code != "silent" && since_first >= 0.0)
            .then(|| FIRST_PRINT_MILLIS + (since_first / PRINT_MILLIS).floor() * PRINT_MILLIS)
    }

    fn value(&self, leaf: &str, now: f64) -> Option<Vec<InstanceValue>> {
        let age = now - self.since;
        let print = self.latest_print(now);
        let has_printed = print.is_some();
        let status = match self.code.as_str() {
            "failing" if has_printed => Status::Error,
            "ending" if has_printed => Status::Stopped,
            _ if age >= START_MILLIS => Status::Started,
            _ => Status::Starting,
        };
        Some(match leaf {
            "status" => single(Atom::Text(status.name().into())),
            "error" if status == Status::Error => single(Atom::Text("it broke, says the host".into())),
            "error" => single(Atom::Text("".into())),
            "diagnostics" if status == Status::Error => single(Atom::Text(FINDINGS.into())),
            "exit_code" => single(Atom::I64(if status == Status::Stopped { 3 } else { 0 })),
            "pid" => single(Atom::I64(17)),
            "diagnostics" if self.code == "cut" && has_printed => single(Atom::Text(CUT.into())),
            "probes" => single(Atom::U64(u64::from(age >= START_MILLIS))),
            "data_bytes" => single(Atom::U64(print.unwrap_or_default() as u64)),
            // It counts one event a millisecond.
            "data.x" => print
                .map(|at| InstanceValue { instance: Some(0), value: Atom::U64(at as u64) })
                .into_iter()
                .collect(),
            _ => return None,
        })
    }
}

fn script(id: &str, code: &str) -> Script {
    let variable = Variable { single: false, semantics: 1, datatype: 3, metrictype: None };
    Script {
        script_id: id.into(),
        username: None,
        persistent: false,
        created_at: String::new(),
        last_accessed_at: String::new(),
        code: code.into(),
        // One that wants a name gets its id for one.
        metadata: Metadata { name: code.contains("name:").then(|| id.into()), ..Metadata::default() },
        variables: BTreeMap::from([("@x".to_string(), variable)]),
        state: State {
            status: Status::Starting,
            pid: -1,
            exit_code: 0,
            error: String::new(),
            probes: 0,
            data_bytes: 0,
        },
        leases: None,
    }
}

fn single(value: Atom) -> Vec<InstanceValue> {
    vec![InstanceValue { instance: None, value }]
}

fn ok(reply: &impl Serialize) -> (u16, String) {
    (200, serde_json::to_string(reply).unwrap_or_default())
}

fn refuse(message: &str) -> (u16, String) {
    let reply = ErrorReply { context: None, message: message.into(), success: false };
    (400, serde_json::to_string(&reply).unwrap_or_default())
}
