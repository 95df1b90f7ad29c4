//! The kit keeps what it promises.

#![allow(clippy::unwrap_used, reason = "a test may fail by unwrapping")]

use std::sync::Arc;

use axhub_hub::{Hub, Settings, access, catalogue, directory};
use axhub_store::{Mode, Result};
use axhub_testkit::{App, Engine, OrderBuilder, TestClock, TestDatabase};
use rstest::rstest;

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_world_is_there_and_the_app_answers(#[case] engine: Engine) {
    let app = App::start(engine).await;
    assert_eq!(catalogue::count_products(app.hub()).await.unwrap(), 5);
    for key in [&app.world().channel("alpha").key, &app.world().supplier("hanok").key, &app.world().operator_key] {
        access::authenticate(app.hub(), key).await.unwrap();
    }
    app.assert_stock_is_sound().await;

    let reply = app.channel("alpha").get("/no/such/place").await;
    assert_eq!(reply.status, 404);
    assert!(reply.body["message"].is_string(), "{}", reply.text());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn another_server_sees_the_same_world_at_the_same_time(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let another = app.another().await;
    assert_ne!(app.base_url(), another.base_url());
    assert_eq!(catalogue::count_products(another.hub()).await.unwrap(), 5);
    app.clock().set_to("2026-07-09T00:00:00Z");
    assert_eq!(another.hub().now(), app.hub().now());
}

#[tokio::test]
async fn an_order_as_json_has_the_sums_right() {
    let app = App::start(Engine::Sqlite).await;
    let paris = &app.world().paris;
    let mapping = app.register("alpha", paris).await;
    let at = paris.at("2026-07-02", "09:00");
    let order = OrderBuilder::new("A-1").line(mapping, paris.option(0), at, 2).line(mapping, paris.option(1), at, 1).unit_price("10");
    assert_eq!(order.build().faults(), []);
    let json = order.json();
    assert_eq!(json["order"]["sub_total"], "170.00000");
    assert_eq!(json["options"][0]["inventory_at"], "2026-07-02T07:00:00.000Z");
    assert_eq!(json["options"][0]["tickets"].as_array().map(Vec::len), Some(2));
    assert!(order.build().head.purchased_at <= TestClock::start());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn databases_are_apart(#[case] engine: Engine) {
    let (one, two, empty) = (TestDatabase::new(engine).await, TestDatabase::new(engine).await, TestDatabase::empty(engine).await);
    for name in ["here", "there"] {
        let hub = Hub::new(one.database().clone(), Arc::new(TestClock::default()), Settings::default());
        directory::ensure_supplier(&hub, name, name).await.unwrap();
    }
    let delete = "DELETE FROM suppliers";
    assert_eq!((run(&one, delete).await.unwrap(), run(&two, delete).await.unwrap()), (2, 0));
    one.database().check_schema().await.unwrap();
    empty.database().check_schema().await.unwrap_err();
    empty.database().migrate().await.unwrap();
    empty.database().check_schema().await.unwrap();
}

/// Runs a statement.
async fn run(test: &TestDatabase, sql: &'static str) -> Result<u64> {
    test.database().run("test", Mode::Write, (), move |s, ()| Box::pin(async move { s.execute(sql, &[]).await })).await
}

#[tokio::test]
async fn whatever_a_test_did_to_its_database_the_next_finds_it_new() {
    for spoil in [
        "INSERT INTO exchange_rates (base_currency, quote_currency, valid_from, rate) VALUES ('USD', 'KRW', now(), 1)",
        "DROP TABLE events",
        "CREATE TABLE more (id bigint)",
        "ALTER TABLE stock DROP CONSTRAINT stock_check",
        "DELETE FROM refinery_schema_history",
    ] {
        let test = TestDatabase::new(Engine::Postgres).await;
        assert!(run(&test, spoil).await.is_ok(), "{spoil}");
        drop(test);
        assert_new_databases().await;
    }
}

/// Fails unless the next databases are as new; the first of them is the one that was given back last.
async fn assert_new_databases() {
    let databases = [TestDatabase::new(Engine::Postgres).await, TestDatabase::new(Engine::Postgres).await];
    for test in &databases {
        test.database().check_schema().await.unwrap();
        for statement in ["DELETE FROM exchange_rates", "DELETE FROM events"] {
            assert_eq!(run(test, statement).await.unwrap(), 0, "{statement}");
        }
        run(test, "CREATE TABLE more (id bigint)").await.unwrap();
        run(test, "ALTER TABLE stock DROP CONSTRAINT stock_check").await.unwrap();
    }
}

const DIE: &str = "AXHUB_TESTKIT_DIE";

/// Does nothing, unless the test below runs it in a process of its own.
#[tokio::test]
async fn dies_in_the_middle_when_it_is_told_to() {
    if std::env::var_os(DIE).is_some() {
        let test = TestDatabase::new(Engine::Postgres).await;
        run(&test, "CREATE TABLE more (id bigint)").await.unwrap();
        std::process::abort();
    }
}

#[tokio::test]
async fn what_a_killed_run_left_is_new_for_the_next() {
    let server = std::env::var("AXHUB_TEST_POSTGRES").unwrap();
    let killed = run_alone("dies_in_the_middle_when_it_is_told_to", &[("AXHUB_TEST_POSTGRES", &server), (DIE, "1")]);
    assert!(!killed.status.success());
    assert_new_databases().await;
}

#[test]
fn without_a_server_a_test_fails_and_says_what_to_do() {
    let run = run_alone("databases_are_apart::case_2_postgres", &[]);
    assert!(!run.status.success());
    let output = String::from_utf8_lossy(&run.stdout);
    assert!(output.contains("run scripts/test, or export AXHUB_TEST_POSTGRES=$(scripts/postgres start)"), "{output}");
}

/// Runs one of these tests in a process of its own.
fn run_alone(test: &str, environment: &[(&str, &str)]) -> std::process::Output {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test]).env_remove("AXHUB_TEST_POSTGRES").envs(environment.iter().copied());
    command.output().unwrap()
}
