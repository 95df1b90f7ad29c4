//! `/healthz` and `/readyz`: what they say of a database that cannot take orders.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::mpsc;

use axhub_hub::{Hub, Settings, SystemClock};
use axhub_store::engine::{Recording, Step};
use axhub_store::{Address, Database, Mode, Options};
use axhub_testkit::{Engine, TestClock, TestDatabase};
use axhub_web::App;
use axum::body::Body;
use axum::extract::Request;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::process::empty;

/// What a server on this database answers.
async fn ask(database: Database, path: &str) -> (u16, Value) {
    ask_server(&axhub::app::app(Hub::new(database, Arc::new(SystemClock), Settings::default())), path).await
}

async fn ask_server(server: &App, path: &str) -> (u16, Value) {
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let response = server.clone().oneshot(request).await.expect("an answer");
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 10_000).await.expect("a body");
    (status, serde_json::from_slice(&body).expect("JSON"))
}

/// Fails unless the server lives but is not ready, for this reason.
async fn assert_fails(database: Database, failed: &str, message: &str) {
    let name = database.engine_name();
    let version = env!("CARGO_PKG_VERSION");
    let expected = json!({ "status": "unavailable", "version": version, "database": name, "failed": failed, "message": message });
    assert_eq!(ask(database.clone(), "/readyz").await, (503, expected));
    assert_eq!(ask(database, "/healthz").await, (200, json!({ "status": "ok", "version": version, "database": name })));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_database_that_takes_orders_is_ready(#[case] engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let (status, body) = ask(database.open().await, "/readyz").await;
    let expected = json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION"), "database": database.database().engine_name() });
    assert_eq!((status, body), (200, expected));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_database_without_a_schema_is_not(#[case] engine: Engine) {
    let database = empty(engine).await;
    assert_fails(database.open().await, "schema", "the database is not migrated: run `axhub migrate` first").await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite, "?mode=ro")]
#[case::postgres(Engine::Postgres, "?options=-c%20default_transaction_read_only%3Don")]
#[tokio::test]
async fn a_database_that_only_reads_is_not(#[case] engine: Engine, #[case] read_only: &str) {
    let database = TestDatabase::new(engine).await;
    let address = match database.address() {
        Address::Sqlite(file) => format!("sqlite:file:{}{read_only}", file.display()),
        Address::Postgres(url) => format!("{url}{read_only}"),
    };
    let address = Address::from_str(&address).expect("an address");
    let reading = Database::open(&address, Options::default()).await.expect("it can be read");
    assert_fails(reading, "writing", "the database takes no writes").await;
}

/// Another process that writes for long does not make the check slow, nor the server wait when it is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_another_process_keeps_is_not() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let holding = Holding::begin(database.open().await).await;
    let server = database.open().await;
    assert_fails(server.clone(), "writing", "another process keeps the database from writing").await;
    holding.end().await;
    assert_eq!(ask(server, "/readyz").await.0, 200);
}

/// Another process that writes, and does not end.
struct Holding {
    end: mpsc::Sender<()>,
    holding: tokio::task::JoinHandle<Result<(), axhub_store::Error>>,
}

impl Holding {
    async fn begin(other: Database) -> Holding {
        let (began, has_begun) = tokio::sync::oneshot::channel();
        let (end, is_over) = mpsc::channel::<()>();
        let signals = std::sync::Mutex::new(Some((began, is_over)));
        let holding = tokio::spawn(async move {
            let hold = other.run("hold", Mode::Write, (), move |_, ()| {
                let (began, is_over) = signals.lock().expect("a lock").take().expect("it begins once");
                Box::pin(async move {
                    began.send(()).expect("the test waits");
                    let _ = is_over.recv();
                    Ok::<_, axhub_store::Error>(())
                })
            });
            hold.await
        });
        has_begun.await.expect("it begins");
        Holding { end, holding }
    }

    async fn end(self) {
        drop(self.end);
        self.holding.await.expect("it ends").expect("it commits");
    }
}

/// Anybody may ask, as often as they like.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_is_looked_at_once_a_second() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let recording = Recording::default();
    let recorded = database.open_with(Options { recording: Some(recording.clone()), ..Options::default() }).await;
    let clock = TestClock::default();
    let server = axhub::app::app(Hub::new(recorded, Arc::new(clock.clone()), Settings::default()));
    let looks = || recording.take().iter().filter(|noted| noted.transaction == "schema.check" && noted.step == Step::Begin).count();

    let all: JoinSet<u16> = (0..50).map(|_| server.clone()).map(|server| async move { ask_server(&server, "/readyz").await.0 }).collect();
    assert_eq!(all.join_all().await, [200; 50]);
    assert_eq!(looks(), 1);
    let holding = Holding::begin(database.open().await).await;
    clock.advance(SignedDuration::from_millis(999));
    assert_eq!((ask_server(&server, "/readyz").await.0, looks()), (200, 0));
    clock.advance(SignedDuration::from_millis(1));
    assert_eq!((ask_server(&server, "/readyz").await.0, looks()), (503, 1));
    holding.end().await;
    // A clock that was set back says nothing of how old an answer is.
    clock.advance(SignedDuration::from_secs(-1));
    assert_eq!((ask_server(&server, "/readyz").await.0, looks()), (200, 1));
}
