//! `axhub serve` and `axhub migrate`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axhub_testkit::Engine;
use reqwest::StatusCode;
use rstest::rstest;

use crate::process::{Demo, empty, run};
use crate::shop::Shop;

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_empty_database_says_what_to_do(#[case] engine: Engine) {
    let database = empty(engine).await;
    let address = database.address_text();
    let refused = run(&["serve", "--listen", "127.0.0.1:0", "--database", &address]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.err.contains("run `axhub migrate` first"), "{}", refused.err);

    let migrated = run(&["migrate", "--database", &address]);
    assert!(migrated.status.success() && migrated.out.contains("applied"), "{}{}", migrated.out, migrated.err);
    let again = run(&["migrate", "--database", &address]);
    assert!(again.status.success() && again.out.contains("up to date"), "{}", again.out);
    let for_machines = run(&["migrate", "--json", "--database", &address]);
    assert_eq!(for_machines.out, "{\"applied\":0}\n", "{}", for_machines.err);
}

#[test]
fn a_mistyped_file_is_not_made() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("axhub.db");
    let said = run(&["serve", "--listen", "127.0.0.1:0", "--database", &format!("sqlite:{}", file.display())]);
    assert_eq!(said.status.code(), Some(1));
    assert!(said.err.contains("make it with `axhub migrate`") && !file.exists(), "{}", said.err);
}

#[test]
fn a_wrong_address_is_explained() {
    let usage = run(&["serve", "--database", "mysql://localhost"]);
    assert_eq!(usage.status.code(), Some(2));
    assert!(usage.err.contains("sqlite:FILE or postgres://"), "{}", usage.err);

    let nobody = run(&["migrate", "--database", "postgres://axhub:secret@127.0.0.1:1/axhub"]);
    assert_eq!(nobody.status.code(), Some(1));
    assert!(nobody.err.contains("cannot open the database postgres://axhub@127.0.0.1:1/axhub"), "{}", nobody.err);
    assert!(!nobody.err.contains("secret"), "a password must not be shown: {}", nobody.err);
}

#[test]
fn a_log_filter_that_makes_no_sense_is_refused() {
    for filter in ["x=y=z", "axhub=loud", "info,axhub_store=debug,=", "["] {
        let usage = run(&["migrate", "--log", filter]);
        assert_eq!(usage.status.code(), Some(2), "{filter}: {}", usage.err);
        assert!(usage.err.contains("--log <FILTER>") && usage.err.contains("axhub_store=debug"), "{filter}: {}", usage.err);
    }
    for filter in ["warn", "info,axhub_store=debug", "", "axhub_hub[run]=trace,off"] {
        let nobody = run(&["migrate", "--log", filter, "--database", "postgres://axhub@127.0.0.1:1/axhub"]);
        assert_eq!(nobody.status.code(), Some(1), "{filter}: {}", nobody.err);
    }
}

#[test]
fn help_names_every_command_and_the_exit_codes() {
    let help = run(&["--help"]);
    assert!(help.status.success());
    for word in ["serve", "demo", "migrate", "key", "Exit codes"] {
        assert!(help.out.contains(word), "{word} is missing:\n{}", help.out);
    }
}

/// Every order that was in flight when SIGTERM came has its answer, and the program says goodbye with 0.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_finishes_what_is_in_flight(#[case] engine: Engine) {
    let database = empty(engine).await;
    let demo = Demo::start(&database);
    let shop = Arc::new(Shop::open(&demo.base_url, demo.key("channels", 0), "instant").await);
    let placed = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..8)
        .map(|client| {
            let (shop, placed) = (Arc::clone(&shop), Arc::clone(&placed));
            tokio::spawn(async move {
                let mut answered = Vec::new();
                for n in 0.. {
                    let code = format!("T-{client}-{n}");
                    let row = &shop.rows()[(client * 7 + n) % shop.rows().len()];
                    // A refused connection is the end; an answer that breaks off would be a failure, and is found below.
                    let Some((status, _)) = shop.try_place(&shop.order(&code, row, 1)).await else { break };
                    assert!(status == StatusCode::CREATED || status == StatusCode::CONFLICT, "{status}");
                    if status == StatusCode::CREATED {
                        answered.push(code);
                        placed.fetch_add(1, Ordering::Relaxed);
                    }
                }
                answered
            })
        })
        .collect();
    while placed.load(Ordering::Relaxed) < 40 {
        tokio::task::yield_now().await;
    }
    demo.terminate();
    let mut answered = Vec::new();
    for client in clients {
        answered.extend(client.await.expect("the client ends"));
    }
    assert!(demo.wait().0.success());

    let again = Demo::start(&database);
    let shop = Shop::open(&again.base_url, again.key("channels", 0), "instant").await;
    let orders = crate::crash::orders_by_code(&shop).await;
    for code in &answered {
        assert!(orders.contains_key(code), "{code} was answered and is lost");
    }
}
