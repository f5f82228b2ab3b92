//! The host side: script states, leases and expiry.
