//! Whether this server lives, and whether it can do its work.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axhub_hub::Hub;
use axhub_store::{Database, Error};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How long the database may take for each of the two things that it is asked. Whoever asks gives up soon after.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long holds what was found. Anybody may ask, and on SQLite orders wait for the look.
const HOLDS: SignedDuration = SignedDuration::from_secs(1);

/// What a health check answers.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`, or `unavailable`.
    status: &'static str,
    /// The version of axhub.
    version: &'static str,
    /// The database: `sqlite` or `postgres`.
    database: &'static str,
    /// What fails, when something does. `connection`: the database does not answer; `schema`: it is not the one that this
    /// version works on; `writing`: it answers, but takes no orders.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<&'static str>,
    /// The same for people. Why it fails stands in the log.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// What fails, in a word and in a sentence.
#[derive(Clone, Debug)]
struct Failure {
    failed: &'static str,
    message: String,
}

impl Failure {
    fn new(failed: &'static str, message: impl Into<String>) -> Failure {
        Failure { failed, message: message.into() }
    }
}

pub(crate) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(live)).routes(routes!(ready)).layer(Extension(Arc::<Checked>::default()))
}

/// What was found when it was looked last, and when that was.
#[derive(Default)]
struct Checked(Mutex<Option<(Timestamp, Option<Failure>)>>);

impl Checked {
    /// What keeps the database from its work. Many that ask at once look once.
    async fn failure(&self, hub: &Hub) -> Option<Failure> {
        let mut last = self.0.lock().await;
        if let Some((at, found)) = &*last
            && (SignedDuration::ZERO..HOLDS).contains(&hub.now().duration_since(*at))
        {
            return found.clone();
        }
        let found = failure(hub.database()).await;
        *last = Some((hub.now(), found.clone()));
        found
    }
}

/// Whether the process answers at all. Does not look at the database.
#[utoipa::path(get, path = "/healthz", operation_id = "healthz", tag = "Health", security(()),
    responses((status = 200, description = "The process lives.", body = Health, example = json!({ "status": "ok", "version": "0.1.0", "database": "sqlite" }))))]
async fn live(State(hub): State<Hub>) -> Response {
    health(&hub, None)
}

/// Whether the server can take orders: the database answers within two seconds, has the right schema, and takes writes.
///
/// The answer is at most a second old.
#[utoipa::path(get, path = "/readyz", operation_id = "readyz", tag = "Health", security(()),
    responses(
        (status = 200, description = "Orders can be taken.", body = Health, example = json!({ "status": "ok", "version": "0.1.0", "database": "postgres" })),
        (status = 503, description = "They cannot; `failed` and `message` say what is wrong.", body = Health, example = json!({
            "status": "unavailable", "version": "0.1.0", "database": "postgres", "failed": "writing", "message": "the database takes no writes",
        }))))]
async fn ready(State(hub): State<Hub>, Extension(checked): Extension<Arc<Checked>>) -> Response {
    health(&hub, checked.failure(&hub).await)
}

/// What keeps the database from its work.
async fn failure(database: &Database) -> Option<Failure> {
    if let Err(error) = in_time(database.check_schema()).await {
        tracing::error!(%error, "not ready");
        return Some(match error {
            Error::Schema(message) => Failure::new("schema", message),
            _ => Failure::new("connection", "the database does not answer"),
        });
    }
    let error = in_time(database.check_writable()).await.err()?;
    tracing::error!(%error, "not ready: no transaction that writes can begin");
    Some(match error {
        Error::Contended(_) => Failure::new("writing", "another process keeps the database from writing"),
        _ => Failure::new("writing", "the database takes no writes"),
    })
}

async fn in_time(check: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    let too_late = || Error::Unavailable(format!("no answer within {} s", PATIENCE.as_secs()));
    tokio::time::timeout(PATIENCE, check).await.unwrap_or_else(|_| Err(too_late()))
}

fn health(hub: &Hub, failure: Option<Failure>) -> Response {
    let (code, status) = match failure {
        None => (StatusCode::OK, "ok"),
        Some(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    let (failed, message) = failure.map(|failure| (failure.failed, failure.message)).unzip();
    let database = hub.database().engine_name();
    (code, Json(Health { status, version: env!("CARGO_PKG_VERSION"), database, failed, message })).into_response()
}
