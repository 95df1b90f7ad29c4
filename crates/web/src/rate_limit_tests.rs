use axhub_domain::ids::ChannelId;
use axhub_hub::{Hub, Settings, directory};
use axhub_testkit::{Engine, TestClock, TestDatabase, World};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::StatusCode;
use axum::routing::{get, post};
use governor::clock::FakeRelativeClock;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::Value;
use tower::ServiceExt;
use uuid::Uuid;

use super::*;
use crate::{ChannelCaller, SupplierCaller};

const SECOND: Duration = Duration::from_secs(1);

fn limiter() -> (RateLimiter, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    let shown = clock.clone();
    (RateLimiter::with_clock(move || shown.now()), clock)
}

fn key(n: u128) -> KeyId {
    KeyId(Uuid::from_u128(n))
}

fn of(limit: u32) -> NonZeroU32 {
    NonZeroU32::new(limit).unwrap()
}

/// How many of so many requests at once are paid.
fn paid(limiter: &RateLimiter, key: KeyId, budget: Budget, limit: u32, requests: u32) -> u32 {
    let is_paid = |_: &u32| matches!(limiter.charge(key, budget, of(limit)).outcome, Outcome::Paid { .. });
    u32::try_from((0..requests).filter(is_paid).count()).unwrap()
}

#[rstest]
#[case("GET", "/v1/channel/products/tour", Budget::Reads)]
#[case("HEAD", "/v1/channel/products/tour", Budget::Reads)]
#[case("POST", "/v1/channel/inventory/search", Budget::Reads)]
#[case("PATCH", "/v1/channel/inventory/search", Budget::Orders)]
#[case("POST", "/v1/channel/inventory/search/", Budget::Orders)]
#[case("POST", "/v1/channel/orders/tour", Budget::Orders)]
#[case("PATCH", "/v1/channel/orders/tour/1", Budget::Orders)]
#[case("PUT", "/", Budget::Orders)]
#[case("DELETE", "/", Budget::Orders)]
#[case("get", "/", Budget::Orders)]
fn reading_is_one_budget_and_the_rest_another(#[case] method: &str, #[case] path: &str, #[case] expected: Budget) {
    assert_eq!(Budget::of(&method.parse().unwrap(), path), expected);
}

#[rstest]
#[case(1)]
#[case(2)]
#[case(7)]
#[case(60)]
#[case(1000)]
fn a_burst_is_a_minutes_worth(#[case] limit: u32) {
    let (limiter, clock) = limiter();
    assert_eq!(paid(&limiter, key(1), Budget::Reads, limit, limit + 5), limit);
    clock.advance(WINDOW);
    assert_eq!(paid(&limiter, key(1), Budget::Reads, limit, limit + 5), limit);
}

#[test]
fn a_budget_refills_evenly() {
    let (limiter, clock) = limiter();
    assert_eq!(paid(&limiter, key(1), Budget::Reads, 6, 9), 6);
    for _ in 0..20 {
        clock.advance(9 * SECOND);
        assert_eq!(paid(&limiter, key(1), Budget::Reads, 6, 9), 0);
        clock.advance(SECOND);
        assert_eq!(paid(&limiter, key(1), Budget::Reads, 6, 9), 1);
    }
}

#[test]
fn who_comes_back_when_told_is_served() {
    let (limiter, clock) = limiter();
    paid(&limiter, key(1), Budget::Reads, 7, 7);
    let charge = limiter.charge(key(1), Budget::Reads, of(7));
    let Outcome::Refused { retry_after } = charge.outcome else { panic!("{charge:?}") };
    assert!(retry_after > 8 * SECOND && retry_after < 9 * SECOND, "{retry_after:?}");
    clock.advance(Duration::from_secs(whole_seconds(retry_after)));
    assert_eq!(paid(&limiter, key(1), Budget::Reads, 7, 1), 1);
}

#[test]
fn reading_never_starves_ordering_nor_one_key_another() {
    let (limiter, _) = limiter();
    assert_eq!(paid(&limiter, key(1), Budget::Reads, 5, 500), 5);
    assert_eq!(paid(&limiter, key(1), Budget::Orders, 3, 500), 3);
    assert_eq!(paid(&limiter, key(2), Budget::Reads, 5, 500), 5);
    assert_eq!(paid(&limiter, key(2), Budget::Orders, 3, 500), 3);
}

#[test]
fn another_limit_holds_at_once() {
    let (limiter, _) = limiter();
    assert_eq!(paid(&limiter, key(1), Budget::Reads, 5, 9), 5);
    assert_eq!(paid(&limiter, key(1), Budget::Reads, 8, 9), 8);
    assert_eq!(paid(&limiter, key(1), Budget::Reads, 2, 9), 2);
}

#[test]
fn keys_not_seen_for_a_while_are_forgotten() {
    let (limiter, clock) = limiter();
    let known = |limiter: &RateLimiter| limiter.buckets.lock().of.len();
    for n in 0..1000 {
        limiter.charge(key(n), Budget::Reads, of(5));
        limiter.charge(key(n), Budget::Orders, of(5));
    }
    assert_eq!(known(&limiter), 2000);
    clock.advance(WINDOW / 2);
    assert_eq!(paid(&limiter, key(1), Budget::Reads, 5, 9), 5);
    clock.advance(WINDOW / 2);
    // What was used half a minute ago is still known, and not yet full again.
    assert_eq!(paid(&limiter, key(1), Budget::Reads, 5, 9), 2);
    assert_eq!(known(&limiter), 1);
    assert_eq!(format!("{limiter:?}"), "RateLimiter(1 budgets)");
}

#[test]
fn the_headers_are_structured_fields() {
    let (limiter, clock) = limiter();
    let mut seen = Vec::new();
    let mut ask = || {
        let headers = limiter.charge(key(1), Budget::Orders, of(3)).headers();
        assert_eq!(headers.len(), 2);
        assert_eq!(headers[RATE_LIMIT_POLICY], "\"orders\";q=3;w=60");
        seen.push(headers[RATE_LIMIT].to_str().unwrap().to_owned());
    };
    ask();
    ask();
    ask();
    ask();
    clock.advance(Duration::from_millis(19_001));
    ask();
    clock.advance(SECOND);
    ask();
    let expected = ["2;t=20", "1;t=40", "0;t=60", "0;t=20", "0;t=1", "0;t=60"];
    assert_eq!(seen, expected.map(|left| format!("\"orders\";r={left}")));
}

#[test]
fn a_limit_of_zero_is_the_least_that_there_is() {
    let limits = RateLimits { reads_per_minute: Some(0), orders_per_minute: None };
    assert_eq!((Budget::Reads.limit(limits), Budget::Orders.limit(limits)), (Some(NonZeroU32::MIN), None));
}

proptest! {
    /// Whatever the pattern, no more than the limit is paid at once and twice the limit in any minute.
    #[test]
    fn never_more_than_the_budget_and_what_it_refills(limit in 1_u32..200, waits in proptest::collection::vec(0_u64..2_000, 1..300)) {
        let (limiter, clock) = limiter();
        let (mut now, mut times) = (0, Vec::new());
        for wait in waits {
            clock.advance(Duration::from_millis(wait));
            now += wait;
            if paid(&limiter, key(1), Budget::Reads, limit, 1) == 1 {
                times.push(now);
            }
        }
        for from in &times {
            for minutes in [1, 2] {
                let span = *from..(from + minutes * 60_000);
                let within = times.iter().filter(|at| span.contains(at)).count();
                prop_assert!(within as u64 <= u64::from(limit) * (1 + minutes), "{within} of {limit} from {from}");
            }
        }
    }
}

/// Two addresses of channels and one of suppliers, over a world of its own; the limiter's clock stands still.
struct Stage {
    router: Router,
    hub: Hub,
    world: World,
    clock: FakeRelativeClock,
    _database: TestDatabase,
}

impl Stage {
    async fn open(engine: Engine) -> Stage {
        let database = TestDatabase::new(engine).await;
        let hub = Hub::new(database.database().clone(), Arc::new(TestClock::default()), Settings::default());
        let world = World::make(&hub).await;
        let (limiter, clock) = limiter();
        let router = Router::new()
            .route("/read", get(|_: ChannelCaller| async {}))
            .route("/order", post(|_: ChannelCaller| async { StatusCode::CREATED }))
            .route("/v1/channel/inventory/search", post(|_: ChannelCaller| async {}))
            .route("/refuse", get(|_: ChannelCaller| async { ApiError::not_found() }))
            .route(
                "/panic",
                get(|_: ChannelCaller| async {
                    if true {
                        panic!("as asked")
                    }
                }),
            )
            .route("/supplier", get(|_: SupplierCaller| async {}))
            .route("/public", get(|| async {}));
        let router = crate::layers_with(router.with_state(hub.clone()), crate::REQUEST_TIMEOUT, limiter, crate::KeptAnswers::default());
        Stage { router, hub, world, clock, _database: database }
    }

    async fn limit(&self, reads_per_minute: Option<u32>, orders_per_minute: Option<u32>) {
        let limits = RateLimits { reads_per_minute, orders_per_minute };
        directory::set_rate_limits(&self.hub, self.channel(), limits).await.unwrap();
    }

    fn channel(&self) -> ChannelId {
        self.world.channel("alpha").id
    }

    async fn ask(&self, method: &str, path: &str, key: Option<&str>, language: &str) -> (u16, HeaderMap, Value) {
        let mut request = Request::builder().method(method).uri(path).header("accept-language", language);
        if let Some(key) = key {
            request = request.header("authorization", format!("Token {key}"));
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 10_000).await.unwrap();
        (parts.status.as_u16(), parts.headers, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// Status and `RateLimit` of a call by the channel alpha.
    async fn alpha(&self, method: &str, path: &str) -> (u16, Option<String>) {
        let (status, headers, _) = self.ask(method, path, Some(&self.world.channel("alpha").key), "ko").await;
        assert_eq!(headers.contains_key(RATE_LIMIT), headers.contains_key(RATE_LIMIT_POLICY));
        (status, headers.get(RATE_LIMIT).map(|value| value.to_str().unwrap().to_owned()))
    }
}

fn left(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn every_answer_to_a_limited_key_tells_what_is_left(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    stage.limit(Some(6), Some(2)).await;
    assert_eq!(stage.alpha("GET", "/read").await, (200, left("\"reads\";r=5;t=10")));
    assert_eq!(stage.alpha("HEAD", "/read").await, (200, left("\"reads\";r=4;t=20")));
    assert_eq!(stage.alpha("POST", "/v1/channel/inventory/search").await, (200, left("\"reads\";r=3;t=30")));
    assert_eq!(stage.alpha("GET", "/refuse").await, (404, left("\"reads\";r=2;t=40")));
    assert_eq!(stage.alpha("GET", "/supplier").await, (403, left("\"reads\";r=1;t=50")));
    assert_eq!(stage.alpha("GET", "/panic").await, (500, left("\"reads\";r=0;t=60")));
    for _ in 0..100 {
        assert_eq!(stage.alpha("GET", "/read").await, (429, left("\"reads\";r=0;t=10")));
    }
    assert_eq!(stage.alpha("POST", "/order").await, (201, left("\"orders\";r=1;t=30")));
    assert_eq!(stage.alpha("POST", "/order").await, (201, left("\"orders\";r=0;t=60")));
    assert_eq!(stage.alpha("POST", "/order").await, (429, left("\"orders\";r=0;t=30")));
    stage.clock.advance(10 * SECOND);
    assert_eq!(stage.alpha("POST", "/order").await, (429, left("\"orders\";r=0;t=20")));
    assert_eq!(stage.alpha("GET", "/read").await, (200, left("\"reads\";r=0;t=60")));
}

#[rstest]
#[case("ko", "요청이 지연(throttled)되었습니다. 30 초 후에 사용 가능합니다.")]
#[case("en", "Request was throttled. Expected available in 30 seconds.")]
#[tokio::test]
async fn a_429_says_when_to_come_back(#[case] language: &str, #[case] message: &str) {
    let stage = Stage::open(Engine::Sqlite).await;
    stage.limit(None, Some(2)).await;
    let key = stage.world.channel("alpha").key.clone();
    for _ in 0..2 {
        assert_eq!(stage.ask("POST", "/order", Some(&key), language).await.0, 201);
    }
    let (status, headers, body) = stage.ask("POST", "/order", Some(&key), language).await;
    assert_eq!((status, &body["code"], &body["message"], &body["detail"]), (429, &"rate_limited".into(), &message.into(), &message.into()));
    assert_eq!(headers["retry-after"], "30");
    assert_eq!(headers["ratelimit-policy"], "\"orders\";q=2;w=60");
    assert_eq!(headers["ratelimit"], "\"orders\";r=0;t=30");
    assert_eq!(headers["content-language"], language);
    assert_eq!(headers["x-request-id"], body["request_id"].as_str().unwrap());
}

#[tokio::test]
async fn who_has_no_limit_or_no_key_is_not_limited() {
    let stage = Stage::open(Engine::Sqlite).await;
    stage.limit(Some(1), None).await;
    assert_eq!(stage.alpha("GET", "/read").await, (200, left("\"reads\";r=0;t=60")));
    assert_eq!(stage.alpha("GET", "/read").await.0, 429);
    let (beta, lumiere) = (stage.world.channel("beta").key.as_str(), stage.world.supplier("lumiere").key.as_str());
    let calls = [
        ("POST", "/order", Some(stage.world.channel("alpha").key.as_str()), 201),
        ("GET", "/public", Some(stage.world.channel("alpha").key.as_str()), 200),
        ("GET", "/read", Some(beta), 200),
        ("GET", "/supplier", Some(lumiere), 200),
        ("GET", "/supplier", Some(stage.world.operator_key.as_str()), 403),
        ("GET", "/read", Some("axh_c_unknown_0123456789abcdef"), 403),
        ("GET", "/read", None, 403),
        ("GET", "/nowhere", Some(stage.world.channel("alpha").key.as_str()), 404),
    ];
    for (method, path, key, expected) in calls {
        for _ in 0..5 {
            let (status, headers, _) = stage.ask(method, path, key, "ko").await;
            assert_eq!(status, expected, "{method} {path}");
            assert!(!headers.contains_key(RATE_LIMIT) && !headers.contains_key(RATE_LIMIT_POLICY), "{method} {path}: {headers:?}");
        }
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_changed_limit_holds_within_a_second(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    let begun = Instant::now();
    for (reads, expected) in [(Some(9), true), (None, false), (Some(3), true)] {
        stage.limit(reads, None).await;
        let changed_at = begun.elapsed();
        let policy = reads.map(|reads| format!("\"reads\";q={reads};w=60"));
        loop {
            let (_, headers, _) = stage.ask("GET", "/read", Some(&stage.world.channel("alpha").key), "ko").await;
            let found = headers.get(RATE_LIMIT_POLICY).map(|value| value.to_str().unwrap().to_owned());
            if found == policy {
                assert_eq!(headers.contains_key(RATE_LIMIT), expected);
                break;
            }
            assert!(begun.elapsed() - changed_at < SECOND, "still {found:?}");
            // The hub remembers whose a key is for half a second of real time.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
