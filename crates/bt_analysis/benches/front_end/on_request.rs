//! A round for each line of stdin, answered by the nanoseconds that it took: whoever asks can alternate with rounds of
//! its own.

use std::hint::black_box;
use std::io::{BufRead, stdin};

use bt_analysis::report_json;
use bt_catalog::Version;

use crate::{repetitions, round};

pub(crate) fn serve(scripts: &[String]) {
    let repetitions = repetitions(scripts.iter().map(String::len).sum());
    for _ in stdin().lock().lines().map_while(Result::ok) {
        let time = round(scripts, repetitions, &mut |script| {
            drop(black_box(report_json("a.bt", script, Version::NEWEST)));
        });
        println!("{}", time.as_nanos());
    }
}
