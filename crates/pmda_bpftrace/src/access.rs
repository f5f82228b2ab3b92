//! Who may start and stop scripts: sections `[dynamic_scripts]` and, of PCP before 5.1, `[authentication]`.

/// The rules of access to `bpftrace.control`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    /// Whether scripts may be started over the network at all; autostart scripts always may.
    pub(crate) enabled: bool,
    /// Whether only [`Self::allowed_users`] may. Without it everybody who reaches pmcd runs scripts as root.
    pub(crate) auth_enabled: bool,
    /// Names of users.
    pub(crate) allowed_users: Vec<String>,
}

/// The defaults of PCP's PMDA: nobody may, and if somebody allows it then only for root.
impl Default for Access {
    fn default() -> Access {
        Access { enabled: false, auth_enabled: true, allowed_users: vec!["root".into()] }
    }
}

/// Why a command is not carried out. PCP has one error for all of them, so the text goes to the log and to the reply that
/// the client can fetch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Denied {
    /// For everybody.
    #[error("dynamic scripts are off: set `enabled = true` in [dynamic_scripts] to allow them")]
    Disabled,
    /// pmcd does not know who asks.
    #[error(
        "the client is not authenticated: it must connect over the local socket or with a user name and password"
    )]
    Anonymous,
    /// Somebody who is not in the list.
    #[error("user {0:?} is not one of `allowed_users` in [dynamic_scripts]")]
    User(String),
}

impl Access {
    /// Whether `user` may carry out a command; `None` is a client that pmcd does not know.
    pub(crate) fn check(&self, user: Option<&str>) -> Result<(), Denied> {
        if !self.enabled {
            return Err(Denied::Disabled);
        }
        if !self.auth_enabled {
            return Ok(());
        }
        match user {
            None => Err(Denied::Anonymous),
            Some(user) if self.allowed_users.iter().any(|allowed| allowed == user) => Ok(()),
            Some(user) => Err(Denied::User(user.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        let off = Access::default();
        let on = Access { enabled: true, ..Access::default() };
        let open = Access { auth_enabled: false, ..on.clone() };
        let nobody = Access { allowed_users: Vec::new(), ..on.clone() };
        let alice = || Err(Denied::User("alice".into()));
        let cases = [
            (&off, Some("root"), Err(Denied::Disabled)),
            (&on, Some("root"), Ok(())),
            (&on, Some("alice"), alice()),
            (&on, None, Err(Denied::Anonymous)),
            (&open, Some("alice"), Ok(())),
            (&open, None, Ok(())),
            (&nobody, Some("alice"), alice()),
            (&Access { auth_enabled: false, ..off.clone() }, Some("root"), Err(Denied::Disabled)),
        ];
        for (access, user, expected) in cases {
            assert_eq!(access.check(user), expected, "{access:?} {user:?}");
        }
    }
}
