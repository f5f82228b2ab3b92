use expect_test::{Expect, expect};

use super::*;

const EXAMPLE: &str = include_str!("../../../../pkg-scripts/pmda/bpftrace.conf");

fn check_findings(text: &str, expected: Expect) -> Config {
    let (config, findings) = parse(text);
    expected.assert_eq(&findings.iter().map(|finding| format!("{finding}\n")).collect::<String>());
    config
}

#[test]
fn the_file_that_we_ship_says_the_defaults_of_every_key() {
    assert_eq!(parse(EXAMPLE), (Config::default(), Vec::new()));
    for key in KEYS.iter().filter(|key| key.section != "authentication") {
        let stands =
            EXAMPLE.lines().any(|line| line.trim_start_matches('#').starts_with(&format!("{} =", key.name)));
        assert!(stands, "{} of [{}] is not shown", key.name, key.section);
    }
    // An example that is commented out may stand in place of the key above it.
    let mut lines: Vec<&str> = Vec::new();
    for line in EXAMPLE.lines() {
        let example = line.strip_prefix('#').filter(|rest| !rest.starts_with(' ') && !rest.is_empty());
        if let Some((key, _)) = example.and_then(|example| example.split_once('=')) {
            lines.retain(|line| !line.starts_with(key));
        }
        lines.push(example.unwrap_or(line));
    }
    assert_eq!(parse(&lines.join("\n")).1, []);
}

#[test]
fn every_key_is_taken_over() {
    let config = check_findings(
        "[bpftrace]\nbpftrace_path = /opt/bpftrace\nscript_expiry_time = 300\nmax_throughput = 1000\n\
         [dynamic_scripts]\nenabled = true\nauth_enabled = false\nallowed_users = root, pcp\n\
         [policy]\nallow_unsafe = yes\nallow_cat = on\nallow_include = 1\nallow_probes = tracepoint:*, kprobe:vfs_*\n\
         deny_probes = kprobe:*\nmax_script_bytes = 1000\nmax_scripts = 5\nmax_map_keys = 7\nmax_instances = 9\n",
        expect![""],
    );
    let expected = Config {
        bpftrace: "/opt/bpftrace".into(),
        access: Access {
            enabled: true,
            auth_enabled: false,
            allowed_users: vec!["root".into(), "pcp".into()],
        },
        policy: Policy {
            allow_unsafe: true,
            allow_cat: true,
            allow_include: true,
            allow_probes: vec!["tracepoint:*".into(), "kprobe:vfs_*".into()],
            deny_probes: vec!["kprobe:*".into()],
        },
        expiry_seconds: 300,
        max_output_bytes_per_second: 1000,
        max_scripts: 5,
        max_script_bytes: 1000,
        max_map_keys: Some(7),
        max_instances: 9,
    };
    assert_eq!(config, expected);
}

#[test]
fn the_section_of_older_versions_counts_unless_the_newer_one_says_otherwise() {
    let old = "[authentication]\nenabled = false\nallowed_users = alice\n";
    let config = check_findings(old, expect![""]);
    assert_eq!(
        config.access,
        Access { enabled: false, auth_enabled: false, allowed_users: vec!["alice".into()] }
    );
    let both = format!("[dynamic_scripts]\nauth_enabled = true\n{old}");
    let config = check_findings(&both, expect![""]);
    assert_eq!((config.access.auth_enabled, config.access.allowed_users), (true, vec!["alice".to_string()]));
    let empty = check_findings("[dynamic_scripts]\nallowed_users =\n", expect![""]);
    assert!(empty.access.allowed_users.is_empty(), "nobody");
}

#[test]
fn mistakes_are_reported_with_their_line_and_the_default_stays() {
    let config = check_findings(
        "[bpftrace]\nscript_expiry_time = soon\nbpftrace_path =\nspeed = 1\n[dynamic_scripts]\n\
         auth_enabled = false # for now\nenabled = true\nenabled = false\n[dynamic]\nx = 1\nrubbish\n",
        expect![[r#"
            line 2: script_expiry_time = "soon": expected a whole number from 1 to 31536000; the default stays
            line 3: bpftrace_path = "": expected a path or a name; the default stays
            line 4: there is no `speed` in [bpftrace]; it is ignored
            line 6: auth_enabled = "false # for now": expected true or false; the default stays
            line 8: `enabled` stands in [dynamic_scripts] already; this one is ignored
            line 10: there is no section [dynamic]: `x` is ignored
            line 11: this is neither `key = value` nor `[section]`; it is ignored
        "#]],
    );
    let access = Access { enabled: true, ..Access::default() };
    assert_eq!(config, Config { access, ..Config::default() });
}

#[test]
fn a_file_of_any_bytes_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bpftrace.conf");
    assert_eq!(read(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
    std::fs::write(&path, b"[bpftrace]\nscript_expiry_time = 9\n\xff\xfe = 1\n").unwrap();
    let (config, findings) = read(&path).unwrap();
    assert_eq!((config.expiry_seconds, findings.len()), (9, 1));
    let long = "# comment\n".repeat(MAX_FILE_BYTES as usize / 10 + 1);
    std::fs::write(&path, long).unwrap();
    assert_eq!(read(&path).unwrap().1.len(), 1);
}
