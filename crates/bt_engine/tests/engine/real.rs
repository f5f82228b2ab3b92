//! The engine with a real bpftrace.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::lab::{
    self, Lab, TICKER, call_getppid, counting_script, instances, is_process, metric, number, real_bpftrace,
    this_thread, wait_until,
};
use bt_engine::Engine;
use bt_metrics::control::Status;

#[test]
fn values_are_those_of_a_known_load() {
    let Some(bpftrace) = real_bpftrace("values_are_those_of_a_known_load") else { return };
    let lab = Lab::start(&bpftrace, |_| {});
    let pid = std::process::id();
    let id = lab.register(&format!(
        "{TICKER}// name: load\n// unit: @sizes bytes\n\
         tracepoint:syscalls:sys_enter_getppid {} {{\n\
           @calls = count(); @by[\"a,b\", pid] = count(); @sizes = hist(5); @keyed[\"x\"] = lhist(7, 0, 10, 5);\n\
           @st = stats(-3); @last = \"é\"; printf(\"call\\n\");\n\
         }}\n",
        this_thread()
    ));
    let id = id.id.as_str();
    let script = lab.wait_attached(id);
    assert_eq!(script.component.as_ref(), "load");
    call_getppid(250);
    // The maps are printed in the order of their first mention; text comes before them.
    let script = lab.wait(id, "all calls are counted", |script| number(script, "st.count") == Some(250));
    let script = lab.wait(id, "the next round is printed", |newer| {
        metric(newer, "ticker").updated_at_millis > metric(&script, "last").updated_at_millis
    });
    assert_eq!(number(&script, "calls"), Some(250));
    assert_eq!(instances(&script, "by"), [format!("a,b,{pid} 250")]);
    let labels = &metric(&script, "by").domain.as_ref().unwrap()[0].labels;
    assert_eq!(labels.key, ["a,b".into(), pid.to_string().into()]);
    assert_eq!(instances(&script, "sizes"), ["4-7 250"]);
    assert_eq!(metric(&script, "sizes").descriptor.units.0, "byte");
    assert_eq!(instances(&script, "keyed"), ["x::5-9 250"]);
    assert_eq!((number(&script, "st.average"), number(&script, "st.total")), (Some(-3), Some(-750)));
    assert_eq!(metric(&script, "last").values[0].1.to_text(), "é");
    assert_eq!(metric(&script, "output").values[0].1.to_text(), "call\n".repeat(250));
    assert_eq!((script.status, script.lost_events, script.restarts), (Status::Started, 0, 0));
    assert!(script.data_bytes > 250 * 30 && script.pid.is_some() && script.probes == 3, "{script:?}");
}

#[test]
fn a_metric_shows_no_print_of_the_script_s_own() {
    let Some(bpftrace) = real_bpftrace("a_metric_shows_no_print_of_the_script_s_own") else { return };
    let lab = Lab::start(&bpftrace, |_| {});
    let script = lab.register(
        "// refresh: 200ms\nBEGIN { @a[\"x\"] = 10; @a[\"y\"] = 20; @a[\"z\"] = 30; printf(\"begin\\n\"); }\n\
         interval:ms:50 { print(@a, 1); print(@a, 3, 10); }\n",
    );
    let id = script.id.as_str();
    let whole = ["x 10", "y 20", "z 30"];
    let mut last = lab.wait(id, "the first print", |script| !instances(script, "a").is_empty());
    for _ in 0..5 {
        assert_eq!(instances(&last, "a"), whole);
        let before = metric(&last, "a").updated_at_millis;
        last = lab.wait(id, "the next print", |script| metric(script, "a").updated_at_millis > before);
    }
    assert_eq!(metric(&last, "output").values[0].1.to_text(), "begin\n", "the marks are no output");
}

#[test]
fn an_error_of_bpftrace_stands_at_its_line() {
    let Some(bpftrace) = real_bpftrace("an_error_of_bpftrace_stands_at_its_line") else { return };
    let lab = Lab::start(&bpftrace, |_| {});
    let script = lab.register("BEGIN { @x = 1; }\ninterval:s:1 { $a = (struct nosuch *)0; @y = $a->b; }\n");
    let script = lab.wait(script.id.as_str(), "it fails", |script| script.status == Status::Error);
    assert!(script.error.contains("nosuch"), "{}", script.error);
    assert!(!script.error.contains("RLIMIT"), "{}", script.error);
    let error = script.diagnostics.iter().find(|finding| finding.severity == "error").unwrap();
    assert_eq!((error.line, error.column, error.end_column), (Some(2), Some(21), Some(38)), "{error:?}");
    assert_eq!((script.exit_code, script.pid), (1, None));
    assert!(script.metrics.iter().all(|metric| metric.values.is_empty()));
}

#[test]
fn a_tracepoint_with_all_its_programs_is_a_clear_error() {
    let Some(bpftrace) = real_bpftrace("a_tracepoint_with_all_its_programs_is_a_clear_error") else { return };
    let lab = Lab::start(&bpftrace, |_| {});
    // An event that nothing else here looks at.
    let probe = |number| format!("tracepoint:syscalls:sys_enter_acct /pid == {number}/ {{ @ = count(); }}\n");
    let script = lab.register(&(0..66).map(probe).collect::<String>());
    let script = lab.wait(script.id.as_str(), "it fails", |script| script.status == Status::Error);
    assert!(
        script.error.contains("at most 64 programs on one probe")
            && script.error.contains("stop other scripts"),
        "{}",
        script.error
    );
    assert!(!script.error.contains("RLIMIT"), "{}", script.error);
}

#[test]
fn scripts_run_side_by_side_and_share_a_process_if_they_are_the_same() {
    let Some(bpftrace) = real_bpftrace("scripts_run_side_by_side_and_share_a_process_if_they_are_the_same")
    else {
        return;
    };
    let lab = Lab::start(&bpftrace, |_| {});
    let code = counting_script();
    let first = lab.register(&code);
    let other = lab.register(&format!("{TICKER}// name: other\nBEGIN {{ @x = 42; }}\n"));
    let again = lab.register(&format!("{code}\n  \n"));
    assert_eq!((&again.id, again.leases), (&first.id, 2));
    assert_eq!(lab.engine.scripts().len(), 2);
    let pid = lab.wait_attached(first.id.as_str()).pid.unwrap();
    let other =
        lab.wait(other.id.as_str(), "the other one has its value", |script| number(script, "x") == Some(42));
    assert!(other.pid.unwrap() != pid && other.slot != first.slot);

    lab.engine.blocking_deregister(first.id.as_str()).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    assert!(is_process(pid), "the second lease holds it");
    lab.engine.blocking_deregister(first.id.as_str()).unwrap();
    lab.wait_gone(first.id.as_str());
    assert!(!is_process(pid));
    assert!(lab.engine.scripts().by_component("other").is_some());
    let gone = lab.engine.blocking_deregister(first.id.as_str()).unwrap_err();
    assert!(gone.to_string().contains("register it again"), "{gone}");
}

#[test]
fn a_script_that_nobody_fetches_ends() {
    let Some(bpftrace) = real_bpftrace("a_script_that_nobody_fetches_ends") else { return };
    let lab = Lab::start(&bpftrace, |config| config.expiry_millis = 1500);
    let script = lab.register(&counting_script());
    let pid = lab.wait_attached(script.id.as_str()).pid.unwrap();
    for _ in 0..20 {
        lab.engine.touch(&script);
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(is_process(pid), "fetching keeps it alive");
    lab.wait_gone(script.id.as_str());
    assert!(!is_process(pid));
}

#[test]
fn exit_leaves_the_last_values() {
    let Some(bpftrace) = real_bpftrace("exit_leaves_the_last_values") else { return };
    let lab = Lab::start(&bpftrace, |_| {});
    let script =
        lab.register("BEGIN { @x[1] = 5; printf(\"bye\\n\"); }\ninterval:ms:300 { @x[1] = 7; exit(); }\n");
    let script = lab.wait(script.id.as_str(), "it stops", |script| script.status == Status::Stopped);
    assert_eq!(instances(&script, "x"), ["1 7"]);
    assert_eq!(metric(&script, "output").values[0].1.to_text(), "bye\n");
    assert_eq!((script.exit_code, script.error.as_ref(), script.pid), (0, "", None));

    lab.engine.blocking_start_script(script.id.as_str()).unwrap();
    let again = lab.wait(script.id.as_str(), "it ran again", |script| {
        script.restarts == 1 && script.status == Status::Stopped
    });
    assert_eq!(instances(&again, "x"), ["1 7"]);
}

#[test]
fn a_stopped_script_keeps_what_it_had() {
    let Some(bpftrace) = real_bpftrace("a_stopped_script_keeps_what_it_had") else { return };
    let lab = Lab::start(&bpftrace, |_| {});
    let script = lab.register(&format!("{TICKER}BEGIN {{ @x = 1; }}\nEND {{ @x = 99; }}\n"));
    let id = script.id.as_str();
    lab.wait(id, "it has a value", |script| number(script, "x") == Some(1));
    lab.engine.blocking_stop_script(id).unwrap();
    let script = lab.wait(id, "it stops", |script| script.status == Status::Stopped);
    assert_eq!((number(&script, "x"), script.pid), (Some(1), None), "the dump at the end is no sample");
}

#[test]
fn a_flood_ends_with_an_error_and_delays_nobody() {
    let Some(bpftrace) = real_bpftrace("a_flood_ends_with_an_error_and_delays_nobody") else { return };
    let lab = Lab::start(&bpftrace, |config| config.max_output_bytes_per_second = 100_000);
    let calm = lab.register(&counting_script());
    lab.wait_attached(calm.id.as_str());
    let flood = lab.register(&format!(
        "tracepoint:syscalls:sys_enter_getppid {} {{ printf(\"{}\\n\"); }}\n",
        this_thread(),
        "flood ".repeat(20)
    ));
    let flood = lab.wait(flood.id.as_str(), "it fails", |script| {
        call_getppid(500);
        script.status == Status::Error
    });
    assert!(flood.error.contains("printed more than"), "{}", flood.error);
    assert!(flood.pid.is_none() && flood.metrics.iter().all(|metric| metric.values.is_empty()));
    let ticks = number(&lab.engine.scripts().by_id(calm.id.as_str()).unwrap(), "ticker");
    lab.wait(calm.id.as_str(), "the calm one goes on", |script| number(script, "ticker") > ticks);
}

#[test]
fn shutdown_ends_all_processes() {
    let Some(bpftrace) = real_bpftrace("shutdown_ends_all_processes") else { return };
    let lab = Lab::start(&bpftrace, |_| {});
    let scripts =
        [counting_script(), format!("{TICKER}BEGIN {{ @x = 42; }}\n")].map(|code| lab.register(&code));
    let pids = scripts.map(|script| lab.wait_attached(script.id.as_str()).pid.unwrap());
    lab.engine.blocking_shutdown();
    assert!(pids.iter().all(|pid| !is_process(*pid)) && lab.engine.scripts().is_empty());
    let refused = lab.engine.blocking_register("BEGIN { @x = 1; }".into(), None).unwrap_err();
    assert!(refused.error.contains("shut down"), "{refused}");
}

#[test]
fn dropping_the_last_handle_ends_all_processes() {
    let Some(bpftrace) = real_bpftrace("dropping_the_last_handle_ends_all_processes") else { return };
    let engine = Engine::start(lab::config(&bpftrace)).unwrap();
    let script = engine.blocking_register(counting_script(), None).unwrap();
    let newest = || engine.scripts().by_id(script.id.as_str()).unwrap();
    wait_until("it runs", || newest().status == Status::Started);
    let pid = newest().pid.unwrap();
    let copy = engine.clone();
    drop(engine);
    std::thread::sleep(Duration::from_millis(300));
    assert!(is_process(pid), "there is another handle");
    drop(copy);
    wait_until("the process has ended", || !is_process(pid));
}

#[test]
fn no_bpftrace_outlives_a_killed_supervisor() {
    let Some(bpftrace) = real_bpftrace("no_bpftrace_outlives_a_killed_supervisor") else { return };
    let script = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(script.path(), "interval:ms:100 { @ = count(); }\n").unwrap();
    let mut supervisor =
        Command::new(lab::watch()).arg(bpftrace).arg(script.path()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(supervisor.stdout.take().unwrap()).lines();
    let pid: i32 = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("started pid Some(")?.split(')').next()?.parse().ok())
        .expect("it starts");
    assert!(is_process(pid));
    supervisor.kill().unwrap();
    supervisor.wait().unwrap();
    let killed = Instant::now();
    while is_process(pid) {
        assert!(killed.elapsed() < Duration::from_secs(2), "bpftrace {pid} is still there");
        std::thread::sleep(Duration::from_millis(10));
    }
}
