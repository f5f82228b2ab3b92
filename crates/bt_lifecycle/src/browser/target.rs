//! What one panel wants and shows: its draft while somebody types, the version that starts, the version on show.

use std::sync::Arc;

/// The text of a script without blanks at its end. Equal texts are one script.
pub type ScriptText = Arc<str>;

/// The machine of one panel.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Target {
    /// The text that does not run (yet).
    pub draft: Draft,
    /// The version that was started and has nothing to show yet, or has failed.
    pub next: Option<ScriptText>,
    /// The version on show.
    pub shown: Option<Shown>,
    /// The text that was asked for last: asking for it again changes nothing.
    wanted: Option<ScriptText>,
    /// The text that the user has stopped: only a run starts it again.
    stopped: Option<ScriptText>,
    /// When the panel is forgotten; `None` while somebody looks at it.
    forget_at_millis: Option<f64>,
}

/// A text that does not run.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Draft {
    /// There is none.
    #[default]
    None,
    /// Somebody types.
    Typing {
        /// What is there so far.
        text: ScriptText,
        /// When typing counts as paused.
        due_millis: f64,
    },
    /// Typing has paused, and analysis has to say whether it may start.
    Checking {
        /// What was typed.
        text: ScriptText,
    },
    /// Analysis has found errors.
    Invalid {
        /// What was typed.
        text: ScriptText,
    },
}

/// The version on show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its text.
    pub text: ScriptText,
    /// Whether it is to run; else only its samples stay.
    pub is_held: bool,
}

/// What happened to a panel.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetEvent {
    /// The text is to run now.
    Run {
        /// The script.
        text: ScriptText,
    },
    /// The panel has this text now: it runs at once if it is the panel's first, otherwise when typing has paused. After an
    /// empty one, the first is typed, too.
    Edit {
        /// The script.
        text: ScriptText,
        /// How long typing must pause before it runs.
        pause_millis: f64,
    },
    /// The user ends it.
    Stop,
    /// Nobody looks at the panel any more, or it is about to be drawn anew.
    Release {
        /// How long it is kept nevertheless.
        grace_millis: f64,
    },
    /// The panel is gone.
    Remove,
    /// Time passed.
    Tick,
    /// Analysis has looked at a draft.
    Checked {
        /// The draft.
        text: ScriptText,
        /// Whether it may start.
        is_valid: bool,
    },
    /// A version has something to show.
    Ready {
        /// The version.
        text: ScriptText,
    },
    /// A version was refused, or its process failed.
    Failed {
        /// The version.
        text: ScriptText,
    },
}

/// What to do after a transition. Versions that the panel does not hold any more are to be given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetEffect {
    /// Have analysis look at a draft, and tell by [`TargetEvent::Checked`].
    Check(ScriptText),
    /// See to it that a version runs.
    Start {
        /// The version.
        text: ScriptText,
        /// Also if its process has ended by itself.
        again: bool,
    },
    /// The panel is to be forgotten.
    Forget,
}

impl Target {
    /// Moves to the state after `event`, and says what to do. An event that does not fit the state changes nothing.
    pub fn transition(&mut self, event: TargetEvent, now_millis: f64) -> Option<TargetEffect> {
        match event {
            TargetEvent::Run { text } => {
                self.forget_at_millis = None;
                self.wanted = Some(text.clone());
                Some(self.start(text, true))
            }
            TargetEvent::Edit { text, pause_millis } => self.edit(text, now_millis + pause_millis),
            TargetEvent::Stop => {
                self.stopped = self.wanted.clone();
                self.draft = Draft::None;
                self.next = None;
                self.let_go();
                None
            }
            TargetEvent::Release { grace_millis } => {
                self.forget_at_millis.get_or_insert(now_millis + grace_millis);
                None
            }
            TargetEvent::Remove => {
                *self = Target::default();
                Some(TargetEffect::Forget)
            }
            TargetEvent::Tick => self.tick(now_millis),
            TargetEvent::Checked { text, is_valid } => {
                if self.draft != (Draft::Checking { text: text.clone() }) {
                    return None;
                }
                if is_valid {
                    return Some(self.start(text, false));
                }
                self.draft = Draft::Invalid { text };
                None
            }
            TargetEvent::Ready { text } => {
                if self.next.as_ref() == Some(&text) {
                    self.next = None;
                    self.shown = Some(Shown { text, is_held: true });
                }
                None
            }
            TargetEvent::Failed { text } => {
                if self.next.as_ref() == Some(&text) {
                    self.let_go();
                }
                None
            }
        }
    }

    /// The version that it is about: the one that starts, else the one on show if it is to run.
    pub fn current(&self) -> Option<&ScriptText> {
        self.next
            .as_ref()
            .or_else(|| self.shown.as_ref().filter(|shown| shown.is_held).map(|shown| &shown.text))
    }

    /// Whether this version is to run.
    pub fn holds(&self, text: &str) -> bool {
        let is_shown = |shown: &Shown| shown.is_held && *shown.text == *text;
        self.next.as_deref() == Some(text) || self.shown.as_ref().is_some_and(is_shown)
    }

    /// Whether this version is to run, or its samples are to stay.
    pub fn refers_to(&self, text: &str) -> bool {
        self.next.as_deref() == Some(text) || self.shown.as_ref().is_some_and(|shown| *shown.text == *text)
    }

    /// The text that was asked for last.
    pub fn wanted(&self) -> Option<&ScriptText> {
        self.wanted.as_ref()
    }

    /// When a tick will do something; `None` if none will.
    pub fn due_millis(&self) -> Option<f64> {
        let typing = match self.draft {
            Draft::Typing { due_millis, .. } => Some(due_millis),
            Draft::None | Draft::Checking { .. } | Draft::Invalid { .. } => None,
        };
        typing.into_iter().chain(self.forget_at_millis).reduce(f64::min)
    }

    fn edit(&mut self, text: ScriptText, due_millis: f64) -> Option<TargetEffect> {
        self.forget_at_millis = None;
        if self.wanted.as_ref() == Some(&text) {
            return None;
        }
        let is_new = self.wanted.is_none();
        self.wanted = Some(text.clone());
        // An empty panel wants nothing yet, and what comes next is typed.
        if is_new && text.is_empty() {
            return None;
        }
        // Typed and taken back, or stopped by the user, who has to say so if it is to run again.
        if self.current() == Some(&text) || self.was_stopped(&text) {
            self.draft = Draft::None;
            return None;
        }
        if is_new {
            self.draft = Draft::Checking { text: text.clone() };
            return Some(TargetEffect::Check(text));
        }
        self.draft = Draft::Typing { text, due_millis };
        None
    }

    /// Whether the user has stopped this text: the one that was asked for, or the one on show.
    fn was_stopped(&self, text: &ScriptText) -> bool {
        let is_shown = self.shown.as_ref().is_some_and(|shown| shown.text == *text);
        self.stopped.as_ref().is_some_and(|stopped| is_shown || stopped == text)
    }

    fn tick(&mut self, now_millis: f64) -> Option<TargetEffect> {
        if self.forget_at_millis.is_some_and(|at| at <= now_millis) {
            *self = Target::default();
            return Some(TargetEffect::Forget);
        }
        match &self.draft {
            // What nobody looks at does not start; whoever comes back asks for it again.
            Draft::Typing { due_millis, .. }
                if *due_millis <= now_millis && self.forget_at_millis.is_some() =>
            {
                self.draft = Draft::None;
                self.wanted = self.current().cloned();
                None
            }
            Draft::Typing { text, due_millis } if *due_millis <= now_millis => {
                let text = text.clone();
                self.draft = Draft::Checking { text: text.clone() };
                Some(TargetEffect::Check(text))
            }
            Draft::None | Draft::Typing { .. } | Draft::Checking { .. } | Draft::Invalid { .. } => None,
        }
    }

    /// A version that shows something stays until this one does.
    fn start(&mut self, text: ScriptText, again: bool) -> TargetEffect {
        self.draft = Draft::None;
        self.stopped = None;
        match &mut self.shown {
            Some(shown) if shown.text == text => {
                shown.is_held = true;
                self.next = None;
            }
            _ => self.next = Some(text.clone()),
        }
        TargetEffect::Start { text, again }
    }

    fn let_go(&mut self) {
        if let Some(shown) = &mut self.shown {
            shown.is_held = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::expect;

    use super::*;

    fn text(text: &str) -> ScriptText {
        text.into()
    }

    fn states() -> Vec<Target> {
        let shown = |is_held| Some(Shown { text: text("a"), is_held });
        let wants_a = || Target { wanted: Some(text("a")), ..Target::default() };
        let typing = Draft::Typing { text: text("b"), due_millis: 5.0 };
        let wanted = Some(text("b"));
        vec![
            Target::default(),
            Target { draft: Draft::Checking { text: text("a") }, ..wants_a() },
            Target { next: Some(text("a")), ..wants_a() },
            Target { shown: shown(true), ..wants_a() },
            Target { shown: shown(false), stopped: Some(text("a")), ..wants_a() },
            Target { shown: shown(true), draft: typing.clone(), wanted: wanted.clone(), ..Target::default() },
            Target {
                shown: shown(true),
                draft: Draft::Invalid { text: text("b") },
                wanted: wanted.clone(),
                ..Target::default()
            },
            Target { shown: shown(true), next: Some(text("b")), wanted: wanted.clone(), ..Target::default() },
            Target { shown: shown(true), forget_at_millis: Some(5.0), ..wants_a() },
            Target { wanted: Some(text("")), ..Target::default() },
            Target { forget_at_millis: Some(60.0), draft: typing, wanted, ..Target::default() },
        ]
    }

    fn events() -> Vec<TargetEvent> {
        vec![
            TargetEvent::Run { text: text("a") },
            TargetEvent::Run { text: text("b") },
            TargetEvent::Edit { text: text("a"), pause_millis: 1.0 },
            TargetEvent::Edit { text: text("b"), pause_millis: 1.0 },
            TargetEvent::Edit { text: text(""), pause_millis: 1.0 },
            TargetEvent::Stop,
            TargetEvent::Release { grace_millis: 60.0 },
            TargetEvent::Remove,
            TargetEvent::Tick,
            TargetEvent::Checked { text: text("a"), is_valid: true },
            TargetEvent::Checked { text: text("a"), is_valid: false },
            TargetEvent::Ready { text: text("a") },
            TargetEvent::Ready { text: text("b") },
            TargetEvent::Failed { text: text("a") },
            TargetEvent::Failed { text: text("b") },
        ]
    }

    #[test]
    fn every_state_and_event() {
        let mut table = String::new();
        for state in states() {
            let _ = writeln!(table, "{}", short(&state));
            for event in events() {
                let mut target = state.clone();
                let effect = target.transition(event.clone(), 9.0);
                if target != state || effect.is_some() {
                    let effect = effect.map_or(String::new(), |effect| format!("; {effect:?}"));
                    let _ = writeln!(table, "  {event:?} -> {}{effect}", short(&target));
                }
            }
        }
        expect![[r#"
            nothing
              Run { text: "a" } -> starts a (asked for a); Start { text: "a", again: true }
              Run { text: "b" } -> starts b (asked for b); Start { text: "b", again: true }
              Edit { text: "a", pause_millis: 1.0 } -> checks a (asked for a); Check("a")
              Edit { text: "b", pause_millis: 1.0 } -> checks b (asked for b); Check("b")
              Edit { text: "", pause_millis: 1.0 } -> nothing (asked for )
              Release { grace_millis: 60.0 } -> is forgotten at 69
              Remove -> nothing; Forget
            checks a (asked for a)
              Run { text: "a" } -> starts a (asked for a); Start { text: "a", again: true }
              Run { text: "b" } -> starts b (asked for b); Start { text: "b", again: true }
              Edit { text: "b", pause_millis: 1.0 } -> types b until 10 (asked for b)
              Edit { text: "", pause_millis: 1.0 } -> types  until 10 (asked for )
              Stop -> has stopped a (asked for a)
              Release { grace_millis: 60.0 } -> checks a, is forgotten at 69 (asked for a)
              Remove -> nothing; Forget
              Checked { text: "a", is_valid: true } -> starts a (asked for a); Start { text: "a", again: false }
              Checked { text: "a", is_valid: false } -> finds a invalid (asked for a)
            starts a (asked for a)
              Run { text: "a" } -> starts a (asked for a); Start { text: "a", again: true }
              Run { text: "b" } -> starts b (asked for b); Start { text: "b", again: true }
              Edit { text: "b", pause_millis: 1.0 } -> types b until 10, starts a (asked for b)
              Edit { text: "", pause_millis: 1.0 } -> types  until 10, starts a (asked for )
              Stop -> has stopped a (asked for a)
              Release { grace_millis: 60.0 } -> starts a, is forgotten at 69 (asked for a)
              Remove -> nothing; Forget
              Ready { text: "a" } -> runs a (asked for a)
            runs a (asked for a)
              Run { text: "a" } -> runs a (asked for a); Start { text: "a", again: true }
              Run { text: "b" } -> starts b, runs a (asked for b); Start { text: "b", again: true }
              Edit { text: "b", pause_millis: 1.0 } -> types b until 10, runs a (asked for b)
              Edit { text: "", pause_millis: 1.0 } -> types  until 10, runs a (asked for )
              Stop -> shows a, has stopped a (asked for a)
              Release { grace_millis: 60.0 } -> runs a, is forgotten at 69 (asked for a)
              Remove -> nothing; Forget
            shows a, has stopped a (asked for a)
              Run { text: "a" } -> runs a (asked for a); Start { text: "a", again: true }
              Run { text: "b" } -> starts b, shows a (asked for b); Start { text: "b", again: true }
              Edit { text: "b", pause_millis: 1.0 } -> types b until 10, shows a, has stopped a (asked for b)
              Edit { text: "", pause_millis: 1.0 } -> types  until 10, shows a, has stopped a (asked for )
              Release { grace_millis: 60.0 } -> shows a, has stopped a, is forgotten at 69 (asked for a)
              Remove -> nothing; Forget
            types b until 5, runs a (asked for b)
              Run { text: "a" } -> runs a (asked for a); Start { text: "a", again: true }
              Run { text: "b" } -> starts b, runs a (asked for b); Start { text: "b", again: true }
              Edit { text: "a", pause_millis: 1.0 } -> runs a (asked for a)
              Edit { text: "", pause_millis: 1.0 } -> types  until 10, runs a (asked for )
              Stop -> shows a, has stopped b (asked for b)
              Release { grace_millis: 60.0 } -> types b until 5, runs a, is forgotten at 69 (asked for b)
              Remove -> nothing; Forget
              Tick -> checks b, runs a (asked for b); Check("b")
            finds b invalid, runs a (asked for b)
              Run { text: "a" } -> runs a (asked for a); Start { text: "a", again: true }
              Run { text: "b" } -> starts b, runs a (asked for b); Start { text: "b", again: true }
              Edit { text: "a", pause_millis: 1.0 } -> runs a (asked for a)
              Edit { text: "", pause_millis: 1.0 } -> types  until 10, runs a (asked for )
              Stop -> shows a, has stopped b (asked for b)
              Release { grace_millis: 60.0 } -> finds b invalid, runs a, is forgotten at 69 (asked for b)
              Remove -> nothing; Forget
            starts b, runs a (asked for b)
              Run { text: "a" } -> runs a (asked for a); Start { text: "a", again: true }
              Run { text: "b" } -> starts b, runs a (asked for b); Start { text: "b", again: true }
              Edit { text: "a", pause_millis: 1.0 } -> types a until 10, starts b, runs a (asked for a)
              Edit { text: "", pause_millis: 1.0 } -> types  until 10, starts b, runs a (asked for )
              Stop -> shows a, has stopped b (asked for b)
              Release { grace_millis: 60.0 } -> starts b, runs a, is forgotten at 69 (asked for b)
              Remove -> nothing; Forget
              Ready { text: "b" } -> runs b (asked for b)
              Failed { text: "b" } -> starts b, shows a (asked for b)
            runs a, is forgotten at 5 (asked for a)
              Run { text: "a" } -> runs a (asked for a); Start { text: "a", again: true }
              Run { text: "b" } -> starts b, runs a (asked for b); Start { text: "b", again: true }
              Edit { text: "a", pause_millis: 1.0 } -> runs a (asked for a)
              Edit { text: "b", pause_millis: 1.0 } -> types b until 10, runs a (asked for b)
              Edit { text: "", pause_millis: 1.0 } -> types  until 10, runs a (asked for )
              Stop -> shows a, has stopped a, is forgotten at 5 (asked for a)
              Remove -> nothing; Forget
              Tick -> nothing; Forget
            nothing (asked for )
              Run { text: "a" } -> starts a (asked for a); Start { text: "a", again: true }
              Run { text: "b" } -> starts b (asked for b); Start { text: "b", again: true }
              Edit { text: "a", pause_millis: 1.0 } -> types a until 10 (asked for a)
              Edit { text: "b", pause_millis: 1.0 } -> types b until 10 (asked for b)
              Stop -> has stopped  (asked for )
              Release { grace_millis: 60.0 } -> is forgotten at 69 (asked for )
              Remove -> nothing; Forget
            types b until 5, is forgotten at 60 (asked for b)
              Run { text: "a" } -> starts a (asked for a); Start { text: "a", again: true }
              Run { text: "b" } -> starts b (asked for b); Start { text: "b", again: true }
              Edit { text: "a", pause_millis: 1.0 } -> types a until 10 (asked for a)
              Edit { text: "b", pause_millis: 1.0 } -> types b until 5 (asked for b)
              Edit { text: "", pause_millis: 1.0 } -> types  until 10 (asked for )
              Stop -> has stopped b, is forgotten at 60 (asked for b)
              Remove -> nothing; Forget
              Tick -> is forgotten at 60
        "#]].assert_eq(&table);
    }

    #[test]
    fn a_text_that_the_user_stopped_stays_so_when_it_is_typed_again() {
        let mut target = Target::default();
        let edit = |name: &str| TargetEvent::Edit { text: text(name), pause_millis: 1.0 };
        target.transition(TargetEvent::Run { text: text("a") }, 0.0);
        target.transition(TargetEvent::Stop, 0.0);
        assert_eq!(target.transition(edit("a b"), 0.0), None);
        assert_eq!(target.transition(edit("a"), 0.5), None);
        assert_eq!(target.transition(TargetEvent::Tick, 9.0), None);
        let start = target.transition(TargetEvent::Run { text: text("a") }, 9.0);
        assert_eq!(start, Some(TargetEffect::Start { text: text("a"), again: true }));
    }

    fn short(target: &Target) -> String {
        let mut words = vec![];
        match &target.draft {
            Draft::None => {}
            Draft::Typing { text, due_millis } => words.push(format!("types {text} until {due_millis}")),
            Draft::Checking { text } => words.push(format!("checks {text}")),
            Draft::Invalid { text } => words.push(format!("finds {text} invalid")),
        }
        words.extend(target.next.iter().map(|next| format!("starts {next}")));
        words.extend(
            target
                .shown
                .iter()
                .map(|Shown { text, is_held }| format!("{} {text}", if *is_held { "runs" } else { "shows" })),
        );
        words.extend(target.stopped.iter().map(|stopped| format!("has stopped {stopped}")));
        words.extend(target.forget_at_millis.map(|at| format!("is forgotten at {at}")));
        let wanted = target.wanted.as_ref().map_or(String::new(), |wanted| format!(" (asked for {wanted})"));
        if words.is_empty() { format!("nothing{wanted}") } else { words.join(", ") + &wanted }
    }
}
