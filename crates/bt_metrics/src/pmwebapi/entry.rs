//! Reads an entry of `/pmapi/N/metric` in one pass. For an untagged enum serde keeps a copy of the JSON and tries one
//! variant after the other: that makes the page's download 4 KB larger.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{MetricEntry, MetricInfo};
use crate::{Semantics, Units, ValueType};

/// The fields of both variants of [`MetricEntry`].
#[derive(Deserialize)]
pub(super) struct Fields {
    name: String,
    pmid: Option<String>,
    indom: Option<String>,
    #[serde(rename = "type")]
    value_type: Option<ValueType>,
    sem: Option<Semantics>,
    units: Option<Units>,
    #[serde(default, deserialize_with = "super::labels::read")]
    labels: BTreeMap<String, String>,
    #[serde(default, rename = "text-oneline")]
    text_oneline: String,
    #[serde(default, rename = "text-help")]
    text_help: String,
    message: Option<String>,
    success: Option<bool>,
}

impl TryFrom<Fields> for MetricEntry {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<MetricEntry, &'static str> {
        let Fields { name, indom, labels, text_oneline, text_help, .. } = fields;
        match (fields.pmid, fields.value_type, fields.sem, fields.units) {
            (Some(pmid), Some(value_type), Some(sem), Some(units)) => Ok(MetricEntry::Known(MetricInfo {
                name,
                pmid,
                indom,
                value_type,
                sem,
                units,
                labels,
                text_oneline,
                text_help,
            })),
            _ => match (fields.message, fields.success) {
                (Some(message), Some(success)) => Ok(MetricEntry::Unknown { name, message, success }),
                _ => Err("a metric without type, semantics or units"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_a_metric_or_says_why_there_is_none() {
        let read = |text: &str| serde_json::from_str::<MetricEntry>(text);
        let known = r#"{"name":"a","pmid":"1.0.0","type":"u64","sem":"counter","units":"none"}"#;
        assert!(matches!(read(known), Ok(MetricEntry::Known(info)) if info.indom.is_none()));
        let unknown = r#"{"name":"a","message":"Unknown metric name","success":false}"#;
        assert!(matches!(read(unknown), Ok(MetricEntry::Unknown { success: false, .. })));
        for text in [
            r#"{"name":"a","pmid":"1.0.0","type":"u64","sem":"counter"}"#,
            r#"{"name":"a","message":"Unknown metric name"}"#,
            r#"{"name":"a","pmid":"1.0.0","type":"u65","sem":"counter","units":"none"}"#,
            r#"{"pmid":"1.0.0","type":"u64","sem":"counter","units":"none"}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
