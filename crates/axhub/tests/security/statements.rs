//! SQL is constant, and values are its parameters.
//!
//! The types see to it: every way into the database through a session takes a `&'static str`. What a type cannot forbid is a
//! text that is made while running and leaked, or a statement put together for the driver itself. So the sources are read:
//! only the translation of constant statements leaks, and each place that puts a statement together stands here, with the
//! reason why nothing that a client sends can be in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Places of the store that put SQL together, and of what.
const MADE: &[(&str, &str)] = &[
    ("engine/dialect.rs", "translates constant statements, each once"),
    ("engine/migrate.rs", "migrations, which are files of the program"),
    ("engine/postgres.rs", "the channel of NOTIFY, which is a constant; its message has only letters, digits and `*`"),
    ("engine/pool.rs", "settings of connections, which are constants and numbers"),
    ("engine/listen.rs", "the channel of LISTEN, which is a constant"),
    ("transfer/file.rs", "settings of a file, which are constants"),
    ("transfer/plan.rs", "names of tables and columns, which the migrations gave, in quotes"),
    ("transfer/postgres.rs", "the same"),
    ("transfer/sqlite.rs", "the same"),
];

/// Words that statements begin with, each followed by a space.
const VERBS: [&str; 20] = [
    "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "BEGIN", "COMMIT", "SET", "COPY", "CREATE", "ALTER", "DROP", "NOTIFY", "LISTEN",
    "PRAGMA", "TRUNCATE", "VACUUM", "LOCK", "ATTACH", "ANALYZE",
];

/// What makes a text while running. `concat!` does it while compiling.
const MAKERS: [&str; 5] = ["format!(", "push_str(", "write!(", "writeln!(", "format_args!("];

fn sources(of: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(of).join("src");
    let mut found = Vec::new();
    let mut directories = vec![root];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found
}

/// The text of a file without its tests, which may ask what they like.
fn program(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source");
    text.split("\nmod tests").next().unwrap_or_default().to_owned()
}

/// Whether something in these lines makes a text that looks like a statement.
fn makes_sql(text: &str) -> Option<String> {
    let looks_like_sql = |text: &str| {
        let literals = text.split('"').skip(1).step_by(2);
        literals
            .map(str::trim_start)
            .any(|literal| VERBS.iter().any(|verb| literal.strip_prefix(verb).is_some_and(|rest| rest.starts_with(' '))))
    };
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    // A call's text often stands on the next line.
    let windows = lines.windows(2).map(|two| two.join("\n")).chain(lines.last().map(|last| (*last).to_owned()));
    windows.into_iter().find(|two| {
        let first = two.lines().next().unwrap_or_default();
        MAKERS.iter().any(|maker| first.find(maker).is_some_and(|at| looks_like_sql(&two[at..])))
    })
}

#[test]
fn no_statement_is_put_together_while_running() {
    let mut unused: BTreeSet<&str> = MADE.iter().map(|(file, _)| *file).collect();
    let mut wrong = Vec::new();
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/src");
    for path in sources("store") {
        let name = path.strip_prefix(&store).expect("below it").to_string_lossy().replace('\\', "/");
        if let Some(place) = makes_sql(&program(&path)) {
            match MADE.iter().find(|(file, _)| *file == name) {
                Some((file, _)) => drop(unused.remove(file)),
                None => wrong.push(format!("{name}:\n{place}")),
            }
        }
    }
    assert!(wrong.is_empty(), "SQL is made while running. Use parameters, or say in MADE why not:\n{}", wrong.join("\n\n"));
    for file in ["engine/dialect.rs", "engine/migrate.rs"] {
        unused.remove(file);
    }
    assert!(unused.is_empty(), "these make no SQL any more: {unused:?}");
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
            let is_test = path.file_stem().is_some_and(|name| name.to_string_lossy().ends_with("_tests"));
            assert!(is_test || !program(path).contains("leak("), "{} leaks", path.display());
        }
    }
}

#[test]
fn ways_into_the_database_take_constants() {
    let session = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/src/engine/session.rs")).expect("a source");
    let ways: Vec<&str> = session.lines().filter(|line| line.trim_start().starts_with("pub async fn ")).collect();
    assert!(ways.len() >= 6, "{ways:?}");
    for way in ways {
        assert!(way.contains("sql: &'static str"), "takes a statement that was made while running: {way}");
    }
}

#[test]
fn a_made_statement_is_found() {
    assert!(makes_sql(r#"let sql = format!("SELECT * FROM orders WHERE code = '{code}'");"#).is_some());
    assert!(makes_sql("sql.push_str(\n    \"UPDATE orders \");").is_some());
    assert!(makes_sql(r#"let sql = "SELECT 1"; let text = format!("no sql: {x}");"#).is_none());
}
