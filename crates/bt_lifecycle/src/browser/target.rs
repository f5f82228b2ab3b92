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
mod tests;
