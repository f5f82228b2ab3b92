//! The answers of `/pmapi/*`, shaped as pmproxy 6.0.3's (recorded from a running one).
//!
//! Two of its habits matter to a reader: a metric that does not exist is missing from a fetch without a word, and
//! a single-valued metric without a value comes as `{"instance":null,"value":0}` (text: `null`). Ours sends an
//! empty list of instances for the latter, which says the same without the doubt.

mod entry;
mod fetch;
mod labels;
mod timestamp;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Atom, Semantics, Units, ValueType};

/// Answer of `/pmapi/context`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContextReply {
    /// Number to use in later calls.
    pub context: u32,
    /// Identifies the source host.
    #[serde(default)]
    pub source: String,
    /// Name of the host.
    #[serde(default)]
    pub hostspec: String,
    /// Labels of the host.
    #[serde(default, deserialize_with = "labels::read")]
    pub labels: BTreeMap<String, String>,
}

/// Answer of `/pmapi/N/fetch`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FetchReply {
    /// The context that asked.
    pub context: u32,
    /// Seconds since 1970. Behind the point are milliseconds, or nanoseconds as pmproxy writes them.
    #[serde(deserialize_with = "timestamp::deserialize")]
    pub timestamp: f64,
    /// A metric each.
    pub values: Vec<MetricValues>,
}

/// The values of one metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricValues {
    /// Number of the metric.
    pub pmid: String,
    /// Name of the metric.
    pub name: String,
    /// When bpftrace printed the values, in seconds since 1970 as [`FetchReply::timestamp`]: a fetch may meet a print
    /// twice, or miss one. Ours; pmproxy sends none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed: Option<f64>,
    /// Its values.
    pub instances: Vec<InstanceValue>,
}

/// The value of one instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstanceValue {
    /// Number of the instance; `None` for a single-valued metric.
    pub instance: Option<u32>,
    /// Its value.
    pub value: Atom,
}

/// Answer of `/pmapi/N/metric`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricReply {
    /// The context that asked.
    pub context: u32,
    /// A metric each, or why there is none.
    pub metrics: Vec<MetricEntry>,
}

/// A metric, or a name that none has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, try_from = "entry::Fields")]
pub enum MetricEntry {
    /// The metric.
    Known(MetricInfo),
    /// There is no such metric.
    Unknown {
        /// The name that was asked for.
        name: String,
        /// Why.
        message: String,
        /// Always `false`.
        success: bool,
    },
}

/// A metric's descriptor, labels and help.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricInfo {
    /// Name of the metric.
    pub name: String,
    /// Number of the metric.
    pub pmid: String,
    /// Its instance domain; absent for a single value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indom: Option<String>,
    /// Type of every value.
    #[serde(rename = "type")]
    pub value_type: ValueType,
    /// Counter or not.
    pub sem: Semantics,
    /// Units of every value.
    pub units: Units,
    /// Labels, `metrictype` among them.
    #[serde(default, deserialize_with = "labels::read")]
    pub labels: BTreeMap<String, String>,
    /// One line of help.
    #[serde(default, rename = "text-oneline")]
    pub text_oneline: String,
    /// The long help.
    #[serde(default, rename = "text-help")]
    pub text_help: String,
}

/// Answer of `/pmapi/N/indom`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndomReply {
    /// The context that asked.
    pub context: u32,
    /// Number of the domain.
    pub indom: String,
    /// Labels of the domain.
    #[serde(default, deserialize_with = "labels::read")]
    pub labels: BTreeMap<String, String>,
    /// One line of help.
    #[serde(default, rename = "text-oneline")]
    pub text_oneline: String,
    /// The long help.
    #[serde(default, rename = "text-help")]
    pub text_help: String,
    /// Its instances.
    pub instances: Vec<IndomInstance>,
}

/// One instance of a domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndomInstance {
    /// Its number.
    pub instance: u32,
    /// Its name.
    pub name: String,
    /// Its labels: `key0`…, `low`, `high`.
    #[serde(default, deserialize_with = "labels::read")]
    pub labels: BTreeMap<String, String>,
}

/// Answer of `/pmapi/N/children`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChildrenReply {
    /// The context that asked.
    pub context: u32,
    /// The name that was asked for.
    pub name: String,
    /// Metrics directly below it.
    pub leaf: Vec<String>,
    /// Inner nodes directly below it.
    pub nonleaf: Vec<String>,
}

/// Answer of `/pmapi/N/store`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoreReply {
    /// The context that asked.
    pub context: u32,
    /// Always `true`; a failure is an [`ErrorReply`].
    pub success: bool,
}

/// Every answer with an HTTP status of 400 and above.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorReply {
    /// The context that asked, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<u32>,
    /// What is wrong; empty if nothing is said of it, and in a [`StoreReply`], which can be read as one of these.
    #[serde(default)]
    pub message: String,
    /// `false` for an error.
    pub success: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_pmproxy_writes() {
        let fetch = r#"{"context":449654724,"timestamp":1795363111.510021473,"values":[{"pmid":"151.100.10","name":
            "bpftrace.scripts.test.data.root","instances":[{"instance":0,"value":9964}]},{"pmid":"151.100.0","name":
            "bpftrace.scripts.test.status","instances":[{"instance":null,"value":"started"}]}]}"#;
        let reply: FetchReply = serde_json::from_str(fetch).unwrap();
        assert_eq!(reply.values[0].instances[0], InstanceValue { instance: Some(0), value: Atom::U64(9964) });
        assert_eq!(reply.values[1].instances[0].value, Atom::Text("started".into()));

        let metric = r#"{"context":449654724,"metrics":[{"name":"bpftrace.scripts.test.data.h","series":"123a","pmid":
            "151.100.11","indom":"151.100011","type":"u64","sem":"counter","units":"none","labels":{"agent":"bpftrace",
            "metrictype":"histogram"},"text-oneline":"a","text-help":"b"},{"name":"nosuch.metric","message":
            "Unknown metric name","success":false}]}"#;
        let reply: MetricReply = serde_json::from_str(metric).unwrap();
        assert!(
            matches!(&reply.metrics[0], MetricEntry::Known(info) if info.labels["metrictype"] == "histogram")
        );
        assert!(matches!(&reply.metrics[1], MetricEntry::Unknown { name, .. } if name == "nosuch.metric"));

        let indom = r#"{"context":4,"indom":"151.100011","labels":{"agent":"bpftrace"},"text-oneline":"",
            "text-help":"","instances":[{"instance":0,"name":"4-7","labels":{"agent":"bpftrace"}}]}"#;
        let reply: IndomReply = serde_json::from_str(indom).unwrap();
        assert_eq!(reply.instances[0].name, "4-7");
    }
}
