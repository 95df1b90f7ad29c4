//! SQL is constant, and values are its parameters.
//!
//! The types see to it: every way into the database through a session takes a `&'static str`. What a type cannot forbid is a
//! text that is made while running and leaked, or a statement put together for the driver itself. So the sources are read:
//! only the translation of constant statements leaks, each place that puts a statement together is counted here, with the
//! reason why nothing that a client sends can be in it, and so is each place that calls a driver.

mod reading;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use self::reading::{calls_of_drivers, makes_sql, program};

/// Files of the store that put SQL together, how often, and of what.
const MADE: &[(&str, usize, &str)] = &[
    ("engine/dialect.rs", 2, "translates constant statements, each once"),
    ("engine/listen.rs", 1, "the channel of LISTEN, which is a constant"),
    ("engine/pool.rs", 1, "settings of connections, which are constants and numbers"),
    ("engine/postgres.rs", 2, "the channel of NOTIFY, which is a constant; its message has only letters, digits, `*` and a space"),
    ("transfer/file.rs", 1, "settings of a file, which are constants"),
    ("transfer/plan.rs", 4, "names of tables, which the migrations gave, in quotes; one is a sentence for people"),
    ("transfer/postgres.rs", 10, "names of tables, columns and sequences, which the migrations gave, in quotes; and numbers"),
    ("transfer/sqlite.rs", 10, "the same; and the indexes of the file's own schema"),
];

/// Files of the store that call a driver, how often, and with what.
const DRIVEN: &[(&str, usize, &str)] = &[
    ("engine/checkpoint.rs", 1, "a constant"),
    ("engine/link.rs", 7, "what sessions are asked; begin, end, and nothing"),
    ("engine/listen.rs", 1, "LISTEN, and whether the server is there"),
    ("engine/migrate.rs", 2, "the lock of migrations"),
    ("engine/pool.rs", 2, "settings of connections"),
    ("engine/postgres.rs", 1, "whether the server knows LISTEN"),
    ("engine/session.rs", 2, "what sessions are asked"),
    ("engine/sqlite.rs", 8, "settings of connections; begin and end"),
    ("engine/watch.rs", 2, "a constant"),
    ("schema.rs", 2, "a constant"),
    ("transfer/file.rs", 3, "settings of a file; whether a table has rows"),
    ("transfer/plan.rs", 8, "constants, and what MADE names"),
    ("transfer/postgres.rs", 14, "constants, and what MADE names"),
    ("transfer/sqlite.rs", 23, "constants, and what MADE names"),
];

/// Functions of the store that take a statement which need not be a constant, by file, and why.
const TAKEN: &[(&str, usize, &str)] = &[
    ("engine/dialect.rs", 8, "the translation, which begins with a constant"),
    ("engine/link.rs", 1, "the end of a transaction, with what it tells"),
    ("engine/listen.rs", 1, "LISTEN with its channel"),
    ("engine/postgres.rs", 1, "the end of a transaction, with what it tells"),
    ("schema.rs", 1, "what the schema of a file says; it is compared"),
    ("transfer/postgres.rs", 1, "what MADE names"),
];

fn sources(of: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(of).join("src");
    let mut found = Vec::new();
    let mut directories = vec![root];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display())) {
            let path = entry.expect("an entry").path();
            let is_test = path.file_stem().is_some_and(|name| name.to_string_lossy().ends_with("_tests"));
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test {
                found.push(path);
            }
        }
    }
    found
}

/// What `find` finds in each file of the store, where it finds anything.
fn found_in_store(find: impl Fn(&str) -> Vec<String>) -> BTreeMap<String, Vec<String>> {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/src");
    let mut found = BTreeMap::new();
    for path in sources("store") {
        let name = path.strip_prefix(&store).expect("below it").to_string_lossy().replace('\\', "/");
        let places = find(&program(&path));
        if !places.is_empty() {
            found.insert(name, places);
        }
    }
    found
}

/// Fails unless each file has as many places as were looked at.
#[track_caller]
fn assert_known(found: &BTreeMap<String, Vec<String>>, known: &[(&str, usize, &str)], advice: &str) {
    let mut wrong = Vec::new();
    for (file, places) in found {
        let expected = known.iter().find(|(name, ..)| name == file).map_or(0, |(_, count, _)| *count);
        if places.len() != expected {
            wrong.push(format!("{file} has {}, not {expected}:\n    {}", places.len(), places.join("\n    ")));
        }
    }
    let gone = known.iter().filter(|(file, ..)| !found.contains_key(*file));
    wrong.extend(gone.map(|(file, ..)| format!("{file} has none any more")));
    assert!(wrong.is_empty(), "{advice}:\n{}", wrong.join("\n"));
}

#[test]
fn no_statement_is_put_together_while_running() {
    assert_known(&found_in_store(makes_sql), MADE, "SQL is made while running. Use parameters, or say in MADE why not");
}

/// A driver takes any text: who calls it has looked at where the text comes from.
#[test]
fn calls_of_drivers_are_known() {
    assert_known(&found_in_store(calls_of_drivers), DRIVEN, "a driver is called elsewhere. Go through a session, or say in DRIVEN why not");
}

/// A way into the database takes a constant, so that the compiler looks at it.
#[test]
fn ways_into_the_database_take_constants() {
    let takes_any = |text: &str| {
        let lines = text.lines().filter(|line| ["sql: &str", "sql: String", "sql: &String"].iter().any(|any| line.contains(any)));
        lines.map(|line| line.trim().to_owned()).collect()
    };
    assert_known(
        &found_in_store(takes_any),
        TAKEN,
        "a statement that need not be a constant. Take `&'static str`, or say in TAKEN why not",
    );
    let ways = found_in_store(|text| {
        text.lines().filter(|line| line.contains("fn ") && line.contains("sql: &'static str")).map(str::to_owned).collect()
    });
    for (file, least) in [("engine/session.rs", 8), ("engine/link.rs", 3)] {
        assert!(ways.get(file).is_some_and(|ways| ways.len() >= least), "{file}: {:?}", ways.get(file));
    }
    // And nothing asks a session by another name.
    let session = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/src/engine/session.rs")).expect("a source");
    for way in session.lines().filter(|line| line.trim_start().starts_with("pub") && line.contains(" fn ")) {
        assert!(!way.contains("&str") && !way.contains("String"), "takes a text that was made while running: {way}");
    }
}

/// Nobody but the store speaks SQL, so nobody else can put it together.
#[test]
fn only_the_store_reaches_the_drivers() {
    for of in ["domain", "hub", "web", "channel-api", "supplier-api", "operator-api", "axhub"] {
        let manifest =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(of).join("Cargo.toml")).expect("a manifest");
        let before_tests = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        for driver in ["rusqlite", "postgres", "refinery"] {
            assert!(!before_tests.contains(driver), "{of} depends on {driver}");
        }
    }
}

/// A text that was made while running becomes a constant only where it is leaked.
#[test]
fn only_the_translation_makes_constants() {
    for of in ["domain", "store", "hub", "web", "channel-api", "supplier-api", "operator-api", "axhub"] {
        for path in sources(of).iter().filter(|path| !path.ends_with("engine/dialect.rs")) {
            assert!(!program(path).contains("leak("), "{} leaks", path.display());
        }
    }
}
