//! The values of this moment, and what a script has printed.

use bt_metrics::MetricType;
use bt_series::frame::{self, Cell, TableSource};
use serde::Serialize;
use tsify::Tsify;

use crate::session::Session;
use crate::session::metric::{Data, Metric};

/// Rows of a table at most: more than anybody reads, and still quick to draw.
const MAX_ROWS: usize = 2_000;

/// Rows and columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Tsify)]
pub struct TableFrame {
    /// Key columns, then value columns.
    pub columns: Vec<TableColumn>,
    /// A cell per column each; `undefined` where a key has no value.
    pub rows: Vec<Vec<TableCell>>,
    /// Rows that are left out.
    pub omitted: u32,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct TableColumn {
    /// Heading.
    pub name: String,
    /// Part of the key, or value.
    pub kind: ColumnKind,
    /// Unit of its values as PCP spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    /// A part of the key.
    Key,
    /// A value.
    Value,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(untagged)]
pub enum TableCell {
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// No value.
    Empty(()),
}

impl Session {
    /// The latest values of metrics, joined by key; or the lines of `output` alone, in the columns of CSV if it is CSV.
    pub fn table(&self, target: &str, leaves: &[String]) -> TableFrame {
        let metrics: Vec<(&str, &Metric)> =
            leaves.iter().filter_map(|leaf| Some((leaf.as_str(), self.metric(target, leaf)?))).collect();
        match metrics[..] {
            [] => TableFrame::default(),
            [(leaf, metric)] if metric.metric_type == Some(MetricType::Output) => {
                frame::output_table(&self.text(target, leaf), MAX_ROWS).into()
            }
            _ => {
                let sources: Vec<TableSource<'_>> =
                    metrics.iter().filter_map(|(leaf, metric)| self.table_source(leaf, metric)).collect();
                frame::table(&sources, MAX_ROWS).into()
            }
        }
    }

    /// The latest text of a metric: what the script has printed, for `output`.
    pub fn text(&self, target: &str, leaf: &str) -> String {
        match self.metric(target, leaf).map(|metric| &metric.data) {
            Some(Data::Texts(texts)) => {
                texts.values.first().map_or(String::new(), |(_, value)| value.to_text().into_owned())
            }
            Some(Data::Numbers(_)) | None => String::new(),
        }
    }

    fn table_source<'a>(&'a self, leaf: &'a str, metric: &'a Metric) -> Option<TableSource<'a>> {
        match &metric.data {
            Data::Numbers(_) => {
                let unit = Some(metric.value_units()).filter(|units| *units != "none");
                Some(TableSource::Numbers { name: leaf, unit, samples: self.samples(metric)? })
            }
            Data::Texts(texts) => Some(TableSource::Texts { name: leaf, values: &texts.values }),
        }
    }
}

impl From<frame::Table> for TableFrame {
    fn from(table: frame::Table) -> TableFrame {
        let column = |column: frame::TableColumn| TableColumn {
            name: column.name,
            kind: if column.is_key { ColumnKind::Key } else { ColumnKind::Value },
            unit: column.unit,
        };
        let cell = |cell: Cell| match cell {
            Cell::Empty => TableCell::Empty(()),
            Cell::Number(number) => TableCell::Number(number),
            Cell::Text(text) => TableCell::Text(text.to_string()),
        };
        TableFrame {
            columns: table.columns.into_iter().map(column).collect(),
            rows: table.rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect(),
            omitted: table.omitted as u32,
        }
    }
}
