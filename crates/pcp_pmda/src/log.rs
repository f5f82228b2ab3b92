//! The agent's log: one line for each event, in PCP's form. Usable from every thread.
//!
//! What the agent itself does is always logged. Of what clients cause, and of the messages of the `log` crate, there
//! are a burst of lines and then some a minute.

mod limiter;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use pcp_sys::{pmNotifyErr, pmSetDebug};

use crate::c_memory::c_text;
use limiter::Limiter;

/// libpcp writes a line in several pieces.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Everybody who reaches pmcd can cause these, so there are no more than 30,000 of them a day.
static OF_CLIENTS: Mutex<Limiter> = Mutex::new(Limiter::new(20, Duration::from_secs(3)));

/// Messages of the `log` crate: 90,000 lines of each a day, and a burst that a start with hundreds of messages fits
/// into. Each has its own, so that what happens as it should leaves room for what does not.
static FORWARDED: [Mutex<Limiter>; 3] = [const { Mutex::new(Limiter::new(1000, Duration::from_secs(1))) }; 3];

/// Something that happened as it should.
pub fn info(message: &str) {
    write(libc::LOG_INFO, message);
}

/// Something that the administrator may want to change.
pub fn warn(message: &str) {
    write(libc::LOG_WARNING, message);
}

/// Something that failed.
pub fn error(message: &str) {
    write(libc::LOG_ERR, message);
}

/// Something that a client did and should not have. If there is too much of it, lines are left out and counted.
pub fn warn_of_client(message: &str) {
    write_limited(libc::LOG_WARNING, message, &OF_CLIENTS);
}

fn write_limited(priority: i32, message: &str, limiter: &Mutex<Limiter>) {
    let line = limiter.lock().unwrap_or_else(PoisonError::into_inner).line(message, Instant::now());
    if let Some(line) = line {
        write(priority, &line);
    }
}

fn write(priority: i32, message: &str) {
    let line = c_text(&one_line(message));
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: the format wants one text, and both end with NUL.
    unsafe { pmNotifyErr(priority, c"%s".as_ptr(), line.as_ptr()) };
}

/// Line breaks and other control characters become blanks: who may write into a message must not be able to make up
/// lines of the log.
fn one_line(message: &str) -> String {
    message.trim_end().chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// Sends the messages of the `log` crate here, from every thread, down to `level`. False if they go elsewhere already.
pub fn install(level: log::LevelFilter) -> bool {
    let first = log::set_logger(&Forward).is_ok();
    if first {
        log::set_max_level(level);
    }
    first
}

struct Forward;

impl log::Log for Forward {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() <= log::max_level()
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let message = record.args().to_string();
            let [errors, warnings, others] = &FORWARDED;
            match record.level() {
                log::Level::Error => write_limited(libc::LOG_ERR, &message, errors),
                log::Level::Warn => write_limited(libc::LOG_WARNING, &message, warnings),
                log::Level::Info => write_limited(libc::LOG_INFO, &message, others),
                // Only there because somebody asked for it.
                log::Level::Debug | log::Level::Trace => write(libc::LOG_DEBUG, &message),
            }
        }
    }

    fn flush(&self) {}
}

/// Switches on libpcp's own diagnostics, as the option `-D` of PCP's tools. False if `options` are not known. To be
/// called before other threads start: libpcp reads the switches without a lock.
pub fn set_debug(options: &str) -> bool {
    // SAFETY: the text ends with NUL.
    unsafe { pmSetDebug(c_text(options).as_ptr()) >= 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line() {
        assert_eq!(one_line("two\nlines\u{1b}[1m\r\n"), "two lines [1m");
    }
}
