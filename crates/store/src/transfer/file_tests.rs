//! What happens between the beginning of a copy and its end.

use super::*;

fn begun(name: &Path) -> NewFile {
    let new = NewFile::create(name, false, Path::new("")).unwrap();
    fs::write(new.path(), "a copy").unwrap();
    new
}

#[test]
fn what_came_into_being_meanwhile_is_left_alone() {
    let place = tempfile::tempdir().unwrap();
    let name = place.path().join("b.db");
    let new = begun(&name);
    fs::write(&name, "somebody else's").unwrap();
    let refused = new.finish().unwrap_err().to_string();
    assert!(refused.contains("was not there before"), "{refused}");
    assert_eq!(fs::read_to_string(&name).unwrap(), "somebody else's");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1, "nothing of the copy is left");
}

#[test]
fn a_log_that_came_into_being_meanwhile_is_not_taken_for_the_new_files() {
    let place = tempfile::tempdir().unwrap();
    let name = place.path().join("b.db");
    let new = begun(&name);
    fs::write(place.path().join("b.db-wal"), "somebody else's").unwrap();
    let refused = new.finish().unwrap_err().to_string();
    assert!(refused.contains("is the log of another database"), "{refused}");
    assert!(!name.exists());
}

#[test]
fn a_new_file_has_one_name() {
    let place = tempfile::tempdir().unwrap();
    let name = place.path().join("b.db");
    assert_eq!(begun(&name).finish().unwrap(), 6);
    assert_eq!(fs::read_to_string(&name).unwrap(), "a copy");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let place = tempfile::tempdir().unwrap();
    let (name, other) = (place.path().join("b.db"), place.path().join("other"));
    fs::write(&other, "somebody else's").unwrap();
    std::os::unix::fs::symlink(&other, place.path().join("b.db.unfinished")).unwrap();
    let refused = NewFile::create(&name, false, Path::new("")).map(drop).unwrap_err().to_string();
    assert!(refused.contains("no ordinary file"), "{refused}");
    assert_eq!(fs::read_to_string(&other).unwrap(), "somebody else's");
}
