//! Dates as PCP's PMDA writes them.

/// ISO 8601 in UTC, without zone, with microseconds: `2026-11-22T15:58:28.339000`.
pub(crate) fn iso8601(unix_millis: u64) -> String {
    let (seconds, millis) = (unix_millis / 1000, unix_millis % 1000);
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}000")
}

/// Year, month and day of a day counted from 1970-01-01. Years are counted from March, so that the leap day is last.
fn civil(days: u64) -> (u64, u64, u64) {
    const DAYS_TO_1970: u64 = 719_468; // from 0000-03-01
    const DAYS_IN_ERA: u64 = 146_097; // 400 years
    let day = days + DAYS_TO_1970;
    let (era, day) = (day / DAYS_IN_ERA, day % DAYS_IN_ERA);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month_from_march = (5 * day + 2) / 153;
    let day_of_month = day - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day_of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let cases = [
            (0, "1970-01-01T00:00:00.000000"),
            (951_782_399_999, "2000-02-28T23:59:59.999000"),
            (951_782_400_000, "2000-02-29T00:00:00.000000"),
            (1_795_363_108_339, "2026-11-22T15:58:28.339000"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000000"),
        ];
        for (millis, text) in cases {
            assert_eq!(iso8601(millis), text);
        }
    }
}
