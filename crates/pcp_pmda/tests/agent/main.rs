//! The example agent `demo_agent` under a real pmcd, seen through PCP's own tools and through our client.

#![expect(clippy::disallowed_methods, reason = "starts pmcd and PCP's tools")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod clients;
mod faults;
mod lab;
mod metadata;
mod values;
