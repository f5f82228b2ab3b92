//! Every key of the configuration file: where it stands and what it sets.
//!
//! The order matters where two keys set the same: the later one here wins. So the file of an older PCP still holds,
//! unless it says the same in the newer section, too.

use super::Config;
use super::value::{boolean, list, number};

/// A key of the file.
pub(super) struct Key {
    pub(super) section: &'static str,
    /// In lower case.
    pub(super) name: &'static str,
    /// Takes the value over. `Err` says what would be right, and leaves the configuration as it was.
    pub(super) set: fn(&mut Config, &str) -> Result<(), String>,
}

const DAY_SECONDS: u64 = 24 * 60 * 60;

pub(super) const KEYS: &[Key] = &[
    // PCP before 5.1.
    Key {
        section: "authentication",
        name: "enabled",
        set: |config, value| boolean(value).map(|value| config.access.auth_enabled = value),
    },
    Key {
        section: "authentication",
        name: "allowed_users",
        set: |config, value| {
            config.access.allowed_users = list(value);
            Ok(())
        },
    },
    Key {
        section: "bpftrace",
        name: "bpftrace_path",
        set: |config, value| {
            if value.is_empty() || value.contains(['\n', '\0']) {
                return Err("expected a path or a name".into());
            }
            config.bpftrace = value.into();
            Ok(())
        },
    },
    Key {
        section: "bpftrace",
        name: "script_expiry_time",
        set: |config, value| number(value, 1..=365 * DAY_SECONDS).map(|value| config.expiry_seconds = value),
    },
    Key {
        section: "bpftrace",
        name: "max_throughput",
        set: |config, value| {
            number(value, 1..=1 << 40).map(|value| config.max_output_bytes_per_second = value)
        },
    },
    Key {
        section: "dynamic_scripts",
        name: "enabled",
        set: |config, value| boolean(value).map(|value| config.access.enabled = value),
    },
    Key {
        section: "dynamic_scripts",
        name: "auth_enabled",
        set: |config, value| boolean(value).map(|value| config.access.auth_enabled = value),
    },
    Key {
        section: "dynamic_scripts",
        name: "allowed_users",
        set: |config, value| {
            config.access.allowed_users = list(value);
            Ok(())
        },
    },
    Key {
        section: "policy",
        name: "allow_unsafe",
        set: |config, value| boolean(value).map(|value| config.policy.allow_unsafe = value),
    },
    Key {
        section: "policy",
        name: "allow_cat",
        set: |config, value| boolean(value).map(|value| config.policy.allow_cat = value),
    },
    Key {
        section: "policy",
        name: "allow_include",
        set: |config, value| boolean(value).map(|value| config.policy.allow_include = value),
    },
    Key {
        section: "policy",
        name: "allow_probes",
        set: |config, value| {
            config.policy.allow_probes = list(value);
            Ok(())
        },
    },
    Key {
        section: "policy",
        name: "deny_probes",
        set: |config, value| {
            config.policy.deny_probes = list(value);
            Ok(())
        },
    },
    Key {
        section: "policy",
        name: "max_script_bytes",
        set: |config, value| number(value, 1..=1 << 20).map(|value| config.max_script_bytes = value),
    },
    Key {
        section: "policy",
        name: "max_scripts",
        set: |config, value| number(value, 0..=3996).map(|value| config.max_scripts = value),
    },
    Key {
        section: "policy",
        name: "max_map_keys",
        set: |config, value| number(value, 1..=100_000_000).map(|value| config.max_map_keys = Some(value)),
    },
    Key {
        section: "policy",
        name: "max_output_bytes_per_second",
        set: |config, value| {
            number(value, 1..=1 << 40).map(|value| config.max_output_bytes_per_second = value)
        },
    },
    Key {
        section: "policy",
        name: "max_instances",
        set: |config, value| number(value, 1..=10_000_000).map(|value| config.max_instances = value),
    },
];
