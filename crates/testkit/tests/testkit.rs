//! The kit keeps what it promises.

use axhub_hub::{access, catalogue};
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
async fn databases_are_apart_and_go_away(#[case] engine: Engine) {
    let one = TestDatabase::new(engine).await;
    let two = TestDatabase::empty(engine).await;
    one.database().check_schema().await.unwrap();
    two.database().check_schema().await.unwrap_err();

    let address = one.address().clone();
    drop(one);
    let left = match axhub_store::Database::open(&address, axhub_store::Options::default()).await {
        Ok(database) => database.check_schema().await,
        Err(error) => Err(error),
    };
    left.unwrap_err();
    two.database().migrate().await.unwrap();
    two.database().check_schema().await.unwrap();
}

#[tokio::test]
async fn what_a_killed_run_left_is_deleted_by_the_next() {
    let server = std::env::var("AXHUB_TEST_POSTGRES").unwrap();
    let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    // No run has this number: they are made of positive ones.
    client.batch_execute("DROP DATABASE IF EXISTS axhub_test_0_1").await.unwrap();
    client.batch_execute("CREATE DATABASE axhub_test_0_1").await.unwrap();

    let next_run = run_alone("databases_are_apart_and_go_away::case_2_postgres", Some(&server));
    assert!(next_run.status.success(), "{next_run:?}");
    let left = client.query("SELECT 1 FROM pg_database WHERE datname = 'axhub_test_0_1'", &[]).await.unwrap();
    assert!(left.is_empty());
}

#[test]
fn without_a_server_a_test_fails_and_says_what_to_do() {
    let run = run_alone("databases_are_apart_and_go_away::case_2_postgres", None);
    assert!(!run.status.success());
    let output = String::from_utf8_lossy(&run.stdout);
    assert!(output.contains("run scripts/test, or export AXHUB_TEST_POSTGRES=$(scripts/postgres start)"), "{output}");
}

/// Runs one of these tests in a process of its own.
fn run_alone(test: &str, server: Option<&str>) -> std::process::Output {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test]).env_remove("AXHUB_TEST_POSTGRES");
    if let Some(server) = server {
        command.env("AXHUB_TEST_POSTGRES", server);
    }
    command.output().unwrap()
}
