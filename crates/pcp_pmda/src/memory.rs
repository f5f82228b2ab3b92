//! Memory that is free, and the kernel.

/// Gives free memory back to the kernel. malloc does so by itself only for what lies at the end of a heap: a thread
/// that once had much and freed it keeps it, as long as a little of it is used. Takes some milliseconds at most.
///
/// Does nothing with a C library other than GNU's.
pub fn release_memory() {
    // SAFETY: it may be called at any time, by any thread; only memory that is free is touched.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::malloc_trim(0);
    }
}
