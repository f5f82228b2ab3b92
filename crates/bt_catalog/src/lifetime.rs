//! When a name of the language came and went.

use crate::Version;

/// The releases that know a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// First release with it; [`Version::OLDEST`] for what was always there.
    pub since: Version,
    /// First release without it.
    pub removed: Option<Version>,
}

impl Lifetime {
    /// Always there.
    pub const ALWAYS: Lifetime = Lifetime { since: Version::OLDEST, removed: None };

    /// There from the release 0.`minor` on.
    pub const fn since(minor: u16) -> Lifetime {
        Lifetime { since: Version::new(0, minor), removed: None }
    }

    /// There from the release 0.`minor`.`patch` on.
    pub const fn since_patch(minor: u16, patch: u16) -> Lifetime {
        Lifetime { since: Version { major: 0, minor, patch }, removed: None }
    }

    /// The same, gone from the release 0.`minor` on.
    #[must_use]
    pub const fn until(self, minor: u16) -> Lifetime {
        Lifetime { since: self.since, removed: Some(Version::new(0, minor)) }
    }

    /// How `version` stands to it.
    pub fn at(self, version: Version) -> Presence {
        match self.removed {
            _ if version < self.since => Presence::NotYet(self.since),
            Some(removed) if version >= removed => Presence::Removed(removed),
            _ => Presence::Known,
        }
    }
}

/// Whether a release knows a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It does.
    Known,
    /// It came only with this release.
    NotYet(Version),
    /// It went with this release.
    Removed(Version),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_and_goes() {
        let sarg = Lifetime::since(10).until(25);
        assert_eq!(sarg.at(Version::OLDEST), Presence::NotYet(Version::new(0, 10)));
        assert_eq!(sarg.at(Version::new(0, 24)), Presence::Known);
        assert_eq!(sarg.at(Version::new(0, 25)), Presence::Removed(Version::new(0, 25)));
        assert_eq!(Lifetime::ALWAYS.at(Version::OLDEST), Presence::Known);
    }
}
