//! Runs every target over the bytes that were kept of it in `fuzz/corpus`. What was found once stays mended, without
//! cargo-fuzz.
#![expect(clippy::unwrap_used, reason = "a test may fail by unwrapping, its helpers too")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use axhub_fuzzing::{Engine, Target, bodies, requests, targets, texts};
use rstest::rstest;

/// The most bytes that are kept in all: a repository is no place for more.
const MOST_BYTES: u64 = 1_000_000;

#[test]
fn texts_of_the_corpus_are_read() {
    replay(Engine::Sqlite, texts::TARGETS);
}

#[rstest]
#[case::channels("channel-")]
#[case::suppliers("supplier-")]
#[case::operators("operator-")]
fn bodies_of_the_corpus_are_answered(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine, #[case] whose: &str) {
    let of_them = bodies::TARGETS.iter().copied().filter(|target| target.name.starts_with(whose));
    replay(engine, &of_them.collect::<Vec<Target>>());
}

#[rstest]
fn requests_of_the_corpus_are_answered(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    replay(engine, requests::TARGETS);
}

#[test]
fn every_target_has_a_corpus_and_it_is_small() {
    let mut names: Vec<&str> = targets().iter().map(|target| target.name).collect();
    names.sort_unstable();
    let mut folders: Vec<String> = entries(&corpus()).iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    folders.sort_unstable();
    assert_eq!(folders, names);
    let files = || names.iter().flat_map(|name| entries(&corpus().join(name)));
    let bytes: u64 = files().map(|file| fs::metadata(file).unwrap().len()).sum();
    println!("{} targets, {} files, {bytes} bytes", names.len(), files().count());
    assert!(bytes <= MOST_BYTES, "{bytes} bytes");
}

fn replay(engine: Engine, targets: &[Target]) {
    assert!(!targets.is_empty());
    let mut never_accepted = Vec::new();
    for target in targets {
        let files = entries(&corpus().join(target.name));
        assert!(!files.is_empty(), "{} has no corpus", target.name);
        let mut accepting = BTreeSet::new();
        for file in files {
            let bytes = fs::read(&file).unwrap();
            // The name of the file comes before whatever the target says of it, and only when it fails.
            println!("{}", file.display());
            let answers = target.run(engine, &bytes);
            accepting.extend(answers.iter().filter(|(_, status)| *status < 300).map(|(address, _)| *address));
        }
        // Where nothing is accepted, the bytes say too little to find what goes wrong behind the reading.
        let addresses = target.addresses().iter().filter(|address| !accepting.contains(*address));
        never_accepted.extend(addresses.map(|address| (target.name, *address)));
    }
    assert!(never_accepted.is_empty(), "nothing is accepted at these addresses: {never_accepted:?}");
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort_unstable();
    entries
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus")
}
