//! bpftrace text to tokens to a typed tree with errors; parsing never fails.
