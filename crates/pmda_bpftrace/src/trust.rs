//! Whether a file says what root wants: it belongs to root, and nobody else can write to it.

use std::fmt;
use std::os::fd::AsFd;

use rustix::fs::{fgetxattr, fstat};
use rustix::io::Errno;

/// The users and groups that are trusted: root.
const ROOT: u32 = 0;
const GROUP_MAY_WRITE: u32 = 0o020;
const OTHERS_MAY_WRITE: u32 = 0o002;

/// Who else could have written it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Untrusted {
    /// Its owner, a user other than root.
    Owner(u32),
    /// The members of a group other than root's.
    Group(u32),
    /// Whoever its access control list names.
    AccessList,
    /// Everybody.
    Others,
}

impl fmt::Display for Untrusted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Untrusted::Owner(owner) => write!(formatter, "belongs to user {owner} instead of root"),
            Untrusted::Group(group) => write!(formatter, "can be written by group {group}"),
            Untrusted::AccessList => {
                formatter.write_str("can be written by others, by its access control list")
            }
            Untrusted::Others => formatter.write_str("can be written by everybody"),
        }
    }
}

/// Checks an open file or folder.
///
/// # Errors
/// The kernel does not say whose it is.
pub(crate) fn check(file: impl AsFd) -> Result<Result<(), Untrusted>, Errno> {
    let stat = fstat(&file)?;
    // With an access control list the group's bits are the most that the list grants anybody.
    let has_access_list = match fgetxattr(&file, c"system.posix_acl_access", &mut [0_u8; 0]) {
        Ok(size) => size > 0,
        Err(_) => false,
    };
    Ok(judge(stat.st_uid, stat.st_gid, stat.st_mode, has_access_list))
}

fn judge(owner: u32, group: u32, mode: u32, has_access_list: bool) -> Result<(), Untrusted> {
    let group_may_write = mode & GROUP_MAY_WRITE != 0;
    if owner != ROOT {
        // Without write permission, too: the owner can give it to himself.
        Err(Untrusted::Owner(owner))
    } else if mode & OTHERS_MAY_WRITE != 0 {
        Err(Untrusted::Others)
    } else if group_may_write && has_access_list {
        Err(Untrusted::AccessList)
    } else if group_may_write && group != ROOT {
        Err(Untrusted::Group(group))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_root_may_write() {
        let cases = [
            (0, 0, 0o644, false, Ok(())),
            (0, 7, 0o755, false, Ok(())),
            (0, 0, 0o664, false, Ok(())),
            (0, 0, 0o664, true, Err(Untrusted::AccessList)),
            (0, 7, 0o664, false, Err(Untrusted::Group(7))),
            (0, 0, 0o646, false, Err(Untrusted::Others)),
            (7, 0, 0o644, false, Err(Untrusted::Owner(7))),
            (7, 7, 0o444, false, Err(Untrusted::Owner(7))),
        ];
        for (owner, group, mode, has_access_list, expected) in cases {
            assert_eq!(judge(owner, group, mode, has_access_list), expected, "{owner}:{group} {mode:o}");
        }
    }
}
