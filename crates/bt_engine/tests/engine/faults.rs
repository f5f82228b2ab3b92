//! Faults that a real bpftrace does not show on demand: played by a shell script.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::fake::{ATTACHED, SCRIPT, VALUE, fake, write_program};
use crate::lab::{Lab, is_process, metric, number, wait_until, watch};
use bt_engine::{Guard, StartError, guard, probe_version, probe_version_guarded, probe_version_within};
use bt_metrics::control::Status;

#[test]
fn it_reads_the_script_from_stdin_in_a_clean_environment() {
    let (_folder, fake) = fake(&format!(
        "{ATTACHED}; cat > \"$0.script\"; env > \"$0.env\"; echo \"$*\" > \"$0.args\"; {VALUE}; exec sleep 60"
    ));
    let lab = Lab::start(&fake, |config| config.max_map_keys = Some(100));
    let script = lab.register(SCRIPT);
    lab.wait(script.id.as_str(), "it prints", |script| number(script, "x") == Some(7));
    let read = |suffix: &str| std::fs::read_to_string(format!("{}.{suffix}", fake.display())).unwrap();
    assert!(read("script").starts_with(SCRIPT.trim_end()) && read("script").contains("print(@x)"));
    assert_eq!(read("args"), "-f json -\n");
    let environment = read("env");
    assert!(environment.contains("TZ=UTC\n") && environment.contains("BPFTRACE_MAP_KEYS_MAX=100\n"));
    assert!(!environment.contains("CARGO"), "{environment}");
}

#[test]
fn what_hangs_on_sigint_is_killed_with_its_children() {
    let (_folder, fake) = fake(&format!("trap '' INT; {ATTACHED}; sleep 60 & echo $! > \"$0.child\"; wait"));
    let lab = Lab::start(&fake, |_| {});
    let script = lab.register(SCRIPT);
    let pid = lab.wait(script.id.as_str(), "it runs", |script| script.status == Status::Started).pid.unwrap();
    let child_file = format!("{}.child", fake.display());
    wait_until("it has a child", || {
        std::fs::read_to_string(&child_file).is_ok_and(|text| text.ends_with('\n'))
    });
    let child: i32 = std::fs::read_to_string(&child_file).unwrap().trim().parse().unwrap();
    let told = Instant::now();
    lab.engine.blocking_stop_script(script.id.as_str()).unwrap();
    assert!(told.elapsed() < Duration::from_millis(500), "telling does not wait");
    let stopped = lab.wait(script.id.as_str(), "it was killed", |script| script.status == Status::Stopped);
    assert!(told.elapsed() >= Duration::from_millis(bt_lifecycle::host::grace_millis(1)), "it had its grace");
    assert_eq!(stopped.exit_code, 128 + 9);
    assert!(!is_process(pid));
    wait_until("its child has ended", || !is_running(child));
}

#[test]
fn what_dies_of_a_deleted_key_after_a_while_is_started_again_and_says_so() {
    let death = r#"echo "terminate called after throwing an instance of 'std::runtime_error'
  what():  Could not print map with ident \"@x\", err=-1" >&2; kill -ABRT $$"#;
    let (_folder, fake) = fake(&format!("{ATTACHED}; {VALUE}; sleep 6; {death}"));
    let lab = Lab::start(&fake, |_| {});
    let script = lab.register(SCRIPT);
    let again = lab.wait(script.id.as_str(), "it runs again", |script| {
        script.restarts == 1 && script.status == Status::Started
    });
    assert_eq!((again.error.as_ref(), again.exit_code), ("", 0));
    let said: Vec<&str> = again.diagnostics.iter().map(|finding| finding.message.as_str()).collect();
    assert!(said.iter().any(|message| message.contains("it was started again")), "{said:?}");
}

#[test]
fn a_child_that_left_the_group_does_not_keep_the_script() {
    let (_folder, fake) = fake(&format!(
        "setsid sh -c 'echo $$ > \"$0.child\"; exec sleep 25' \"$0\" & {ATTACHED}; {VALUE}; exec sleep 60"
    ));
    let lab = Lab::start(&fake, |_| {});
    let script = lab.register(SCRIPT);
    lab.wait(script.id.as_str(), "it runs", |script| number(script, "x") == Some(7));
    let child_file = format!("{}.child", fake.display());
    wait_until("it has a child", || {
        std::fs::read_to_string(&child_file).is_ok_and(|text| text.ends_with('\n'))
    });
    let child: i32 = std::fs::read_to_string(&child_file).unwrap().trim().parse().unwrap();
    let told = Instant::now();
    lab.engine.blocking_stop_script(script.id.as_str()).unwrap();
    lab.wait(script.id.as_str(), "it has stopped", |script| script.status == Status::Stopped);
    assert!(told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
    assert!(is_running(child), "it holds the pipes to its end");
    lab.engine.blocking_deregister(script.id.as_str()).unwrap();
    lab.wait_gone(script.id.as_str());
    let _ = rustix::process::kill_process(
        rustix::process::Pid::from_raw(child).unwrap(),
        rustix::process::Signal::KILL,
    );
}

/// A child whose parent has ended stays a zombie where nobody reaps orphans.
fn is_running(pid: i32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !status.is_empty() && !status.contains(") Z ")
}

#[test]
fn garbage_is_noted_and_harms_nothing() {
    let (_folder, fake) = fake(&format!(
        "head -c 300000 /dev/urandom; echo; {ATTACHED}; echo '{{\"type\": \"map\", broken'; {VALUE}; exec sleep 60"
    ));
    let lab = Lab::start(&fake, |_| {});
    let script = lab.register(SCRIPT);
    let script = lab.wait(script.id.as_str(), "it prints", |script| number(script, "x") == Some(7));
    let notes: Vec<&str> = script.diagnostics.iter().map(|finding| finding.message.as_str()).collect();
    assert!(notes.iter().any(|note| note.contains("cannot be read")), "{notes:?}");
}

#[test]
fn a_slow_start_is_seen_as_one() {
    let (_folder, fake) = fake(&format!("sleep 1; {ATTACHED}; {VALUE}; exec sleep 60"));
    let lab = Lab::start(&fake, |_| {});
    let script = lab.register(SCRIPT);
    assert_eq!((script.status, script.pid.is_some()), (Status::Starting, true));
    lab.wait(script.id.as_str(), "it runs", |script| script.status == Status::Started && script.probes == 1);
}

#[test]
fn a_crash_forgets_the_values_and_says_why() {
    let (_folder, fake) =
        fake(&format!("{ATTACHED}; {VALUE}; sleep 0.3; echo 'ERROR: out of luck' >&2; exit 3"));
    let lab = Lab::start(&fake, |_| {});
    let script = lab.register(SCRIPT);
    lab.wait(script.id.as_str(), "it prints", |script| number(script, "x") == Some(7));
    let script = lab.wait(script.id.as_str(), "it fails", |script| script.status == Status::Error);
    assert_eq!(script.exit_code, 3);
    assert!(script.error.contains("out of luck"), "{}", script.error);
    assert!(metric(&script, "x").values.is_empty());

    let silent = fake_error("kill -SEGV $$");
    assert!(silent.contains("139"), "{silent}");
}

#[test]
fn a_bpftrace_that_is_killed_takes_its_values_along() {
    let (_folder, fake) = fake(&format!("{ATTACHED}; {VALUE}; exec sleep 60"));
    let lab = Lab::start(&fake, |_| {});
    let script = lab.register(SCRIPT);
    let script = lab.wait(script.id.as_str(), "it prints", |script| number(script, "x") == Some(7));
    let pid = rustix::process::Pid::from_raw(script.pid.unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    let script = lab.wait(script.id.as_str(), "it fails", |script| script.status == Status::Error);
    assert_eq!((script.exit_code, script.pid), (137, None));
    assert!(script.error.contains("ended by signal 9"), "{}", script.error);
    assert!(metric(&script, "x").values.is_empty());
}

#[test]
fn warnings_are_no_error() {
    let warning = "echo 'stdin:1:1-6: WARNING: something looks odd' >&2";
    assert_eq!(
        fake_error(&format!("{warning}; exit 1")),
        "bpftrace ended with exit code 1 and did not say why"
    );
    assert_eq!(fake_error(&format!("{warning}; echo 'No probes to attach'; exit 1")), "No probes to attach");
    assert_eq!(fake_error(&format!("{warning}; echo 'ERROR: too bad' >&2; exit 1")), "too bad");

    let (_folder, fake) = fake(&format!("{warning}; {ATTACHED}; {VALUE}; exec sleep 60"));
    let lab = Lab::start(&fake, |_| {});
    let script = lab.register(SCRIPT);
    let script = lab.wait(script.id.as_str(), "it prints", |script| number(script, "x") == Some(7));
    assert_eq!(script.error.as_ref(), "");
    let script =
        lab.wait(script.id.as_str(), "the warning is known", |script| !script.diagnostics.is_empty());
    assert_eq!(script.diagnostics[0].message, "something looks odd");
}

#[test]
fn lines_that_are_too_long_or_torn_are_noted() {
    // 3 MB in one line is read; 5 MB is not.
    let long = |megabytes: u32| {
        format!(
            "printf '{{\"type\": \"printf\", \"data\": \"'; \
             head -c {megabytes}000000 /dev/zero | tr '\\0' x; echo '\"}}'"
        )
    };
    let (_folder, fake) = fake(&format!(
        "{ATTACHED}; {}; {}; {VALUE}; printf '{{\"type\": \"map\", \"data\": {{\"@x\": 1'; exit 0",
        long(3),
        long(5)
    ));
    let lab = Lab::start(&fake, |config| config.max_output_bytes_per_second = 100 << 20);
    let script = lab.register("BEGIN { @x = 1; printf(\"x\"); }");
    let script = lab.wait(script.id.as_str(), "it ends", |script| script.status == Status::Stopped);
    assert_eq!(number(&script, "x"), Some(7));
    let text = metric(&script, "output").values[0].1.to_text().len();
    assert_eq!(text, 64 << 10, "the newest of it");
    let notes: Vec<&str> = script.diagnostics.iter().map(|finding| finding.message.as_str()).collect();
    for note in ["a printed text is too long", "a line that is too long", "ended within a message"] {
        assert!(notes.iter().any(|found| found.contains(note)), "{note}: {notes:?}");
    }
}

#[test]
fn a_bpftrace_that_never_says_its_version() {
    let (folder, _) = fake("");
    let path = folder.path().join("slow");
    write_program(&path, "#!/bin/sh\nexec yes\n");
    assert!(
        probe_version(&path).unwrap_err().to_string().contains("printed no version"),
        "it is read to a bound"
    );
    for behaviour in ["sleep 60", "sleep 60 & echo bpftrace v0.17.0"] {
        write_program(&path, &format!("#!/bin/sh\n{behaviour}\n"));
        let started = Instant::now();
        let slow = probe_version_within(&path, Duration::from_millis(500)).unwrap_err();
        assert!(slow.to_string().contains("not answered within 0.5 s"), "{behaviour}: {slow}");
        assert!(started.elapsed() < Duration::from_secs(5));
    }
    let guard = Guard { program: watch(), args: vec![guard::COMMAND.into()] };
    let guarded = |bpftrace: &Path| probe_version_guarded(bpftrace, &guard, Duration::from_secs(30));
    write_program(&path, "#!/bin/sh\necho bpftrace v0.17.0\n");
    assert_eq!(guarded(&path).unwrap().to_string(), "0.17.0");
    assert!(matches!(guarded(Path::new("/nonexistent")), Err(StartError::Missing { .. })));
}

fn fake_error(behaviour: &str) -> String {
    let (_folder, fake) = fake(behaviour);
    let lab = Lab::start(&fake, |_| {});
    let script = lab.register(SCRIPT);
    lab.wait(script.id.as_str(), "it fails", |script| script.status == Status::Error).error.to_string()
}

#[test]
fn a_bpftrace_that_vanished_is_an_error_of_the_script() {
    let (folder, fake) = fake("exit 0");
    let lab = Lab::start(&fake, |_| {});
    drop(folder);
    let script = lab.register(SCRIPT);
    let script = lab.wait(script.id.as_str(), "it fails", |script| script.status == Status::Error);
    assert!(
        script.error.contains("cannot start") && script.error.contains("No such file"),
        "{}",
        script.error
    );

    let (_folder, fake) = crate::fake::fake("exit 0");
    let lab = Lab::start(&fake, |config| config.guard.program = "/nonexistent/guard".into());
    let script = lab.register(SCRIPT);
    let script = lab.wait(script.id.as_str(), "it fails", |script| script.status == Status::Error);
    assert!(script.error.contains("/nonexistent/guard"), "{}", script.error);
}

#[test]
fn scripts_that_are_about_to_go_take_no_place() {
    let (_folder, fake) = fake("exec sleep 60");
    let lab = Lab::start(&fake, |config| {
        config.max_scripts = 2;
        config.linger_millis = 60_000;
    });
    let register = |number: u32| lab.engine.blocking_register(format!("BEGIN {{ @x = {number}; }}"), None);
    for number in 0..2 {
        lab.engine.blocking_deregister(register(number).unwrap().id.as_str()).unwrap();
    }
    register(2).unwrap();
    let last = register(3).unwrap();
    assert!(register(4).unwrap_err().error.contains("2 scripts"), "two stay");
    lab.engine.blocking_deregister(last.id.as_str()).unwrap();
    assert!(register(5).is_err(), "three of the four processes are about to go, but have not gone");
}

#[test]
fn bounds_and_names() {
    let (_folder, fake) = fake("exec sleep 60");
    let lab = Lab::start(&fake, |config| {
        config.max_scripts = 2;
        config.max_script_bytes = 1000;
    });
    let first = lab.register("// name: same\nBEGIN { @x = 1; }\n");
    let second = lab.register("// name: same\nBEGIN { @x = 2; }\n");
    assert_eq!(
        (first.component.as_ref(), first.to_control().metadata.name.as_deref()),
        ("same", Some("same"))
    );
    assert_eq!((second.component.as_ref(), second.to_control().metadata.name), (second.id.as_str(), None));
    assert!(
        second.diagnostics.iter().any(|finding| finding.message.contains("another script is called same"))
    );
    assert_eq!((first.slot, second.slot), (0, 1));

    let refuse = |code: &str| lab.engine.blocking_register(code.into(), None).unwrap_err();
    assert!(refuse("BEGIN { @x = 3; }").error.contains("2 scripts"));
    assert!(refuse(&"x".repeat(1001)).error.contains("1001 bytes"));
    let broken = refuse("BEGIN { @x = ");
    assert!(broken.diagnostics.iter().any(|finding| finding.severity == "error" && finding.line == Some(1)));

    lab.engine.blocking_deregister(first.id.as_str()).unwrap();
    lab.wait_gone(first.id.as_str());
    assert_eq!(lab.register("BEGIN { @x = 4; }").slot, 2, "a free slot is not used again soon");
}

#[test]
fn which_bpftrace() {
    let missing = probe_version(Path::new("/nonexistent/bpftrace")).unwrap_err();
    assert!(matches!(missing, StartError::Missing { .. }) && missing.to_string().contains("apt-get install"));
    let (_folder, path) = fake("");
    assert_eq!(probe_version(&path).unwrap().to_string(), "0.17.0");
    write_program(&path, "#!/bin/sh\necho bpftrace v0.11.3\n");
    assert!(matches!(probe_version(&path), Err(StartError::TooOld { .. })));
    write_program(&path, "#!/bin/sh\necho hello\n");
    assert!(matches!(probe_version(&path), Err(StartError::NotRunnable { .. })));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(probe_version(&path), Err(StartError::NotRunnable { .. })));
}
