//! `bpflens serve` with real bpftrace, through its REST calls; in `pmproxy` over a pmproxy instead.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests drive real processes, say what they skip, and may panic"
)]

mod pmproxy;
mod server;

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use bt_metrics::Atom;
use bt_metrics::control::{self, Outcome, Refusal};
use bt_metrics::pmwebapi::{ChildrenReply, IndomReply, MetricEntry, MetricReply};
use expect_test::expect;

use server::{Server, eventually, text};

/// Runs `bpflens serve` that is expected to fail at once.
fn failing_serve(arguments: &[&str]) -> String {
    let output: Output = Command::new(env!("CARGO_BIN_EXE_bpflens"))
        .arg("serve")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_start_that_fails_says_what_to_do() {
    let missing = failing_serve(&["--listen", "127.0.0.1:0", "--bpftrace", "/nonexistent/bpftrace"]);
    if rustix::process::geteuid().is_root() {
        assert!(
            missing.contains("/nonexistent/bpftrace") && missing.contains("apt-get install bpftrace"),
            "{missing}"
        );
    } else {
        assert!(missing.contains("needs root"), "{missing}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = failing_serve(&["--listen", &taken.local_addr().unwrap().to_string()]);
    assert!(taken.contains("is taken") && taken.contains("hint:"), "{taken}");
    expect![[r#"
        error: 0.0.0.0 is not a loopback address
          hint: listen on 127.0.0.1 and reach it from elsewhere through ssh -L 4040:127.0.0.1:4040
    "#]]
    .assert_eq(&failing_serve(&["--listen", "0.0.0.0:4040"]));
}

#[test]
fn only_its_own_page_with_the_token_may_call() {
    let Some(server) = Server::start("only_its_own_page_with_the_token_may_call") else { return };
    assert_eq!(server.get_with("/pmapi/context", &[]).0, 401);
    assert_eq!(server.get_with("/pmapi/context?token=wrong", &[]).0, 401);
    assert_eq!(server.get_with("/pmapi/context?token=test-token", &[]).0, 200);
    assert_eq!(server.get_with("/pmapi/context?token=test-token", &[("host", "evil.example")]).0, 403);
    assert_eq!(
        server.get_with("/pmapi/context?token=test-token", &[("origin", "http://evil.example")]).0,
        403
    );
    assert_eq!(server.get_with("/", &[]).0, 200, "the page itself holds no secret");
    assert_eq!(server.get_with("/../Cargo.toml", &[]).0, 404);
}

#[test]
fn a_counter_rises_by_exactly_the_load() {
    let Some(server) = Server::start("a_counter_rises_by_exactly_the_load") else { return };
    let context = server.context(30);
    // A program name of the test's own, so that no other process counts.
    let reader = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bpflens-reader");
    let _ = std::fs::remove_file(&reader);
    std::os::unix::fs::symlink("/bin/dd", &reader).unwrap();
    let script = server.register(
        context,
        "// name: reads\n\
         tracepoint:syscalls:sys_enter_read /comm == \"bpflens-reader\"/ { @reads[comm] = count(); @size = hist(args->count); }",
    );
    assert_eq!(script.metric_component(), "reads");
    assert_eq!(script.variables["@size"].metrictype.as_deref(), Some("histogram"));
    eventually("started", || (server.status(context, &script) == "started").then_some(()));
    // 0.17 reports its probes before it attaches them.
    std::thread::sleep(Duration::from_millis(500));

    let load = |reads: u32| {
        let arguments = ["if=/dev/zero", "of=/dev/null", "bs=3000", "status=none", &format!("count={reads}")];
        assert!(Command::new(&reader).args(arguments).status().unwrap().success());
    };
    let reads = || {
        server
            .fetch(context, "bpftrace.scripts.reads.data.reads")
            .instances
            .first()
            .map(|value| value.value.clone())
    };
    load(0);
    // What dd reads by itself, its libraries, comes on top: the same each time.
    let own = eventually("the first value", || match reads() {
        Some(Atom::U64(own)) => Some(own),
        _ => None,
    });
    load(4321);
    eventually("the count of the load", || (reads() == Some(Atom::U64(2 * own + 4321))).then_some(()));

    let domain: IndomReply =
        server.read(&format!("/pmapi/{context}/indom?name=bpftrace.scripts.reads.data.size"));
    let bucket =
        domain.instances.iter().find(|instance| instance.name == "2048-4095").expect("the bucket of 3000");
    assert_eq!((bucket.labels["low"].as_str(), bucket.labels["high"].as_str()), ("2048", "4095"));
    let sizes = server.fetch(context, "bpftrace.scripts.reads.data.size");
    let count = sizes
        .instances
        .iter()
        .find(|value| value.instance == Some(bucket.instance))
        .map(|value| value.value.clone());
    assert_eq!(count, Some(Atom::U64(4321)));
}

#[test]
fn answers_have_the_shape_of_pmproxys() {
    let Some(server) = Server::start("answers_have_the_shape_of_pmproxys") else { return };
    let context = server.context(30);
    let script = server
        .register(context, "// name: ticks\ninterval:ms:100 { @n = count(); @byte[\"a,b\", 1] = sum(2); }");
    eventually("a value", || {
        server.fetch(context, "bpftrace.scripts.ticks.data.byte").instances.into_iter().next()
    });

    let reply: MetricReply =
        server.read(&format!("/pmapi/{context}/metric?names=bpftrace.scripts.ticks.data.byte,nosuch.metric"));
    let [MetricEntry::Known(info), MetricEntry::Unknown { message, .. }] = &reply.metrics[..] else {
        panic!("{reply:?}")
    };
    assert_eq!(message, "Unknown metric name");
    let cluster = info.pmid.strip_prefix("151.").and_then(|rest| rest.strip_suffix(".11")).unwrap();
    assert_eq!(info.indom.as_deref(), Some(&*format!("151.{cluster}011")));
    assert_eq!(info.labels["agent"], "bpftrace");

    let children: ChildrenReply =
        server.read(&format!("/pmapi/{context}/children?prefix=bpftrace.scripts.ticks"));
    assert_eq!(children.nonleaf, ["data"]);
    assert!(children.leaf.contains(&"status".to_string()));
    let root: ChildrenReply = server.read(&format!("/pmapi/{context}/children?prefix=bpftrace"));
    assert_eq!(root.nonleaf, ["scripts", "control", "info", "agent"]);

    let error = |path: &str| {
        server.get(&path.replace("CTX", &context.to_string())).1.replace(&context.to_string(), "CTX")
    };
    let errors = [
        "/pmapi/CTX/indom?name=bpftrace.scripts.ticks.status",
        "/pmapi/CTX/children?prefix=nosuch",
        "/pmapi/CTX/store?name=nosuch.metric&value=1",
        "/pmapi/CTX/store?name=bpftrace.scripts.ticks.status&value=1",
        "/pmapi/CTX/fetch",
        "/pmapi/4294967295/fetch?names=a",
    ]
    .map(error);
    expect![[r#"
        {"context":CTX,"message":"bpftrace.scripts.ticks.status - metric has null indom","success":false}
        {"context":CTX,"message":"child traversal failed - Unknown metric name","success":false}
        {"context":CTX,"message":"nosuch.metric - failed to lookup metric","success":false}
        {"context":CTX,"message":"failed to store value to metric bpftrace.scripts.ticks.status: No permission to perform requested operation","success":false}
        {"context":CTX,"message":"fetch needs names or pmids","success":false}
        {"context":4294967295,"message":"unknown context identifier: 4294967295","success":false}"#]]
    .assert_eq(&errors.join("\n"));

    let scripts = server.fetch(context, "bpftrace.info.scripts_json");
    assert!(text(&scripts).contains(&script.script_id));
    assert!(
        text(&server.fetch(context, "bpftrace.info.tracepoints"))
            .contains("tracepoint:syscalls:sys_enter_read")
    );
    assert_eq!(server.control(context, control::STOP, &script.script_id), r#"{"success":"true"}"#);
    eventually("stopped", || (server.status(context, &script) == "stopped").then_some(()));
    assert_eq!(server.control(context, control::START, &script.script_id), r#"{"success":"true"}"#);
    eventually("started", || (server.status(context, &script) == "started").then_some(()));
}

#[test]
fn rubbish_is_refused_with_a_reason() {
    let Some(server) = Server::start("rubbish_is_refused_with_a_reason") else { return };
    let context = server.context(30);
    let refusal: Refusal =
        serde_json::from_str(&server.control(context, control::REGISTER, "foo {")).unwrap();
    assert!(
        !refusal.error.is_empty() && refusal.diagnostics.iter().any(|found| found.line == Some(1)),
        "{refusal:?}"
    );
    let outcome: Outcome = serde_json::from_str(&server.control(context, control::DEREGISTER, "s0")).unwrap();
    assert_eq!(outcome.success, "false");
    let refusal = server.control(context, control::REGISTER, &"x".repeat(100_000));
    assert!(refusal.contains("the script has 100000 bytes"), "{refusal}");
    let empty = server.control(context, control::REGISTER, "");
    assert!(empty.contains(r#"{"error":"#), "{empty}");
    assert!(server.bpftrace_processes().is_empty());
}

#[test]
fn a_context_that_nobody_uses_gives_up_its_scripts() {
    let Some(server) = Server::start("a_context_that_nobody_uses_gives_up_its_scripts") else { return };
    let (first, second) = (server.context(1), server.context(60));
    let script = "interval:s:1 { @n = count(); }";
    let id = server.register(first, script).script_id;
    assert_eq!(server.register(second, script).script_id, id, "joined");
    let leases = || server.fetch(second, &format!("bpftrace.scripts.{id}.leases")).instances[0].value.clone();
    assert_eq!(leases(), Atom::U64(2));
    eventually("the first context gave up", || (leases() == Atom::U64(1)).then_some(()));
    assert_eq!(server.bpftrace_processes().len(), 1, "the second context still holds the script");
    server.control(second, control::DEREGISTER, &id);
    eventually("no process", || server.bpftrace_processes().is_empty().then_some(()));
}

#[test]
fn sigint_stops_everything() {
    let Some(mut server) = Server::start("sigint_stops_everything") else { return };
    let context = server.context(30);
    let script = server.register(context, "interval:s:1 { @n = count(); }");
    eventually("started", || (server.status(context, &script) == "started").then_some(()));
    let processes = server.bpftrace_processes();
    assert_eq!(processes.len(), 1);
    let start = Instant::now();
    server.signal("-INT");
    let status = server.process.wait().unwrap();
    assert!(status.success(), "{status} after {:?}", start.elapsed());
    assert!(!PathBuf::from(format!("/proc/{}", processes[0])).exists());
}
