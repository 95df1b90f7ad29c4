use std::time::Duration;

use axhub_hub::{Hub, Settings};
use axhub_testkit::{Engine, TestClock, TestDatabase, World};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::routing::get;
use rstest::rstest;
use serde_json::Value;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use uuid::Uuid;

use super::*;
use crate::rate_limit::RateLimiter;
use crate::{ChannelCaller, KeptAnswers, SupplierCaller};

fn key(n: u128) -> KeyId {
    KeyId(Uuid::from_u128(n))
}

#[test]
fn a_key_has_so_many_in_progress_and_others_their_own() {
    let requests = Concurrency::new(2, 2);
    let first = requests.begin(key(1));
    let second = requests.begin(key(1));
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(requests.begin(key(1)).err(), Some(2));
    let same = requests.clone();
    assert_eq!(same.begin(key(1)).err(), Some(2), "clones are the same");
    assert!(requests.begin(key(17)).is_ok(), "a key behind the same lock");
    assert!(requests.begin(key(2)).is_ok());
    drop(first);
    assert!(requests.begin(key(1)).is_ok() && same.begin(key(1)).is_ok());
}

#[test]
fn keys_that_are_gone_leave_nothing_behind() {
    let requests = Concurrency::new(2, 2);
    for n in 0..1000 {
        let in_progress = [requests.begin(key(n)), requests.begin(key(n))];
        assert!(in_progress.iter().all(Result::is_ok) && requests.begin(key(n)).is_err());
    }
    assert!(requests.0.parts.iter().all(|keys| keys.lock().is_empty()));
}

#[test]
fn none_is_lost_between_threads() {
    let requests = Concurrency::new(u32::MAX, 2);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..10_000).for_each(|n| drop(requests.begin(key(n % 3)))));
        }
    });
    assert!(requests.0.parts.iter().all(|keys| keys.lock().is_empty()));
}

/// An application in which requests wait until they may end.
struct Stage {
    router: Router,
    world: World,
    may_end: Arc<Semaphore>,
    _database: TestDatabase,
}

impl Stage {
    async fn open() -> Stage {
        let database = TestDatabase::new(Engine::Sqlite).await;
        let hub = Hub::new(database.database().clone(), Arc::new(TestClock::default()), Settings::default());
        let world = World::make(&hub).await;
        let may_end = Arc::new(Semaphore::new(0));
        let waits = Arc::clone(&may_end);
        let wait = move |_: ChannelCaller| async move {
            if let Ok(leave) = waits.acquire().await {
                leave.forget();
            }
        };
        let router = Router::new()
            .route("/wait", get(wait))
            .route("/channel", get(|_: ChannelCaller| async {}))
            .route("/supplier", get(|_: SupplierCaller| async {}))
            .route("/public", get(|| async {}));
        let limiter = RateLimiter::with_limits(&Limits { requests_per_key: 2, ..Limits::DEFAULT });
        let router = crate::layers_with(router.with_state(hub), Duration::from_secs(10), limiter, KeptAnswers::default());
        Stage { router, world, may_end, _database: database }
    }

    fn ask(&self, path: &str, key: &str) -> impl Future<Output = (u16, HeaderMap, Value)> + Send + use<> {
        let request = Request::get(path).header("authorization", format!("Token {key}")).header("accept-language", "en");
        let answer = self.router.clone().oneshot(request.body(Body::empty()).unwrap());
        async move {
            let (parts, body) = answer.await.unwrap().into_parts();
            let body = to_bytes(body, 10_000).await.unwrap();
            (parts.status.as_u16(), parts.headers, serde_json::from_slice(&body).unwrap_or_default())
        }
    }

    fn alpha(&self) -> &str {
        &self.world.channel("alpha").key
    }

    /// Waits until so many requests of alpha are in progress. They look for the key in the database first.
    async fn until_full(&self) {
        while self.ask("/channel", self.alpha()).await.0 != 429 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn one_request_too_many_is_refused_until_another_has_its_answer() {
    let stage = Stage::open().await;
    let waiting: Vec<_> = (0..2).map(|_| tokio::spawn(stage.ask("/wait", stage.alpha()))).collect();
    stage.until_full().await;

    let (status, headers, body) = stage.ask("/channel", stage.alpha()).await;
    assert_eq!((status, &body["code"]), (429, &"too_many_at_once".into()));
    assert_eq!(
        body["message"],
        "2 requests with this key are in progress, which is the most at a time. Wait for an answer before you send the next one."
    );
    assert_eq!(headers["retry-after"], "1");
    // Others are not concerned, and who has the wrong kind of key hears nothing of it.
    assert_eq!(stage.ask("/channel", &stage.world.channel("beta").key).await.0, 200);
    assert_eq!(stage.ask("/supplier", &stage.world.supplier("lumiere").key).await.0, 200);
    assert_eq!(stage.ask("/public", stage.alpha()).await.0, 200);

    stage.may_end.add_permits(2);
    for answer in waiting {
        assert_eq!(answer.await.unwrap().0, 200);
    }
    for _ in 0..5 {
        assert_eq!(stage.ask("/channel", stage.alpha()).await.0, 200);
    }
}

#[rstest]
#[case::they_went_away(true)]
#[case::they_took_too_long(false)]
#[tokio::test]
async fn requests_that_get_no_answer_of_their_own_are_over_too(#[case] they_go: bool) {
    let stage = Stage::open().await;
    let waiting: Vec<_> = (0..2).map(|_| tokio::spawn(stage.ask("/wait", stage.alpha()))).collect();
    stage.until_full().await;
    if !they_go {
        tokio::time::pause();
    }
    for answer in waiting {
        if they_go {
            answer.abort();
            assert!(answer.await.is_err());
        } else {
            assert_eq!(answer.await.unwrap().0, 408);
        }
    }
    if !they_go {
        tokio::time::resume();
    }
    assert_eq!(stage.ask("/channel", stage.alpha()).await.0, 200);
}
