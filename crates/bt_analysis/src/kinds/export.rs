//! What becomes of a script's maps and output: annotations, metrics and prints.

use super::Kind;

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        "nothing-to-export",
        "The script has nothing to show.",
        "It has neither a map that is exported nor any output. bpftrace would run it, but a dashboard of it \
         stays empty, so the page and the agent refuse it. Store a result in a map, or print something.",
    )
    .shown("kprobe:vfs_read { $bytes = arg2; }", "kprobe:vfs_read { @bytes = hist(arg2); }"),
    Kind::new(
        "unknown-annotation",
        "A comment looks like an annotation, but is none.",
        "It is read as a plain comment and has no effect. The name is probably misspelt.",
    )
    .shown(
        "// includes: @reads\nkprobe:vfs_read { @reads = count(); }",
        "// include: @reads\nkprobe:vfs_read { @reads = count(); }",
    ),
    Kind::new(
        "empty-annotation",
        "An annotation has no value.",
        "It has no effect. Write the value behind the colon, or remove the line.",
    )
    .shown(
        "// name:\nkprobe:vfs_read { @reads = count(); }",
        "// name: reads\nkprobe:vfs_read { @reads = count(); }",
    ),
    Kind::new(
        "invalid-annotation",
        "The value of an annotation cannot be read.",
        "The annotation has no effect, or the nearest value is taken; the hint shows the form.",
    )
    .shown(
        "// refresh: fast\nkprobe:vfs_read { @reads = count(); }",
        "// refresh: 250ms\nkprobe:vfs_read { @reads = count(); }",
    ),
    Kind::new(
        "unknown-map",
        "An annotation names a map that the script does not have.",
        "It has no effect for that name, and a map that was meant may not be exported. Look for a \
         misspelling.",
    )
    .shown(
        "// unit: @latency us\nkprobe:vfs_read { @latencies = hist(arg2); }",
        "// unit: @latencies us\nkprobe:vfs_read { @latencies = hist(arg2); }",
    ),
    Kind::new(
        "name-clash",
        "Two maps would have the same metric name.",
        "The map `@` is the metric `root`, and a map that begins with `_` gets an `m` before. One of the \
         two gets a number behind its name, which tells nobody what it is. Give one of them another name.",
    )
    .shown(
        "kprobe:vfs_read { @ = count(); @root = sum(arg2); }",
        "kprobe:vfs_read { @ = count(); @bytes = sum(arg2); }",
    ),
    Kind::new(
        "scratch-map",
        "A map that only helps the script is exported.",
        "A start time per thread is no result, but becomes a metric like the others and costs as much. An \
         `// include:` line names the maps that are worth showing.",
    )
    .shown(
        "kprobe:vfs_read { @start[tid] = nsecs; }\n\
         kretprobe:vfs_read /@start[tid]/ { @ns = hist(nsecs - @start[tid]); delete(@start[tid]); }",
        "// include: @ns\nkprobe:vfs_read { @start[tid] = nsecs; }\n\
         kretprobe:vfs_read /@start[tid]/ { @ns = hist(nsecs - @start[tid]); delete(@start[tid]); }",
    ),
    Kind::new(
        "custom-output-without-print",
        "The script says that it prints its maps itself, and does not.",
        "With `// custom-output-block` nothing is added to the script, so that its maps are never seen. \
         Print them in an `interval` probe, or remove the line.",
    )
    .shown(
        "// custom-output-block\nkprobe:vfs_read { @reads = count(); }",
        "// custom-output-block\nkprobe:vfs_read { @reads = count(); }\ninterval:s:1 { print(@reads); }",
    ),
    Kind::new(
        "custom-output-at-end",
        "The script prints its maps only when it ends.",
        "With `// custom-output-block` nothing is added to the script, so that its maps are not seen while \
         it runs. Print them in an `interval` probe, too, or remove the line.",
    )
    .shown(
        "// custom-output-block\nkprobe:vfs_read { @reads = count(); }\nEND { print(@reads); }",
        "// custom-output-block\nkprobe:vfs_read { @reads = count(); }\ninterval:s:1 { print(@reads); }",
    ),
    Kind::new(
        "fast-print",
        "Maps are printed more often than anybody can look at them.",
        "Each print walks the whole map in the kernel and writes all of it. Ten times a second is enough \
         for a chart that moves.",
    )
    .shown(
        "kprobe:vfs_read { @reads = count(); }\ninterval:ms:10 { print(@reads); }",
        "kprobe:vfs_read { @reads = count(); }\ninterval:ms:500 { print(@reads); }",
    ),
];
