//! Every state with every event, as a table.

use expect_test::expect;

use super::super::state_table::state_table;
use super::*;

fn lease(name: &str) -> Lease {
    Lease(name.into())
}

fn states() -> Vec<RegistrationState> {
    let since_millis = 1.0;
    let a = lease("a");
    vec![
        RegistrationState::Idle,
        RegistrationState::Registering { since_millis },
        RegistrationState::Starting { since_millis, lease: a.clone() },
        RegistrationState::Running { since_millis, lease: a.clone(), has_data: false },
        RegistrationState::Running { since_millis, lease: a.clone(), has_data: true },
        RegistrationState::Returning { lease: a.clone() },
        RegistrationState::Parked,
        RegistrationState::Stopped { lease: a, exit_code: 0 },
        RegistrationState::Failed { message: "no such probe".into() },
    ]
}

fn events() -> Vec<RegistrationEvent> {
    let message = "refused".to_string();
    vec![
        RegistrationEvent::Want { again: false },
        RegistrationEvent::Want { again: true },
        RegistrationEvent::Drop,
        RegistrationEvent::Park,
        RegistrationEvent::Registered { run: 5, lease: lease("b") },
        RegistrationEvent::Registered { run: 4, lease: lease("late") },
        RegistrationEvent::Refused { run: 5, message: message.clone() },
        RegistrationEvent::Refused { run: 4, message: message.clone() },
        RegistrationEvent::Unanswered { run: 5 },
        RegistrationEvent::Unanswered { run: 4 },
        RegistrationEvent::Attached,
        RegistrationEvent::FirstData,
        RegistrationEvent::Ended { exit_code: 2 },
        RegistrationEvent::Failed { message },
        RegistrationEvent::Gone,
        RegistrationEvent::Returned { lease: lease("a") },
        RegistrationEvent::Returned { lease: lease("b") },
    ]
}

#[test]
fn every_state_and_event() {
    let machines = states().into_iter().map(|state| Registration { state, run: 5 });
    let short = |machine: &Registration| short(&machine.state);
    let table = state_table(machines, &events(), short, |machine, event| {
        let effects = machine.transition(event, 9.0);
        if effects.is_empty() { String::new() } else { format!(" {effects:?}") }
    });
    expect![[r#"
        Idle
          Want { again: false } -> Registering [Register { run: 6 }]
          Want { again: true } -> Registering [Register { run: 6 }]
          Registered { run: 5, lease: Lease("b") } -> Idle [Return(Lease("b"))]
          Registered { run: 4, lease: Lease("late") } -> Idle [Return(Lease("late"))]
        Registering
          Drop -> Idle
          Park -> Parked
          Registered { run: 5, lease: Lease("b") } -> Starting [b]
          Registered { run: 4, lease: Lease("late") } -> Registering [Return(Lease("late"))]
          Refused { run: 5, message: "refused" } -> Failed refused
          Unanswered { run: 5 } -> Registering [Register { run: 5 }]
        Starting [a]
          Drop -> Returning [Return(Lease("a"))]
          Park -> Parked [Return(Lease("a"))]
          Registered { run: 5, lease: Lease("b") } -> Starting [a] [Return(Lease("b"))]
          Registered { run: 4, lease: Lease("late") } -> Starting [a] [Return(Lease("late"))]
          Attached -> Running [a]
          FirstData -> Running [a] with data
          Ended { exit_code: 2 } -> Stopped [a]
          Failed { message: "refused" } -> Failed refused [Return(Lease("a"))]
          Gone -> Registering [Register { run: 6 }]
        Running [a]
          Drop -> Returning [Return(Lease("a"))]
          Park -> Parked [Return(Lease("a"))]
          Registered { run: 5, lease: Lease("b") } -> Running [a] [Return(Lease("b"))]
          Registered { run: 4, lease: Lease("late") } -> Running [a] [Return(Lease("late"))]
          FirstData -> Running [a] with data
          Ended { exit_code: 2 } -> Stopped [a]
          Failed { message: "refused" } -> Failed refused [Return(Lease("a"))]
          Gone -> Registering [Register { run: 6 }]
        Running [a] with data
          Drop -> Returning [Return(Lease("a"))]
          Park -> Parked [Return(Lease("a"))]
          Registered { run: 5, lease: Lease("b") } -> Running [a] with data [Return(Lease("b"))]
          Registered { run: 4, lease: Lease("late") } -> Running [a] with data [Return(Lease("late"))]
          Ended { exit_code: 2 } -> Stopped [a]
          Failed { message: "refused" } -> Failed refused [Return(Lease("a"))]
          Gone -> Registering [Register { run: 6 }]
        Returning
          Want { again: false } -> Registering [Register { run: 6 }]
          Want { again: true } -> Registering [Register { run: 6 }]
          Registered { run: 5, lease: Lease("b") } -> Returning [Return(Lease("b"))]
          Registered { run: 4, lease: Lease("late") } -> Returning [Return(Lease("late"))]
          Returned { lease: Lease("a") } -> Idle
        Parked
          Want { again: false } -> Registering [Register { run: 6 }]
          Want { again: true } -> Registering [Register { run: 6 }]
          Drop -> Idle
          Registered { run: 5, lease: Lease("b") } -> Parked [Return(Lease("b"))]
          Registered { run: 4, lease: Lease("late") } -> Parked [Return(Lease("late"))]
        Stopped [a]
          Want { again: true } -> Registering [Return(Lease("a")), Register { run: 6 }]
          Drop -> Returning [Return(Lease("a"))]
          Registered { run: 5, lease: Lease("b") } -> Stopped [a] [Return(Lease("b"))]
          Registered { run: 4, lease: Lease("late") } -> Stopped [a] [Return(Lease("late"))]
        Failed no such probe
          Want { again: false } -> Registering [Register { run: 6 }]
          Want { again: true } -> Registering [Register { run: 6 }]
          Drop -> Idle
          Registered { run: 5, lease: Lease("b") } -> Failed no such probe [Return(Lease("b"))]
          Registered { run: 4, lease: Lease("late") } -> Failed no such probe [Return(Lease("late"))]
    "#]]
    .assert_eq(&table);
}

#[test]
fn an_event_neither_loses_nor_invents_a_registration() {
    for state in states() {
        for event in events() {
            let mut before: Vec<Lease> = state.lease().into_iter().cloned().collect();
            if let RegistrationEvent::Registered { lease, .. } = &event {
                before.push(lease.clone());
            }
            // The process is gone with its host, and the registration with it.
            let is_on_host = !matches!(state, RegistrationState::Stopped { .. });
            if event == RegistrationEvent::Gone && is_on_host {
                before.clear();
            }
            let mut registration = Registration { state: state.clone(), run: 5 };
            let effects = registration.transition(event.clone(), 9.0);
            let returned = effects.iter().filter_map(|effect| match effect {
                RegistrationEffect::Return(lease) => Some(lease.clone()),
                RegistrationEffect::Register { .. } => None,
            });
            let mut after: Vec<Lease> =
                registration.state.lease().into_iter().cloned().chain(returned).collect();
            before.sort();
            after.sort();
            assert_eq!(before, after, "{} {event:?}", short(&state));
        }
    }
}

fn short(state: &RegistrationState) -> String {
    let name = format!("{state:?}");
    let name = name.split([' ', '{']).next().unwrap_or_default();
    let lease = state.lease().map_or(String::new(), |lease| format!(" [{}]", lease.0));
    let detail = match state {
        RegistrationState::Running { has_data: true, .. } => " with data",
        RegistrationState::Failed { message } => &format!(" {message}"),
        _ => "",
    };
    format!("{name}{lease}{detail}")
}
