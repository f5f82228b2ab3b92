use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::*;

/// Longer than anything here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(30);

/// A runner with a configuration of its own, which names the bpftrace `bin` in its folder.
pub(crate) struct Setting {
    folder: tempfile::TempDir,
}

impl Setting {
    pub(crate) fn new() -> Setting {
        let setting = Setting { folder: tempfile::tempdir().unwrap() };
        setting.write_config("");
        setting
    }

    fn bpftrace(&self) -> PathBuf {
        self.folder.path().join("bin")
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("bpftrace.conf")
    }

    pub(crate) fn write_config(&self, more: &str) {
        let text = format!("[bpftrace]\nbpftrace_path = {}\n{more}", self.bpftrace().display());
        fs::write(self.config(), text).unwrap();
    }

    pub(crate) fn write_bpftrace(&self, code: &str) {
        // Written aside: a file that is open for writing cannot be run.
        let aside = self.folder.path().join("aside");
        fs::write(&aside, format!("#!/bin/sh\n{code}\n")).unwrap();
        fs::set_permissions(&aside, PermissionsExt::from_mode(0o755)).unwrap();
        fs::rename(aside, self.bpftrace()).unwrap();
    }

    pub(crate) fn start(&self) -> Runner {
        Runner::start(Paths::with_config(self.config()), Arc::new(AgentInfo::new("1.0")), guard()).unwrap()
    }
}

/// Starts what it is told to, and guards nothing: the tests are no guard.
pub(crate) fn guard() -> Guard {
    let args = ["-c", r#"shift; exec "$@""#, "sh"];
    Guard { program: "/bin/sh".into(), args: args.map(Into::into).into() }
}

pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn bpftrace_that_is_missing_is_found_when_it_comes() {
    let setting = Setting::new();
    let runner = setting.start();
    let reason = runner.engine_for_command().unwrap_err();
    assert!(reason.contains(setting.bpftrace().to_str().unwrap()), "{reason}");
    assert!(runner.scripts().is_empty() && runner.engine().is_none());

    setting.write_bpftrace("echo bpftrace v0.17.0");
    eventually("bpftrace is found", || runner.engine_for_command().is_ok());
    let version = runner.shared.info.bpftrace_version();
    assert_eq!(version.as_deref().map(String::as_str), Some("0.17.0"));
}

#[test]
fn a_command_does_not_wait_for_bpftrace_that_hangs() {
    let setting = Setting::new();
    setting.write_bpftrace("exec sleep 60");
    let runner = setting.start();
    let start = Instant::now();
    let reason = runner.engine_for_command().unwrap_err();
    assert!(reason.contains("try again"), "{reason}");
    assert!(start.elapsed() < START_WAIT + Duration::from_secs(2), "pmcd drops an agent after 5 s");
}

#[test]
fn commands_order_one_look_however_many_they_are() {
    let (orders, queue) = channel();
    let setting = Setting::new();
    let shared = Shared::new(Paths::with_config(setting.config()), Arc::new(AgentInfo::new("1.0")), guard());
    // Nobody takes the orders: the thread waits for bpftrace.
    let runner = Runner { shared: Arc::new(shared.unwrap()), orders };
    runner.shared.set_state(State::Unavailable("it is missing".into()));
    for _ in 0..1000 {
        assert!(runner.engine_for_command().is_err());
    }
    assert_eq!(queue.try_iter().collect::<Vec<_>>(), [Order::Look]);
}

#[test]
fn a_changed_configuration_is_taken_over() {
    let setting = Setting::new();
    setting.write_bpftrace("echo bpftrace v0.17.0");
    let runner = setting.start();
    eventually("bpftrace is found", || runner.engine_for_command().is_ok());
    assert!(!runner.config().access.enabled);

    setting.write_config("[dynamic_scripts]\nenabled = true\n");
    setting.write_bpftrace("echo bpftrace v0.23.1");
    runner.reload();
    eventually("the new bpftrace", || {
        runner.shared.info.bpftrace_version().is_some_and(|version| version.starts_with("0.23"))
    });
    assert!(runner.config().access.enabled);

    setting.write_bpftrace("exit 1");
    setting.write_config("");
    runner.reload();
    assert!(!runner.config().access.enabled, "at once");
    assert!(runner.engine_for_command().is_ok(), "what runs goes on with the bpftrace before");
}

#[test]
fn a_configuration_that_cannot_be_read_changes_nothing() {
    let setting = Setting::new();
    setting.write_config("[dynamic_scripts]\nenabled = true\n");
    let shared =
        Shared::new(Paths::with_config(setting.config()), Arc::new(AgentInfo::new("1.0")), guard()).unwrap();
    shared.read_config();
    assert!(shared.config.load().access.enabled);
    fs::remove_file(setting.config()).unwrap();
    fs::create_dir(setting.config()).unwrap();
    shared.read_config();
    assert!(shared.config.load().access.enabled, "it is there, but no file");
    fs::remove_dir(setting.config()).unwrap();
    shared.read_config();
    assert!(!shared.config.load().access.enabled, "without a file the defaults hold");
}

#[test]
fn autostart_scripts_run_before_the_first_command_and_may_more_than_others() {
    if !crate::root_only::can_run("autostart_scripts_run_before_the_first_command") {
        return;
    }
    let setting = Setting::new();
    setting.write_bpftrace(r#"[ "$1" = --version ] && echo bpftrace v0.17.0 || exec sleep 60"#);
    let folder = setting.folder.path().join("autostart");
    fs::create_dir(&folder).unwrap();
    let scripts = [
        ("include", "#include <linux/fs.h>\nBEGIN { @x = 1 }"),
        ("broken", "BEGIN {"),
        ("good", "BEGIN { @x = 1 }"),
    ];
    for (name, code) in scripts {
        fs::write(folder.join(format!("{name}.bt")), code).unwrap();
    }
    let runner = setting.start();
    eventually("bpftrace is found", || runner.engine_for_command().is_ok());
    let names: Vec<_> = runner.scripts().iter().map(|script| script.component.to_string()).collect();
    assert_eq!(names, ["good", "include"]);
    assert!(runner.scripts().iter().all(|script| script.is_persistent));
    let engine = runner.engine_for_command().unwrap();
    let refused = engine.blocking_register(scripts[0].1.into(), None).unwrap_err();
    assert!(refused.error.contains("policy"), "{refused}");
    engine.blocking_shutdown();
}
