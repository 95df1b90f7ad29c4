use std::io::Write;
use std::sync::{Mutex, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::middleware::from_fn;
use axum::routing::{get, post};
use rstest::rstest;
use tower::ServiceExt;
use tracing_subscriber::fmt::MakeWriter;

use super::*;

fn id_of(sent: &[u8]) -> String {
    let mut headers = HeaderMap::new();
    headers.insert(X_REQUEST_ID, HeaderValue::from_bytes(sent).unwrap());
    RequestId::of(&headers).as_str().to_owned()
}

#[rstest]
#[case("a")]
#[case("018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f1a")]
#[case("trace=1;span/2\"'<>")]
#[case(&"x".repeat(64))]
fn a_sane_id_is_taken(#[case] sent: &str) {
    assert_eq!(id_of(sent.as_bytes()), sent);
}

#[rstest]
#[case(b"")]
#[case(b" ")]
#[case(b"a b")]
#[case(b"a\tb")]
#[case(b"\xff\xfe")]
#[case("한글".as_bytes())]
#[case(&[b'x'; 65])]
fn any_other_is_replaced(#[case] sent: &[u8]) {
    let id = id_of(sent);
    assert_eq!(id.len(), 32);
    assert!(id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    assert_ne!(id, id_of(sent), "each request has its own");
}

/// Everything that was logged by any test of this binary.
#[derive(Clone, Copy, Default)]
struct Log;

static LOGGED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOGGED.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Log;

    fn make_writer(&self) -> Log {
        *self
    }
}

/// The lines about this request, as JSON.
pub(crate) fn logged(id: &str) -> Vec<serde_json::Value> {
    let text = String::from_utf8(LOGGED.lock().unwrap().clone()).unwrap();
    text.lines().filter(|line| line.contains(id)).map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn keep_a_log() {
    static KEPT: OnceLock<()> = OnceLock::new();
    KEPT.get_or_init(|| tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE).with_writer(Log).init());
}

fn router() -> Router {
    let router = Router::new()
        .route("/orders/{code}", get(|id: RequestId| async move { id.as_str().to_owned() }))
        .route("/fails", post(|| async { crate::ApiError::internal("the cause") }))
        .route(
            "/panics",
            get(|| async {
                if true {
                    panic!("secret-person")
                }
            }),
        )
        .route("/hangs", get(std::future::pending::<()>));
    crate::layers(router)
}

fn request(method: &str, uri: &str, id: &str) -> Request {
    Request::builder().method(method).uri(uri).header(X_REQUEST_ID, id).body(Body::from("secret-body")).unwrap()
}

#[tokio::test]
async fn the_id_reaches_the_handler_and_the_client() {
    let response = router().oneshot(request("GET", "/orders/1", "my-id")).await.unwrap();
    assert_eq!(response.headers()[X_REQUEST_ID], "my-id");
    assert_eq!(to_bytes(response.into_body(), 100).await.unwrap(), "my-id");
}

#[tokio::test]
async fn an_answer_is_logged_once_without_anything_personal() {
    keep_a_log();
    let mut sent = request("GET", "/orders/secret-code?name=secret-name", "logged-once");
    sent.headers_mut().insert("authorization", HeaderValue::from_static("Token secret-key"));
    router().oneshot(sent).await.unwrap();
    let lines = logged("logged-once");
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line = &lines[0];
    assert_eq!(line["level"], "DEBUG");
    assert_eq!(line["fields"]["message"], "answered");
    assert_eq!(line["fields"]["status"], 200);
    assert!(line["fields"]["latency_ms"].as_f64().unwrap() >= 0.0);
    assert_eq!(line["span"]["id"], "logged-once");
    assert_eq!(line["span"]["method"], "GET");
    assert_eq!(line["span"]["path"], "/orders/{code}");
    assert!(!line.to_string().contains("secret"), "{line}");
}

#[tokio::test]
async fn a_fault_of_ours_is_logged_with_its_cause() {
    keep_a_log();
    router().oneshot(request("POST", "/fails", "fails-with-cause")).await.unwrap();
    let lines = logged("fails-with-cause");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["level"], "ERROR");
    assert_eq!(lines[0]["fields"]["cause"], "the cause");
    assert_eq!(lines[0]["fields"]["code"], "internal_error");
    assert_eq!((&lines[1]["fields"]["status"], &lines[1]["level"]), (&500.into(), &"INFO".into()));
}

#[tokio::test]
async fn what_a_panic_says_is_not_logged() {
    keep_a_log();
    router().oneshot(request("GET", "/panics", "panics")).await.unwrap();
    let lines = logged("\"panics\"");
    assert_eq!(lines[0]["fields"]["cause"], "a handler panicked");
    assert_eq!(lines[1]["fields"]["status"], 500);
    assert!(lines.iter().all(|line| !line.to_string().contains("secret")), "{lines:?}");
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_not_logged_as_sent() {
    keep_a_log();
    let unknown = Router::<()>::new().route("/x", get(|| async {})).layer(from_fn(crate::around::only_watched));
    unknown.oneshot(request("BREW", "/secret-path", "no-such-address")).await.unwrap();
    let lines = logged("no-such-address");
    assert_eq!((&lines[0]["span"]["path"], &lines[0]["span"]["method"]), (&"".into(), &"OTHER".into()));
}

#[tokio::test]
async fn a_client_that_goes_away_is_logged_too() {
    keep_a_log();
    let mut waiting = Box::pin(router().oneshot(request("GET", "/hangs", "went-away")));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    drop(waiting);
    let lines = logged("went-away");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["fields"]["message"], "the client went away");
}
