//! Whether anybody sees the page: a hidden one asks seldom, after a while not at all.

/// Poll period of a hidden page, in milliseconds: a third of what keeps a context alive.
const HIDDEN_POLL_MILLIS: f64 = 10_000.0;
/// How long a hidden page goes on: whoever looks at another page for a moment finds an unbroken line.
const PATIENCE_MILLIS: f64 = 300_000.0;

/// Who sees the page.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub enum Visibility {
    /// Somebody may.
    #[default]
    Visible,
    /// Nobody.
    Hidden {
        /// When it ends.
        until_millis: f64,
    },
    /// Nobody, for so long that nothing is asked and no script is held.
    Away,
}

impl Visibility {
    /// The page was hidden or shown. Hiding it twice starts no new patience.
    pub fn set(&mut self, visible: bool, now_millis: f64) {
        *self = match *self {
            _ if visible => Visibility::Visible,
            Visibility::Visible => Visibility::Hidden { until_millis: now_millis + PATIENCE_MILLIS },
            hidden => hidden,
        };
    }

    /// Time passed.
    pub fn tick(&mut self, now_millis: f64) {
        if matches!(*self, Visibility::Hidden { until_millis } if until_millis <= now_millis) {
            *self = Visibility::Away;
        }
    }

    /// When a tick will change it.
    pub fn due_millis(self) -> Option<f64> {
        match self {
            Visibility::Hidden { until_millis } => Some(until_millis),
            Visibility::Visible | Visibility::Away => None,
        }
    }

    /// The time between two polls, for a page that wants `period_millis`.
    pub fn period_millis(self, period_millis: f64) -> f64 {
        match self {
            Visibility::Visible => period_millis,
            Visibility::Hidden { .. } | Visibility::Away => period_millis.max(HIDDEN_POLL_MILLIS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_page_asks_seldom_and_then_not_at_all() {
        let mut visibility = Visibility::default();
        assert_eq!(visibility.period_millis(1_000.0), 1_000.0);
        visibility.set(false, 0.0);
        visibility.set(false, 200_000.0);
        visibility.tick(299_999.0);
        assert_eq!(visibility, Visibility::Hidden { until_millis: 300_000.0 });
        assert_eq!(
            (visibility.period_millis(1_000.0), visibility.period_millis(60_000.0)),
            (10_000.0, 60_000.0)
        );
        visibility.tick(300_000.0);
        visibility.set(false, 400_000.0);
        assert_eq!(visibility, Visibility::Away);
        visibility.set(true, 400_000.0);
        assert_eq!(visibility, Visibility::Visible);
    }
}
