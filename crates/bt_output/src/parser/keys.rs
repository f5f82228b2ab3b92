//! Keys: as strings, but 0.22 and 0.23 escape them twice.

use super::Parser;
use crate::dialect::KeyEscapes;
use crate::key_escapes::{self, KeyEvidence};
use crate::store::TextSpan;
use crate::text;

impl Parser<'_, '_, '_> {
    /// `"key": ` of a map.
    #[inline]
    pub(super) fn key(&mut self) -> Option<TextSpan> {
        self.cursor.skip_blanks();
        let plain = if self.utf8.is_some() { text::read_plain(&mut self.cursor) } else { None };
        let key = match plain {
            Some(key) => key,
            None => self.escaped_key()?,
        };
        self.cursor.expect(b':')?;
        self.cursor.skip_blanks();
        Some(key)
    }

    fn escaped_key(&mut self) -> Option<TextSpan> {
        if self.key_escapes() == KeyEscapes::Once {
            return self.text();
        }
        let [mut once, mut twice] = std::mem::take(&mut self.store.scratch);
        let read = text::read_escaped(&mut self.cursor, &mut once);
        let key = read.map(|_| match key_escapes::unescape(&once, &mut twice) {
            Some(()) => self.store.push_text(&twice),
            None => self.store.push_text(&once),
        });
        self.store.scratch = [once, twice];
        key
    }

    /// How often the keys of this message are escaped; if the release is not known, by what they look like.
    fn key_escapes(&mut self) -> KeyEscapes {
        let known = self.dialect.key_escapes();
        if known != KeyEscapes::Unknown {
            return known;
        }
        if let Some(judged) = self.judged_keys {
            return judged;
        }
        let has_raw_bytes = !self.cursor.line.is_ascii();
        let scratch = &mut self.store.scratch[0];
        let evidence = key_escapes::evidence_of_message(self.cursor, has_raw_bytes, scratch);
        if let Some(certain) = evidence.certainty() {
            self.dialect.keys_are(certain);
        }
        let is_twice = matches!(evidence, KeyEvidence::Twice | KeyEvidence::RatherTwice);
        let judged = if is_twice { KeyEscapes::Twice } else { KeyEscapes::Once };
        self.judged_keys = Some(judged);
        judged
    }
}
