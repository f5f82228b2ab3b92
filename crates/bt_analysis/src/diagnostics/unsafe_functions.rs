//! A function that bpftrace refuses without `--unsafe`, which it gets only where a policy allows that.

use super::{Context, Findings};
use crate::Diagnostic;

/// Code of this finding.
pub const UNSAFE_FUNCTION: &str = "unsafe-function";

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let calls = context.usage.calls.iter();
    let calls = calls.filter(|call| call.callee.function().is_some_and(|known| known.needs_unsafe));
    found.extend(calls.map(|call| {
        let message = format!("{}() changes the system: bpftrace refuses it", call.name);
        Diagnostic::error(UNSAFE_FUNCTION, call.span, message)
            .with_hint("a script that only observes needs no such function")
    }));
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn what_changes_the_system() {
        check(
            "profile:hz:9 { @a = 1; system(\"ls\"); signal(9); }",
            expect![[r#"
                error[unsafe-function] `system("ls")`: system() changes the system: bpftrace refuses it
                  hint: a script that only observes needs no such function
                error[unsafe-function] `signal(9)`: signal() changes the system: bpftrace refuses it
                  hint: a script that only observes needs no such function
            "#]],
        );
    }
}
