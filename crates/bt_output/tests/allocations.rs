//! Once its buffers have grown, the decoder allocates nothing for maps whose keys it has seen.

use std::alloc::System;

use bt_output::{Decoder, Limits, Release};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Messages of all shapes, with escapes, bytes that are no UTF-8, and errors that come again.
fn stream(round: usize) -> String {
    let keys: Vec<String> = (0..1000).map(|key| format!("\"process\\\\n{key}\": {}", key + round)).collect();
    [
        format!("{{\"type\": \"map\", \"data\": {{\"@k\": {{{}}}}}}}\n", keys.join(", ")),
        format!("{{\"type\": \"map\", \"data\": {{\"@t\": [{round},\"\\uffffffc3\",[1,2]]}}}}\n"),
        format!("{{\"type\": \"hist\", \"data\": {{\"@h\": [{{\"min\": 4, \"max\": 7, \"count\": {round}}}]}}}}\n"),
        format!("{{\"type\": \"stats\", \"data\": {{\"@s\": {{\"count\": {round}, \"average\": 1, \"total\": 1}}}}}}\n"),
        format!("{{\"type\": \"printf\", \"data\": \"round {round}\\n\"}}\n"),
        "{\"type\": \"helper_error\", \"msg\": \"x\", \"helper\": \"y\", \"retcode\": -7, \"line\": 1, \"col\": 27}\n".into(),
    ]
    .concat()
}

#[test]
fn nothing_is_allocated_for_what_was_there_before() {
    let mut decoder = Decoder::new(Limits::default()).of_release(Release { major: 0, minor: 23 });
    let streams: Vec<String> = (100..110).map(stream).collect();
    let mut events = 0;
    let mut decode = |stream: &str| {
        // Pieces, so that lines are kept until their end comes.
        for chunk in stream.as_bytes().chunks(4096) {
            decoder.push(chunk, 0, &mut |_| events += 1);
        }
    };
    streams[..2].iter().for_each(|stream| decode(stream));
    let region = Region::new(ALLOCATOR);
    streams[2..].iter().for_each(|stream| decode(stream));
    let change = region.change();
    assert_eq!((change.allocations, change.reallocations, change.deallocations), (0, 0, 0));
    assert_eq!(events, 10 * 5 + 1, "an error that comes again is counted, not reported");
}
