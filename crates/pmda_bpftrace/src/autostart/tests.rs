use std::os::unix::fs::{PermissionsExt, chown, symlink};

use super::*;
use crate::root_only::can_run;

const BOUND: usize = 100;

/// `None` where the test's files cannot belong to root.
fn folder() -> Option<tempfile::TempDir> {
    can_run("autostart").then(|| tempfile::tempdir().unwrap())
}

fn write(path: PathBuf, code: impl AsRef<[u8]>) {
    std::fs::write(path, code).unwrap();
}

fn names(scripts: &[AutostartScript]) -> Vec<(&str, &str)> {
    scripts.iter().map(|script| (script.name.as_str(), script.code.as_str())).collect()
}

#[test]
fn scripts_come_in_the_order_of_their_names_and_the_first_folder_wins() {
    let (Some(first), Some(second)) = (folder(), folder()) else { return };
    write(first.path().join("b.bt"), "1");
    write(first.path().join("a-b.bt"), "2");
    write(first.path().join("README"), "not a script");
    write(first.path().join(".hidden.bt"), "not a script");
    write(second.path().join("a.bt"), "3");
    write(second.path().join("b.bt"), "4");
    symlink(second.path().join("a.bt"), first.path().join("linked.bt")).unwrap();
    let folders = [first.path().into(), "/does/not/exist".into(), second.path().to_path_buf()];
    let (scripts, skipped) = read(&folders, BOUND);
    assert_eq!(names(&scripts), [("a_b", "2"), ("b", "1"), ("linked", "3"), ("a", "3")]);
    let skipped: Vec<_> = skipped.iter().map(ToString::to_string).collect();
    let second = second.path().join("b.bt");
    let first = first.path().join("b.bt");
    assert_eq!(
        skipped,
        [format!("{} is left out: {} is named b already", second.display(), first.display())]
    );
}

#[test]
fn what_others_can_write_is_left_out_and_the_rest_is_read() {
    let Some(folder) = folder() else { return };
    let path = |name: &str| folder.path().join(name);
    for name in ["good.bt", "others.bt", "owner.bt", "group.bt"] {
        write(path(name), "1");
    }
    let mode = |name, mode| std::fs::set_permissions(path(name), PermissionsExt::from_mode(mode)).unwrap();
    mode("others.bt", 0o646);
    mode("group.bt", 0o664);
    chown(path("group.bt"), None, Some(65534)).unwrap();
    chown(path("owner.bt"), Some(65534), None).unwrap();
    write(path("long.bt"), [b'x'; BOUND + 1]);
    write(path("raw.bt"), b"\xff");
    std::fs::create_dir(path("folder.bt")).unwrap();
    symlink(path("missing"), path("dangling.bt")).unwrap();
    let (scripts, skipped) = read(&[folder.path().into()], BOUND);
    assert_eq!(names(&scripts), [("good", "1")]);
    let reason = |path: &str| {
        let found = skipped.iter().map(ToString::to_string).find(|text| text.contains(path));
        found.unwrap_or_else(|| panic!("{path} is not reported"))
    };
    assert!(reason("others.bt").contains("by everybody"));
    assert!(reason("group.bt").contains("by group 65534"));
    assert!(reason("owner.bt").contains("belongs to user 65534"));
    assert!(reason("long.bt").contains("longer than the 100 bytes"));
    assert!(reason("raw.bt").contains("no UTF-8"));
    assert!(reason("folder.bt").contains("no regular file"));
    assert!(reason("dangling.bt").contains("No such file"));
    assert_eq!(skipped.len(), 7);
}

#[test]
fn nobody_waits_for_a_fifo() {
    let Some(folder) = folder() else { return };
    let path = folder.path().join("fifo.bt");
    rustix::fs::mknodat(CWD, &path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    let (scripts, skipped) = read(&[folder.path().into()], BOUND);
    assert!(scripts.is_empty() && matches!(skipped[..], [Skipped::NoFile { .. }]), "{skipped:?}");
}

#[test]
fn a_folder_that_others_can_write_is_left_out() {
    let Some(folder) = folder() else { return };
    write(folder.path().join("a.bt"), "1");
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o757)).unwrap();
    let (scripts, skipped) = read(&[folder.path().into()], BOUND);
    assert!(scripts.is_empty() && matches!(skipped[..], [Skipped::Untrusted { .. }]), "{skipped:?}");
}

#[test]
fn names_of_files_become_names_of_scripts() {
    for (stem, name) in
        [("runqlat", "runqlat"), ("runq-lat.v2", "runq_lat_v2"), ("2a", "s2a"), ("_x", "s_x"), ("é", "s_")]
    {
        assert_eq!(script_name(OsStr::new(stem)), name);
    }
    assert_eq!(script_name(OsStr::from_bytes(b"\xff")), "s_");
}
