//! What the log says of scripts: one line for each thing that happens, never the text of a script.

use bt_lifecycle::host::{Effect, Event, Process};
use bt_metrics::control::Status;

use crate::script::Script;

/// Characters of a reason that the log has; the metrics have all of it.
const MAX_REASON_CHARS: usize = 300;

/// Who gave an order, for the log.
pub(crate) fn user(user: Option<&str>) -> String {
    user.map_or_else(|| "anonymous".into(), one_line)
}

/// A text of several lines as one, without control characters and with an end.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (position, part) in text.lines().map(str::trim).filter(|part| !part.is_empty()).enumerate() {
        if position > 0 {
            line.push_str("; ");
        }
        line.extend(part.chars().map(|one| if one.is_control() { ' ' } else { one }));
    }
    if let Some((end, _)) = line.char_indices().nth(MAX_REASON_CHARS) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// Notes what `event` did to a script that was in the state `before`.
pub(crate) fn note(script: &Script, before: Status, event: Event, effects: &[Effect], now_millis: u64) {
    let label = || script.label();
    match event {
        Event::Tick { .. } if effects.contains(&Effect::Kill) => {
            log::warn!("{}: bpftrace does not end, it is killed", label());
        }
        Event::Tick { .. }
            if effects.iter().any(|effect| matches!(effect, Effect::Interrupt | Effect::Remove)) =>
        {
            let why = if script.lifecycle.is_lingering() {
                "its last lease was returned"
            } else {
                "nobody has fetched its values for long"
            };
            log::info!("{} ends: {why}", label());
        }
        Event::Output { .. } if effects.contains(&Effect::Interrupt) => {
            log::warn!("{} ends: {}", label(), one_line(script.error().unwrap_or_default()));
        }
        Event::Attached { probes } if before == Status::Starting => {
            log::info!("{} runs, probes: {probes}", label());
        }
        Event::Stop | Event::Shutdown if effects.contains(&Effect::Interrupt) => {
            log::info!("{} is told to stop", label());
        }
        _ => {}
    }
    let after = script.lifecycle.status();
    if after == before {
        return;
    }
    match script.lifecycle.process() {
        Process::Failed { restart_at_millis, .. } => {
            let reason = one_line(script.error().unwrap_or_default());
            let next = restart_at_millis.map(|at| {
                format!("; it is started again in {} s", at.saturating_sub(now_millis).div_ceil(1000))
            });
            log::warn!("{} failed: {reason}{}", label(), next.unwrap_or_default());
        }
        Process::Stopped { exit_code } => log::info!("{} has stopped, exit code {exit_code}", label()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_with_an_end() {
        assert_eq!(one_line("a\n\n  b\tc\u{1b}[1m\r\n"), "a; b c [1m");
        let long = one_line(&"é".repeat(1000));
        assert_eq!(long.chars().count(), MAX_REASON_CHARS + 1);
        assert_eq!(user(Some("a\nb")), "a; b");
        assert_eq!(user(None), "anonymous");
    }
}
