//! Units of values.

/// Dimensions and scale of a value: space, time and count, each with an exponent and a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Units {
    space: (i8, u8),
    time: (i8, u8),
    count: (i8, i8),
}

impl Units {
    /// No unit.
    pub const NONE: Units = Units { space: (0, 0), time: (0, 0), count: (0, 0) };
    const SPACE: [&str; 9] = ["byte", "Kbyte", "Mbyte", "Gbyte", "Tbyte", "Pbyte", "Ebyte", "Zbyte", "Ybyte"];
    const TIME: [&str; 6] = ["nanosec", "microsec", "millisec", "sec", "min", "hour"];

    /// Reads a unit as pmUnitsStr and PMWEBAPI write it: `none`, `byte`, `Kbyte`, `count`, `nanosec`, `microsec`,
    /// `millisec`, `sec`, and quotients as `byte / sec`. None for anything else.
    pub fn parse(text: &str) -> Option<Units> {
        let mut units = Units::NONE;
        match text.split_once('/') {
            None if matches!(text.trim(), "" | "none") => {}
            None => units.take(text, 1)?,
            Some((over, under)) => {
                units.take(over, 1)?;
                units.take(under, -1)?;
            }
        }
        Some(units)
    }

    /// Reads one dimension; one that is there already is refused, as `byte / Kbyte` would be a plain number.
    fn take(&mut self, name: &str, exponent: i8) -> Option<()> {
        let name = name.trim();
        let index_in =
            |table: &[&str]| table.iter().position(|known| *known == name).map(|index| index as u8);
        if let Some(scale) = index_in(&Self::SPACE).filter(|_| self.space.0 == 0) {
            self.space = (exponent, scale);
        } else if let Some(scale) = index_in(&Self::TIME).filter(|_| self.time.0 == 0) {
            self.time = (exponent, scale);
        } else if name == "count" && self.count.0 == 0 {
            self.count = (exponent, 0);
        } else {
            return None;
        }
        Some(())
    }
}
