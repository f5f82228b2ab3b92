//! What each kind of finding means, for people who meet it for the first time. Each theme has a file.
//!
//! Nothing of the analysis reads these texts: a program that does not call [`kind`] does not contain them.

mod config;
mod export;
mod functions;
mod host;
mod maps;
mod names;
mod probes;
mod syntax;
mod values;

use bt_catalog::Version;

/// A kind of finding.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The code of its findings.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub summary: &'static str,
    /// A few plain sentences: why bpftrace refuses it or why it is probably a mistake, and what to do.
    pub details: &'static str,
    /// A small script that has the finding; empty where no script has it by itself.
    pub example: &'static str,
    /// The release for which the example has it; `None` for the newest.
    pub target: Option<Version>,
    /// The same script put right, for the newest release and for that one.
    pub mended: Option<&'static str>,
}

impl Kind {
    const fn new(code: &'static str, summary: &'static str, details: &'static str) -> Kind {
        Kind { code, summary, details, example: "", target: None, mended: None }
    }

    /// The same with an example and what it should be.
    const fn shown(self, example: &'static str, mended: &'static str) -> Kind {
        Kind { example, mended: Some(mended), ..self }
    }

    /// The same with an example for the release 0.`minor`.
    const fn in_release(self, minor: u16) -> Kind {
        Kind { target: Some(Version::new(0, minor)), ..self }
    }
}

/// The kind of the findings with that code.
pub fn kind(code: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|known| known.code == code)
}

/// Every kind of finding, by theme.
pub static KINDS: &[Kind] = &joined();

const THEMES: [&[Kind]; 9] = [
    syntax::KINDS,
    names::KINDS,
    probes::KINDS,
    values::KINDS,
    functions::KINDS,
    maps::KINDS,
    export::KINDS,
    config::KINDS,
    host::KINDS,
];

const COUNT: usize = {
    let (mut count, mut theme) = (0, 0);
    while theme < THEMES.len() {
        count += THEMES[theme].len();
        theme += 1;
    }
    count
};

const fn joined() -> [Kind; COUNT] {
    let mut all = [THEMES[0][0]; COUNT];
    let (mut count, mut theme) = (0, 0);
    while theme < THEMES.len() {
        let mut row = 0;
        while row < THEMES[theme].len() {
            all[count] = THEMES[theme][row];
            (count, row) = (count + 1, row + 1);
        }
        theme += 1;
    }
    all
}
