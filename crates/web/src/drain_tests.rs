use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::map_request;
use axum::routing::post;
use futures_util::stream;
use rstest::rstest;
use tower::ServiceExt;

use super::*;

const CHUNK: usize = 64 * 1024;

/// A body of so many chunks, which counts those that were taken.
fn counted(chunks: usize) -> (Body, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&taken);
    let chunk = move |at: usize| {
        counter.store(at, Ordering::Relaxed);
        Ok::<_, Infallible>(Bytes::from_static(&[b' '; CHUNK]))
    };
    (Body::from_stream(stream::iter((1..=chunks).map(chunk))), taken)
}

/// How many chunks were taken when all is over.
async fn taken(chunks: usize, expect: Option<&str>, handler: fn() -> axum::routing::MethodRouter) -> usize {
    let (body, taken) = counted(chunks);
    let router = Router::new().route("/", handler()).layer(map_request(async |request| drained(request, PATIENCE)));
    let mut request = Request::post("/").body(body).unwrap();
    if let Some(expect) = expect {
        request.headers_mut().insert(EXPECT, expect.parse().unwrap());
    }
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    // A task that was spawned runs whenever this one waits; a stream that is at hand is read in one go.
    tokio::task::yield_now().await;
    taken.load(Ordering::Relaxed)
}

fn unread() -> axum::routing::MethodRouter {
    post(|| async {})
}

fn read_in_part() -> axum::routing::MethodRouter {
    post(|mut body: Body| async move { drop(body.frame().await) })
}

fn read_whole() -> axum::routing::MethodRouter {
    post(|body: Body| async move { drop(body.collect().await.unwrap()) })
}

#[rstest]
#[case::nobody_reads_it(160, unread, 160)]
#[case::somebody_begins(160, read_in_part, 160)]
#[case::somebody_reads_it(160, read_whole, 160)]
#[case::too_much(1000, unread, LIMIT / CHUNK + 1)]
#[case::too_much_after_the_beginning(1000, read_in_part, LIMIT / CHUNK + 2)]
#[tokio::test]
async fn what_nobody_reads_is_taken(#[case] chunks: usize, #[case] handler: fn() -> axum::routing::MethodRouter, #[case] expected: usize) {
    assert_eq!(taken(chunks, None, handler).await, expected);
}

#[rstest]
#[case(unread, 0)]
#[case(read_in_part, 160)]
#[tokio::test]
async fn a_client_that_waits_for_leave_is_not_asked_for_what_nobody_wants(
    #[case] handler: fn() -> axum::routing::MethodRouter,
    #[case] expected: usize,
) {
    assert_eq!(taken(160, Some("100-Continue"), handler).await, expected);
}

#[tokio::test]
async fn a_body_looks_as_it_did() {
    let router = Router::new()
        .route("/", post(|body: Body| async move { format!("{:?} {}", body.size_hint().exact(), body.is_end_stream()) }))
        .layer(map_request(async |request| drained(request, PATIENCE)));
    for (body, expected) in [("", "Some(0) true"), ("{}", "Some(2) false")] {
        let response = router.clone().oneshot(Request::post("/").body(Body::from(body)).unwrap()).await.unwrap();
        let said = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
        assert_eq!(said, expected);
    }
}
