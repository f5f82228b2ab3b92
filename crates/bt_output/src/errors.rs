//! Errors of a running script, coalesced by where they happen.

use crate::event::{ScriptError, ScriptErrorKind};

/// Places that are told apart. Beyond, the one that was not heard of for longest gives way.
const MAX_PLACES: usize = 64;

/// What was reported, and how often it came since.
#[derive(Debug, Default)]
pub(crate) struct ErrorTable {
    places: Vec<Place>,
    /// Counts all errors: the age of a place.
    clock: u64,
}

/// One place of the script where something goes wrong.
#[derive(Debug)]
struct Place {
    kind: ScriptErrorKind,
    helper: String,
    file: String,
    line: u64,
    column: u64,
    /// What was said the last time.
    message: String,
    return_code: i64,
    unreported: u64,
    last_at: u64,
}

impl ErrorTable {
    /// Counts an error, and reports it if it is the first at its place.
    pub(crate) fn take(&mut self, error: ScriptError<'_>, report: &mut impl FnMut(ScriptError<'_>)) {
        self.clock += 1;
        if let Some(place) = self.places.iter_mut().find(|place| place.is_of(&error)) {
            place.message.clear();
            place.message.push_str(error.message);
            place.return_code = error.return_code;
            place.unreported += error.count;
            place.last_at = self.clock;
            return;
        }
        if self.places.len() == MAX_PLACES {
            self.give_way(report);
        }
        report(error);
        self.places.push(Place::new(&error, self.clock));
    }

    /// Reports what came again.
    pub(crate) fn report(&mut self, report: &mut impl FnMut(ScriptError<'_>)) {
        for place in &mut self.places {
            place.report(report);
        }
    }

    fn give_way(&mut self, report: &mut impl FnMut(ScriptError<'_>)) {
        let oldest = (0..self.places.len()).min_by_key(|position| self.places[*position].last_at);
        if let Some(oldest) = oldest {
            self.places.remove(oldest).report(report);
        }
    }
}

impl Place {
    fn new(error: &ScriptError<'_>, now: u64) -> Place {
        Place {
            kind: error.kind,
            helper: error.helper.into(),
            file: error.file.into(),
            line: error.line,
            column: error.column,
            message: error.message.into(),
            return_code: error.return_code,
            unreported: 0,
            last_at: now,
        }
    }

    fn is_of(&self, error: &ScriptError<'_>) -> bool {
        (self.line, self.column, self.kind) == (error.line, error.column, error.kind)
            && self.helper == error.helper
            && self.file == error.file
    }

    fn report(&mut self, report: &mut impl FnMut(ScriptError<'_>)) {
        let count = std::mem::take(&mut self.unreported);
        if count > 0 {
            report(ScriptError {
                kind: self.kind,
                message: &self.message,
                helper: &self.helper,
                return_code: self.return_code,
                file: &self.file,
                line: self.line,
                column: self.column,
                count,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: u64, message: &str) -> ScriptError<'_> {
        let kind = ScriptErrorKind::Errorf;
        ScriptError { kind, message, helper: "", return_code: 0, file: "", line, column: 1, count: 1 }
    }

    #[test]
    fn the_first_at_a_place_at_once_and_the_others_together() {
        let mut table = ErrorTable::default();
        let mut said = Vec::new();
        let mut report = |error: ScriptError<'_>| {
            said.push(format!("{} {:?} {}", error.line, error.message, error.count));
        };
        for (line, message) in [(1, "a"), (1, "b"), (2, "x"), (1, "c")] {
            table.take(error(line, message), &mut report);
        }
        table.report(&mut report);
        table.report(&mut report);
        assert_eq!(said, ["1 \"a\" 1", "2 \"x\" 1", "1 \"c\" 2"]);
    }

    #[test]
    fn at_the_bound_nothing_is_lost() {
        let mut table = ErrorTable::default();
        let mut counts = [0u64; 200];
        let mut report = |error: ScriptError<'_>| counts[error.line as usize] += error.count;
        for line in (0..200).chain(0..200).chain(199..200) {
            table.take(error(line, ""), &mut report);
            assert!(table.places.len() <= MAX_PLACES);
        }
        table.report(&mut report);
        assert_eq!(counts[..199], [2; 199]);
        assert_eq!(counts[199], 3);
    }
}
