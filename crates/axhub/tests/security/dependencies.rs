//! What we depend on, held against deny.toml with every run of the tests; `scripts/audit` does more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use spdx::{Expression, ParseMode};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A crate that is built here, for the program or for its tests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    licence: String,
    is_ours: bool,
}

fn packages() -> BTreeSet<Package> {
    let mut tree = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    tree.args(["tree", "--workspace", "--locked", "--offline", "--edges", "all", "--prefix", "none", "--format", "{p}|{l}|"]);
    let output = tree.current_dir(root()).output().expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("cargo speaks UTF-8");
    text.lines().filter(|line| line.contains('|')).map(package).collect()
}

/// Of `base64 v0.22.1|MIT OR Apache-2.0|`, and of `axhub v0.1.0 (/src/crates/axhub)|…| (*)`.
fn package(line: &str) -> Package {
    let mut parts = line.split('|');
    let (what, licence) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let mut words = what.split(' ');
    let (name, version) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let is_ours = words.any(|word| word.starts_with("(/"));
    Package { name: name.to_owned(), version: version.trim_start_matches('v').to_owned(), licence: licence.to_owned(), is_ours }
}

/// The quoted texts of a list in deny.toml; of tables, those behind `key = `.
fn list(name: &str, key: Option<&str>) -> Vec<String> {
    let text = fs::read_to_string(root().join("deny.toml")).expect("deny.toml is there");
    let begin = text.find(&format!("\n{name} = [")).unwrap_or_else(|| panic!("deny.toml has no {name}"));
    let list = text[begin..].split("\n]").next().unwrap_or_default();
    let lines = list.lines().skip(2).filter(|line| !line.trim_start().starts_with('#'));
    let values = lines.filter_map(|line| match key {
        Some(key) => line.split(&format!("{key} = \"")).nth(1),
        None => line.split('"').nth(1).map(|_| line.trim_start().trim_start_matches('"')),
    });
    values.filter_map(|value| value.split('"').next().map(str::to_owned)).collect()
}

#[test]
fn every_licence_is_one_that_we_may_use() {
    let allowed = list("allow", None);
    assert!(allowed.contains(&"MIT".to_owned()), "{allowed:?}");
    let packages = packages();
    assert!(packages.len() > 150, "{}", packages.len());
    for package in packages {
        let expression = Expression::parse_mode(&package.licence, ParseMode::LAX);
        let expression = expression.unwrap_or_else(|error| panic!("{}: {error}", package.name));
        let is_met = expression.evaluate(|wanted| {
            wanted.addition.is_none() && wanted.license.id().is_some_and(|id| allowed.iter().any(|allowed| allowed == id.name))
        });
        assert!(is_met, "{} {} is under {}, which deny.toml does not allow", package.name, package.version, package.licence);
    }
}

#[test]
fn everything_comes_from_crates_io() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("there is a lock file");
    let sources: BTreeSet<&str> = lock.lines().filter_map(|line| line.strip_prefix("source = ")).collect();
    assert_eq!(sources, BTreeSet::from(["\"registry+https://github.com/rust-lang/crates.io-index\""]));
    let checksums = lock.lines().filter(|line| line.starts_with("checksum = ")).count();
    assert_eq!(checksums, lock.lines().filter(|line| line.starts_with("source = ")).count(), "each with a checksum");
}

#[test]
fn a_crate_that_comes_twice_has_a_reason() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages().into_iter().filter(|package| !package.is_ours) {
        versions.entry(package.name).or_default().insert(package.version);
    }
    let known = list("skip", Some("crate"));
    let mut unused: BTreeSet<&String> = known.iter().collect();
    let mut wrong = Vec::new();
    for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
        let mut without_reason = versions.len();
        for version in versions {
            let of = |known: &&String| known.split_once('@').is_some_and(|(of, begin)| of == name && is_of(version, begin));
            if let Some(skipped) = known.iter().find(of) {
                unused.remove(skipped);
                without_reason -= 1;
            }
        }
        if without_reason > 1 {
            wrong.push(format!("{name} {versions:?}"));
        }
    }
    assert!(wrong.is_empty(), "these come twice: {wrong:?}. Make them one, or say in deny.toml who keeps the older one");
    assert!(unused.is_empty(), "these come only once now, so deny.toml need not skip them: {unused:?}");
}

/// Whether `0.22.1` is a version of `0.22`.
fn is_of(version: &str, begin: &str) -> bool {
    version.strip_prefix(begin).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
