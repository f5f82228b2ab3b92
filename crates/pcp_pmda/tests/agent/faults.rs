//! Panics of an agent, and the end of pmcd.

use std::process::Stdio;

use crate::lab::{Lab, agent_alone, pmid};

#[test]
fn a_panic_is_an_error_of_one_request() {
    let Some(lab) = Lab::start("a_panic_is_an_error_of_one_request") else { return };
    let client = lab.client();
    let echo = pmid(&client, "demo.control.echo");
    for _ in 0..3 {
        let refused = client.store(echo, "panic").unwrap_err();
        assert_eq!(refused.code, -12345, "{refused}");
    }
    client.store(echo, "panic in fetch").unwrap();
    let failed = client.fetch(&[echo]).unwrap();
    assert_eq!(failed.count(0), Some(Err(-12345)));
    client.store(echo, "well again").unwrap();
    assert_eq!(client.fetch(&[echo]).unwrap().texts(0), ["well again"]);
    assert_eq!(lab.log().matches("Error: a request failed by a panic: in a store").count(), 3);
}

#[test]
fn the_agent_ends_when_pmcd_does() {
    let Some(lab) = Lab::start("the_agent_ends_when_pmcd_does") else { return };
    let log = lab.stop();
    assert!(log.contains("Info: pmcd has closed the pipe"), "{log}");
}

#[test]
fn an_agent_without_pmcd_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = agent_alone()
        .arg(folder.path().join("demo.log"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(!outcome.success());
    let log = std::fs::read_to_string(folder.path().join("demo.log")).unwrap();
    assert!(log.contains("cannot connect to pmcd"), "{log}");
}
