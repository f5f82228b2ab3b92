//! Where the tests of the engine run: with a real bpftrace if there is one, with a fake one for faults.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Once};
use std::time::{Duration, Instant};

use bt_engine::{Engine, EngineConfig, Guard, MetricSnapshot, ScriptSnapshot, guard, probe_version};
use bt_metrics::Atom;
use bt_metrics::control::Status;

/// How long anything that must come may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The bpftrace of this machine, or `None` after saying why the test `name` is skipped.
///
/// # Panics
/// In CI nothing is skipped.
pub(crate) fn real_bpftrace(name: &str) -> Option<PathBuf> {
    let bpftrace = PathBuf::from("/usr/bin/bpftrace");
    let reason = if !rustix::process::geteuid().is_root() {
        "not root"
    } else if !bpftrace.exists() {
        "no /usr/bin/bpftrace"
    } else if !Path::new("/sys/kernel/tracing/events").exists()
        && !Path::new("/sys/kernel/debug/tracing/events").exists()
    {
        "tracefs is not mounted"
    } else {
        return Some(bpftrace);
    };
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "skipped in CI: {name}: {reason}");
    // Not `eprintln!`: the output of a test that passes is hidden, and this must be seen.
    let _ = writeln!(std::io::stderr(), "skipped: {name}: {reason}");
    None
}

/// The example `watch`, which is also a guard. Cargo builds it together with the tests.
pub(crate) fn watch() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let watch = tests.ancestors().nth(2).unwrap().join("examples/watch");
    assert!(watch.exists(), "{} is missing: cargo build -p bt_engine --examples", watch.display());
    watch
}

/// Settings for tests: the guard is [`watch`], slots are known before, and scripts do not linger for long.
pub(crate) fn config(bpftrace: &Path) -> EngineConfig {
    let mut config = EngineConfig::new(bpftrace, probe_version(bpftrace).unwrap());
    config.guard = Guard { program: watch(), args: vec![guard::COMMAND.into()] };
    config.linger_millis = 100;
    config.first_slot = 0;
    config
}

/// An engine of its own for a test; all of its processes end with it.
pub(crate) struct Lab {
    pub(crate) engine: Engine,
}

impl Lab {
    pub(crate) fn start(bpftrace: &Path, adjust: impl FnOnce(&mut EngineConfig)) -> Lab {
        static LOG: Once = Once::new();
        LOG.call_once(|| {
            log::set_logger(&LogLines).unwrap();
            log::set_max_level(log::LevelFilter::Info);
        });
        let mut config = config(bpftrace);
        adjust(&mut config);
        Lab { engine: Engine::start(config).unwrap() }
    }

    pub(crate) fn register(&self, code: &str) -> Arc<ScriptSnapshot> {
        self.engine.blocking_register(code.into(), None).unwrap()
    }

    /// Polls as a viewer would until the script is as wanted.
    pub(crate) fn wait(
        &self,
        id: &str,
        what: &str,
        is_so: impl Fn(&ScriptSnapshot) -> bool,
    ) -> Arc<ScriptSnapshot> {
        let started = Instant::now();
        loop {
            let script = self.engine.scripts().by_id(id);
            if let Some(script) = &script {
                self.engine.touch(script);
            }
            match script {
                Some(script) if is_so(&script) => return script,
                script => assert!(started.elapsed() < PATIENCE, "waited in vain until {what}: {script:#?}"),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until probes are attached for sure: 0.17 says so before it attaches them, but the first print of an
    /// interval comes after that.
    pub(crate) fn wait_attached(&self, id: &str) -> Arc<ScriptSnapshot> {
        self.wait(id, "its ticker has printed", |script| {
            assert_ne!(script.status, Status::Error, "{}", script.error);
            number(script, "ticker").is_some_and(|ticks| ticks > 0)
        })
    }

    /// Waits until the script is no longer listed.
    pub(crate) fn wait_gone(&self, id: &str) {
        wait_until("the script is gone", || self.engine.scripts().by_id(id).is_none());
    }
}

/// What all engines of this process have logged.
static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct LogLines;

impl log::Log for LogLines {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        LINES.lock().unwrap().push(format!("{} {}", record.level(), record.args()));
    }

    fn flush(&self) {}
}

/// What was logged about the script with this id.
pub(crate) fn log_lines(id: &str) -> Vec<String> {
    LINES.lock().unwrap().iter().filter(|line| line.contains(id)).cloned().collect()
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.engine.blocking_shutdown();
    }
}

/// Ticks that tell when a script runs for sure; for [`Lab::wait_attached`].
pub(crate) const TICKER: &str = "interval:ms:100 { @ticker++; }\n// refresh: 200ms\n";

pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether there is such a process, even one that has ended and was not reaped.
pub(crate) fn is_process(pid: i32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

pub(crate) fn metric<'s>(script: &'s ScriptSnapshot, leaf: &str) -> &'s MetricSnapshot {
    let name = format!("bpftrace.scripts.{}.data.{leaf}", script.component);
    let metric = script.metrics.iter().find(|metric| metric.descriptor.name == name);
    metric.unwrap_or_else(|| panic!("no metric {name}"))
}

/// The only value of a metric.
pub(crate) fn number(script: &ScriptSnapshot, leaf: &str) -> Option<i64> {
    match metric(script, leaf).values[..] {
        [(None, Atom::U64(value))] => i64::try_from(value).ok(),
        [(None, Atom::I64(value))] => Some(value),
        _ => None,
    }
}

/// `name value` of each instance, in the order of the domain.
pub(crate) fn instances(script: &ScriptSnapshot, leaf: &str) -> Vec<String> {
    let metric = metric(script, leaf);
    let domain = metric.domain.as_deref().map(Vec::as_slice).unwrap_or_default();
    let value = |number| metric.values.iter().find(|(instance, _)| *instance == Some(number)).unwrap();
    domain.iter().map(|one| format!("{} {}", one.name, value(one.number).1.to_text())).collect()
}

/// Calls `getppid()` this often: a load that a script can count exactly.
pub(crate) fn call_getppid(times: usize) {
    for _ in 0..times {
        std::hint::black_box(std::os::unix::process::parent_id());
    }
}

/// The predicate of a probe that is about the calling thread only: tests run side by side.
pub(crate) fn this_thread() -> String {
    let thread = std::fs::read_link("/proc/thread-self").unwrap();
    format!("/tid == {}/", thread.file_name().unwrap().to_str().unwrap())
}

/// Counts `getppid()` of this thread.
pub(crate) fn counting_script() -> String {
    format!("{TICKER}tracepoint:syscalls:sys_enter_getppid {} {{ @calls = count(); }}\n", this_thread())
}
