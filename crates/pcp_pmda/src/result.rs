//! The values of a fetch, laid out as C wants them, in memory that one fetch leaves to the next.

use std::mem::offset_of;
use std::ptr;

use pcp_sys::{
    PM_IN_NULL, PM_VAL_DPTR, PM_VAL_HDR_SIZE, PM_VAL_INSITU, PM_VAL_VLEN_MAX, pmResult, pmValue,
    pmValue_value, pmValueSet,
};

use crate::c_memory::without_nul;
use crate::{PmError, PmId, Value, ValueType};

/// Takes the values of one metric in a fetch.
#[derive(Debug)]
pub struct MetricResult<'a> {
    arena: &'a mut ResultArena,
    /// Where the values of this metric begin.
    first: usize,
    /// The type of its values, which is that of the first.
    value_type: Option<ValueType>,
    failed: Option<PmError>,
}

impl MetricResult<'_> {
    /// Adds the value of an instance, or the single value of a metric without instances (`None`). It must have the
    /// type that [`Agent::describe`](crate::Agent::describe) gave; if values of a metric have different types,
    /// [`PmError::Type`] is answered for it. Beyond 2 GiB of values in a fetch, [`PmError::TooBig`] is.
    #[inline]
    pub fn push(&mut self, instance: Option<u32>, value: Value<'_>) {
        let value_type = value.value_type();
        if *self.value_type.get_or_insert(value_type) != value_type {
            self.failed = Some(PmError::Type);
        }
        if self.failed.is_none() {
            self.failed = self.arena.add_value(instance.unwrap_or(PM_IN_NULL), value).err();
        }
    }

    /// How many values were added.
    pub fn len(&self) -> usize {
        self.arena.cells.len() - self.first
    }

    /// Whether no value was added.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn finish(self, outcome: Result<(), PmError>) {
        let outcome = outcome.and(self.failed.map_or(Ok(()), Err));
        let format = match self.value_type {
            Some(ValueType::I32 | ValueType::U32) | None => PM_VAL_INSITU,
            Some(_) => PM_VAL_DPTR,
        };
        self.arena.end_set(self.first, format, outcome);
    }
}

/// Cells of 16 bytes that a fetch leaves to the next: a client that polls some hundred thousand values has them laid out
/// without an allocation, and what one large fetch took beyond it (4 MiB) is given back.
const KEPT_CELLS: usize = 256 * 1024;
/// The same for words of 4 bytes.
const KEPT_WORDS: usize = 1024 * 1024;
/// Words of all blocks of a fetch: 2 GiB. Their index has to fit into an `i32`.
const MOST_WORDS: usize = 512 * 1024 * 1024;

/// The first word of a block: type and length with this word, which a value's `bytes` follow.
#[inline]
fn block_head(value_type: ValueType, bytes: usize) -> u32 {
    value_type.to_c().cast_unsigned() << 24 | (bytes as u32 + PM_VAL_HDR_SIZE.cast_unsigned())
}

/// A `pmResult` and all it points to. The parts grow while values are added and only then get their pointers.
#[derive(Default)]
pub(crate) struct ResultArena {
    /// For each metric a head and behind it its values: a `pmValueSet`.
    cells: Vec<Cell>,
    /// Where each metric's head is.
    sets: Vec<usize>,
    /// Blocks of values that do not fit into a cell, each a `pmValueBlock`, in words, as they need to be aligned.
    blocks: Vec<u32>,
    /// The `pmResult`, as large as its number of metrics wants, in words of the alignment that it needs.
    head: Vec<u64>,
}

/// A piece of a `pmValueSet`.
#[derive(Clone, Copy)]
#[repr(C)]
union Cell {
    head: SetHead,
    /// The value of an instance. Until [`ResultArena::as_c`] has run, `lval` is the index of a block, if the set is
    /// of the format with blocks.
    value: pmValue,
}

/// A `pmValueSet` up to its values.
#[derive(Clone, Copy)]
#[repr(C)]
struct SetHead {
    pmid: u32,
    numval: i32,
    valfmt: i32,
}

// A head fills the cell in front of the first value, as `pmValueSet` has it, and every part is aligned as C wants.
const _: () = {
    assert!(size_of::<Cell>() == size_of::<pmValue>() && align_of::<Cell>() == align_of::<pmValueSet>());
    assert!(offset_of!(pmValueSet, vlist) == size_of::<Cell>());
    assert!(offset_of!(SetHead, pmid) == offset_of!(pmValueSet, pmid));
    assert!(offset_of!(SetHead, numval) == offset_of!(pmValueSet, numval));
    assert!(offset_of!(SetHead, valfmt) == offset_of!(pmValueSet, valfmt));
    assert!(align_of::<u64>() >= align_of::<pmResult>() && size_of::<u64>() == size_of::<*mut pmValueSet>());
    assert!(offset_of!(pmResult, vset) % size_of::<u64>() == 0);
};

impl std::fmt::Debug for ResultArena {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{} metrics, {} cells, {} words",
            self.sets.len(),
            self.cells.len(),
            self.blocks.len()
        )
    }
}

impl ResultArena {
    /// Forgets the last fetch.
    pub(crate) fn clear(&mut self) {
        self.cells.clear();
        self.cells.shrink_to(KEPT_CELLS);
        self.sets.clear();
        self.blocks.clear();
        self.blocks.shrink_to(KEPT_WORDS);
        self.head.clear();
    }

    /// Adds a metric: `fill` adds its values, or answers an error in their stead.
    pub(crate) fn add_metric(
        &mut self,
        pmid: PmId,
        fill: impl FnOnce(&mut MetricResult<'_>) -> Result<(), PmError>,
    ) {
        self.sets.push(self.cells.len());
        self.cells.push(Cell { head: SetHead { pmid: pmid.raw(), numval: 0, valfmt: PM_VAL_INSITU } });
        let first = self.cells.len();
        let mut metric = MetricResult { arena: self, first, value_type: None, failed: None };
        let outcome = fill(&mut metric);
        metric.finish(outcome);
    }

    #[inline]
    fn add_value(&mut self, instance: u32, value: Value<'_>) -> Result<(), PmError> {
        let lval = match value {
            Value::I32(value) => value,
            Value::U32(value) => value.cast_signed(),
            Value::I64(value) => self.add_words(ValueType::I64, value.to_ne_bytes())?,
            Value::U64(value) => self.add_words(ValueType::U64, value.to_ne_bytes())?,
            Value::Float(value) => self.add_word(ValueType::Float, value.to_ne_bytes())?,
            Value::Double(value) => self.add_words(ValueType::Double, value.to_ne_bytes())?,
            Value::Text(text) => self.add_text(text)?,
        };
        // The other half of the union is set first, so that no byte of it is uninitialised.
        let mut cell =
            pmValue { inst: instance.cast_signed(), value: pmValue_value { pval: ptr::null_mut() } };
        cell.value.lval = lval;
        self.cells.push(Cell { value: cell });
        Ok(())
    }

    fn add_text(&mut self, text: &str) -> Result<i32, PmError> {
        const LONGEST: usize = (PM_VAL_VLEN_MAX - PM_VAL_HDR_SIZE - 1) as usize;
        let text = without_nul(text);
        let text = &text[..text.floor_char_boundary(LONGEST)];
        // Its NUL: a block that is padded to whole words has one only by chance.
        let (whole, rest) = text.as_bytes().split_at(text.len() & !3);
        let mut last = [0; 4];
        last[..rest.len()].copy_from_slice(rest);
        let block = self.next_block(text.len() / 4 + 1)?;
        self.blocks.push(block_head(ValueType::Text, text.len() + 1));
        self.blocks.extend(whole.as_chunks::<4>().0.iter().map(|word| u32::from_ne_bytes(*word)));
        self.blocks.push(u32::from_ne_bytes(last));
        Ok(block)
    }

    /// A block of four bytes.
    fn add_word(&mut self, value_type: ValueType, bytes: [u8; 4]) -> Result<i32, PmError> {
        let block = self.next_block(1)?;
        self.blocks.extend_from_slice(&[block_head(value_type, 4), u32::from_ne_bytes(bytes)]);
        Ok(block)
    }

    /// A block of eight bytes.
    #[inline]
    fn add_words(
        &mut self,
        value_type: ValueType,
        [a, b, c, d, e, f, g, h]: [u8; 8],
    ) -> Result<i32, PmError> {
        let block = self.next_block(2)?;
        let words = [u32::from_ne_bytes([a, b, c, d]), u32::from_ne_bytes([e, f, g, h])];
        self.blocks.extend_from_slice(&[block_head(value_type, 8), words[0], words[1]]);
        Ok(block)
    }

    /// The index of the next block, which has so many words behind its head.
    #[inline]
    fn next_block(&self, words: usize) -> Result<i32, PmError> {
        let index = self.blocks.len();
        // A bound below that of `i32`, so that no index is cut.
        if index + words < MOST_WORDS { Ok(index as i32) } else { Err(PmError::TooBig) }
    }

    fn end_set(&mut self, first: usize, format: i32, outcome: Result<(), PmError>) {
        let numval = match outcome {
            Ok(()) => i32::try_from(self.cells.len() - first).unwrap_or(i32::MAX),
            Err(error) => {
                self.cells.truncate(first);
                error.to_c()
            }
        };
        // SAFETY: the cell before the first value is a head, written by `add_metric`.
        let head = unsafe { &mut self.cells[first - 1].head };
        head.numval = numval;
        head.valfmt = format;
    }

    /// Sets all pointers. `changes` are bits of `PMCD_*_CHANGE`. What is returned points into the arena, and is valid
    /// until the arena is used again.
    pub(crate) fn as_c(&mut self, changes: i32) -> *mut pmResult {
        let blocks = self.blocks.as_mut_ptr();
        let cells = self.cells.as_mut_ptr();
        let head_words = offset_of!(pmResult, vset) / size_of::<u64>();
        self.head.resize(head_words + self.sets.len().max(1), 0);
        let result = self.head.as_mut_ptr().cast::<pmResult>();
        // SAFETY: `head` has room for a pmResult with all its sets, all bytes of it are initialised, and `u64` aligns
        // it as asserted above. `sets` has the indices of heads, which are followed by `numval` values, if that is
        // positive; the `lval` of each is the index of its block, if the format says so.
        unsafe {
            // libpcp_pmda hands changes to pmcd in the first byte of the time, which has no other use there.
            (&raw mut (*result).timestamp).cast::<u8>().write(changes as u8);
            (*result).numpmid = self.sets.len() as i32;
            let vset = (&raw mut (*result).vset).cast::<*mut pmValueSet>();
            for (index, &set) in self.sets.iter().enumerate() {
                let set = cells.add(set);
                vset.add(index).write(set.cast());
                let head = (*set).head;
                if head.valfmt != PM_VAL_DPTR {
                    continue;
                }
                for value in 1..=usize::try_from(head.numval).unwrap_or(0) {
                    let value = &raw mut (*set.add(value)).value.value;
                    let block = (*value).lval as usize;
                    (*value).pval = blocks.add(block).cast();
                }
            }
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use pcp_sys::{PM_ERR_TYPE, PM_ERR_VALUE};

    use super::*;
    use crate::c_result::{bytes_of, sets_of, values_of};

    const METRIC: PmId = PmId::new(9, 1, 2);

    /// A metric as C sees it: `numval`, and for each value instance and bytes.
    type Metric = (i32, Vec<(i32, Vec<u8>)>);

    fn read(arena: &mut ResultArena) -> Vec<Metric> {
        let result = arena.as_c(0);
        // SAFETY: the arena is not used until all is read.
        let sets = unsafe { sets_of(result) };
        sets.map(|set| {
            // SAFETY: as above.
            let (count, format, values) = unsafe { ((*set).numval, (*set).valfmt, values_of(set)) };
            // SAFETY: as above.
            let bytes = |value| unsafe { bytes_of(format, value) }.to_vec();
            (count, values.iter().map(|value| (value.inst, bytes(value))).collect())
        })
        .collect()
    }

    fn one_metric(values: &[(Option<u32>, Value<'_>)]) -> Metric {
        let mut arena = ResultArena::default();
        arena.add_metric(METRIC, |out| {
            values.iter().for_each(|&(instance, value)| out.push(instance, value));
            Ok(())
        });
        read(&mut arena).remove(0)
    }

    #[test]
    fn each_type_has_its_bytes() {
        let single = |value: Value<'_>| one_metric(&[(None, value)]).1.remove(0).1;
        assert_eq!(single(Value::I32(-2)), (-2_i32).to_ne_bytes());
        assert_eq!(single(Value::U32(u32::MAX)), u32::MAX.to_ne_bytes());
        assert_eq!(single(Value::I64(i64::MIN)), i64::MIN.to_ne_bytes());
        assert_eq!(single(Value::U64(u64::MAX)), u64::MAX.to_ne_bytes());
        assert_eq!(single(Value::Float(0.5)), 0.5_f32.to_ne_bytes());
        assert_eq!(single(Value::Double(-0.5)), (-0.5_f64).to_ne_bytes());
    }

    #[test]
    fn text_ends_with_one_nul_whatever_its_length() {
        for text in ["", "a", "ab", "abc", "abcd", "abcde"] {
            let expected = [text.as_bytes(), b"\0"].concat();
            assert_eq!(one_metric(&[(None, Value::Text(text))]).1[0].1, expected, "{text}");
        }
        assert_eq!(one_metric(&[(None, Value::Text("a\0b"))]).1[0].1, "a\u{fffd}b\0".as_bytes());
    }

    #[test]
    fn a_text_is_cut_where_a_block_ends() {
        let long = format!("{}é", "x".repeat(PM_VAL_VLEN_MAX as usize - 6));
        let (_, bytes) = one_metric(&[(None, Value::Text(&long))]).1.remove(0);
        assert_eq!(bytes.len(), PM_VAL_VLEN_MAX as usize - 5);
        assert_eq!(bytes[bytes.len() - 2..], *b"x\0");
    }

    #[test]
    fn a_metric_has_instances_an_error_or_nothing() {
        let mut arena = ResultArena::default();
        for round in 0..3 {
            arena.clear();
            arena.add_metric(METRIC, |out| {
                out.push(Some(7), Value::U64(round));
                out.push(Some(9), Value::U64(u64::MAX - round));
                assert_eq!(out.len(), 2);
                Ok(())
            });
            arena.add_metric(METRIC, |out| {
                out.push(Some(7), Value::U64(1));
                Err(PmError::Value)
            });
            arena.add_metric(METRIC, |_| Ok(()));
            arena.add_metric(METRIC, |out| {
                out.push(None, Value::U32(5));
                Ok(())
            });
            let expected = [
                (2, vec![(7, round.to_ne_bytes().to_vec()), (9, (u64::MAX - round).to_ne_bytes().to_vec())]),
                (PM_ERR_VALUE, vec![]),
                (0, vec![]),
                (1, vec![(-1, 5_u32.to_ne_bytes().to_vec())]),
            ];
            assert_eq!(read(&mut arena), expected);
        }
    }

    #[test]
    fn values_of_different_types_are_refused() {
        let mixed = [(Some(1), Value::U64(1)), (Some(2), Value::I64(1))];
        assert_eq!(one_metric(&mixed), (PM_ERR_TYPE, vec![]));
    }

    #[test]
    fn changes_are_in_the_first_byte_and_no_metric_is_no_error() {
        let mut arena = ResultArena::default();
        let result = arena.as_c(24);
        // SAFETY: the arena is not used until all is read.
        let (first, count) = unsafe { (result.cast::<u8>().read(), (*result).numpmid) };
        assert_eq!((first, count), (24, 0));
    }
}
