//! The help texts of data metrics: which map, how it is aggregated, and what its instances are.

use bt_analysis::{MapFact, MapShape};
use bt_catalog::{AGGREGATIONS, AggregationKind};
use bt_metrics::{STATS_METRICS, Semantics, ValueType};

/// One line, and more of it.
pub(crate) struct Help {
    pub(crate) oneline: String,
    pub(crate) long: String,
}

/// The help of a map's metric; `part` is one of [`STATS_METRICS`] for a part of `stats()`, else empty.
pub(crate) fn of_map(map: &MapFact, part: &str, script: &str) -> Help {
    let dot = if part.is_empty() { "" } else { "." };
    let oneline = format!("{}{dot}{part} of the bpftrace script {script}", map.name);
    let what = what(map, part);
    let instances = instances(map);
    let long = format!("The map {} of the bpftrace script {script}: {what}. {instances}", map.name);
    Help { oneline, long: long.trim_end().to_string() }
}

/// The help of what a script prints.
pub(crate) fn of_output(script: &str) -> Help {
    Help {
        oneline: format!("what the bpftrace script {script} printed last"),
        long: format!(
            "The newest of the text that the bpftrace script {script} has printed, with printf() for example. \
             How many lines are kept can be set in the script by the comment `// table-retain-lines: N`."
        ),
    }
}

fn what(map: &MapFact, part: &str) -> String {
    let [count, average, total] = STATS_METRICS;
    let function = map.aggregation.and_then(|kind| AGGREGATIONS.iter().find(|known| known.kind == kind));
    let function = function.map(|known| format!("{}()", known.name)).unwrap_or_default();
    match (map.aggregation, part) {
        (_, part) if part == count => "how many values stats() has seen".into(),
        (_, part) if part == average => "the average of the values that stats() has seen, rounded".into(),
        (_, part) if part == total => "the sum of the values that stats() has seen".into(),
        (Some(AggregationKind::Hist), _) => format!("a histogram by powers of two, {function}"),
        (Some(AggregationKind::Lhist), _) => format!("a histogram by equal steps, {function}"),
        (Some(AggregationKind::Tseries), _) => format!("values by time interval, {function}"),
        (Some(_), _) => format!("aggregated with {function}{}", since_start(map)),
        (None, _) if map.value_type == ValueType::Text => "text, as it was assigned last".into(),
        (None, _) if map.semantics == Semantics::Counter => {
            "a number that only grows, from 0 when the script starts or clears it".into()
        }
        (None, _) => "a number, as it was assigned last".into(),
    }
}

fn since_start(map: &MapFact) -> &'static str {
    if map.semantics == Semantics::Counter { " since the script started or cleared it" } else { "" }
}

fn instances(map: &MapFact) -> &'static str {
    match map.shape {
        MapShape::Value | MapShape::Stats => "",
        MapShape::Keyed | MapShape::KeyedStats => {
            "An instance is a key of the map; its labels key0, key1 and so on are the parts of the key."
        }
        MapShape::Histogram => {
            "An instance is a bucket; its labels low and high are the bucket's bounds, both within it."
        }
        MapShape::KeyedHistogram => {
            "An instance is a bucket of a key, KEY::BUCKET; its labels key0, key1 and so on are the parts of the key, low \
             and high the bucket's bounds, both within it."
        }
        MapShape::Tseries => "An instance is an interval, named by its start in UTC.",
        MapShape::KeyedTseries => {
            "An instance is an interval of a key: the key and then the start of the interval in UTC."
        }
    }
}

#[cfg(test)]
mod tests {
    use bt_analysis::analyse;
    use bt_catalog::Version;
    use expect_test::expect;

    use super::*;

    #[test]
    fn each_kind_of_map() {
        let script = r#"BEGIN { @c[pid, comm] = count(); @h = hist(1); @k[1] = lhist(1, 0, 10, 1); @s = stats(1); @a = avg(2);
            @n++; @i = 1; @t = "text"; }"#;
        let facts = analyse(script, Version::NEWEST).facts;
        let help = |map: &MapFact| {
            let part = if map.name == "@s" { "average" } else { "" };
            let Help { oneline, long } = of_map(map, part, "demo");
            format!("{oneline}\n  {long}\n")
        };
        expect![[r#"
            @c of the bpftrace script demo
              The map @c of the bpftrace script demo: aggregated with count() since the script started or cleared it. An instance is a key of the map; its labels key0, key1 and so on are the parts of the key.
            @h of the bpftrace script demo
              The map @h of the bpftrace script demo: a histogram by powers of two, hist(). An instance is a bucket; its labels low and high are the bucket's bounds, both within it.
            @k of the bpftrace script demo
              The map @k of the bpftrace script demo: a histogram by equal steps, lhist(). An instance is a bucket of a key, KEY::BUCKET; its labels key0, key1 and so on are the parts of the key, low and high the bucket's bounds, both within it.
            @s.average of the bpftrace script demo
              The map @s of the bpftrace script demo: the average of the values that stats() has seen, rounded.
            @a of the bpftrace script demo
              The map @a of the bpftrace script demo: aggregated with avg().
            @n of the bpftrace script demo
              The map @n of the bpftrace script demo: a number that only grows, from 0 when the script starts or clears it.
            @i of the bpftrace script demo
              The map @i of the bpftrace script demo: a number, as it was assigned last.
            @t of the bpftrace script demo
              The map @t of the bpftrace script demo: text, as it was assigned last.
        "#]].assert_eq(&facts.maps.iter().map(help).collect::<String>());
    }
}
