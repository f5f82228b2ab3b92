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

/// Kinds of findings that are about the same.
#[derive(Clone, Copy, Debug)]
pub struct KindTheme {
    /// A title for them.
    pub title: &'static str,
    /// What they are about, in one line.
    pub about: &'static str,
    /// The kinds.
    pub kinds: &'static [Kind],
}

impl Kind {
    /// The release for which the example has the finding.
    pub fn example_target(&self) -> Version {
        self.target.unwrap_or(Version::NEWEST)
    }

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

/// The kinds by what they are about.
pub static KIND_THEMES: &[KindTheme] = &THEMES;

const THEMES: [KindTheme; 9] = [
    theme("Grammar", "The text is no script.", syntax::KINDS),
    theme(
        "Names",
        "A name is unknown, of another release, or used otherwise than it is defined.",
        names::KINDS,
    ),
    theme("Probes", "Where a script attaches, and what may stand in its probes.", probes::KINDS),
    theme("Values", "Types, arithmetic and conditions.", values::KINDS),
    theme("Functions", "Calls of functions, aggregations and macros.", functions::KINDS),
    theme("Maps", "Keys, values and declarations of maps.", maps::KINDS),
    theme("Export", "What becomes of the maps and the output of a script.", export::KINDS),
    theme("Config block", "What a script sets.", config::KINDS),
    theme("Host", "What only the host knows.", host::KINDS),
];

const fn theme(title: &'static str, about: &'static str, kinds: &'static [Kind]) -> KindTheme {
    KindTheme { title, about, kinds }
}

const COUNT: usize = {
    let (mut count, mut theme) = (0, 0);
    while theme < THEMES.len() {
        count += THEMES[theme].kinds.len();
        theme += 1;
    }
    count
};

const fn joined() -> [Kind; COUNT] {
    let mut all = [THEMES[0].kinds[0]; COUNT];
    let (mut count, mut theme) = (0, 0);
    while theme < THEMES.len() {
        let mut row = 0;
        while row < THEMES[theme].kinds.len() {
            all[count] = THEMES[theme].kinds[row];
            (count, row) = (count + 1, row + 1);
        }
        theme += 1;
    }
    all
}
