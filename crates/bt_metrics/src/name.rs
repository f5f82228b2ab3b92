//! The only copy of the naming rule: from a map of a script to a metric name.

use std::collections::HashSet;

/// Metric component of the anonymous map `@`.
pub const ROOT_METRIC: &str = "root";
/// Metric component of everything that a script prints.
pub const OUTPUT_METRIC: &str = "output";
/// The version of the agent; PCP's PMDA has no such metric.
pub const AGENT_VERSION: &str = "bpftrace.agent.version";
/// The version of the bpftrace that the agent runs scripts with; PCP's PMDA has no such metric.
pub const AGENT_BPFTRACE_VERSION: &str = "bpftrace.agent.bpftrace_version";
/// The three metrics below the component of a `stats()` map.
pub const STATS_METRICS: [&str; 3] = ["count", "average", "total"];

/// The name of a metric of a script, e.g. `script_metric("s1", "data.usecs")` is `bpftrace.scripts.s1.data.usecs`.
pub fn script_metric(script: &str, leaf: &str) -> String {
    format!("bpftrace.scripts.{script}.{leaf}")
}

/// Reads [`script_metric`] back: the script's component and the rest.
pub fn split_script_metric(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix("bpftrace.scripts.")?.split_once('.')
}

/// The metric components of maps, in the order given, each different.
///
/// `@` becomes `root`, `@usecs` becomes `usecs`. PCP wants a component to begin with a letter, so `@_x` becomes
/// `m_x`. `output` belongs to the text that a script prints. A later map whose component is taken gets `_1`, `_2`, ….
pub fn map_metric_names<'a>(maps: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    // Filled once a look at all names would take longer.
    let mut many: HashSet<String> = HashSet::new();
    for map in maps {
        if names.len() == FEW_NAMES {
            many.extend(names.iter().cloned());
        }
        let is_taken = |name: &String| {
            name == OUTPUT_METRIC || if many.is_empty() { names.contains(name) } else { many.contains(name) }
        };
        let wanted = component(map);
        let name = if is_taken(&wanted) {
            let numbered = (1..).map(|number: u32| format!("{wanted}_{number}"));
            numbered.into_iter().find(|name| !is_taken(name)).unwrap_or(wanted)
        } else {
            wanted
        };
        if !many.is_empty() {
            many.insert(name.clone());
        }
        names.push(name);
    }
    names
}

/// So many names are compared one by one: nearly every script has fewer maps.
const FEW_NAMES: usize = 16;

/// Whether `text` can stand in a metric name for a script: PCP's rule, a letter and then letters, digits or `_`.
pub fn is_script_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

fn component(map: &str) -> String {
    let bare = map.strip_prefix('@').unwrap_or(map);
    match bare.chars().next() {
        None => ROOT_METRIC.to_string(),
        Some(first) if first.is_ascii_alphabetic() => bare.to_string(),
        Some(_) => format!("m{bare}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_different_and_valid() {
        let maps = ["@", "@usecs", "@root", "@_x", "@output", "@m_x", "@root_1"];
        let names = map_metric_names(maps);
        assert_eq!(names, ["root", "usecs", "root_1", "m_x", "output_1", "m_x_1", "root_1_1"]);
        assert!(names.iter().all(|name| is_script_name(name)));
    }

    #[test]
    fn script_names() {
        assert_eq!(script_metric("s1", "data.usecs"), "bpftrace.scripts.s1.data.usecs");
        assert_eq!(split_script_metric("bpftrace.scripts.s1.data.usecs"), Some(("s1", "data.usecs")));
        assert_eq!(split_script_metric("bpftrace.info.scripts"), None);
        assert!(is_script_name("a") && is_script_name("runq_lat2"));
        assert!(
            !is_script_name("") && !is_script_name("2a") && !is_script_name("a.b") && !is_script_name("é")
        );
    }
}
