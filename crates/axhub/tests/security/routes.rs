//! Nothing is served beside the description.
//!
//! The matrix, the fuzz targets and the generated requests read the description, so an address that stands in it nowhere
//! would be looked at by none of them. `routes!` puts an address into both; so the sources are read for what adds one to the
//! router alone. And every address is tried with every method, by a stranger.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use axhub_testkit::{App, Engine};
use axum::http::Method;

/// What adds an address, or an answer to any, to a router alone.
const ADDS: [&str; 10] = [
    ".route(",
    ".route_service(",
    ".nest(",
    ".nest_service(",
    ".fallback(",
    ".fallback_service(",
    ".method_not_allowed_fallback(",
    ".merge(",
    "Router::merge",
    "SwaggerUi::new(",
];

/// Where that is done, how often, and why.
const KNOWN: &[(&str, usize, &str)] =
    &[("axhub/src/app.rs", 5, "puts together what the adapters describe, and adds the page of the description, `/` and `/metrics`")];

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn nothing_is_added_to_the_router_alone() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for of in ["axhub", "channel-api", "supplier-api", "operator-api", "web"] {
        let mut files = Vec::new();
        sources(&crates.join(of).join("src"), &mut files);
        for path in files {
            let name = path.strip_prefix(&crates).expect("below it").to_string_lossy().replace('\\', "/");
            // Tests of a crate make routers of their own.
            if name.contains("_tests") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("a source");
            let program = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
            let lines = program.lines().filter(|line| !line.trim_start().starts_with("//"));
            let count: usize = lines.map(|line| ADDS.iter().map(|adds| line.matches(adds).count()).sum::<usize>()).sum();
            if count > 0 {
                found.insert(name, count);
            }
        }
    }
    let known = KNOWN.iter().map(|(file, count, _)| ((*file).to_owned(), *count)).collect();
    assert_eq!(found, known, "an address beside the description? Use `routes!`, or say in KNOWN why not");
}

/// A method that an address does not have is 405, and one that it has 403, whatever it is called and however wrong the address.
#[tokio::test]
async fn a_stranger_gets_nothing_by_any_method() {
    let app = App::start(Engine::Sqlite).await;
    let stranger = app.anonymous();
    let description = serde_json::to_value(axhub::app::description()).expect("the description is JSON");
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"];
    let mut wrong = Vec::new();
    for (path, item) in description["paths"].as_object().expect("paths") {
        if !path.starts_with("/v1/") {
            continue;
        }
        let parts = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
        let address = parts.collect::<Vec<_>>().join("/");
        for name in methods {
            let method: Method = name.parse().expect("a method");
            // What is read can be asked for without its body, too.
            let described = if method == Method::HEAD { "get".to_owned() } else { name.to_lowercase() };
            let is_there = name != "get" && item.get(&described).is_some();
            let status = stranger.send(method, &address, None).await.status;
            // CONNECT asks for another machine, and is told that there is none.
            let expected = match name {
                "CONNECT" => 404,
                _ if is_there => 403,
                _ => 405,
            };
            if status != expected {
                wrong.push(format!("{name} {address}: {status}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
