//! Every state with every event, as a table.

use expect_test::expect;

use super::super::state_table::state_table;
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
    let table = state_table(states(), &events(), short, |target, event| {
        target.transition(event, 9.0).map_or(String::new(), |effect| format!("; {effect:?}"))
    });
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
    "#]]
    .assert_eq(&table);
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
