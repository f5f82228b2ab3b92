//! The names of users. They are looked up on a thread of their own: a directory of users may be slow, and pmcd drops an
//! agent that does not answer.

use std::collections::HashMap;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::unistd::{Uid, User};

/// This user has one name everywhere, and is never looked up.
const ROOT: (u32, &str) = (0, "root");

/// How long a client may wait for its name. After one that took longer, nobody waits until the directory answers again.
const NAME_WAIT: Duration = Duration::from_millis(200);

/// A name that is older counts until it has been looked up again.
const FRESH: Duration = Duration::from_secs(60);

/// Users that are remembered; beyond it all are forgotten, and looked up again when they come.
const MAX_USERS: usize = 1024;

/// Questions that wait for the thread; with more of them the next user has no name for now.
const MAX_QUESTIONS: usize = 64;

/// The users that are known. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Users {
    shared: Arc<Shared>,
    questions: SyncSender<Question>,
}

#[derive(Debug)]
enum Question {
    /// What is this user's name?
    NameOf(u32),
    /// Who are these?
    Named(Vec<String>),
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    known: HashMap<u32, Known>,
    is_slow: bool,
}

#[derive(Debug)]
struct Known {
    /// `None`: the host has no such user.
    name: Option<String>,
    /// Found by this name. A user may have several, and then goes by the one that the configuration has.
    is_expected: bool,
    since: Instant,
}

impl Users {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system refuses it.
    pub(crate) fn start() -> io::Result<Users> {
        let shared = Arc::new(Shared::default());
        let (questions, queue) = sync_channel(MAX_QUESTIONS);
        let answers = Arc::clone(&shared);
        std::thread::Builder::new().name("users".into()).spawn(move || answers.answer(queue))?;
        Ok(Users { shared, questions })
    }

    /// Looks these names up now, so that nobody has to wait when such a user comes.
    pub(crate) fn expect(&self, names: &[String]) {
        // With a full queue they are looked up when they come.
        let _ = self.questions.try_send(Question::Named(names.to_vec()));
    }

    /// The user's name, if it is known. Waits up to [`NAME_WAIT`] for one that is not.
    pub(crate) fn name(&self, user_id: u32) -> Option<String> {
        if user_id == ROOT.0 {
            return Some(ROOT.1.into());
        }
        let mut state = self.shared.state();
        if state.known.get(&user_id).is_none_or(|known| known.since.elapsed() > FRESH) {
            // With a full queue there is no name.
            let _ = self.questions.try_send(Question::NameOf(user_id));
            if !state.is_slow {
                let is_unknown = |state: &mut State| !state.known.contains_key(&user_id);
                let waited = self.shared.changed.wait_timeout_while(state, NAME_WAIT, is_unknown);
                let (after, outcome) = waited.unwrap_or_else(PoisonError::into_inner);
                state = after;
                state.is_slow |= outcome.timed_out();
            }
        }
        state.known.get(&user_id)?.name.clone()
    }
}

impl Shared {
    /// Answers until nobody can ask any more.
    fn answer(&self, queue: Receiver<Question>) {
        for question in queue {
            match question {
                Question::NameOf(user_id) if self.is_fresh(user_id) => {}
                Question::NameOf(user_id) => self.look_up(user_id),
                Question::Named(names) => names.into_iter().for_each(|name| {
                    self.look_for(name);
                }),
            }
        }
    }

    fn look_up(&self, user_id: u32) {
        let expected = self
            .state()
            .known
            .get(&user_id)
            .filter(|known| known.is_expected)
            .and_then(|known| known.name.clone());
        if expected.is_some_and(|name| self.look_for(name) == Some(user_id)) {
            return;
        }
        let asked = Instant::now();
        let answer = User::from_uid(Uid::from_raw(user_id)).ok();
        let known = |name| Known { name, is_expected: false, since: Instant::now() };
        self.note(asked, answer.map(|user| (user_id, known(user.map(|user| user.name)))));
    }

    /// The user of that name, if there is one.
    fn look_for(&self, name: String) -> Option<u32> {
        let asked = Instant::now();
        let user_id = User::from_name(&name).ok().flatten().map(|user| user.uid.as_raw());
        let known = Known { name: Some(name), is_expected: true, since: Instant::now() };
        self.note(asked, user_id.map(|user_id| (user_id, known)));
        user_id
    }

    fn is_fresh(&self, user_id: u32) -> bool {
        self.state().known.get(&user_id).is_some_and(|known| known.since.elapsed() <= FRESH)
    }

    /// Notes an answer, and how long it took. A directory that fails leaves what was known.
    fn note(&self, asked: Instant, answer: Option<(u32, Known)>) {
        let mut state = self.state();
        if let Some((user_id, known)) = answer {
            if state.known.len() >= MAX_USERS && !state.known.contains_key(&user_id) {
                state.known.clear();
            }
            state.known.insert(user_id, known);
        }
        state.is_slow = asked.elapsed() > NAME_WAIT;
        drop(state);
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change leaves it whole, so that a poisoned lock is still good.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Debian's user that owns nothing.
    const NOBODY: (u32, &str) = (65_534, "nobody");

    fn known(name: &str) -> Known {
        Known { name: Some(name.into()), is_expected: false, since: Instant::now() }
    }

    #[test]
    fn a_user_who_was_expected_is_looked_up_by_that_name() {
        let shared = Shared::default();
        assert_eq!(shared.look_for("nobody".into()), Some(NOBODY.0));
        assert_eq!(shared.look_for("no such user".into()), None);
        shared.look_up(NOBODY.0);
        assert!(shared.state().known[&NOBODY.0].is_expected);
        // The name went to somebody else.
        shared.note(Instant::now(), Some((1, Known { is_expected: true, ..known("nobody") })));
        shared.look_up(1);
        assert_ne!(shared.state().known[&1].name.as_deref(), Some("nobody"));
    }

    #[test]
    fn names_of_the_host() {
        let users = Users::start().unwrap();
        assert_eq!(users.name(NOBODY.0).as_deref(), Some(NOBODY.1));
        assert_eq!(users.name(u32::MAX - 7), None);
        users.expect(&["no such user".into(), NOBODY.1.into()]);
        assert_eq!(users.name(NOBODY.0).as_deref(), Some(NOBODY.1));
    }

    #[test]
    fn a_directory_that_hangs_stops_one_client_for_a_moment_and_never_root() {
        // Nobody takes questions.
        let (questions, _queue) = sync_channel(MAX_QUESTIONS);
        let users = Users { shared: Arc::default(), questions };
        let start = Instant::now();
        assert_eq!(users.name(0).as_deref(), Some("root"));
        for user_id in 1..1000 {
            assert_eq!(users.name(user_id), None);
        }
        assert!(start.elapsed() < NAME_WAIT * 10, "{:?}", start.elapsed());
        users.shared.note(Instant::now(), Some((7, known("alice"))));
        assert!(!users.shared.state().is_slow, "it answers again");
        assert_eq!(users.name(7).as_deref(), Some("alice"));
    }

    #[test]
    fn users_are_bounded() {
        let shared = Shared::default();
        for user_id in 0..5000 {
            shared.note(Instant::now(), Some((user_id, known("alice"))));
        }
        assert!(shared.state().known.len() <= MAX_USERS);
    }
}
