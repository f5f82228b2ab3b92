//! Values: types, instances, profiles, and stores.

use pcp_pmda::client::Number;

use crate::lab::{Lab, pmid};

#[test]
fn each_type_reaches_pminfo() {
    let Some(lab) = Lab::start("each_type_reaches_pminfo") else { return };
    let text = lab.tool("pminfo", &["-f", "demo.types"]);
    for (name, value) in [
        ("i32", "-32"),
        ("u32", "4294967295"),
        ("i64", "-9223372036854775808"),
        ("u64", "18446744073709551615"),
        ("float", "0.5"),
        ("double", "-0.25"),
        ("text", "\"größer\u{fffd}than \"NUL\"\""),
    ] {
        assert!(text.contains(&format!("demo.types.{name}\n    value {value}\n")), "{name}: {text}");
    }
}

#[test]
fn a_metric_without_values_and_one_with_an_error_differ() {
    let Some(lab) = Lab::start("a_metric_without_values_and_one_with_an_error_differ") else { return };
    assert_eq!(lab.tool("pminfo", &["-f", "demo.none"]), "\ndemo.none\nNo value(s) available!\n");
    let failing = lab.tool("pminfo", &["-f", "demo.failing"]);
    assert!(failing.contains("Metric not supported by this version of monitored application"), "{failing}");
}

#[test]
fn instances_are_numbered_and_named() {
    let Some(lab) = Lab::start("instances_are_numbered_and_named") else { return };
    let many = lab.tool("pminfo", &["-f", "demo.many"]);
    let lines: Vec<&str> = many.lines().skip(2).collect();
    assert_eq!(
        lines,
        [
            "    inst [0 or \"instance 0\"] value 0",
            "    inst [2 or \"instance 1\"] value 1099511627777",
            "    inst [4 or \"instance 2\"] value 2199023255554",
        ]
    );
}

#[test]
fn a_client_gets_the_instances_that_it_wants() {
    let Some(lab) = Lab::start("a_client_gets_the_instances_that_it_wants") else { return };
    lab.tool("pmstore", &["demo.control.many", "2000"]);
    let client = lab.client();
    let many = pmid(&client, "demo.many");
    let indom = client.indom(many).unwrap();
    let instances = |client: &pcp_pmda::client::Context| -> Vec<u32> {
        client
            .fetch(&[many])
            .unwrap()
            .numbers(0)
            .into_iter()
            .map(|Number { instance, .. }| instance)
            .collect()
    };
    assert_eq!(instances(&client).len(), 2000);
    client.want(indom, Some(&[3998, 8, 5, 9999])).unwrap();
    assert_eq!(instances(&client), [8, 3998]);
    client.want(indom, Some(&[])).unwrap();
    assert_eq!(instances(&client), []);
    // Another client's profile is its own.
    assert_eq!(instances(&lab.client()).len(), 2000);
    client.want(indom, None).unwrap();
    assert_eq!(instances(&client).len(), 2000);
}

#[test]
fn many_values_arrive_whole_and_memory_returns() {
    let Some(lab) = Lab::start("many_values_arrive_whole_and_memory_returns") else { return };
    let client = lab.client();
    let many = pmid(&client, "demo.many");
    lab.tool("pmstore", &["demo.control.many", "300000"]);
    let numbers = client.fetch(&[many]).unwrap().numbers(0);
    assert_eq!(numbers.len(), 300_000);
    assert!(numbers.iter().zip(0_u64..).all(|(number, index)| {
        u64::from(number.instance) == index * 2 && number.bits == index << 40 | index
    }));
    lab.tool("pmstore", &["demo.control.many", "1"]);
    for _ in 0..3 {
        client.fetch(&[many]).unwrap();
    }
    // Half a million values would take 10 MiB and more; what is kept for the next fetch is bounded.
    assert!(resident_kib(lab.agent()) < 24 * 1024, "{} KiB", resident_kib(lab.agent()));
}

#[test]
fn stored_values_have_the_type_of_the_metric() {
    let Some(lab) = Lab::start("stored_values_have_the_type_of_the_metric") else { return };
    for (metric, stored, shown) in [
        ("demo.control.many", "7", "7"),
        ("demo.control.double", "2.5", "2.5"),
        ("demo.control.echo", "two\nlines, größer", "\"two\nlines, größer\""),
    ] {
        lab.tool("pmstore", &[metric, stored]);
        assert_eq!(lab.tool("pminfo", &["-f", metric]), format!("\n{metric}\n    value {shown}\n"));
    }
}

#[test]
fn a_refused_store_says_why() {
    let Some(lab) = Lab::start("a_refused_store_says_why") else { return };
    let too_many = lab.tool("pmstore", &["demo.control.many", "5000000"]);
    assert!(too_many.contains("Bad input to pmstore"), "{too_many}");
    let not_allowed = lab.tool("pmstore", &["demo.types.u64", "1"]);
    assert!(not_allowed.contains("No permission to perform requested operation"), "{not_allowed}");
}

#[test]
fn stored_texts_are_freed() {
    let Some(lab) = Lab::start("stored_texts_are_freed") else { return };
    let client = lab.client();
    let echo = pmid(&client, "demo.control.echo");
    let text = "x".repeat(50_000);
    client.store(echo, &text).unwrap();
    let before = resident_kib(lab.agent());
    for _ in 0..400 {
        client.store(echo, &text).unwrap();
    }
    // They are 20 MB together.
    let grown = resident_kib(lab.agent()).saturating_sub(before);
    assert!(grown < 5000, "{grown} KiB more");
    assert_eq!(client.fetch(&[echo]).unwrap().texts(0), [text]);
}

fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}
