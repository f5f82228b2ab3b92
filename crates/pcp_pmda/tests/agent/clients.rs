//! What the agent is told of its clients.

use crate::lab::{Lab, pmid};

#[test]
fn a_local_client_is_known_by_its_process() {
    let Some(lab) = Lab::start("a_local_client_is_known_by_its_process") else { return };
    let client = lab.client();
    let known = client.fetch(&[pmid(&client, "demo.client")]).unwrap().texts(0);
    let process = format!("ProcessId({})", std::process::id());
    assert!(known[0].contains(&process) && known[0].contains("UserId("), "{known:?}");
}

#[test]
fn a_client_that_goes_is_forgotten() {
    let Some(lab) = Lab::start("a_client_that_goes_is_forgotten") else { return };
    let client = lab.client();
    let contexts = pmid(&client, "demo.contexts");
    let count = || client.fetch(&[contexts]).unwrap().numbers(0)[0].bits;
    assert_eq!(count(), 1);
    let other = lab.client();
    other.fetch(&[contexts]).unwrap();
    assert_eq!(count(), 2);
    drop(other);
    lab.eventually("the end of the other client", || count() == 1);
}
