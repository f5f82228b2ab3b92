//! Names, numbers and values of a table of two scripts, without a bpftrace.

use bt_analysis::analyse;
use bt_catalog::Version;
use bt_metrics::control::Control;
use expect_test::expect;

use super::*;
use crate::EngineConfig;
use crate::script::Script;

fn table() -> Arc<ScriptTable> {
    let config = EngineConfig::new("bpftrace", Version::NEWEST);
    let script = |component: &str, slot, code: &str| {
        let facts = analyse(code, Version::NEWEST).facts;
        Script::for_test(component, slot, code, facts, &config).cell
    };
    let cells = [
        script("calls", 3, "BEGIN { @n = count(); @by[comm] = stats(1); }"),
        script("silent", 0, "BEGIN { exit(); }"),
    ];
    Arc::new(ScriptTable::new(cells, 7))
}

fn check(test: impl FnOnce(Namespace<'_>)) {
    let info = AgentInfo::new("1.2.3");
    test(Namespace { info: &info, scripts: table() });
}

#[test]
fn every_name_has_its_number_and_descriptor() {
    check(|namespace| {
        let names = namespace.names_below("");
        assert_eq!(names.len(), 13 + 2 * 12 + 4);
        let mut pmids = HashSet::new();
        for name in names {
            let pmid = namespace.pmid_of(&name).unwrap();
            assert!(pmids.insert(pmid), "{name}");
            assert_eq!(namespace.name_of(pmid).as_deref(), Some(name.as_str()));
            let metric = namespace.lookup(&name).unwrap();
            assert_eq!(Some(&metric.descriptor), namespace.describe_pmid(pmid).as_ref());
            assert_eq!(namespace.lookup_pmid(pmid).unwrap().descriptor, metric.descriptor);
            assert_eq!(metric.descriptor.indom.and_then(|indom| namespace.indom(indom)), metric.domain);
            let help = (&metric.descriptor.help_oneline, &metric.descriptor.help_long);
            assert!(!help.0.is_empty() && help.1.len() > 30 && help.1.ends_with('.'), "{name}: {help:?}");
        }
        assert_eq!(namespace.scripts.generation(), 7);
    });
}

#[test]
fn nothing_else_is_found() {
    check(|namespace| {
        for name in
            ["", "bpftrace", "bpftrace.scripts", "bpftrace.scripts.calls", "bpftrace.scripts.x.status", "a.b"]
        {
            assert!(namespace.lookup(name).is_none() && namespace.pmid_of(name).is_none(), "{name}");
        }
        for pmid in ["151.0.9", "151.3.0", "151.101.0", "151.103.14", "151.103.999", "151.100.10"] {
            let pmid = pmid.parse().unwrap();
            assert!(
                namespace.lookup_pmid(pmid).is_none() && namespace.describe_pmid(pmid).is_none(),
                "{pmid}"
            );
        }
        for serial in [0, 1001, 103_000, 103_010, 4_194_303] {
            assert_eq!(namespace.indom(IndomId { serial }), None, "{serial}");
        }
    });
}

#[test]
fn nodes() {
    check(|namespace| {
        let mut listing = String::new();
        let prefixes = [
            "",
            "bpftrace",
            "bpftrace.agent",
            "bpftrace.scripts",
            "bpftrace.scripts.calls",
            "bpftrace.scripts.calls.data",
            "bpftrace.scripts.calls.data.by",
            "bpftrace.scripts.calls.data.n",
            "bpftrace.scripts.silent.data",
            "bpftrace.scripts.cal",
            "bpf",
        ];
        for prefix in prefixes {
            let children = namespace.children(prefix).into_iter();
            let names: Vec<_> =
                children.map(|(name, is_leaf)| if is_leaf { name } else { name + "/" }).collect();
            listing += &format!("{prefix} ({}): {}\n", namespace.has_node(prefix), names.join(" "));
        }
        expect![[r#"
             (true): bpftrace/
            bpftrace (true): scripts/ control/ info/ agent/
            bpftrace.agent (true): version bpftrace_version scripts fetches rejected memory
            bpftrace.scripts (true): calls/ silent/
            bpftrace.scripts.calls (true): status pid exit_code error probes code data_bytes diagnostics lost_events helper_errors restarts leases data/
            bpftrace.scripts.calls.data (true): n by/
            bpftrace.scripts.calls.data.by (true): count average total
            bpftrace.scripts.calls.data.n (true): 
            bpftrace.scripts.silent.data (false): 
            bpftrace.scripts.cal (false): 
            bpf (false): 
        "#]].assert_eq(&listing);
    });
}

#[test]
fn without_an_engine_there_is_the_agent() {
    let info = AgentInfo::new("1.2.3");
    let namespace = Namespace { info: &info, scripts: Arc::default() };
    assert_eq!(namespace.children("bpftrace.scripts"), []);
    assert!(namespace.has_node("bpftrace.scripts"));
    let values = |name: &str| namespace.lookup(name).unwrap().values.clone();
    let text = |text: &str| vec![(None, Atom::Text(text.into()))];
    assert_eq!(values("bpftrace.agent.version"), text("1.2.3"));
    assert_eq!(values("bpftrace.agent.bpftrace_version"), []);
    assert_eq!(values("bpftrace.info.scripts_json"), text("[]"));
    assert_eq!(values("bpftrace.info.scripts"), []);
    assert_eq!(values(Control::Register.name()), []);
    info.count_fetch();
    info.count_rejected();
    info.set_bpftrace_version(Some("0.17.0".into()));
    assert_eq!(values("bpftrace.agent.fetches"), [(None, Atom::U64(1))]);
    assert_eq!(values("bpftrace.agent.rejected"), [(None, Atom::U64(1))]);
    assert_eq!(values("bpftrace.agent.bpftrace_version"), text("0.17.0"));
    let memory = values("bpftrace.agent.memory")[0].1.to_f64().unwrap();
    assert!(memory > 1e6 && memory < 1e10, "{memory}");
}

#[test]
fn what_is_no_data_of_a_script_is_labelled_so() {
    check(|namespace| {
        let label = |name: &str| namespace.lookup(name).unwrap().descriptor.metric_type_label();
        assert_eq!(label("bpftrace.info.scripts"), Some("control"));
        assert_eq!(label("bpftrace.scripts.calls.restarts"), Some("control"));
        assert_eq!(label("bpftrace.scripts.calls.data.n"), None);
    });
}

#[test]
fn scripts_are_instances_by_their_slot() {
    check(|namespace| {
        let scripts = namespace.lookup("bpftrace.info.scripts").unwrap();
        let domain = scripts.domain.as_ref().unwrap();
        assert_eq!(domain.iter().map(|one| one.number).collect::<Vec<_>>(), [3, 0]);
        assert_eq!(scripts.values.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [Some(3), Some(0)]);
    });
}
