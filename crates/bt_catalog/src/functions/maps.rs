//! Functions that work on maps.

use super::{BOOLEAN, Function, INT64, MapEffect, NOTHING, call};
use crate::docs::Entry;
use crate::parameters::{Parameter, ParameterKind as Kind};

const MAP: Parameter = Parameter::new("@map", Kind::Map);
const KEY: Parameter = Parameter::new("key", Kind::Key);

pub(super) const ENTRIES: &[Entry<Function>] = &[
    call("clear", "clear(@map)", &[MAP], NOTHING, "Removes all keys of a map.")
        .later()
        .on_map(MapEffect::Resets)
        .texts(
            "It runs after the event, in bpftrace: values that are stored in between are removed, too. \
             Often called from an `interval` probe behind `print()`, so that each interval counts from \
             zero.",
            "kprobe:vfs_read { @[comm] = count(); } interval:s:1 { print(@); clear(@); }",
        ),
    call(
        "delete",
        "delete(@map[key]) or delete(@map, key)",
        &[MAP, KEY.optional().since(22)],
        BOOLEAN,
        "Removes a key of a map, or the value of a map without keys.",
    )
    .on_map(MapEffect::Deletes)
    .texts(
        "It runs at once, in the kernel. The result says whether the key was there. A script that stores \
         a start time by thread deletes it when it is used, or the map fills up.",
        "kprobe:vfs_read { @start[tid] = nsecs; }\n\
         kretprobe:vfs_read { @ns = hist(nsecs - @start[tid]); delete(@start, tid); }",
    )
    .changes(&[
        (21, "takes several keys of maps, `delete(@a[1], @b[2])`"),
        (22, "takes map and key apart, `delete(@a, 1)`; no longer several keys"),
        (24, "returns whether the key was there"),
    ]),
    call(
        "find",
        "find(@map, key, $out)",
        &[MAP, KEY, Parameter::new("$out", Kind::Variable)],
        BOOLEAN,
        "Looks a key up and stores its value in a variable.",
    )
    .since(25)
    .on_map(MapEffect::Reads)
    .texts(
        "One look-up does what `has_key()` and reading the map do in two. The variable stays as it is \
         when the key is not there.",
        "BEGIN { @a[1] = 5; let $value; if (find(@a, 1, $value)) { print($value); } }",
    ),
    call("has_key", "has_key(@map, key)", &[MAP, KEY], BOOLEAN, "Whether a map has a key.")
        .since(22)
        .on_map(MapEffect::Reads)
        .texts(
            "Tells a key that is not there from one whose value is zero: reading a missing key gives \
             zero. A key of several parts is written in parentheses.",
            "BEGIN { @a[1, 2] = 0; if (has_key(@a, (1, 2))) { print(1); } }",
        )
        .changes(&[(24, "returns a bool, before a number")]),
    call(
        "len",
        "len(@map)",
        &[Parameter::new("@map", Kind::MapOrStack)],
        INT64,
        "Number of keys of a map, or of frames of a stack.",
    )
    .since(20)
    .on_map(MapEffect::Reads)
    .texts(
        "The keys are counted one by one in the kernel, which takes long for a large map. Of a stack it \
         gives the number of frames that were kept, at most the limit of the stack.",
        "kprobe:vfs_read { @[tid] = 1; } interval:s:1 { print(len(@)); }",
    )
    .changes(&[(23, "takes stacks")]),
    call("zero", "zero(@map)", &[MAP], NOTHING, "Sets all values of a map to zero.")
        .later()
        .on_map(MapEffect::Resets)
        .texts(
            "The keys stay, so that each is printed even when nothing happens to it any more. As \
             `clear()`, it runs after the event.",
            "kprobe:vfs_read { @[comm] = count(); } interval:s:1 { print(@); zero(@); }",
        ),
];
