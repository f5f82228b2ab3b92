//! The browser side: targets, registrations, polling and back-off.
