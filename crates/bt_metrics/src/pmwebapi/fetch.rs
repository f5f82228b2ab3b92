//! Reads the answer of `/pmapi/N/fetch`, which comes each second with thousands of values, in one pass.
//!
//! What agents write is a small part of JSON. Whatever is not in that part is left to serde_json, which is several
//! times slower: both give the same values for the same text.

use std::borrow::Cow;

use super::{FetchReply, InstanceValue, MetricValues};
use crate::Atom;

/// Digits of a number that fits an `i64` whatever they are.
const MAX_DIGITS: usize = 18;

impl FetchReply {
    /// Reads an answer. Fails if it is no JSON, or not that of a fetch.
    pub fn read(text: &str) -> serde_json::Result<FetchReply> {
        match (Reader { text, at: 0 }).reply() {
            Some(reply) => Ok(reply),
            None => serde_json::from_str(text),
        }
    }
}

/// A place in the text. Every function gives `None` at what it does not know.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn reply(&mut self) -> Option<FetchReply> {
        self.literal(r#"{"context":"#)?;
        let context = self.integer()?.try_into().ok()?;
        self.literal(r#","timestamp":"#)?;
        let timestamp = super::timestamp::read(self.number()?)?;
        self.literal(r#","values":["#)?;
        let mut values = Vec::new();
        if self.literal("]").is_none() {
            loop {
                values.push(self.metric()?);
                if !self.more()? {
                    break;
                }
            }
        }
        self.literal("}")?;
        self.text[self.at..].trim_ascii().is_empty().then_some(FetchReply { context, timestamp, values })
    }

    fn metric(&mut self) -> Option<MetricValues> {
        self.literal(r#"{"pmid":"#)?;
        let pmid = self.string()?;
        self.literal(r#","name":"#)?;
        let name = self.string()?;
        let printed = match self.literal(r#","printed":"#) {
            Some(()) => Some(serde_json::from_str(self.number()?).ok()?),
            None => None,
        };
        self.literal(r#","instances":["#)?;
        let mut instances = Vec::new();
        if self.literal("]").is_none() {
            loop {
                instances.push(self.instance()?);
                if !self.more()? {
                    break;
                }
            }
        }
        self.literal("}")?;
        Some(MetricValues { pmid: pmid.into(), name: name.into(), printed, instances })
    }

    #[inline(always)]
    fn instance(&mut self) -> Option<InstanceValue> {
        self.literal(r#"{"instance":"#)?;
        let instance = match self.literal("null") {
            Some(()) => None,
            None => Some(self.integer()?.try_into().ok()?),
        };
        self.literal(r#","value":"#)?;
        let value = self.value()?;
        self.literal("}")?;
        Some(InstanceValue { instance, value })
    }

    #[inline(always)]
    fn value(&mut self) -> Option<Atom> {
        match self.peek()? {
            b'"' => self.string().map(|text| Atom::Text(text.into())),
            b'0'..=b'9' => {
                let start = self.at;
                match self.integer() {
                    Some(value) => Some(Atom::U64(value)),
                    None => self.other_value(start),
                }
            }
            _ => self.other_value(self.at),
        }
    }

    /// A value that is seldom: negative, large, broken, or `null`.
    fn other_value(&mut self, start: usize) -> Option<Atom> {
        let rest = &self.text[start..];
        let end = rest.find('}')?;
        self.at = start + end;
        serde_json::from_str(&rest[..end]).ok()
    }

    /// Whether another element follows, or the list ends here.
    fn more(&mut self) -> Option<bool> {
        let more = match self.peek()? {
            b',' => true,
            b']' => false,
            _ => return None,
        };
        self.at += 1;
        Some(more)
    }

    fn string(&mut self) -> Option<Cow<'a, str>> {
        self.literal("\"")?;
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut has_escapes = false;
        loop {
            match *bytes.get(self.at)? {
                b'"' => break,
                b'\\' => {
                    has_escapes = true;
                    self.at += 2;
                }
                0..b' ' => return None,
                _ => self.at += 1,
            }
        }
        let end = self.at;
        self.at += 1;
        match has_escapes {
            true => serde_json::from_str(self.text.get(start - 1..=end)?).ok().map(Cow::Owned),
            false => self.text.get(start..end).map(Cow::Borrowed),
        }
    }

    /// A number of digits alone, as JSON writes it: without zeros in front.
    #[inline(always)]
    fn integer(&mut self) -> Option<u64> {
        let digits = &self.text.as_bytes()[self.at..];
        let mut value = 0;
        let mut count = 0;
        while let Some(byte @ b'0'..=b'9') = digits.get(count) {
            value = 10 * value + u64::from(byte - b'0');
            count += 1;
            if count > MAX_DIGITS {
                return None;
            }
        }
        let is_whole = !matches!(digits.get(count), Some(b'.' | b'e' | b'E'));
        let is_plain = count == 1 || (count > 1 && digits[0] != b'0');
        self.at += count;
        (is_plain && is_whole).then_some(value)
    }

    fn number(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let end = rest.bytes().position(|byte| byte == b',' || byte == b'}')?;
        self.at += end;
        Some(&rest[..end])
    }

    fn literal(&mut self, literal: &str) -> Option<()> {
        let found = self.text.as_bytes()[self.at..].starts_with(literal.as_bytes());
        self.at += if found { literal.len() } else { 0 };
        found.then_some(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn both(text: &str) -> (Option<FetchReply>, Option<FetchReply>) {
        ((Reader { text, at: 0 }).reply(), serde_json::from_str(text).ok())
    }

    #[test]
    fn the_usual_is_read_at_once() {
        for text in [
            r#"{"context":1,"timestamp":1.61079921,"values":[]}"#,
            r#"{"context":449654724,"timestamp":1795363111.510021473,"values":[{"pmid":"151.100.10","name":"a.b","instances":[{"instance":0,"value":9964},{"instance":4294967295,"value":0}]},{"pmid":"1.0.0","name":"c","printed":17.25,"instances":[]}]}"#,
            "{\"context\":1,\"timestamp\":1,\"values\":[{\"pmid\":\"\",\"name\":\"\u{e9}\",\"instances\":[{\"instance\":null,\"value\":\"\u{1f600}\"}]}]}\n",
        ] {
            let (read, expected) = both(text);
            assert!(read.is_some(), "{text}");
            assert_eq!(read, expected);
        }
    }

    #[test]
    fn the_rest_is_left_to_serde() {
        for text in [
            r#"{"context": 1,"timestamp":1,"values":[]}"#,
            r#"{"timestamp":1,"context":1,"values":[]}"#,
            r#"{"context":1,"timestamp":1,"values":[],"more":true}"#,
        ] {
            let (read, expected) = both(text);
            assert_eq!((read, expected.is_some()), (None, true), "{text}");
            assert_eq!(FetchReply::read(text).ok(), expected);
        }
    }

    #[test]
    fn every_value_is_read_as_serde_reads_it() {
        for value in
            ["-1", "-0", "1.5", "1e3", "null", "\"a\\n\\\"\u{e9}\\\\\"", "18446744073709551615", " 1"]
        {
            let text = format!(
                r#"{{"context":1,"timestamp":1,"values":[{{"pmid":"","name":"","instances":[{{"instance":1,"value":{value}}}]}}]}}"#
            );
            let (read, expected) = both(&text);
            assert!(read.is_some(), "{value}");
            assert_eq!(read, expected);
        }
        for value in ["01", "", "1x", "\"\u{1}\"", "tru", "[1]"] {
            let text = format!(
                r#"{{"context":1,"timestamp":1,"values":[{{"pmid":"","name":"","instances":[{{"instance":1,"value":{value}}}]}}]}}"#
            );
            assert!(FetchReply::read(&text).is_err(), "{value}");
        }
    }

    proptest! {
        #[test]
        fn a_changed_text_is_read_as_serde_reads_it_or_not_at_all(
            cut in 0_usize..200, length in 0_usize..3, insert in "[0-9{}\\[\\],:\"\\\\ nulé.e-]{0,3}"
        ) {
            let mut text = r#"{"context":1,"timestamp":2.5,"values":[{"pmid":"1","name":"n","instances":[{"instance":0,"value":12},{"instance":7,"value":"x"}]},{"pmid":"1.0","name":"c","printed":7.25,"instances":[]}]}"#.to_string();
            let start = cut.min(text.len());
            let end = (start + length).min(text.len());
            text.replace_range(start..end, &insert);
            let (read, expected) = both(&text);
            if read.is_some() {
                prop_assert_eq!(read, expected);
            }
        }
    }
}
