//! Every scenario against the whole program, on both engines, for a moment each.
#![expect(clippy::unwrap_used, reason = "a test may fail by unwrapping")]

use std::future::pending;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use axhub_bench::checks;
use axhub_bench::data::{self, Silent, Size};
use axhub_bench::figures::Figures;
use axhub_bench::load::Plan;
use axhub_bench::measure::{Place, Serving, light_runtime};
use axhub_bench::scenarios::Scenario;
use axhub_bench::server::{Program, Server};
use axhub_hub::{Hub, Settings, SystemClock};
use axhub_testkit::{Engine, TestDatabase};
use axhub_web::{App, Limits, server};
use clap::ValueEnum;
use serde_json::Value;
use tokio::net::TcpListener;

const SIZE: Size = Size { products: 3, options: 2, days: 20, past_orders: 30 };

/// A server of this process on a database with a small world in it.
async fn start(database: &TestDatabase) -> Place {
    let world = data::ensure(database.database(), &SIZE, &Silent).await.unwrap();
    let hub = Hub::new(database.database().clone(), Arc::new(SystemClock), Settings::default());
    let serving = Serving::Running(serve(axhub::app::app(hub)).await);
    Place { database: database.address().clone(), world: Arc::new(world), serving }
}

async fn serve(app: impl Into<App> + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(server::run_until(listener, app, Limits::DEFAULT, pending()));
    address
}

fn plan(rate: Option<f64>) -> Plan {
    Plan { connections: 4, rate, warm_up: Duration::from_millis(20), time: Duration::from_millis(300) }
}

async fn measure(place: &Place, scenario: Scenario, rate: Option<f64>) -> anyhow::Result<Figures> {
    let place = place.clone();
    // It makes a runtime of its own, as the program does it.
    tokio::task::spawn_blocking(move || place.measure(scenario, &plan(rate))).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn drives_sqlite() {
    drives(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn drives_postgres() {
    drives(Engine::Postgres).await;
}

async fn drives(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let place = start(&database).await;
    for scenario in Scenario::value_variants() {
        let figures = measure(&place, *scenario, None).await.unwrap();
        match scenario {
            Scenario::OrdersSpread | Scenario::OrdersHot => assert!(figures.placed > 0, "{scenario}"),
            // In so short a time there may be none.
            Scenario::OrdersMixed => {}
            _ => assert_eq!(figures.placed, 0, "{scenario}"),
        }
        assert!(figures.bytes_per_answer > 50.0 || figures.all.per_second < 1.0, "{scenario}");
    }
    let address = place.database.clone();
    tokio::task::spawn_blocking(move || checks::stock_is_sound(&address)).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_loop_keeps_its_rate() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let place = start(&database).await;
    let figures = measure(&place, Scenario::OrdersSpread, Some(50.0)).await.unwrap();
    // 0.32 seconds at 50 a second, from the very beginning.
    assert_eq!((figures.placed, figures.unsent), (16, 0));
    assert_eq!(figures.rate, Some(50.0));
}

/// A world that is not there: the first answer is no 200, and the run says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_answer_fails_the_run() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let mut place = start(&database).await;
    let mut world = (*place.world).clone();
    world.channel_key = "nobody".to_owned();
    place.world = Arc::new(world);
    for scenario in Scenario::value_variants() {
        let error = format!("{:#}", measure(&place, *scenario, None).await.unwrap_err());
        assert!(error.contains("expected the status 20") && error.contains("was answered with 403"), "{error}");
    }
}

/// Orders that were answered and are not there: the server works on another database.
#[tokio::test(flavor = "multi_thread")]
async fn orders_that_are_not_in_the_database_fail_the_run() {
    let (database, other) = (TestDatabase::new(Engine::Sqlite).await, TestDatabase::new(Engine::Sqlite).await);
    let mut place = start(&database).await;
    place.database = other.address().clone();
    let error = measure(&place, Scenario::OrdersHot, None).await.unwrap_err();
    assert!(format!("{error:#}").contains("were answered with 201, and the database has 0 more"), "{error:#}");
}

/// The program itself, with a bare handler beside the server.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_compared_with_a_bare_handler() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let place = start(&database).await;
    let Serving::Running(address) = place.serving else { panic!("it runs in this process") };
    let mut command = Command::new(env!("CARGO_BIN_EXE_axhub-bench"));
    command.args(["run", "inventory", "orders-spread", "--json", "--reference", "floor", "--runs", "2", "--connections", "3"]);
    command.args(["--seconds", "0.3", "--warm-up", "0.02", "--data", &SIZE.to_string(), "--url", &format!("http://{address}")]);
    command.env("AXHUB_BENCH_DATABASE", database.address_text());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["data"], SIZE.to_string());
    let [inventory, orders] = &told["scenarios"].as_array().unwrap()[..] else { panic!("{told}") };
    assert_eq!((inventory["runs"].as_array().unwrap().len(), inventory["references"].as_array().unwrap().len()), (2, 2));
    assert!(inventory["ratio"].as_f64().unwrap() > 0.0 && inventory["runs"][0]["latency"]["p99"].as_f64().unwrap() > 0.0);
    assert!(orders["runs"][0]["placed"].as_u64().unwrap() > 0);
}

#[test]
fn a_server_that_does_not_start_says_why() {
    let program = Program { file: "/bin/sh".into(), arguments: Vec::new() };
    let error = Server::start(&program, &"sqlite:/nowhere/axhub.db".parse().unwrap()).unwrap_err().to_string();
    assert!(error.contains("the server ended with") && error.contains("serve"), "{error}");
    assert!(light_runtime().is_ok());
    let missing = Program::find(Some("/nowhere/axhub".into()), Vec::new()).unwrap_err();
    assert!(missing.to_string().contains("there is no server /nowhere/axhub"));
}
