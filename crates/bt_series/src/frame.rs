//! Frames: what a panel draws, made of a window of samples.

mod buckets;
mod csv;
mod flame_graph;
mod heat_map;
mod table;
mod time_series;

pub use flame_graph::{FlameNode, FlameOptions, FlameTable, flame_graph, flame_table};
pub use heat_map::{HeatMap, heat_map};
pub use table::{Cell, Table, TableColumn, TableSource, output_table, table};
pub use time_series::{LineOptions, Quantity, TimeSeries, time_series};
