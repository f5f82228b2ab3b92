//! What PCP's libraries free themselves: memory of C's `malloc`, and texts that end with NUL.

use std::alloc::{Layout, handle_alloc_error};
use std::borrow::Cow;
use std::ffi::{CStr, CString, c_char};

/// Replaces NUL by U+FFFD: C ends a text at the first one.
pub(crate) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// A text for C that stays ours.
pub(crate) fn c_text(text: &str) -> CString {
    CString::new(without_nul(text).into_owned()).unwrap_or_default()
}

/// The text that C passed; None if it passed none or it is no UTF-8.
///
/// # Safety
/// `text` is null or ends with NUL, and stays as it is for `'a`.
pub(crate) unsafe fn borrowed_text<'a>(text: *const c_char) -> Option<&'a str> {
    if text.is_null() {
        return None;
    }
    // SAFETY: not null; the rest is the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_str().ok()
}

/// A copy of `items` for C to `free`. Never null, and aligned for `T`, which is no more than `malloc` promises.
pub(crate) fn malloc_slice<T: Copy>(items: &[T]) -> *mut T {
    const { assert!(align_of::<T>() <= align_of::<libc::max_align_t>()) };
    let bytes = size_of_val(items);
    // SAFETY: any size may be asked for; one byte at least, as malloc(0) may be null.
    let memory = unsafe { libc::malloc(bytes.max(1)) }.cast::<T>();
    if memory.is_null() {
        handle_alloc_error(Layout::for_value(items));
    }
    // SAFETY: the new block has room for all items, is aligned for them, and cannot overlap them.
    unsafe { memory.copy_from_nonoverlapping(items.as_ptr(), items.len()) };
    memory
}

/// A list of texts for C to `free` at once: the pointers and behind them, in the same block, what they point to.
pub(crate) fn malloc_texts<T: AsRef<str>>(texts: &[T]) -> *mut *mut c_char {
    let texts: Vec<CString> = texts.iter().map(|text| c_text(text.as_ref())).collect();
    let pointers = texts.len() * size_of::<*mut c_char>();
    let mut block = vec![0; pointers];
    let mut starts = Vec::with_capacity(texts.len());
    for text in &texts {
        starts.push(block.len());
        block.extend_from_slice(text.as_bytes_with_nul());
    }
    let base = malloc_slice(&block);
    let list = base.cast::<*mut c_char>();
    for (index, start) in starts.into_iter().enumerate() {
        // SAFETY: `index` is one of the pointers and `start` the offset of a text, both within the block, which
        // malloc aligned for any type.
        unsafe { list.add(index).write(base.add(start).cast()) };
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lie_behind_their_pointers_in_one_block() {
        let texts = malloc_texts(&["one", "", "nul\0 inside", "größer"]);
        let read = |index| {
            // SAFETY: the list has four texts, each with its NUL.
            unsafe { borrowed_text(*texts.add(index)) }.map(String::from)
        };
        let all: Vec<_> = (0..4).filter_map(read).collect();
        assert_eq!(all, ["one", "", "nul\u{fffd} inside", "größer"]);
        // SAFETY: the block came from malloc, and nothing borrows from it any more.
        unsafe { libc::free(texts.cast()) };
    }

    #[test]
    fn an_empty_list_is_not_null() {
        let texts = malloc_texts::<&str>(&[]);
        assert!(!texts.is_null());
        // SAFETY: it came from malloc.
        unsafe { libc::free(texts.cast()) };
    }
}
