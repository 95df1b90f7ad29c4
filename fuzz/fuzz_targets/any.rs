//! Any one of the targets: `AXHUB_FUZZ_TARGET` says which, and `AXHUB_FUZZ_ENGINE` whether the database is `postgres` rather than
//! `sqlite`. See `scripts/fuzz`.

#![no_main]

use std::sync::LazyLock;

use axhub_fuzzing::{Engine, Target, targets};
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("AXHUB_FUZZ_TARGET").unwrap_or_default();
    let found = targets().into_iter().find(|target| target.name == name);
    found.unwrap_or_else(|| {
        let names: Vec<&str> = targets().iter().map(|target| target.name).collect();
        panic!("AXHUB_FUZZ_TARGET must be one of {}", names.join(", "))
    })
});

static ENGINE: LazyLock<Engine> = LazyLock::new(|| match std::env::var("AXHUB_FUZZ_ENGINE").as_deref() {
    Err(_) | Ok("sqlite") => Engine::Sqlite,
    Ok("postgres") => Engine::Postgres,
    Ok(other) => panic!("AXHUB_FUZZ_ENGINE must be sqlite or postgres, not {other}"),
});

fuzz_target!(|bytes: &[u8]| {
    TARGET.run(*ENGINE, bytes);
});
