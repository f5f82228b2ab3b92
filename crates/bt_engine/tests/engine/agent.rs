//! What an agent asks of the engine beside scripts that clients register: names that stay, autostart, a policy.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::fake::{ATTACHED, SCRIPT, VALUE, fake};
use crate::lab::{self, Lab, instances, is_process, metric, number, wait_until};
use bt_analysis::Policy;
use bt_engine::{CommandError, ScriptSnapshot};
use bt_metrics::control::Status;
use expect_test::expect;

/// Notes each start in a file beside the fake.
fn starts(fake: &Path) -> usize {
    fs::read_to_string(format!("{}.starts", fake.display())).unwrap_or_default().lines().count()
}

const NOTE_START: &str = "echo x >> \"$0.starts\"";

#[test]
fn an_autostart_script_that_crashes_is_started_again() {
    let (_folder, fake) =
        fake(&format!("{NOTE_START}; [ -f \"$0.good\" ] || exit 3; {ATTACHED}; {VALUE}; exec sleep 60"));
    let lab = Lab::start(&fake, |config| config.expiry_millis = 200);
    let started = Instant::now();
    let script = lab.engine.blocking_autostart("disk", SCRIPT.into(), Some("root".into())).unwrap();
    assert_eq!((script.name(), script.is_persistent, script.leases), (Some("disk"), true, 1));
    assert!(script.to_control().persistent && script.to_control().metadata.name.as_deref() == Some("disk"));
    let id = script.id.as_str();
    lab.wait(id, "it has failed twice", |script| script.restarts == 1 && script.status == Status::Error);
    assert!(started.elapsed() >= Duration::from_secs(1), "a pause of a second");
    fs::write(format!("{}.good", fake.display()), "").unwrap();
    // Whoever wants it now does not wait for the pause of two seconds.
    let told = Instant::now();
    lab.engine.blocking_start_script("disk").unwrap();
    lab.wait(id, "it runs", |script| number(script, "x") == Some(7));
    assert!(told.elapsed() < Duration::from_millis(1500), "{:?}", told.elapsed());
    assert_eq!(starts(&fake), 3);
    std::thread::sleep(Duration::from_millis(500));
    assert!(lab.engine.scripts().by_id(id).is_some(), "nobody fetches it, and it stays");
}

#[test]
fn nobody_returns_the_lease_of_an_autostart_script() {
    let (_folder, fake) = fake(&format!("{ATTACHED}; {VALUE}; exec sleep 60"));
    let lab = Lab::start(&fake, |_| {});
    let script = lab.engine.blocking_autostart("disk", SCRIPT.into(), None).unwrap();
    let id = script.id.as_str();
    let refused = lab.engine.blocking_deregister("disk").unwrap_err();
    assert_eq!(refused, CommandError::NoLease { id: "disk".into() });
    lab.engine.blocking_abandon(id).unwrap();
    // A client's own lease is returned as any other.
    assert_eq!(lab.register(SCRIPT).leases, 2);
    lab.engine.blocking_deregister(id).unwrap();
    assert!(matches!(lab.engine.blocking_deregister(id), Err(CommandError::NoLease { .. })));
    std::thread::sleep(Duration::from_millis(400));
    let script = lab.wait(id, "it runs on", |script| script.status == Status::Started);
    assert_eq!((script.leases, script.restarts), (1, 0));
    lab.engine.blocking_stop_script("disk").unwrap();
    lab.wait(id, "it can be stopped", |script| script.status == Status::Stopped);
}

#[test]
fn autostart_names() {
    let (_folder, fake) = fake("exec sleep 60");
    let lab = Lab::start(&fake, |_| {});
    let first = lab.engine.blocking_autostart("a", SCRIPT.into(), None).unwrap();
    let second = lab.engine.blocking_autostart("b", SCRIPT.into(), None).unwrap();
    assert!(first.id != second.id && first.slot != second.slot, "each file has its script");
    let taken = lab.engine.blocking_autostart("a", "BEGIN { @y = 1; }".into(), None).unwrap_err();
    assert_eq!(taken.error, "another script is called a");
    let bad = lab.engine.blocking_autostart("2a", SCRIPT.into(), None).unwrap_err();
    assert!(bad.error.contains("\"2a\" cannot be a script's name"), "{bad}");
    let joined = lab.register(SCRIPT);
    assert_eq!((&joined.id, joined.leases), (&first.id, 2), "a client shares the process");
}

#[test]
fn a_named_script_stays_where_names_are_kept() {
    let (_folder, fake) = fake(&format!("{ATTACHED}; exec sleep 60"));
    let lab = Lab::start(&fake, |config| {
        config.keep_named = true;
        config.expiry_millis = 300;
    });
    let named = lab.register(&format!("// name: stays\n{SCRIPT}"));
    let other = lab.register("BEGIN { @y = 1; }");
    assert_eq!((named.is_persistent, other.is_persistent), (true, false));
    lab.wait_gone(other.id.as_str());
    let named = lab.engine.scripts().by_component("stays").unwrap();
    assert!(is_process(named.pid.unwrap()));
    lab.engine.blocking_abandon("stays").unwrap();
    std::thread::sleep(Duration::from_millis(400));
    assert!(lab.engine.scripts().by_component("stays").is_some());
    lab.engine.blocking_deregister("stays").unwrap();
    lab.wait_gone(named.id.as_str());
}

#[test]
fn a_name_whose_script_is_only_left_over_is_given_away() {
    let (_folder, fake) = fake(&format!("grep -q '@x' && exit 1; {ATTACHED}; exec sleep 60"));
    let lab = Lab::start(&fake, |config| config.keep_named = true);
    let old = lab.register("// name: one\nBEGIN { @x = 1; }");
    lab.wait(old.id.as_str(), "it fails", |script| script.status == Status::Error);
    let clash = lab.register("// name: one\nBEGIN { @y = 1; }");
    assert_eq!(clash.name(), None, "somebody still holds the failed one");
    lab.engine.blocking_abandon("one").unwrap();
    let new = lab.register("// name: one\nBEGIN { @z = 1; }");
    assert_eq!(new.name(), Some("one"));
    assert!(lab.engine.scripts().by_id(old.id.as_str()).is_none());
}

#[test]
fn what_a_client_left_behind_makes_room() {
    let (_folder, fake) = fake(&format!("grep -q '@x' && exit 1; {ATTACHED}; exec sleep 60"));
    let lab = Lab::start(&fake, |config| {
        config.keep_named = true;
        config.expiry_millis = 300;
        config.max_scripts = 2;
    });
    let failed = lab.register("// name: one\nBEGIN { @x = 1; }");
    lab.wait(failed.id.as_str(), "it fails", |script| script.status == Status::Error);
    let running = lab.register("// name: two\nBEGIN { @y = 1; }");
    lab.wait(running.id.as_str(), "it runs", |script| script.status == Status::Started);
    let full = lab.engine.blocking_register("BEGIN { @z = 1; }".into(), None).unwrap_err();
    assert!(full.error.contains("2 scripts"), "{full}");
    // Nobody has returned it, but nobody looks at it either.
    std::thread::sleep(Duration::from_millis(400));
    lab.register("BEGIN { @z = 1; }");
    let scripts = lab.engine.scripts();
    assert!(scripts.by_component("one").is_none() && scripts.by_component("two").is_some());
}

#[test]
fn the_policy_holds_before_bpftrace_starts() {
    let (_folder, fake) =
        fake(&format!("{NOTE_START}; echo \"$*\" > \"$0.args\"; {ATTACHED}; exec sleep 60"));
    let lab = Lab::start(&fake, |_| {});
    let cat = "BEGIN { @x = 1; cat(\"/etc/shadow\"); }";
    let unsafe_script = "BEGIN { @x = 1; system(\"id\"); }";
    for script in [cat, unsafe_script] {
        let refused = lab.engine.blocking_register(script.into(), None).unwrap_err();
        assert!(refused.error.contains("policy of this host denies"), "{refused}");
        let finding = refused.diagnostics.iter().find(|finding| finding.severity == "error").unwrap();
        assert_eq!((finding.line, finding.column), (Some(1), Some(17)));
        let described = refused.to_control(script, Some("eve"));
        assert_eq!((described.state.status, described.state.error), (Status::Error, refused.error));
        assert_eq!((described.username.as_deref(), described.code.as_str()), (Some("eve"), script));
        assert!(lab.engine.scripts().by_id(&described.script_id).is_none());
    }
    assert_eq!(starts(&fake), 0);

    let mut config = (*lab.engine.config()).clone();
    config.policy = Policy { allow_unsafe: true, allow_cat: true, ..Policy::default() };
    lab.engine.reconfigure(config);
    lab.register(cat);
    let script = lab.register(unsafe_script);
    assert!(script.diagnostics.iter().all(|finding| finding.severity != "error"), "{:?}", script.diagnostics);
    let args = format!("{}.args", fake.display());
    wait_until("both have started", || starts(&fake) == 2);
    wait_until("bpftrace is told", || {
        fs::read_to_string(&args).is_ok_and(|args| args == "--unsafe -f json -\n")
    });
}

#[test]
fn a_stricter_policy_holds_for_the_next_start() {
    let (_folder, fake) = fake(&format!(
        "{NOTE_START}; {ATTACHED}; {VALUE}; until [ -f \"$0.crash\" ]; do sleep 0.05; done; exit 3"
    ));
    let lab = Lab::start(&fake, |config| {
        config.policy = Policy { allow_unsafe: true, allow_cat: true, ..Policy::default() };
    });
    let denied = "BEGIN { @x = 1; cat(\"/etc/shadow\"); }";
    let script = lab.register(denied);
    let id = script.id.as_str();
    let runs = |script: &ScriptSnapshot| number(script, "x") == Some(7);
    lab.wait(id, "it runs", runs);
    // Of an autostart script only what `allow_unsafe` allows is asked.
    let reads = lab.engine.blocking_autostart("reads", denied.into(), None).unwrap();
    let acts =
        lab.engine.blocking_autostart("acts", "BEGIN { @x = 1; system(\"id\"); }".into(), None).unwrap();
    for script in [&reads, &acts] {
        lab.wait(script.id.as_str(), "it runs", runs);
    }
    let loose = (*lab.engine.config()).clone();
    let mut strict = loose.clone();
    strict.policy = Policy::default();
    lab.engine.reconfigure(strict);
    lab.wait(id, "what runs is not touched", |script| script.status == Status::Started);

    let crash = format!("{}.crash", fake.display());
    fs::write(&crash, "").unwrap();
    for id in [id, reads.id.as_str(), acts.id.as_str()] {
        lab.wait(id, "it has crashed", |script| script.status == Status::Error);
    }
    fs::remove_file(crash).unwrap();
    lab.wait(reads.id.as_str(), "it is started again", |script| script.restarts > 0 && runs(script));
    let acts = lab.wait(acts.id.as_str(), "its restart is denied", |script| {
        script.restarts > 0 && script.status == Status::Error
    });
    assert!(
        acts.error.contains("system() changes the system: the policy of this host denies it"),
        "{}",
        acts.error
    );

    match lab.engine.blocking_start_script(id) {
        Err(CommandError::NotStarted { reason }) => {
            assert!(reason.contains("cat() reads a file of the host: the policy"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    let script = lab.wait(id, "it says why", |script| script.error.contains("policy of this host denies"));
    let finding = script.diagnostics.iter().find(|finding| finding.severity == "error").unwrap();
    assert_eq!((finding.line, finding.column), (Some(1), Some(17)));
    assert!(script.pid.is_none() && metric(&script, "x").values.is_empty());

    lab.engine.reconfigure(loose);
    lab.engine.blocking_start_script(id).unwrap();
    let script = lab.wait(id, "it is allowed again", runs);
    assert!(script.diagnostics.iter().all(|finding| finding.severity != "error"), "{:?}", script.diagnostics);
}

#[test]
fn other_settings_hold_at_once() {
    let (_folder, first) = fake(&format!("{ATTACHED}; exec sleep 60"));
    let (_other_folder, second) = fake(&format!("{NOTE_START}; {ATTACHED}; exec sleep 60"));
    let lab = Lab::start(&first, |_| {});
    let script = lab.register(SCRIPT);
    let id = script.id.as_str();
    lab.wait(id, "it runs", |script| script.status == Status::Started);
    let mut config = (*lab.engine.config()).clone();
    config.bpftrace.clone_from(&second);
    config.max_scripts = 1;
    lab.engine.reconfigure(config.clone());
    assert!(
        lab.engine
            .blocking_register("BEGIN { @y = 1; }".into(), None)
            .unwrap_err()
            .error
            .contains("1 scripts")
    );
    assert_eq!(starts(&second), 0, "what runs is not touched");
    lab.engine.blocking_stop_script(id).unwrap();
    lab.wait(id, "it stops", |script| script.status == Status::Stopped);
    lab.engine.blocking_start_script(id).unwrap();
    lab.wait(id, "the other bpftrace runs it", |_| starts(&second) == 1);
    // The timer that is set for the old expiry must not hold it.
    config.expiry_millis = 200;
    lab.engine.reconfigure(config);
    wait_until("it expires", || lab.engine.scripts().is_empty());
}

#[test]
fn a_start_that_fails_says_why() {
    let (folder, fake) = fake("exit 1");
    let lab = Lab::start(&fake, |_| {});
    let script = lab.register(SCRIPT);
    lab.wait(script.id.as_str(), "it fails", |script| script.status == Status::Error);
    drop(folder);
    match lab.engine.blocking_start_script(script.id.as_str()) {
        Err(CommandError::NotStarted { reason }) => {
            assert!(reason.contains("cannot start") && reason.contains("install bpftrace"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    let unknown = lab.engine.blocking_start_script("nosuch").unwrap_err();
    assert!(matches!(unknown, CommandError::UnknownScript { .. }));
}

/// Numbers of metrics and instances, by their names.
fn numbers(script: &ScriptSnapshot) -> Vec<String> {
    let mut listing = vec![format!("slot {}", script.slot)];
    for metric in &script.metrics {
        listing.push(format!("{} {}", metric.variable, metric.descriptor.pmid));
        for instance in metric.domain.iter().flat_map(|domain| domain.iter()) {
            listing.push(format!("  {} {}", instance.number, instance.name));
        }
    }
    listing
}

#[test]
fn names_keep_their_numbers_in_the_next_life() {
    let printed = |by: &str, hist: &str| {
        format!(
            "{ATTACHED}; echo '{{\"type\": \"map\", \"data\": {{\"@by\": {by}}}}}'; \
             echo '{{\"type\": \"hist\", \"data\": {{\"@h\": {hist}}}}}'; exec sleep 60"
        )
    };
    let (_folder, before) = fake(&printed(r#"{"b": 1, "a": 2}"#, r#"[{"min": 4, "max": 7, "count": 1}]"#));
    let (_other_folder, after) = fake(&printed(
        r#"{"c": 1, "a": 2}"#,
        r#"[{"min": 0, "max": 0, "count": 1}, {"min": 4, "max": 7, "count": 1}]"#,
    ));
    let kept = tempfile::tempdir().unwrap();
    let start = |fake: &Path| {
        Lab::start(fake, |config| {
            config.keep_named = true;
            config.numbering_folder = Some(kept.path().to_path_buf());
        })
    };
    let has_values = |script: &ScriptSnapshot| !metric(script, "h").values.is_empty();

    let lab = start(&before);
    lab.register(SCRIPT);
    let named = lab.register("// name: one\nBEGIN { @by[comm] = count(); @h = hist(1); }");
    let named = lab.wait(named.id.as_str(), "it has values", has_values);
    let first = numbers(&named);
    assert_eq!(
        first,
        ["slot 1", "@by 151.101.10", "  1 a", "  0 b", "@h 151.101.11", "  0 4-7"],
        "by the order in which they came"
    );
    drop(lab);

    // Its text has changed: a map went, one came before the others.
    let lab = start(&after);
    let text = "BEGIN { @new = 1; @h = hist(1); @by[comm] = count(); printf(\"x\"); }";
    let auto = lab.engine.blocking_autostart("one", text.into(), None).unwrap();
    let others: Vec<_> =
        (0..3).map(|number| lab.register(&format!("BEGIN {{ @x{number} = 1; }}")).slot).collect();
    assert_eq!(others, [0, 2, 3], "its slot is its own");
    let auto = lab.wait(auto.id.as_str(), "it has values", has_values);
    assert_eq!(
        numbers(&auto),
        [
            "slot 1",
            "@by 151.101.10",
            "  1 a",
            "  2 c",
            "@h 151.101.11",
            "  1 0-0",
            "  0 4-7",
            "@new 151.101.12",
            "@output 151.101.13"
        ]
    );
    assert_eq!(instances(&auto, "by"), ["a 2", "c 1"]);
}

#[test]
fn a_folder_that_cannot_be_written_costs_no_script() {
    let (folder, fake) = fake(&format!("{ATTACHED}; {VALUE}; exec sleep 60"));
    let lab = Lab::start(&fake, |config| {
        config.keep_named = true;
        config.numbering_folder = Some(fake.join("below/a/file"));
    });
    let script = lab.register(&format!("// name: one\n{SCRIPT}"));
    lab.wait(script.id.as_str(), "it runs", |script| number(script, "x") == Some(7));
    drop(folder);
}

#[test]
fn numbers_are_not_used_again_soon() {
    let (_folder, fake) = fake("exec sleep 60");
    let lab = Lab::start(&fake, |config| config.linger_millis = 0);
    let mut slots = Vec::new();
    for number in 0..20 {
        let script = lab.register(&format!("BEGIN {{ @x = {number}; }}"));
        slots.push(script.slot);
        lab.engine.blocking_deregister(script.id.as_str()).unwrap();
        lab.wait_gone(script.id.as_str());
    }
    assert_eq!(slots, (0..20).collect::<Vec<_>>());
    assert_eq!(lab.engine.scripts().generation(), 40, "each coming and going changes the names");
}

#[test]
fn the_log_has_a_line_an_event_and_never_the_script() {
    let (_folder, fake) =
        fake(&format!("{ATTACHED}; sleep 0.2; echo 'ERROR: one' >&2; echo 'ERROR: two' >&2; exit 3"));
    let lab = Lab::start(&fake, |_| {});
    let code = "BEGIN { @secret_of_the_script = 1; }";
    let script = lab.engine.blocking_autostart("logged", code.into(), Some("me".into())).unwrap();
    let id = script.id.as_str();
    let pid = script.pid.unwrap();
    lab.wait(id, "it fails", |script| script.status == Status::Error);
    lab.engine.blocking_stop_script("logged").unwrap();
    lab.engine.blocking_shutdown();
    let lines = lab::log_lines(id).join("\n").replace(id, "ID").replace(&pid.to_string(), "PID");
    expect![[r#"
        INFO script logged (ID) registered by me
        INFO script logged (ID): bpftrace started, pid PID
        INFO script logged (ID) runs, probes: 1
        WARN script logged (ID) failed: one; two; it is started again in 1 s
        INFO script logged (ID) is removed"#]]
    .assert_eq(&lines);
}
