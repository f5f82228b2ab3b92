//! What holds for a script that comes: which one it joins, its name, its place among the others, its numbers.

use std::sync::Arc;

use bt_lifecycle::host::{self, Event, Upkeep};
use bt_metrics::is_script_name;

use super::Supervisor;
use crate::command::Registration;
use crate::events;
use crate::findings::warning;
use crate::numbering::{Journal, Numbering};
use crate::script::{Script, Standing};
use crate::{CommandError, Refused, ScriptId, ScriptSnapshot};

impl Supervisor {
    pub(super) fn register(
        &mut self,
        registration: Box<Registration>,
    ) -> Result<Arc<ScriptSnapshot>, Refused> {
        if self.closing.is_some() {
            return Err(Refused::because(CommandError::Down.to_string()));
        }
        let user = events::user(registration.user.as_deref());
        let answer = self.registered(registration);
        if let Err(refused) = &answer {
            log::info!("a script of {user} is refused: {}", events::one_line(&refused.error));
        }
        answer
    }

    fn registered(&mut self, registration: Box<Registration>) -> Result<Arc<ScriptSnapshot>, Refused> {
        if let Some(position) = self.same(&registration) {
            return Ok(self.join(position, &registration));
        }
        let wanted = self.wanted_name(&registration)?;
        let config = self.config();
        self.make_place(config.max_scripts)?;
        self.numberings.follow(config.numbering_folder.as_deref());
        let standing = self.standing(wanted.as_deref())?;
        let is_named = standing.component.as_ref() != standing.id.as_str();
        let upkeep = match registration.autostart {
            Some(_) => Upkeep::Restarted,
            None if is_named && config.keep_named => Upkeep::Kept,
            None => Upkeep::Leased,
        };
        // Numbers of one that goes by itself would only take the place of others'.
        let kept = if upkeep == Upkeep::Leased { None } else { self.kept_numbers(&standing) };
        let clash = wanted.filter(|_| !is_named);
        let clock = self.shared.clock;
        let (lifecycle, effects) = host::Script::register(upkeep, &self.settings(), clock.now_millis());
        let mut script = Script::new(standing, *registration, lifecycle, &config, clock.unix_millis(), kept);
        if let Some(name) = clash {
            let message = format!("another script is called {name}: the metrics of this one go by its id");
            script.warn(warning(message));
        }
        let user = events::user(script.identity.user.as_deref());
        log::info!("{} registered by {user}", script.label());
        self.scripts.push(script);
        let position = self.scripts.len() - 1;
        self.list();
        self.carry_out(position, effects);
        Ok(self.published(position))
    }

    /// One lease more of the script that is there.
    fn join(&mut self, position: usize, registration: &Registration) -> Arc<ScriptSnapshot> {
        self.scripts[position].touch(self.shared.clock.unix_millis());
        self.handle(position, Event::Register);
        let user = events::user(registration.user.as_deref());
        let script = &self.scripts[position];
        log::info!("{} registered by {user}, too: {} leases", script.label(), script.lifecycle.leases());
        self.published(position)
    }

    /// The name that a script shall have, taken from one that is only left over. A client's script goes by its id if
    /// another one has the name all the same, an autostart script is refused: its name is all that clients know of it.
    fn wanted_name(&mut self, registration: &Registration) -> Result<Option<String>, Refused> {
        let wanted = match &registration.autostart {
            Some(name) => Some(name.clone()),
            None => registration.facts.annotations.name.clone().filter(|name| is_script_name(name)),
        };
        if let Some(name) = &wanted {
            self.free_name(name);
            if registration.autostart.is_some() && self.has_name(name) {
                return Err(Refused::because(format!("another script is called {name}")));
            }
        }
        Ok(wanted)
    }

    /// Sees that one more may come, if need be by removing one that is left over.
    fn make_place(&mut self, max_scripts: usize) -> Result<(), Refused> {
        if !self.has_place(max_scripts) {
            self.free_place();
        }
        if !self.has_place(max_scripts) {
            let reason = format!("{max_scripts} scripts are registered already: stop one of them");
            return Err(Refused::because(reason));
        }
        Ok(())
    }

    /// The script that has the same text. A script of the agent's own is one by itself: it has its own name.
    fn same(&self, registration: &Registration) -> Option<usize> {
        if registration.autostart.is_some() {
            return None;
        }
        self.scripts.iter().position(|script| *script.identity.code == *registration.code)
    }

    fn has_name(&self, name: &str) -> bool {
        self.scripts.iter().any(|script| *script.cell.component == *name)
    }

    /// Removes the script of that name if it is only left over.
    fn free_name(&mut self, name: &str) {
        let is_it = |script: &Script| *script.cell.component == *name && self.is_left_over(script);
        if let Some(position) = self.scripts.iter().position(is_it) {
            self.handle(position, Event::Shutdown);
        }
    }

    /// Whether one more may come. Those that are about to go do not count, but they take memory until they are gone: with
    /// them there may be twice as many.
    fn has_place(&self, max_scripts: usize) -> bool {
        let staying = self.scripts.iter().filter(|script| !script.lifecycle.is_lingering()).count();
        staying < max_scripts && self.scripts.len() < max_scripts.saturating_mul(2)
    }

    /// Makes room for one more by removing the script that was left over for longest, if any is.
    fn free_place(&mut self) {
        let left_over =
            (0..self.scripts.len()).filter(|position| self.is_left_over(&self.scripts[*position]));
        let oldest = left_over.min_by_key(|position| self.scripts[*position].touched_at_unix_millis());
        if let Some(position) = oldest {
            self.handle(position, Event::Shutdown);
        }
    }

    /// Whether a script does nothing and nobody needs it: nobody holds it, or it would have expired if it were not kept.
    /// Clients that go without a word leave such scripts behind.
    fn is_left_over(&self, script: &Script) -> bool {
        let unused_millis = self.shared.clock.unix_millis().saturating_sub(script.touched_at_unix_millis());
        let is_forgotten = script.lifecycle.upkeep() == Upkeep::Kept
            && unused_millis >= self.shared.config.load().expiry_millis;
        !script.lifecycle.is_busy() && (is_forgotten || script.lifecycle.leases() == 0)
    }

    fn kept_numbers(&mut self, standing: &Standing) -> Option<(Numbering, Journal)> {
        let Self { numberings, scripts, .. } = self;
        let is_used = |name: &str| scripts.iter().any(|script| *script.cell.component == *name);
        let (numbering, journal) = numberings.begin(&standing.component, standing.slot, is_used);
        journal.map(|journal| (numbering, journal))
    }

    /// An id, a slot, and the wanted component if no other script has it.
    fn standing(&mut self, wanted: Option<&str>) -> Result<Standing, Refused> {
        let id = ScriptId::random()
            .map_err(|error| Refused::because(format!("the system gives no random numbers: {error}")))?;
        let name = wanted.filter(|name| !self.has_name(name));
        let component = name.unwrap_or(id.as_str()).into();
        let Self { slots, scripts, numberings, .. } = self;
        let is_used = |slot: u32| scripts.iter().any(|script| script.key.slot == slot);
        let kept = name.and_then(|name| numberings.slot(name)).filter(|slot| !is_used(*slot));
        let slot = kept
            .or_else(|| slots.next_free(|slot| is_used(slot) || numberings.is_reserved(slot)))
            .ok_or_else(|| Refused::because("all numbers for scripts are taken: stop one of them"))?;
        Ok(Standing { id, component, slot })
    }
}
