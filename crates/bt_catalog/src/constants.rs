//! The names that only some place of a script knows: events, clocks, modes, units, types of maps.

use crate::Lifetime;
use crate::functions::{CLOCKS, NAMESPACES};

/// A name that is known at one place.
#[derive(Clone, Copy, Debug)]
pub struct Constant {
    /// The place.
    pub kind: ConstantKind,
    /// The name.
    pub name: &'static str,
    /// Another name of the same; empty if there is none.
    pub alias: &'static str,
    /// Releases that know it.
    pub lifetime: Lifetime,
    /// One line about it.
    pub summary: &'static str,
}

/// Where a constant stands. The order is that of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConstantKind {
    /// `software:NAME`
    SoftwareEvent,
    /// `hardware:NAME`
    HardwareEvent,
    /// `interval:NAME:1`, `profile:NAME:99`
    IntervalUnit,
    /// Behind a number: `10ms`.
    DurationUnit,
    /// `nsecs(NAME)`
    Clock,
    /// `kstack(NAME)`, and the config key `stack_mode`.
    StackMode,
    /// `pid(NAME)`
    Namespace,
    /// `let @map = NAME(10);`
    MapType,
    /// `tseries(n, 1s, 10, "NAME")`
    SeriesAggregation,
    /// `watchpoint:0x10:8:NAME`
    WatchMode,
    /// `self:signal:NAME`
    SelfSignal,
}

impl ConstantKind {
    /// Every kind.
    pub const ALL: [ConstantKind; 11] = [
        ConstantKind::SoftwareEvent,
        ConstantKind::HardwareEvent,
        ConstantKind::IntervalUnit,
        ConstantKind::DurationUnit,
        ConstantKind::Clock,
        ConstantKind::StackMode,
        ConstantKind::Namespace,
        ConstantKind::MapType,
        ConstantKind::SeriesAggregation,
        ConstantKind::WatchMode,
        ConstantKind::SelfSignal,
    ];

    /// A title for its names, and how they are written.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            ConstantKind::SoftwareEvent => ("Software events", "software:NAME:count"),
            ConstantKind::HardwareEvent => ("Hardware events", "hardware:NAME:count"),
            ConstantKind::IntervalUnit => ("Units of intervals", "interval:NAME:count"),
            ConstantKind::DurationUnit => ("Units of durations", "10NAME"),
            ConstantKind::Clock => ("Clocks", "nsecs(NAME)"),
            ConstantKind::StackMode => ("Modes of stacks", "kstack(NAME)"),
            ConstantKind::Namespace => ("Namespaces", "pid(NAME)"),
            ConstantKind::MapType => ("Types of maps", "let @map = NAME(1000);"),
            ConstantKind::SeriesAggregation => {
                ("Aggregations of time series", "tseries(n, 1s, 10, \"NAME\")")
            }
            ConstantKind::WatchMode => ("Modes of watchpoints", "watchpoint:address:length:NAME"),
            ConstantKind::SelfSignal => ("Signals to bpftrace", "self:signal:NAME"),
        }
    }
}

/// The names of a kind.
pub fn constants(kind: ConstantKind) -> impl Iterator<Item = &'static Constant> {
    CONSTANTS.iter().filter(move |constant| constant.kind == kind)
}

/// The constant of that name or alias, at a place of that kind. Each place knows at most a dozen names.
pub fn constant(kind: ConstantKind, name: &str) -> Option<&'static Constant> {
    constants(kind).find(|constant| constant.name == name || (constant.alias == name && !name.is_empty()))
}

/// Every constant, by kind.
pub static CONSTANTS: &[Constant] = &[
    software("alignment-faults", "", "Accesses that the kernel had to align."),
    software("bpf-output", "", "Output of other BPF programs."),
    software("context-switches", "cs", "Switches from one thread to another."),
    software("cpu-clock", "cpu", "A timer of the CPU; without a count each millisecond."),
    software("cpu-migrations", "", "Moves of a thread to another CPU."),
    software("dummy", "", "Never."),
    software("emulation-faults", "", "Instructions that the kernel had to emulate."),
    software("major-faults", "", "Page faults that wanted a disk."),
    software("minor-faults", "", "Page faults that did not."),
    software("page-faults", "faults", "Page faults of both sorts."),
    software("task-clock", "", "A timer that runs while a thread does."),
    hardware("backend-stalls", "", "Cycles in which execution waits."),
    hardware("branch-instructions", "branches", "Branches."),
    hardware("branch-misses", "", "Branches that were foretold wrongly."),
    hardware("bus-cycles", "", "Cycles of the bus."),
    hardware("cache-misses", "", "Accesses that the last cache did not have."),
    hardware("cache-references", "", "Accesses to the last cache."),
    hardware("cpu-cycles", "cycles", "Cycles of the processor."),
    hardware("frontend-stalls", "", "Cycles in which no instruction could be fetched."),
    hardware("instructions", "", "Instructions that were completed."),
    hardware("ref-cycles", "", "Cycles at a fixed rate, whatever the clock of the processor is."),
    constant_of(ConstantKind::IntervalUnit, "us", "Microseconds; for `interval` since 0.11."),
    constant_of(ConstantKind::IntervalUnit, "ms", "Milliseconds."),
    constant_of(ConstantKind::IntervalUnit, "s", "Seconds."),
    constant_of(ConstantKind::IntervalUnit, "hz", "Times a second; for `interval` since 0.11."),
    duration("ns", "Nanoseconds."),
    duration("us", "1000 nanoseconds."),
    duration("ms", "1000 microseconds."),
    duration("s", "1000 milliseconds."),
    duration("m", "60 seconds."),
    duration("h", "60 minutes."),
    duration("d", "24 hours."),
    clock(0, "Since the start, without the time in which the machine slept."),
    clock(1, "Since the start, with it: the clock of `nsecs`."),
    clock(2, "Atomic time, without leap seconds; needs Linux 6.1."),
    clock(3, "Atomic time, reckoned by bpftrace from the clock of the start."),
    constant_of(ConstantKind::StackMode, "bpftrace", "Symbols with offsets."),
    constant_of(ConstantKind::StackMode, "perf", "Addresses and symbols, as the command perf prints them."),
    constant_of(ConstantKind::StackMode, "raw", "Addresses.").since(18),
    constant_of(ConstantKind::StackMode, "build_id", "Build id and offset; for stacks of programs.")
        .since(25),
    namespace(0, "The namespace of bpftrace."),
    namespace(1, "That of the host."),
    map_type("hash", "Keys in any order; when it is full, a new key is dropped."),
    map_type("lruhash", "When it is full, a new key takes the place of one that was not used for long."),
    map_type("percpuhash", "A value for each CPU, as `count()` and its like have."),
    map_type("percpulruhash", "Both."),
    series("avg", "Average of the interval."),
    series("max", "Highest value."),
    series("min", "Lowest value."),
    series("sum", "Sum."),
    constant_of(ConstantKind::WatchMode, "r", "Reading."),
    constant_of(ConstantKind::WatchMode, "w", "Writing."),
    constant_of(ConstantKind::WatchMode, "x", "Executing."),
    constant_of(ConstantKind::SelfSignal, "SIGUSR1", "The only one.").since(22),
];

const fn constant_of(kind: ConstantKind, name: &'static str, summary: &'static str) -> Constant {
    Constant { kind, name, alias: "", lifetime: Lifetime::ALWAYS, summary }
}

const fn software(name: &'static str, alias: &'static str, summary: &'static str) -> Constant {
    Constant { alias, ..constant_of(ConstantKind::SoftwareEvent, name, summary) }
}

const fn hardware(name: &'static str, alias: &'static str, summary: &'static str) -> Constant {
    Constant { alias, ..constant_of(ConstantKind::HardwareEvent, name, summary) }
}

const fn duration(name: &'static str, summary: &'static str) -> Constant {
    constant_of(ConstantKind::DurationUnit, name, summary).since(24)
}

const fn clock(number: usize, summary: &'static str) -> Constant {
    constant_of(ConstantKind::Clock, CLOCKS[number], summary).since(19)
}

const fn namespace(number: usize, summary: &'static str) -> Constant {
    constant_of(ConstantKind::Namespace, NAMESPACES[number], summary).since(24)
}

const fn map_type(name: &'static str, summary: &'static str) -> Constant {
    constant_of(ConstantKind::MapType, name, summary).since(24)
}

const fn series(name: &'static str, summary: &'static str) -> Constant {
    constant_of(ConstantKind::SeriesAggregation, name, summary).since(24)
}

impl Constant {
    const fn since(self, minor: u16) -> Constant {
        Constant { lifetime: Lifetime::since(minor), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_at_their_place_only() {
        let name = |kind, name| constant(kind, name).map(|found| found.name);
        assert_eq!(name(ConstantKind::SoftwareEvent, "cs"), Some("context-switches"));
        assert_eq!(name(ConstantKind::HardwareEvent, "cs"), None);
        assert_eq!(name(ConstantKind::HardwareEvent, ""), None);
    }

    #[test]
    fn ordered_by_kind_and_each_once() {
        assert!(CONSTANTS.is_sorted_by_key(|constant| constant.kind));
        for known in CONSTANTS {
            assert!(known.summary.ends_with('.'), "{}", known.name);
            for name in [known.name, known.alias].into_iter().filter(|name| !name.is_empty()) {
                let found = constant(known.kind, name).expect("it is there");
                assert!(std::ptr::eq(found, known), "{name}");
            }
        }
        assert!(ConstantKind::ALL.into_iter().all(|kind| constants(kind).next().is_some()));
    }

    #[test]
    fn modes_are_those_that_functions_take() {
        use crate::{ParameterKind, function};
        let modes: Vec<&str> = constants(ConstantKind::StackMode).map(|mode| mode.name).collect();
        let ustack = function("ustack").expect("it is there");
        assert_eq!(ustack.parameters[0].kind, ParameterKind::Name(&["bpftrace", "perf", "raw", "build_id"]));
        assert_eq!(modes, ["bpftrace", "perf", "raw", "build_id"]);
    }
}
