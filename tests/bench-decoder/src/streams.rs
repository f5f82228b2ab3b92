//! What is decoded: lines as bpftrace 0.23 prints them, with values that change from line to line.

use std::fmt::Write;

/// The streams by number.
pub const NAMES: [&str; 7] = [
    "a single value",
    "a small map",
    "a histogram of 20 buckets",
    "1,000 keys",
    "statistics of 100 keys",
    "100 kernel stacks",
    "a row of a printf table",
];

/// Bytes of a stream at least.
const STREAM_BYTES: usize = 2 << 20;

/// The stream of this number; an unknown one is the last.
pub fn stream(number: usize) -> Vec<u8> {
    let write: fn(&mut String, usize) = match number {
        0 => single,
        1 => |text, line| map(text, 5, line),
        2 => histogram,
        3 => |text, line| map(text, 1000, line),
        4 => statistics,
        5 => stacks,
        _ => row,
    };
    let mut text = String::new();
    let mut line = 0;
    while text.len() < STREAM_BYTES {
        write(&mut text, line);
        text.push('\n');
        line += 1;
    }
    text.into_bytes()
}

fn single(text: &mut String, line: usize) {
    push(text, format_args!("{{\"type\": \"map\", \"data\": {{\"@total\": {}}}}}", line * 17));
}

fn map(text: &mut String, keys: usize, line: usize) {
    push(text, format_args!("{{\"type\": \"map\", \"data\": {{\"@reads\": {{"));
    for key in 0..keys {
        let comma = if key == 0 { "" } else { ", " };
        push(text, format_args!("{comma}\"process-{key}\": {}", key * 1000 + line % 1000));
    }
    text.push_str("}}}");
}

fn histogram(text: &mut String, line: usize) {
    push(text, format_args!("{{\"type\": \"hist\", \"data\": {{\"@usecs\": ["));
    for bucket in 0..20u32 {
        let comma = if bucket == 0 { "" } else { ", " };
        let (low, high) = (1u64 << bucket, (2u64 << bucket) - 1);
        push(text, format_args!("{comma}{{\"min\": {low}, \"max\": {high}, \"count\": {}}}", line % 10_000));
    }
    text.push_str("]}}");
}

fn statistics(text: &mut String, line: usize) {
    push(text, format_args!("{{\"type\": \"stats\", \"data\": {{\"@bytes\": {{"));
    for key in 0..100 {
        let comma = if key == 0 { "" } else { ", " };
        let (count, average) = (line % 1000 + 1, 4096 - key);
        let total = count * average;
        push(
            text,
            format_args!(
                "{comma}\"process-{key}\": {{\"count\": {count}, \"average\": {average}, \"total\": {total}}}"
            ),
        );
    }
    text.push_str("}}}");
}

fn stacks(text: &mut String, line: usize) {
    push(text, format_args!("{{\"type\": \"map\", \"data\": {{\"@stacks\": {{"));
    for key in 0..100 {
        text.push_str(if key == 0 { "\"" } else { ", \"" });
        for depth in 0..12 {
            push(text, format_args!("\\\\n        some_kernel_function_{key}_{depth}+{}", depth * 11));
        }
        push(text, format_args!("\\\\n\": {}", line % 1000));
    }
    text.push_str("}}}");
}

fn row(text: &mut String, line: usize) {
    push(
        text,
        format_args!(
            "{{\"type\": \"printf\", \"data\": \"{:<16} {:<7} {:<6} /var/lib/some/file.log\\n\"}}",
            "process",
            line % 30_000,
            line % 4096
        ),
    );
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(arguments);
}
