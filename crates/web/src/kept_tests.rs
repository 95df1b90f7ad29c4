use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axhub_domain::ids::ProductId;
use axhub_hub::directory::RateLimits;
use axhub_hub::freshness::{product, stock};
use axhub_hub::{Hub, Settings};
use axhub_store::{Error, Mode};
use axhub_testkit::{Engine, TestClock, TestDatabase, World};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_ENCODING, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderName, StatusCode};
use axum::routing::get;
use bytes::Bytes;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::json;
use tower::ServiceExt;
use uuid::Uuid;

use super::*;
use crate::request_id::tests::{keep_a_log, logged};
use crate::{App, ChannelCaller, Limits};

/// The product that the answers of this test speak of.
const SPOKEN_OF: ProductId = ProductId(Uuid::from_u128(1));
const ANOTHER: ProductId = ProductId(Uuid::from_u128(2));

/// How often an answer was made; the answer tells it.
type Count = Arc<AtomicUsize>;

struct Stage {
    app: App,
    kept: KeptAnswers,
    hub: Hub,
    world: World,
    clock: TestClock,
    database: TestDatabase,
}

impl Stage {
    async fn open(engine: Engine) -> Stage {
        let database = TestDatabase::new(engine).await;
        let clock = TestClock::default();
        let hub = Hub::new(database.database().clone(), Arc::new(clock.clone()), Settings::default());
        let world = World::make(&hub).await;
        let kept = KeptAnswers::default();
        let stage = Stage { app: app(&hub, &kept), kept, hub, world, clock, database };
        // Nothing is kept until changes by other programs are heard of.
        wait_for(|| stage.hub.basis().is_some()).await;
        stage
    }

    async fn ask(&self, path: &str, channel: &str, headers: &[(&str, &str)]) -> Response {
        self.app.clone().oneshot(self.request(path, channel, headers)).await.unwrap()
    }

    fn request(&self, path: &str, channel: &str, headers: &[(&str, &str)]) -> Request {
        let key = &self.world.channel(channel).key;
        let mut request = Request::builder().uri(path).header("authorization", format!("Token {key}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::empty()).unwrap()
    }

    /// How often the answer that alpha gets had been made.
    async fn made(&self, path: &str) -> usize {
        count_in(self.ask(path, "alpha", &[]).await).await
    }

    /// A transaction that tells that it touched these topics; everything when it tells nothing.
    async fn write(&self, hub: &Hub, touched: Option<Vec<Topic>>) {
        let write = hub.database().run("test.write", Mode::Write, touched, |s, touched| {
            Box::pin(async move {
                if let Some(topics) = touched {
                    s.touches(topics.iter().copied());
                }
                s.execute("UPDATE feed SET position = position + 1 WHERE id = 1", &[]).await
            })
        });
        write.await.map_err(|error: Error| error).unwrap();
    }
}

fn app(hub: &Hub, kept: &KeptAnswers) -> App {
    let count = Count::default();
    let answer = move |caller: ChannelCaller, State(hub): State<Hub>, keep: Keep| {
        let count = Arc::clone(&count);
        async move {
            let made = async || {
                let made = count.fetch_add(1, Ordering::SeqCst) + 1;
                Made::json(HeaderMap::new(), &json!({ "made": made, "text": "many words ".repeat(200) }))
            };
            keep.answer(&hub, caller.id, [product(SPOKEN_OF), stock(SPOKEN_OF)], made).await
        }
    };
    let refusal = |_: ChannelCaller, State(hub): State<Hub>, keep: Keep| async move {
        keep.answer(&hub, ChannelId(Uuid::nil()), [], async || Err(ApiError::not_found())).await
    };
    let routes = Router::new().route("/answer", get(answer)).route("/refusal", get(refusal)).with_state(hub.clone());
    App::new(routes, hub.clone(), kept.clone(), &Limits::DEFAULT)
}

async fn count_in(response: Response) -> usize {
    let body = to_bytes(response.into_body(), 100_000).await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    usize::try_from(body["made"].as_u64().unwrap()).unwrap()
}

/// Lets others work until it is so.
async fn wait_for(is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "it did not come about");
        tokio::task::yield_now().await;
    }
}

#[rstest]
#[tokio::test]
async fn an_answer_is_made_once_until_something_it_speaks_of_changes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::open(engine).await;
    let made = async || stage.made("/answer").await;
    assert_eq!((made().await, made().await), (1, 1));

    stage.write(&stage.hub, Some(vec![])).await;
    stage.write(&stage.hub, Some(vec![product(ANOTHER), stock(ANOTHER)])).await;
    assert_eq!(made().await, 1, "nothing that it speaks of has changed");

    stage.write(&stage.hub, Some(vec![stock(SPOKEN_OF)])).await;
    assert_eq!(made().await, 2, "seen at once by whoever asks after the write");
    stage.write(&stage.hub, None).await;
    assert_eq!(made().await, 3, "a write that tells nothing may have changed anything");
}

#[rstest]
#[tokio::test]
async fn the_clock_ends_an_answer_at_the_whole_minute_and_when_it_is_set_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::open(engine).await;
    let made = async || stage.made("/answer").await;
    let step = SignedDuration::from_secs;
    assert_eq!(made().await, 1);
    stage.clock.advance(step(60));
    assert_eq!((made().await, made().await), (2, 2));
    stage.clock.advance(step(-1));
    assert_eq!(made().await, 3);
}

#[rstest]
#[tokio::test]
async fn each_channel_and_each_address_has_its_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::open(engine).await;
    assert_eq!(stage.made("/answer").await, 1);
    assert_eq!(count_in(stage.ask("/answer", "beta", &[]).await).await, 2);
    assert_eq!(stage.made("/answer?page=2").await, 3);
    assert_eq!(stage.made("/answer").await, 1);
    let long = format!("/answer?x={}", "y".repeat(MAX_ADDRESS));
    assert!(stage.made(&long).await < stage.made(&long).await, "what is too long to be honest is not kept");
    for _ in 0..2 {
        assert_eq!(stage.ask("/refusal", "alpha", &[]).await.status(), StatusCode::NOT_FOUND);
    }
    let stranger = Request::builder().uri("/answer").header("authorization", "Token axh_c_no_0123456789abcdef");
    let refused = stage.app.clone().oneshot(stranger.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}

#[rstest]
#[tokio::test]
async fn a_kept_answer_is_sent_as_each_client_reads_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::open(engine).await;
    let plain = stage.ask("/answer", "alpha", &[]).await;
    let tag = plain.headers()[ETAG].to_str().unwrap().to_owned();
    let plain = to_bytes(plain.into_body(), 100_000).await.unwrap();
    for (accepts, encoding) in [("gzip", "gzip"), ("br", "br"), ("gzip;q=0.5, br", "br"), ("gzip", "gzip")] {
        let encoded = stage.ask("/answer", "alpha", &[("accept-encoding", accepts)]).await;
        assert_eq!(encoded.headers()[CONTENT_ENCODING], encoding, "{accepts}");
        assert_eq!(encoded.headers()[ETAG].to_str().unwrap(), format!("W/{tag}"), "other bytes, a weak tag");
        assert!(encoded.headers().get_all(VARY).iter().any(|value| value.as_bytes().eq_ignore_ascii_case(b"accept-encoding")));
        let body = to_bytes(encoded.into_body(), 100_000).await.unwrap();
        assert!(body.len() * 4 < plain.len(), "{} of {}", body.len(), plain.len());
    }
    for accepts in ["identity", "zstd", "*;q=0", "한글"] {
        let sent = stage.ask("/answer", "alpha", &[("accept-encoding", accepts)]).await;
        assert!(!sent.headers().contains_key(CONTENT_ENCODING), "{accepts}");
        assert_eq!(to_bytes(sent.into_body(), 100_000).await.unwrap(), plain);
    }
    for known in [tag.clone(), format!("W/{tag}")] {
        let headers = [("accept-encoding", "gzip"), (IF_NONE_MATCH.as_str(), known.as_str())];
        let unchanged = stage.ask("/answer", "alpha", &headers).await;
        assert_eq!(unchanged.status(), StatusCode::NOT_MODIFIED);
        assert!(!unchanged.headers().contains_key(CONTENT_ENCODING));
        assert!(to_bytes(unchanged.into_body(), 100_000).await.unwrap().is_empty());
    }
    assert_eq!(stage.made("/answer").await, 1);
}

/// All that a client sees of an answer.
async fn seen(response: Response) -> (StatusCode, Vec<(String, String)>, Bytes) {
    let text = |(name, value): (&HeaderName, &HeaderValue)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned());
    let mut headers: Vec<_> = response.headers().iter().map(text).collect();
    headers.sort();
    // Which the server adds where they are missing.
    headers.retain(|(name, _)| name != "content-length");
    (response.status(), headers, to_bytes(response.into_body(), 100_000).await.unwrap())
}

/// Before the router and behind it, a request gets the same answer.
#[rstest]
#[tokio::test]
async fn the_front_answers_as_the_router_does(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::open(engine).await;
    let tag = stage.ask("/answer", "alpha", &[]).await.headers()[ETAG].to_str().unwrap().to_owned();
    stage.ask("/answer", "alpha", &[("accept-encoding", "gzip")]).await;
    let id = ("x-request-id", "the-same");
    let by_the_front: [&[(&str, &str)]; 7] = [
        &[id],
        &[id, ("if-none-match", &tag)],
        &[id, ("if-none-match", "*"), ("accept-encoding", "gzip")],
        &[id, ("accept-encoding", "gzip")],
        &[id, ("accept-language", "en"), ("user-agent", "test")],
        &[id, ("channel", "Code alpha")],
        &[id, ("content-length", "0")],
    ];
    let by_the_router: [&[(&str, &str)]; 4] = [
        &[id, ("channel", "Code beta")],
        &[id, ("authorization", "Token axh_c_no_0123456789abcdef")],
        &[id, ("accept-encoding", "br")],
        &[id, ("x-http-method-override", "DELETE"), ("accept-encoding", "zstd")],
    ];
    for (headers, is_of_the_front) in
        by_the_front.map(|headers| (headers, true)).into_iter().chain(by_the_router.map(|headers| (headers, false)))
    {
        let request = || stage.request("/answer", "alpha", headers);
        assert_eq!(stage.app.of_the_front(&request()).is_some(), is_of_the_front, "{headers:?}");
        let behind = seen(stage.app.behind_the_front().oneshot(request()).await.unwrap()).await;
        assert_eq!(seen(stage.ask("/answer", "alpha", headers).await).await, behind, "{headers:?}");
    }
    let post = Request::builder().method("POST").uri("/answer").header("authorization", "Token x").body(Body::empty()).unwrap();
    assert!(stage.app.of_the_front(&post).is_none());
    for other in ["/refusal", "/answer?page=2", "/nowhere"] {
        assert!(stage.app.of_the_front(&stage.request(other, "alpha", &[])).is_none(), "{other}");
    }
    assert!(stage.app.of_the_front(&stage.request("/answer", "beta", &[])).is_none(), "nobody has asked for beta's");
    stage.write(&stage.hub, Some(vec![stock(SPOKEN_OF)])).await;
    assert!(stage.app.of_the_front(&stage.request("/answer", "alpha", &[])).is_none(), "it may be another by now");
}

/// A budget is the same, whoever answers; when it is spent, the router refuses.
#[rstest]
#[tokio::test]
async fn the_front_charges_and_refuses_nobody_itself(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::open(engine).await;
    let limits = RateLimits { reads_per_minute: Some(3), orders_per_minute: None };
    let alpha = stage.world.channel("alpha").id;
    axhub_hub::directory::set_rate_limits(&stage.hub, alpha, limits).await.unwrap();
    let left = async || {
        let answer = stage.ask("/answer", "alpha", &[]).await;
        (answer.status().as_u16(), answer.headers()["ratelimit"].to_str().unwrap().to_owned())
    };
    assert_eq!(left().await, (200, "\"reads\";r=2;t=20".to_owned()));
    assert_eq!(left().await, (200, "\"reads\";r=1;t=40".to_owned()));
    assert_eq!(left().await, (200, "\"reads\";r=0;t=60".to_owned()));
    assert!(stage.app.of_the_front(&stage.request("/answer", "alpha", &[])).is_none());
    assert_eq!(left().await.0, 429);
}

/// What the front does not answer the router does, and tells of it: nobody went away.
#[rstest]
#[tokio::test]
async fn each_request_is_told_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    keep_a_log();
    let stage = Stage::open(engine).await;
    let limits = RateLimits { reads_per_minute: Some(7), orders_per_minute: None };
    axhub_hub::directory::set_rate_limits(&stage.hub, stage.world.channel("alpha").id, limits).await.unwrap();
    let asked = [("", 200), ("gzip", 200), ("gzip", 200), ("br", 200), ("zstd", 200), ("x", 200), ("y", 200), ("y", 429)];
    for (at, (accepts, status)) in asked.into_iter().enumerate() {
        let id = format!("told-once-{engine:?}-{at}");
        let answer = stage.ask("/answer", "alpha", &[("accept-encoding", accepts), ("x-request-id", &id)]).await;
        assert_eq!(answer.status(), status, "{accepts}");
        let lines = logged(&id).into_iter().map(|line| line["fields"]["message"].as_str().unwrap_or_default().to_owned());
        let told: Vec<String> = lines.filter(|line| line == "answered" || line == "the client went away").collect();
        assert_eq!(told, ["answered"], "{accepts} {status}");
    }
}

/// Where a piece of a request is kept, all of its head is.
#[rstest]
#[tokio::test]
async fn what_clients_read_is_kept_in_few_words_and_each_compression_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::open(engine).await;
    stage.ask("/answer", "alpha", &[]).await;
    let long = format!("gzip, {}", "x".repeat(MAX_ENCODING - 5));
    for accepts in [long.as_str(), "gzip", "gzip, x", "gzip", "br", "zstd", "deflate"] {
        stage.ask("/answer", "alpha", &[("accept-encoding", accepts)]).await;
    }
    let kept = stage.kept.holding(&stage.hub, stage.world.channel("alpha").id, "/answer").unwrap();
    let encoded = kept.encoded.lock();
    let names: Vec<&[u8]> = encoded.iter().map(|known| &*known.accepts).collect();
    assert_eq!(names, [b"gzip".as_slice(), b"gzip, x", b"br", b"zstd"]);
    let bytes = |at: usize| encoded[at].written.body.as_ptr();
    assert_eq!(bytes(0), bytes(1), "the same bytes under two names");
    assert_ne!(bytes(0), bytes(2));
    assert_eq!(bytes(3), kept.written.body.as_ptr(), "what is not compressed is the answer itself");
}

/// The bound that docs/performance.md states.
const BOUND: Duration = Duration::from_secs(2);

#[rstest]
#[tokio::test]
async fn what_another_server_writes_is_seen_within_the_bound(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::open(engine).await;
    let other = Hub::new(stage.database.open().await, Arc::new(stage.clock.clone()), Settings::default());
    for _ in 0..3 {
        // Opening the file anew may itself be heard of as a change: from here on the answer is a kept one.
        let mut before = stage.made("/answer").await;
        while std::mem::replace(&mut before, stage.made("/answer").await) != before {}
        let wrote = Instant::now();
        stage.write(&other, Some(vec![stock(SPOKEN_OF)])).await;
        while stage.made("/answer").await == before {
            assert!(wrote.elapsed() < BOUND, "it still answers with what was before the other server's write");
            // A kept answer waits for nothing, and this thread is the watch's, too.
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn while_other_servers_cannot_be_heard_of_nothing_is_sent_again() {
    let stage = Stage::open(Engine::Postgres).await;
    assert_eq!((stage.made("/answer").await, stage.made("/answer").await), (1, 1));
    let listener = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND query IN ('LISTEN axhub_changes', 'SELECT 1')";
    let end = stage.hub.database().run("test.end-listener", Mode::Read, (), move |s, ()| {
        Box::pin(async move { Ok::<_, Error>(s.query(listener, &[]).await?.len()) })
    });
    assert_eq!(end.await.unwrap(), 1);
    wait_for(|| stage.hub.basis().is_none()).await;
    let made = [stage.made("/answer").await, stage.made("/answer").await];
    assert!(made[0] >= 2, "what was kept before may be old by now");
    wait_for(|| stage.hub.basis().is_some()).await;
    let again = stage.made("/answer").await;
    assert_eq!(stage.made("/answer").await, again, "it listens again, and keeps again");
}
