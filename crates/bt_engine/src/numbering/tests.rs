//! Journals over several lives, and damaged ones.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

fn open(folder: &Path) -> Numberings {
    let mut numberings = Numberings::default();
    numberings.follow(Some(folder));
    numberings
}

fn begin(numberings: &mut Numberings, name: &str, slot: u32) -> (Numbering, Journal) {
    let (numbering, journal) = numberings.begin(name, slot, |_| false);
    (numbering, journal.expect("the folder can be written"))
}

const BUCKET: Bucket = Bucket { low: None, high: Some(-1) };

#[test]
fn what_was_appended_is_there_in_the_next_life() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b");
    let mut first = open(&path);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(first.slot("x"), None);
    let (numbering, mut journal) = begin(&mut first, "x", 7);
    assert_eq!((numbering, journal.is_due(0)), (Numbering::default(), true));
    journal.rewrite(vec![Line::position("@h", 0)]).unwrap();
    assert!(!journal.is_due(1));
    journal
        .append(&[Line::instance("@h", "a\n\"b\u{1}é", Some(BUCKET), 0), Line::position("@n", 1)])
        .unwrap();
    journal.append(&[Line::instance("@h", "c", None, 0)]).unwrap();

    let mut second = open(&path);
    assert_eq!((second.slot("x"), second.is_reserved(7), second.is_reserved(8)), (Some(7), true, false));
    let (numbering, journal) = begin(&mut second, "x", 7);
    assert!(!journal.is_due(3));
    assert_eq!(numbering.positions, [("@h".to_string(), 0), ("@n".to_string(), 1)].into());
    assert_eq!(numbering.instances["@h"], [(0, ("c".to_string(), None))].into(), "the later line holds");
}

#[test]
fn damage_costs_lines_and_is_mended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.ndjson");
    let good = "{\"slot\":3}\n{\"variable\":\"@a\",\"position\":0}\n";
    for damage in [
        "{\"map\":\"@a\",\"key\":\"to",
        "\n",
        "{\"variable\":\"@b\"}\n",
        "\u{0}\u{0}\u{0}\n",
        "{\"slot\":-1}\n",
    ] {
        fs::write(&path, format!("{good}{damage}")).unwrap();
        let mut numberings = open(folder.path());
        assert_eq!(numberings.slot("x"), Some(3), "{damage:?}");
        let (numbering, mut journal) = begin(&mut numberings, "x", 3);
        assert_eq!(numbering.positions, [("@a".to_string(), 0)].into(), "{damage:?}");
        assert!(journal.is_due(1), "{damage:?}");
        journal.rewrite(vec![Line::position("@a", 0)]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), good);
    }
    fs::write(&path, "rubbish\n").unwrap();
    let mut numberings = open(folder.path());
    assert_eq!(numberings.slot("x"), None);
    assert_eq!(begin(&mut numberings, "x", 4).0, Numbering::default());
}

#[test]
fn what_is_no_journal_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["x.txt", "2x.ndjson", "y", "x.y.ndjson", "z.ndjson"] {
        fs::write(folder.path().join(name), "{\"slot\":3996}\n").unwrap();
    }
    fs::create_dir(folder.path().join("d.ndjson")).unwrap();
    let numberings = open(folder.path());
    assert!(numberings.names.is_empty() && numberings.reserved.is_empty());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 6);
}

#[test]
fn of_too_many_names_the_oldest_goes() {
    let folder = tempfile::tempdir().unwrap();
    let mut numberings = open(folder.path());
    for number in 0..MAX_NAMES as u32 {
        begin(&mut numberings, &format!("n{number}"), number).1.rewrite(Vec::new()).unwrap();
    }
    let is_used = |name: &str| name == "n0";
    assert!(numberings.begin("another", 2000, is_used).1.is_some());
    assert_eq!(
        (numberings.slot("n0"), numberings.slot("n1"), numberings.slot("another")),
        (Some(0), None, Some(2000))
    );
    assert!(!numberings.is_reserved(1) && numberings.is_reserved(2000));
    assert!(!folder.path().join("n1.ndjson").exists());
}

#[test]
fn a_name_that_moves_frees_its_slot() {
    let folder = tempfile::tempdir().unwrap();
    let mut numberings = open(folder.path());
    begin(&mut numberings, "x", 3).1.rewrite(Vec::new()).unwrap();
    let (_, journal) = begin(&mut numberings, "x", 4);
    assert!(journal.is_due(1), "its first line is wrong");
    assert!(!numberings.is_reserved(3) && numberings.is_reserved(4));
}

#[test]
fn without_a_folder_nothing_is_kept() {
    let mut numberings = Numberings::default();
    numberings.follow(None);
    assert!(numberings.begin("x", 3, |_| false).1.is_none());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    numberings.follow(Some(&file.join("below")));
    assert!(numberings.begin("x", 3, |_| false).1.is_none(), "warned, and goes on");
    assert!(open(folder.path()).begin(&"x".repeat(201), 3, |_| false).1.is_none());
}

/// A file that is not to be written to, and its text.
fn victim(folder: &Path) -> (PathBuf, &'static str) {
    let path = folder.join("victim");
    fs::write(&path, "root:x:0:0\n").unwrap();
    (path, "root:x:0:0\n")
}

#[test]
fn a_link_is_not_followed() {
    type Link = fn(&Path, &Path) -> io::Result<()>;
    let links: [(&str, Link); 2] =
        [("symbolic", |from, to| symlink(from, to)), ("hard", |from, to| fs::hard_link(from, to))];
    for (kind, link) in links {
        let outside = tempfile::tempdir().unwrap();
        let (victim, text) = victim(outside.path());
        let folder = tempfile::tempdir().unwrap();
        link(&victim, &folder.path().join("x.ndjson")).unwrap();
        let mut numberings = open(folder.path());
        assert_eq!(numberings.slot("x"), None, "{kind}");
        assert!(numberings.begin("x", 3, |_| false).1.is_none(), "{kind}");
        // Where the new journal is written, a link is replaced.
        let (_, mut journal) = begin(&mut numberings, "y", 4);
        link(&victim, &folder.path().join("y.new")).unwrap();
        journal.rewrite(Vec::new()).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("y.ndjson")).unwrap(), "{\"slot\":4}\n", "{kind}");
        // And so is one that comes later in the place of the journal.
        fs::remove_file(folder.path().join("y.ndjson")).unwrap();
        link(&victim, &folder.path().join("y.ndjson")).unwrap();
        journal.append(&[Line::position("@a", 0)]).unwrap();
        journal.rewrite(Vec::new()).unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), text, "{kind}");
        // A dangling link makes no file either.
        symlink(outside.path().join("made"), folder.path().join("z.ndjson")).unwrap();
        assert!(numberings.begin("z", 5, |_| false).1.is_none());
        assert!(!outside.path().join("made").exists());
    }
}

#[test]
fn what_is_no_file_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("x.ndjson");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    let mut numberings = open(folder.path());
    assert_eq!(numberings.slot("x"), None);
    assert!(numberings.begin("x", 3, |_| false).1.is_none());
}

#[test]
fn a_folder_that_is_swapped_is_not_followed() {
    let above = tempfile::tempdir().unwrap();
    let [path, moved, outside] = ["ours", "moved", "outside"].map(|name| above.path().join(name));
    let mut numberings = open(&path);
    let (_, mut journal) = begin(&mut numberings, "x", 3);
    fs::rename(&path, &moved).unwrap();
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("x.ndjson"), "not ours\n").unwrap();
    symlink(&outside, &path).unwrap();
    journal.rewrite(Vec::new()).unwrap();
    journal.append(&[Line::position("@a", 0)]).unwrap();
    begin(&mut numberings, "y", 4).1.rewrite(Vec::new()).unwrap();
    assert_eq!(fs::read_to_string(outside.join("x.ndjson")).unwrap(), "not ours\n");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
    assert_eq!(
        fs::read_to_string(moved.join("x.ndjson")).unwrap(),
        "{\"slot\":3}\n{\"variable\":\"@a\",\"position\":0}\n"
    );
    // Nor by one who starts now.
    assert!(open(&path).begin("x", 3, |_| false).1.is_none());
}

#[test]
fn a_folder_of_others_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    for mode in [0o770, 0o702] {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
        assert!(open(folder.path()).begin("x", 3, |_| false).1.is_none(), "{mode:o}");
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(open(folder.path()).begin("x", 3, |_| false).1.is_some());
}

#[test]
fn all_journals_together_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    // A file without blocks behind its first line: nothing reads so much.
    let write = |name: u32, used_at: u64| {
        let path = folder.path().join(format!("n{name}.ndjson"));
        fs::write(&path, format!("{{\"slot\":{name}}}\n")).unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        file.set_len(MAX_BYTES).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(used_at)).unwrap();
    };
    let fitting = (MAX_FOLDER_BYTES / MAX_BYTES) as u32;
    for name in 0..fitting + 2 {
        write(name, 1000 - u64::from(name));
    }
    fs::write(folder.path().join("n0.new"), "torn").unwrap();
    let mut numberings = open(folder.path());
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count() as u32,
        fitting,
        "the oldest two and the torn one"
    );
    assert!(numberings.slot("n0").is_some() && numberings.slot(&format!("n{fitting}")).is_none());
    // One more, and the oldest makes room; but not for one that runs.
    let oldest = format!("n{}", fitting - 1);
    let (_, mut journal) = numberings.begin("x", 2000, |name| name == oldest);
    journal.as_mut().unwrap().rewrite(Vec::new()).unwrap();
    assert_eq!(
        (numberings.slot(&oldest), numberings.slot(&format!("n{}", fitting - 2))),
        (Some(fitting - 1), None)
    );
    // Where all run, what is full grows no more.
    let full = numberings.folder.as_ref().unwrap();
    full.count("another", MAX_FOLDER_BYTES - full.bytes());
    assert!(journal.as_mut().unwrap().append(&[Line::position("@a", 0)]).is_err());
    full.count("another", 0);
    assert!(journal.unwrap().append(&[Line::position("@a", 0)]).is_ok());
}
