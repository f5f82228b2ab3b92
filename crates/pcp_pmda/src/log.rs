//! The agent's log: one line for each event, in PCP's form.

/// Something that happened as it should.
pub fn info(_message: &str) {}

/// Something that the administrator may want to change.
pub fn warn(_message: &str) {}

/// Something that failed.
pub fn error(_message: &str) {}

/// Sends the messages of the `log` crate here, from every thread, down to `level`. The first call counts.
pub fn install(_level: log::LevelFilter) {}

/// Switches on libpcp's own diagnostics, as the option `-D` of PCP's tools. False if `options` are not known.
pub fn set_debug(_options: &str) -> bool {
    true
}
