//! Maps: their keys, values and declarations.

use super::Kind;

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        "map-key",
        "A map is used with and without a key, or with keys of different length.",
        "All uses of a map have the same number of parts in their key, since the kernel stores keys of one \
         size. A map without a key is a single value. Use two maps, or write the same key everywhere.",
    )
    .shown(
        "kprobe:vfs_read { @reads[comm] = count(); }\nkprobe:vfs_write { @reads[comm, pid] = count(); }",
        "kprobe:vfs_read { @reads[comm] = count(); }\nkprobe:vfs_write { @reads[comm] = count(); }",
    ),
    Kind::new(
        "map-key-type",
        "The keys of a map are of different types.",
        "The first key gives a map the type of its keys, which all others must have. Use a second map, or \
         convert the key.",
    )
    .shown(
        "kprobe:vfs_read { @calls[comm] = count(); }\nkprobe:vfs_write { @calls[pid] = count(); }",
        "kprobe:vfs_read { @calls[comm] = count(); }\nkprobe:vfs_write { @calls[comm] = count(); }",
    ),
    Kind::new(
        "map-conflict",
        "A map gets values of different kinds.",
        "A map has one aggregation, or plain values of one type. A map that counts with `count()` cannot be \
         assigned a number; `clear()` and `zero()` set it back. Use a map for each kind.",
    )
    .shown(
        "kprobe:vfs_read { @reads = count(); }\ninterval:s:1 { print(@reads); @reads = 0; }",
        "kprobe:vfs_read { @reads = count(); }\ninterval:s:1 { print(@reads); clear(@reads); }",
    ),
    Kind::new(
        "map-loop",
        "A `for` loop goes over a map that cannot be looped over.",
        "A loop needs a map with keys, and values that can be handed out one by one, which histograms \
         cannot. Read a map without keys by its name, and print a histogram as a whole.",
    )
    .shown(
        "BEGIN { @x = 5; for ($kv : @x) { print($kv); } }",
        "BEGIN { @x[1] = 5; for ($kv : @x) { print($kv); } }",
    ),
    Kind::new(
        "invalid-map-declaration",
        "A map is declared with a type or size that it cannot have.",
        "The types are `hash`, `lruhash`, `percpuhash` and `percpulruhash`, with the number of keys in \
         parentheses. Aggregations with keys need one of the types per CPU, plain values one of the others.",
    )
    .shown(
        "let @reads = hash(100);\nkprobe:vfs_read { @reads[comm] = count(); }",
        "let @reads = percpuhash(100);\nkprobe:vfs_read { @reads[comm] = count(); }",
    ),
    Kind::new(
        "unbounded-key",
        "Each event makes a new key.",
        "The key is a clock or a random number, which is another one each time. The map is full after some \
         thousand events, and a table or chart of it says nothing. Take the value in a histogram, or divide \
         it into steps.",
    )
    .shown(
        "kprobe:vfs_read { @reads[nsecs] = count(); }",
        "kprobe:vfs_read { @reads[nsecs / 1000000000] = count(); }",
    ),
    Kind::new(
        "ambiguous-key",
        "Two different keys can look the same.",
        "bpftrace prints the parts of a key with a comma between and does not mark the commas in texts. \
         With two texts in a key, the last one is taken to have the commas. Put the text that may have \
         some last, or keep one text only.",
    )
    .shown(
        "tracepoint:syscalls:sys_enter_openat { @[str(args.filename), comm] = count(); }",
        "tracepoint:syscalls:sys_enter_openat { @[comm, str(args.filename)] = count(); }",
    ),
    Kind::new(
        "missing-delete",
        "A map keeps something for each thread and never deletes it.",
        "Threads come and go, but their keys stay until the map is full; then new threads are not measured. \
         Delete the key where its value was used.",
    )
    .shown(
        "kprobe:vfs_read { @start[tid] = nsecs; }\n\
         kretprobe:vfs_read /@start[tid]/ { @ns = hist(nsecs - @start[tid]); }",
        "kprobe:vfs_read { @start[tid] = nsecs; }\n\
         kretprobe:vfs_read /@start[tid]/ { @ns = hist(nsecs - @start[tid]); delete(@start[tid]); }",
    ),
    Kind::new(
        "unused-map",
        "A map is neither exported nor read.",
        "An `// include:` line leaves it out, and no probe reads it, or it is only declared: it takes \
         memory and time for nothing. Remove it, or export it.",
    )
    .shown(
        "// include: @reads\nkprobe:vfs_read { @reads = count(); @bytes = sum(arg2); }",
        "// include: @reads, @bytes\nkprobe:vfs_read { @reads = count(); @bytes = sum(arg2); }",
    ),
];
