//! Units of values.

use pcp_sys::pmUnits;

/// Dimensions and scale of a value: space, time and count, each with an exponent and a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Units {
    space: (i8, i8),
    time: (i8, i8),
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
            |table: &[&str]| table.iter().position(|known| *known == name).map(|index| index as i8);
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

    pub(crate) fn to_c(self) -> pmUnits {
        let field = |value: i8, lowest_bit: u32| (u32::from(value.cast_unsigned()) & 0xf) << lowest_bit;
        let Units { space, time, count } = self;
        pmUnits {
            bits: field(count.1, 8)
                | field(time.1, 12)
                | field(space.1, 16)
                | field(count.0, 20)
                | field(time.0, 24)
                | field(space.0, 28),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(text: &str) -> Option<u32> {
        Units::parse(text).map(|units| units.to_c().bits)
    }

    #[test]
    fn units_are_those_of_pcp() {
        assert_eq!(bits("none"), Some(0));
        assert_eq!(bits("byte"), Some(0x1000_0000));
        assert_eq!(bits("Kbyte"), Some(0x1001_0000));
        assert_eq!(bits("nanosec"), Some(0x0100_0000));
        assert_eq!(bits("sec"), Some(0x0100_3000));
        assert_eq!(bits("count"), Some(0x0010_0000));
        assert_eq!(bits("byte / sec"), Some(0x1f00_3000));
        assert_eq!(bits("count / millisec"), Some(0x0f10_2000));
    }

    #[test]
    fn others_are_refused() {
        for text in ["apples", "byte / Kbyte", "byte / sec / sec", "kbyte"] {
            assert_eq!(bits(text), None, "{text}");
        }
    }
}
