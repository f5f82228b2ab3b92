//! Which panels show which scripts: joins the machines of targets and registrations, so that equal scripts are one.

use litemap::LiteMap;

use super::registration::{Lease, Registration, RegistrationEffect, RegistrationEvent, RegistrationState};
use super::target::{ScriptText, Target, TargetEffect, TargetEvent};

/// All panels of a page and the scripts that they show.
#[derive(Clone, Debug, Default)]
pub struct Subscriptions {
    targets: LiteMap<String, Target>,
    registrations: LiteMap<ScriptText, Registration>,
    /// The latest attempt of those scripts that were forgotten.
    forgotten_run: u32,
    /// Nobody sees the page: nothing is registered.
    is_parked: bool,
}

/// What to do after an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubscriptionEffect {
    /// Have analysis look at a panel's draft, and tell by [`TargetEvent::Checked`].
    Check {
        /// The panel.
        target: String,
        /// Its draft.
        text: ScriptText,
    },
    /// Send a script.
    Register {
        /// The script.
        text: ScriptText,
        /// Comes back with the answer.
        run: u32,
    },
    /// Give a registration back.
    Return(Lease),
    /// Free the samples of a script: no panel shows it any more.
    Free(ScriptText),
}

impl Subscriptions {
    /// Something happened to a panel. One that is not known yet comes to be when it wants a script.
    pub fn target_event(
        &mut self,
        name: &str,
        event: TargetEvent,
        now_millis: f64,
    ) -> Vec<SubscriptionEffect> {
        if matches!(event, TargetEvent::Run { .. } | TargetEvent::Edit { .. })
            && !self.targets.contains_key(name)
        {
            self.targets.insert(name.to_string(), Target::default());
        }
        let mut effects = Vec::new();
        let Some(target) = self.targets.get_mut(name) else { return effects };
        match target.transition(event, now_millis) {
            Some(TargetEffect::Check(text)) => {
                effects.push(SubscriptionEffect::Check { target: name.to_string(), text });
            }
            Some(TargetEffect::Start { text, again }) => {
                self.change_registration(&text, RegistrationEvent::Want { again }, now_millis, &mut effects);
            }
            Some(TargetEffect::Forget) => {
                self.targets.remove(name);
            }
            None => {}
        }
        self.let_go(now_millis, &mut effects);
        effects
    }

    /// Something happened to a script. A registration of one that no panel shows any more goes back.
    pub fn registration_event(
        &mut self,
        text: &ScriptText,
        event: RegistrationEvent,
        now_millis: f64,
    ) -> Vec<SubscriptionEffect> {
        let mut effects = Vec::new();
        if self.registrations.contains_key(text) {
            self.change_registration(text, event, now_millis, &mut effects);
            self.let_go(now_millis, &mut effects);
        } else if let RegistrationEvent::Registered { lease, .. } = event {
            effects.push(SubscriptionEffect::Return(lease));
        }
        effects
    }

    /// Time passed.
    pub fn tick(&mut self, now_millis: f64) -> Vec<SubscriptionEffect> {
        let is_due = |target: &Target| target.due_millis().is_some_and(|at| at <= now_millis);
        let due: Vec<String> =
            self.targets.iter().filter(|(_, target)| is_due(target)).map(|(name, _)| name.clone()).collect();
        due.iter().flat_map(|name| self.target_event(name, TargetEvent::Tick, now_millis)).collect()
    }

    /// Gives back all registrations while nobody sees the page, and takes them again when somebody does.
    pub fn set_parked(&mut self, is_parked: bool, now_millis: f64) -> Vec<SubscriptionEffect> {
        let mut effects = Vec::new();
        if self.is_parked == is_parked {
            return effects;
        }
        self.is_parked = is_parked;
        let texts: Vec<ScriptText> = self.registrations.keys().cloned().collect();
        for text in texts {
            let is_parked_now = self.registrations[&text].state == RegistrationState::Parked;
            if is_parked {
                self.change_registration(&text, RegistrationEvent::Park, now_millis, &mut effects);
            } else if is_parked_now {
                self.change_registration(
                    &text,
                    RegistrationEvent::Want { again: false },
                    now_millis,
                    &mut effects,
                );
            }
        }
        effects
    }

    /// A panel's machine.
    pub fn target(&self, name: &str) -> Option<&Target> {
        self.targets.get(name)
    }

    /// A script's machine.
    pub fn registration(&self, text: &str) -> Option<&Registration> {
        self.registrations.get(text)
    }

    /// The scripts that are known, with their machines.
    pub fn registrations(&self) -> impl Iterator<Item = (&ScriptText, &Registration)> {
        self.registrations.iter()
    }

    /// How many panels want this script to run.
    pub fn holders(&self, text: &str) -> usize {
        self.targets.values().filter(|target| target.holds(text)).count()
    }

    /// When a tick will do something; `None` if none will.
    pub fn due_millis(&self) -> Option<f64> {
        self.targets.values().filter_map(Target::due_millis).reduce(f64::min)
    }

    fn change_registration(
        &mut self,
        text: &ScriptText,
        event: RegistrationEvent,
        now_millis: f64,
        effects: &mut Vec<SubscriptionEffect>,
    ) {
        let new = || Registration::after(self.forgotten_run);
        let registration = self.registrations.entry(text.clone()).or_insert_with(new);
        let mut done = registration.transition(event, now_millis);
        if self.is_parked {
            done.retain(|effect| !matches!(effect, RegistrationEffect::Register { .. }));
            done.extend(registration.transition(RegistrationEvent::Park, now_millis));
        }
        effects.extend(done.into_iter().map(|effect| match effect {
            RegistrationEffect::Register { run } => SubscriptionEffect::Register { text: text.clone(), run },
            RegistrationEffect::Return(lease) => SubscriptionEffect::Return(lease),
        }));
        let news = match &registration.state {
            state if state.can_be_shown() => TargetEvent::Ready { text: text.clone() },
            RegistrationState::Failed { .. } => TargetEvent::Failed { text: text.clone() },
            _ => return,
        };
        for (_, target) in &mut self.targets {
            // Neither has an effect: what a panel does not hold any more is let go below.
            target.transition(news.clone(), now_millis);
        }
    }

    /// Gives back the scripts that no panel wants to run, and forgets those that none shows.
    fn let_go(&mut self, now_millis: f64, effects: &mut Vec<SubscriptionEffect>) {
        let targets = &self.targets;
        for (text, registration) in &mut self.registrations {
            if !targets.values().any(|target| target.holds(text)) {
                for effect in registration.transition(RegistrationEvent::Drop, now_millis) {
                    if let RegistrationEffect::Return(lease) = effect {
                        effects.push(SubscriptionEffect::Return(lease));
                    }
                }
            }
            if !targets.values().any(|target| target.refers_to(text)) {
                self.forgotten_run = self.forgotten_run.max(registration.run());
                effects.push(SubscriptionEffect::Free(text.clone()));
            }
        }
        self.registrations.retain(|text, _| targets.values().any(|target| target.refers_to(text)));
    }
}
