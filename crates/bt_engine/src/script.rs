//! One script under supervision: its lifecycle, its process, what it printed, and its newest snapshot.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use bt_analysis::{Facts, instrument, policy_findings};
use bt_lifecycle::host::{self, Failure, Then};
use bt_metrics::control::Diagnostic;
use bt_output::{Decoder, Event, EventKind, Limits, Release};

use crate::command::Registration;
use crate::findings::Findings;
use crate::metrics::Metrics;
use crate::numbering::{Journal, Numbering};
use crate::own_prints::OwnPrints;
use crate::process::{Process, ProcessKey, Reports};
use crate::snapshot::ScriptCell;
use crate::{EngineConfig, MetricSnapshot, ScriptId, ScriptSnapshot};

/// One script under supervision.
pub(crate) struct Script {
    pub(crate) lifecycle: host::Script,
    pub(crate) cell: Arc<ScriptCell>,
    pub(crate) identity: Identity,
    pub(crate) key: ProcessKey,
    /// Whether there is something that the newest snapshot does not have.
    pub(crate) is_dirty: bool,
    process: Option<Process>,
    metrics: Metrics,
    /// Where the numbers of its metrics are kept, if it has a name for which they are.
    journal: Option<Journal>,
    decoder: Decoder,
    own_prints: OwnPrints,
    /// Chunks of stdout that came in this turn and are not decoded yet.
    incoming: Vec<Vec<u8>>,
    findings: Findings,
    counts: Counts,
}

/// What of a script never changes, but for the moment of the last fetch, which readers set.
pub(crate) struct Identity {
    standing: Standing,
    pub(crate) code: Arc<str>,
    pub(crate) user: Option<Arc<str>>,
    created_at_millis: u64,
    facts: Arc<Facts>,
    accessed: Arc<AtomicU64>,
}

/// The numbers of a script.
#[derive(Clone, Copy, Default)]
struct Counts {
    exit_code: i32,
    probes: u32,
    data_bytes: u64,
    lost_events: u64,
    helper_errors: u64,
}

/// Where a new script stands among the others.
pub(crate) struct Standing {
    pub(crate) id: ScriptId,
    /// The component of its metric names.
    pub(crate) component: Arc<str>,
    pub(crate) slot: u32,
}

impl Script {
    /// A script whose process is yet to be started.
    pub(crate) fn new(
        standing: Standing,
        registration: Registration,
        lifecycle: host::Script,
        config: &EngineConfig,
        now_unix_millis: u64,
        kept: Option<(Numbering, Journal)>,
    ) -> Script {
        let (numbering, journal) = kept.unzip();
        let identity = Identity {
            standing,
            code: registration.code.into(),
            user: registration.user.map(Into::into),
            created_at_millis: now_unix_millis,
            facts: Arc::new(registration.facts),
            accessed: Arc::new(AtomicU64::new(now_unix_millis)),
        };
        let Standing { id, component, slot } = &identity.standing;
        let mut metrics = Metrics::new(&identity.facts, component, *slot, config, numbering);
        let mut findings = Findings::new(Arc::clone(&identity.code), registration.diagnostics);
        let counts = Counts::default();
        let newest = identity.snapshot(&lifecycle, None, "", counts, findings.list(), metrics.snapshots());
        let (id, component) = (id.clone(), Arc::clone(component));
        Script {
            lifecycle,
            cell: Arc::new(ScriptCell {
                id,
                component,
                slot: *slot,
                newest: ArcSwap::from_pointee(newest),
                status_descriptors: OnceLock::new(),
            }),
            key: ProcessKey { slot: *slot, generation: 0 },
            is_dirty: false,
            process: None,
            journal,
            decoder: decoder(&identity.facts, config),
            own_prints: OwnPrints::new(&identity.code, &identity.facts),
            incoming: Vec::new(),
            metrics,
            findings,
            counts,
            identity,
        }
    }

    /// A script as the supervisor makes it, for tests of what is published.
    #[cfg(test)]
    pub(crate) fn for_test(
        component: &str,
        slot: u32,
        code: &str,
        facts: Facts,
        config: &EngineConfig,
    ) -> Script {
        let standing =
            Standing { id: ScriptId(format!("s{slot:032x}").into()), component: component.into(), slot };
        let registration =
            Registration { code: code.into(), user: None, autostart: None, facts, diagnostics: Vec::new() };
        let settings = host::Settings { linger_millis: 0, expiry_millis: 0, max_output_bytes_per_second: 0 };
        let (lifecycle, _) = host::Script::register(host::Upkeep::Leased, &settings, 0);
        Script::new(standing, registration, lifecycle, config, 0, None)
    }

    /// What the log calls it.
    pub(crate) fn label(&self) -> String {
        let ScriptCell { id, component, .. } = &*self.cell;
        if **component == *id.as_str() {
            format!("script {id}")
        } else {
            format!("script {component} ({id})")
        }
    }

    /// When values were last fetched, in Unix milliseconds.
    pub(crate) fn touched_at_unix_millis(&self) -> u64 {
        self.identity.accessed.load(Ordering::Relaxed)
    }

    /// Counts a fetch now.
    pub(crate) fn touch(&self, unix_millis: u64) {
        self.identity.accessed.store(unix_millis, Ordering::Relaxed);
    }

    /// Starts the next process, if the policy of this moment allows it. The error is already noted as the script's.
    pub(crate) fn spawn(&mut self, config: &EngineConfig, reports: Reports) -> Result<(), ()> {
        self.key.generation += 1;
        self.decoder = decoder(&self.identity.facts, config);
        self.findings.forget_run();
        self.own_prints.forget_run();
        (self.counts.exit_code, self.counts.probes) = (0, 0);
        let policy = config.policy_of(self.lifecycle.upkeep() == host::Upkeep::Restarted);
        let denied = policy_findings(&self.identity.facts, &policy);
        if !denied.is_empty() {
            self.findings.deny(&denied);
            return Err(());
        }
        let Identity { code, facts, .. } = &self.identity;
        let script = self.own_prints.mark(instrument(code, facts), code);
        match Process::spawn(config, script, self.key, reports) {
            Ok(process) => {
                log::info!("{}: bpftrace started, pid {}", self.label(), process.pid.unwrap_or(-1));
                self.process = Some(process);
                Ok(())
            }
            Err(error) => {
                self.findings.set_exit_error(error.to_string());
                Err(())
            }
        }
    }

    pub(crate) fn interrupt(&self) {
        if let Some(process) = &self.process {
            process.interrupt();
        }
    }

    pub(crate) fn kill(&self) {
        if let Some(process) = &self.process {
            process.kill();
        }
    }

    pub(crate) fn forget_values(&mut self) {
        self.metrics.forget();
    }

    /// Takes bytes of stdout, to be decoded at the end of the turn: then a print that another one has replaced by then
    /// need not be read.
    pub(crate) fn stdout(&mut self, bytes: Vec<u8>) {
        self.is_dirty = true;
        self.counts.data_bytes += bytes.len() as u64;
        self.incoming.push(bytes);
    }

    /// Decodes what came since the last time; returns what the lifecycle has to know.
    pub(crate) fn decode_incoming(&mut self, now_unix_millis: u64) -> Option<host::Event> {
        let chunks = std::mem::take(&mut self.incoming);
        // What floods is read to its end, but nobody will see it.
        if chunks.is_empty() || self.is_flooding() {
            return None;
        }
        let joined;
        let bytes = match &chunks[..] {
            [one] => one,
            many => {
                joined = many.concat();
                &joined
            }
        };
        let attached = self.decode(|decoder, sink| {
            if sink.own_prints.are_some() {
                decoder.push(bytes, now_unix_millis, &mut |event| sink.take(event));
            } else {
                decoder.push_newest(bytes, now_unix_millis, &mut |event| sink.take(event));
            }
            // A full map fails 100,000 times a second: it is said how often, not each time.
            decoder.report_errors(now_unix_millis, &mut |event| sink.take(event));
        })?;
        self.counts.probes = attached;
        Some(host::Event::Attached { probes: attached })
    }

    /// Decodes something; returns how many probes were attached, if that was said.
    fn decode(&mut self, feed: impl FnOnce(&mut Decoder, &mut Sink<'_>)) -> Option<u32> {
        let mut sink = Sink {
            metrics: &mut self.metrics,
            findings: &mut self.findings,
            counts: &mut self.counts,
            own_prints: &mut self.own_prints,
            is_final_dump: matches!(self.lifecycle.process(), host::Process::Stopping { .. }),
            attached: None,
        };
        feed(&mut self.decoder, &mut sink);
        sink.attached
    }

    /// Takes bytes of stderr.
    pub(crate) fn stderr(&mut self, bytes: &[u8]) {
        self.is_dirty = true;
        self.findings.stderr(bytes);
    }

    /// Its process has ended with this code; it has printed nothing more.
    pub(crate) fn exited(&mut self, exit_code: i32, now_unix_millis: u64) {
        self.is_dirty = true;
        if !self.is_flooding() {
            self.decode(|decoder, sink| decoder.finish(now_unix_millis, &mut |event| sink.take(event)));
        }
        // The next process gets a new one.
        self.decoder = Decoder::new(Limits::default());
        self.process = None;
        self.counts.exit_code = exit_code;
        if exit_code != 0 {
            self.findings.explain_exit(exit_code);
        }
    }

    /// How its process ended, for the lifecycle.
    pub(crate) fn exit_event(&self, exit_code: i32) -> host::Event {
        if exit_code != 0 && self.findings.is_of_the_moment() {
            host::Event::Tripped { exit_code }
        } else {
            host::Event::Exited { exit_code }
        }
    }

    /// Publishes what has changed.
    pub(crate) fn publish(&mut self) {
        if !std::mem::take(&mut self.is_dirty) {
            return;
        }
        self.keep_numbers();
        let pid = self.process.as_ref().and_then(|process| process.pid);
        let (diagnostics, metrics) = (self.findings.list(), self.metrics.snapshots());
        let error = self.error().unwrap_or_default();
        let snapshot = self.identity.snapshot(&self.lifecycle, pid, error, self.counts, diagnostics, metrics);
        self.cell.newest.store(Arc::new(snapshot));
    }

    /// Keeps the numbers that were given out since the last time.
    fn keep_numbers(&mut self) {
        let Some(journal) = &mut self.journal else { return };
        let new = self.metrics.take_new_lines();
        let kept = if new.is_empty() { Ok(()) } else { journal.append(&new) };
        let kept = match kept {
            Ok(()) if journal.is_due(self.metrics.line_count()) => journal.rewrite(self.metrics.all_lines()),
            kept => kept,
        };
        if let Err(error) = kept {
            self.journal = None;
            log::warn!("{}: its new numbers are not kept over a restart: {error}", self.label());
        }
    }

    /// The newest snapshot.
    pub(crate) fn snapshot(&self) -> Arc<ScriptSnapshot> {
        self.cell.newest.load_full()
    }

    /// Adds a finding that is no finding of analysis.
    pub(crate) fn warn(&mut self, diagnostic: Diagnostic) {
        self.findings.add(diagnostic);
        self.is_dirty = true;
    }

    /// Whether it is being ended because of what it prints.
    fn is_flooding(&self) -> bool {
        matches!(
            self.lifecycle.process(),
            host::Process::Stopping { then: Then::Fail(Failure::TooMuchOutput), .. }
        )
    }

    /// Why it failed, or is about to; `None` if it did not.
    pub(crate) fn error(&self) -> Option<&str> {
        let reason = match *self.lifecycle.process() {
            host::Process::Failed { reason, .. } => reason,
            host::Process::Stopping { then: Then::Fail(reason), .. } => reason,
            _ => return None,
        };
        Some(match reason {
            Failure::TooMuchOutput => {
                "the script printed more than the engine allows: print less often, or count in a map"
            }
            Failure::Exited | Failure::NotStarted => self.findings.exit_error(),
        })
    }
}

impl Identity {
    /// The script with what else is to be said of it at this moment.
    fn snapshot(
        &self,
        lifecycle: &host::Script,
        pid: Option<i32>,
        error: &str,
        counts: Counts,
        diagnostics: Arc<[Diagnostic]>,
        metrics: Vec<Arc<MetricSnapshot>>,
    ) -> ScriptSnapshot {
        ScriptSnapshot {
            id: self.standing.id.clone(),
            component: Arc::clone(&self.standing.component),
            slot: self.standing.slot,
            is_persistent: lifecycle.is_kept(),
            code: Arc::clone(&self.code),
            user: self.user.clone(),
            created_at_millis: self.created_at_millis,
            status: lifecycle.status(),
            pid,
            exit_code: counts.exit_code,
            error: error.into(),
            diagnostics,
            probes: counts.probes,
            data_bytes: counts.data_bytes,
            lost_events: counts.lost_events,
            helper_errors: counts.helper_errors,
            restarts: lifecycle.restarts(),
            leases: lifecycle.leases(),
            facts: Arc::clone(&self.facts),
            metrics,
            accessed: Arc::clone(&self.accessed),
        }
    }
}

fn decoder(facts: &Facts, config: &EngineConfig) -> Decoder {
    let limits = Limits { max_keys: config.max_instances as usize, ..Limits::default() };
    let release = Release { major: config.version.major, minor: config.version.minor };
    Decoder::new(limits).with_maps(Metrics::hints(facts)).of_release(release)
}

/// Where the events of one chunk go.
struct Sink<'s> {
    metrics: &'s mut Metrics,
    findings: &'s mut Findings,
    counts: &'s mut Counts,
    own_prints: &'s mut OwnPrints,
    /// bpftrace prints all maps once more when it is told to end: a stopped script keeps the values that it had.
    is_final_dump: bool,
    attached: Option<u32>,
}

impl Sink<'_> {
    fn take(&mut self, event: Event<'_>) {
        let at_millis = event.arrived_at_millis;
        match event.kind {
            EventKind::Attached { probes } => self.attached = Some(u32::try_from(probes).unwrap_or(u32::MAX)),
            EventKind::Map(_) if self.is_final_dump => {}
            EventKind::Map(message) if !self.own_prints.is_whole(&message) => {}
            EventKind::Map(message) => self.metrics.map(&message, at_millis),
            EventKind::Text { text, .. } if self.own_prints.take_mark(text.as_str()) => {}
            EventKind::Text { source, text } => self.metrics.text(source, text.as_str(), at_millis),
            EventKind::Value(value) => self.metrics.value(value, at_millis),
            EventKind::Lost { count } => {
                self.counts.lost_events = self.counts.lost_events.saturating_add(count);
            }
            EventKind::Error(error) => {
                self.counts.helper_errors += error.count;
                self.findings.script_error(&error);
            }
            // Neither `--bench` nor `--test` is among the arguments.
            EventKind::Report { .. } => {}
            EventKind::Note(note) => self.findings.note(&note),
        }
    }
}
