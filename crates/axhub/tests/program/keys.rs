//! `axhub key`: other processes' keys work at once, and stop working within a second.

use std::time::{Duration, Instant};

use axhub_testkit::Engine;
use reqwest::{Client, StatusCode};
use rstest::rstest;
use serde_json::Value;

use crate::process::{Demo, empty, run};

async fn status_of(demo: &Demo, key: &str) -> StatusCode {
    let request = Client::new().get(format!("{}/v1/channel/products/tour", demo.base_url)).header("Authorization", format!("Token {key}"));
    request.send().await.expect("an answer").status()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_key_lives_from_create_to_revoke(#[case] engine: Engine) {
    let database = empty(engine).await;
    let address = database.address_text();
    let demo = Demo::start(&database);
    let channel = demo.ready["channels"][0]["code"].as_str().expect("a code");

    let created = run(&["key", "create", "--channel", channel, "--database", &address]);
    assert!(created.status.success(), "{}", created.err);
    let key = created.out.trim();
    assert_eq!(status_of(&demo, key).await, StatusCode::OK);

    let listed = run(&["key", "list", "--json", "--database", &address]);
    let listed_keys: Value = serde_json::from_str(&listed.out).expect("JSON");
    let keys = &listed_keys["keys"];
    let prefix = keys[0]["prefix"].as_str().expect("a prefix");
    assert!(key.starts_with(prefix) && keys[0]["owner"] == channel && keys[0]["state"] == "valid", "{}", keys[0]);
    assert!(!listed.out.contains(key), "a secret is shown once");

    let revoked = run(&["key", "revoke", prefix, "--database", &address]);
    assert!(revoked.status.success(), "{}", revoked.err);
    let since = Instant::now();
    while status_of(&demo, key).await != StatusCode::FORBIDDEN {
        assert!(since.elapsed() < Duration::from_secs(1), "the key still works a second after its end");
    }
    let twice = run(&["key", "revoke", prefix, "--database", &address]);
    assert_eq!((twice.status.code(), twice.out), (Some(0), revoked.out), "{}", twice.err);
    let unknown = run(&["key", "revoke", "axh_c_nobody", "--database", &address]);
    assert_eq!((unknown.status.code(), unknown.err.as_str()), (Some(1), "axhub: there is no such key\n"));
}

#[tokio::test]
async fn a_key_is_for_somebody_who_exists() {
    let database = axhub_testkit::TestDatabase::new(Engine::Sqlite).await;
    let address = database.address_text();
    let nobody = run(&["key", "create", "--supplier", "nobody", "--database", &address]);
    assert_eq!(nobody.status.code(), Some(1));
    assert_eq!(nobody.err, "axhub: owner: there is no supplier nobody\n");
    let for_whom = run(&["key", "create", "--database", &address]);
    assert_eq!(for_whom.status.code(), Some(2));
    let operator = run(&["key", "create", "--operator", "mina", "--expires-in-days", "30", "--json", "--database", &address]);
    let key: Value = serde_json::from_str(&operator.out).expect("JSON");
    assert!(key["api_key"].as_str().is_some_and(|key| key.starts_with("axh_o_")) && key["key"]["expires_at"].is_string(), "{key}");
}
