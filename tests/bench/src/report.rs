//! What was measured, as lines of a table, and whether it is within its bar.

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Report {
    bars: Vec<(String, bool)>,
}

/// One quantity of each agent, in the same unit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Measured {
    /// PCP's Python agent.
    pub(crate) python: Option<f64>,
    /// PCP's C agent `sample`.
    pub(crate) sample: Option<f64>,
    /// Our agent.
    pub(crate) ours: f64,
}

/// What is asked of our agent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bar {
    /// At most so much, in the unit of the quantity.
    AtMost(f64),
    /// At most so many times as much as `sample`.
    TimesSample(f64),
    /// At most this part of what Python takes: 30 for 1/30.
    PartOfPython(f64),
    /// For information.
    None,
}

impl Report {
    /// Prints a line, and keeps whether the bar is met.
    pub(crate) fn line(&mut self, what: &str, unit: &str, measured: Measured, bar: Bar) {
        let Measured { python, sample, ours } = measured;
        let number = |value: Option<f64>| value.map_or_else(|| "-".into(), |value| format!("{value:.2}"));
        let (asked, is_met) = match bar {
            Bar::AtMost(most) => (format!("<= {most} {unit}"), Some(ours <= most)),
            Bar::TimesSample(times) => {
                let ratio = sample.map(|sample| ours / sample);
                let asked = format!("{} times sample, <= {times}", number(ratio));
                (asked, ratio.map(|ratio| ratio <= times))
            }
            Bar::PartOfPython(part) => {
                let ratio = python.map(|python| python / ours);
                (format!("1/{} of Python, <= 1/{part}", number(ratio)), ratio.map(|ratio| ratio >= part))
            }
            Bar::None => {
                let ratio = python.map(|python| format!("1/{:.1} of Python", python / ours));
                (ratio.unwrap_or_default(), None)
            }
        };
        let verdict = is_met.map_or("", |is_met| if is_met { "met" } else { "MISSED" });
        println!(
            "{what:<44} python {:>9}  sample {:>8}  ours {:>8} {unit:<4} {asked} {verdict}",
            number(python),
            number(sample),
            number(Some(ours)),
        );
        self.bars.extend(is_met.map(|is_met| (what.to_owned(), is_met)));
    }

    /// Says which bars are missed: true if none is.
    pub(crate) fn summary(&self) -> bool {
        let missed: Vec<&str> =
            self.bars.iter().filter(|(_, is_met)| !is_met).map(|(what, _)| what.as_str()).collect();
        println!("{} of {} bars met", self.bars.len() - missed.len(), self.bars.len());
        missed.iter().for_each(|what| println!("missed: {what}"));
        missed.is_empty()
    }
}

/// The median of measurements; 0 of none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
