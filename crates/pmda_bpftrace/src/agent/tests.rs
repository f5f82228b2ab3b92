//! The agent without bpftrace: it answers all the same.

use std::path::PathBuf;

use bt_engine::Guard;
use expect_test::expect;

use super::*;
use crate::paths::Paths;
use crate::runner::tests::{Setting, eventually};

const CLIENT: ContextId = ContextId(1);

fn agent() -> BpftraceAgent {
    // A configuration that does not exist: no autostart scripts, no dynamic ones.
    let paths = Paths::with_config(PathBuf::from("/does/not/exist/bpftrace.conf"));
    let info = Arc::new(AgentInfo::new("1.0"));
    BpftraceAgent::new(Runner::start(paths, Arc::clone(&info), Guard::default()).unwrap(), info)
}

fn leaves(agent: &mut BpftraceAgent, prefix: &str) -> Vec<String> {
    agent.children(prefix, true).unwrap().into_iter().map(|child| child.name).collect()
}

#[test]
fn the_name_space_without_scripts() {
    let mut agent = agent();
    expect![[r#"
        bpftrace.control.register
        bpftrace.control.deregister
        bpftrace.control.start
        bpftrace.control.stop
        bpftrace.info.scripts
        bpftrace.info.scripts_json
        bpftrace.info.tracepoints
        bpftrace.agent.version
        bpftrace.agent.bpftrace_version
        bpftrace.agent.scripts
        bpftrace.agent.fetches
        bpftrace.agent.rejected
        bpftrace.agent.memory"#]]
    .assert_eq(&leaves(&mut agent, "bpftrace").join("\n"));
    assert_eq!(agent.children("bpftrace.scripts", false), Ok(Vec::new()));
    assert_eq!(leaves(&mut agent, "bpftrace.scripts"), [""; 0]);
    assert_eq!(agent.children("bpftrace.scripts.gone", false), Err(PmError::Name));
    assert_eq!(agent.children("nothing", true), Err(PmError::Name));
    let root = Child { name: "bpftrace".into(), is_leaf: false };
    assert_eq!(agent.children("", false), Ok(vec![root]));
}

#[test]
fn every_metric_is_described_and_explained() {
    let mut agent = agent();
    for name in leaves(&mut agent, "bpftrace") {
        let pmid = agent.pmid(&name).unwrap();
        assert_eq!(agent.describe(pmid).unwrap().pmid, pmid);
        assert_eq!(agent.names(pmid), Ok(vec![name.clone()]));
        let [short, long] = [false, true].map(|is_long| agent.help(Subject::Metric(pmid), is_long).unwrap());
        assert!(!short.is_empty() && !short.contains('\n') && long.len() > short.len(), "{name}");
        assert_eq!(agent.labels(LabelTarget::Item(pmid)), r#"{"metrictype":"control"}"#);
    }
    assert_eq!(agent.pmid("bpftrace.info"), Err(PmError::Name));
    for unknown in [PmId::new(151, 100, 0), PmId::new(151, 0, 4), PmId::new(60, 0, 0)] {
        assert_eq!(agent.describe(unknown), Err(PmError::Pmid));
        assert_eq!(agent.names(unknown), Err(PmError::Pmid));
        assert_eq!(agent.help(Subject::Metric(unknown), false), Err(PmError::Pmid));
        assert_eq!(agent.labels(LabelTarget::Item(unknown)), NO_LABELS);
    }
}

#[test]
fn clusters_have_labels_and_domains_have_help() {
    let mut agent = agent();
    for (cluster, labels) in
        [(0, r#"{"metrictype":"control"}"#), (2, r#"{"metrictype":"control"}"#), (100, "{}")]
    {
        assert_eq!(agent.labels(LabelTarget::Cluster(cluster)), labels);
    }
    assert_eq!(agent.labels(LabelTarget::Domain), r#"{"agent":"bpftrace"}"#);
    let scripts = agent.pmid("bpftrace.info.scripts").unwrap();
    let indom = agent.describe(scripts).unwrap().indom;
    assert_eq!(agent.help(Subject::Indom(indom), false).as_deref(), Ok("instances of bpftrace.info.scripts"));
    assert_eq!(agent.instances(indom, &mut |_, _| panic!("there is no script")), Ok(()));
    for unknown in [InDom::NULL, InDom::new(151, 100_010), InDom::new(60, indom.serial())] {
        assert_eq!(agent.help(Subject::Indom(unknown), true), Err(PmError::Indom));
        assert_eq!(agent.instances(unknown, &mut |_, _| {}), Err(PmError::Indom));
        assert_eq!(agent.instance_labels(unknown, &mut |_, _| {}), Err(PmError::Indom));
    }
}

#[test]
fn a_store_is_denied_before_anything_else_is_looked_at() {
    let mut agent = agent();
    agent.attribute(CLIENT, Attribute::UserId(0));
    let register = agent.pmid("bpftrace.control.register").unwrap();
    assert_eq!(agent.store(CLIENT, register, None, Value::Text("BEGIN {}")), Err(PmError::Permission));
    assert_eq!(agent.info.rejected(), 1);
    assert!(agent.contexts.take_reply(CLIENT, Control::Register).contains("dynamic scripts are off"));
    let scripts = agent.pmid("bpftrace.info.scripts").unwrap();
    assert_eq!(agent.store(CLIENT, scripts, None, Value::Text("")), Err(PmError::Permission));
}

#[test]
fn a_name_counts_more_than_the_user_of_the_process() {
    let mut agent = agent();
    assert_eq!(agent.user_name(CLIENT), None);
    agent.attribute(CLIENT, Attribute::UserId(0));
    assert_eq!(agent.user_name(CLIENT).as_deref(), Some("root"));
    agent.attribute(CLIENT, Attribute::Username("alice"));
    agent.attribute(CLIENT, Attribute::UserId(0));
    assert_eq!(agent.user_name(CLIENT).as_deref(), Some("alice"));
    agent.end_context(CLIENT);
    assert_eq!(agent.user_name(CLIENT), None);
    agent.attribute(CLIENT, Attribute::UserId(u32::MAX - 7));
    assert_eq!(agent.user_name(CLIENT), None, "a user without a name is nobody");
}

#[test]
fn a_fetch_has_the_data_of_one_print() {
    let setting = Setting::new();
    setting.write_bpftrace(
        r#"[ "$1" = --version ] && { echo bpftrace v0.17.0; exit; }
        while i=$((i + 1)); do echo "{\"type\": \"map\", \"data\": {\"@x\": $i}}"; sleep 0.02; done"#,
    );
    let info = Arc::new(AgentInfo::new("1.0"));
    let mut agent = BpftraceAgent::new(setting.start(), info);
    eventually("bpftrace is found", || agent.runner.engine_for_command().is_ok());
    let engine = agent.runner.engine_for_command().unwrap().clone();
    engine.blocking_register("BEGIN { @x = 1 }".into(), None).unwrap();
    let slot = engine.scripts().iter().next().unwrap().slot;
    let x = Pmid::script_data(slot, 0);
    let value = |agent: &BpftraceAgent| agent.moment.metric(&agent.info, x).map(|x| x.values.clone());
    let now = |agent: &BpftraceAgent| agent.namespace().lookup_pmid(x).map(|x| x.values.clone());

    eventually("a value", || now(&agent).is_some_and(|values| !values.is_empty()));
    agent.begin_fetch(CLIENT, &[pm_id(x)]);
    let first = value(&agent);
    eventually("another value", || now(&agent) != first);
    assert_eq!(value(&agent), first, "the same fetch");
    agent.end_fetch();
    agent.begin_fetch(CLIENT, &[pm_id(x)]);
    assert_ne!(value(&agent), first, "the next one");
    engine.blocking_shutdown();
}
