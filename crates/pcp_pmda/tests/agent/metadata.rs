//! Names, descriptors, help texts, instances and labels.

use crate::lab::{Lab, pmid};

#[test]
fn descriptors_and_help_are_those_of_the_agent() {
    let Some(lab) = Lab::start("descriptors_and_help_are_those_of_the_agent") else { return };
    let text = lab.tool("pminfo", &["-dmtT", "demo.many"]);
    for part in [
        "demo.many PMID: 400.0.10 [metric 10]",
        "Data Type: 64-bit unsigned int  InDom: 400.1 0x64000001",
        "Semantics: counter  Units: count",
        "Help:\nThe metric 400.0.10.\nIt says nothing.",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let float = lab.tool("pminfo", &["-d", "demo.types.float"]);
    assert!(float.contains("Units: Kbyte / sec"), "{float}");
}

#[test]
fn names_are_found_from_both_ends() {
    let Some(lab) = Lab::start("names_are_found_from_both_ends") else { return };
    assert_eq!(lab.tool("pminfo", &["demo.many"]), "demo.many\n");
    let all = lab.tool("pminfo", &["demo"]);
    assert_eq!(all.lines().count(), 16, "{all}");
    let unknown = lab.tool("pminfo", &["demo.nothing"]);
    assert!(unknown.contains("demo.nothing: Unknown metric name"), "{unknown}");
    assert!(lab.client().lookup(&["demo.types"]).is_err());
}

#[test]
fn instances_are_found_by_name_and_by_number() {
    let Some(lab) = Lab::start("instances_are_found_by_name_and_by_number") else { return };
    let by_name = lab.tool("pmval", &["-s1", "-r", "-i", "'instance 1'", "demo.many"]);
    assert!(by_name.contains("1099511627777"), "{by_name}");
    let unknown = lab.tool("pmval", &["-s1", "-i", "'instance 9'", "demo.many"]);
    assert!(unknown.contains("instance 9 not available"), "{unknown}");
}

#[test]
fn labels_of_all_levels_are_joined() {
    let Some(lab) = Lab::start("labels_of_all_levels_are_joined") else { return };
    let text = lab.tool("pminfo", &["-l", "demo.many"]);
    for part in [r#""agent":"demo""#, r#""of":"domain""#, r#""cluster":0"#, r#""item":10"#] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.contains(r#"inst [4 or "instance 2"] labels"#), "{text}");
    assert!(text.contains(r#""half":2"#), "{text}");
}

#[test]
fn new_names_are_found_and_clients_are_told() {
    let Some(lab) = Lab::start("new_names_are_found_and_clients_are_told") else { return };
    let client = lab.client();
    let many = pmid(&client, "demo.many");
    assert!(!client.fetch(&[many]).unwrap().names_changed());
    lab.tool("pmstore", &["demo.control.grow", "first"]);
    // The agent tells pmcd in the answer to a fetch, and pmcd tells each client with the next.
    let told = client.fetch(&[many]).unwrap();
    assert!(told.names_changed() && told.labels_changed());
    assert!(!client.fetch(&[many]).unwrap().names_changed());
    assert_eq!(lab.tool("pminfo", &["-f", "demo.grown"]), "\ndemo.grown.first\n    value \"first\"\n");
}

#[test]
fn an_agent_that_pmcd_waits_for_says_that_it_is_ready() {
    let test = "an_agent_that_pmcd_waits_for_says_that_it_is_ready";
    let Some(lab) = Lab::start_as(test, true) else { return };
    let status = lab.tool("pminfo", &["-f", "pmcd.agent.status"]);
    assert!(status.contains("inst [400 or \"demo\"] value 0"), "{status}");
}
