//! What only the host knows: its policy, and what bpftrace says when it runs there.

use super::Kind;

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        "policy",
        "The policy of the host does not allow this.",
        "A host says which probes and functions scripts may use, so that a page cannot run anything as \
         root. Leave it out, or ask the administrator, who can change `[policy]` in the configuration; the \
         hint names the key.",
    ),
    Kind::new(
        "bpftrace",
        "bpftrace itself found this.",
        "It is a message of the bpftrace that was started with the script, put where it belongs in the \
         text. It knows what the script alone does not tell: the functions, tracepoints and structures of \
         this kernel.",
    ),
    Kind::new(
        "bpftrace-text",
        "bpftrace, or a library of its, wrote this.",
        "It is a line of its error output that is no error and no warning by its form. It matters mostly if \
         the script does not run.",
    ),
];
