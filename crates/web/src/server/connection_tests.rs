use std::time::Duration;

use axum::Router;
use axum::body::Bytes as Payload;
use axum::routing::{get, post};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::*;
use crate::{JsonBody, Limits};

#[path = "connection_tests/heads.rs"]
mod heads;
#[path = "connection_tests/http2.rs"]
mod http2;
#[path = "connection_tests/keys.rs"]
mod keys;

const SECOND: Duration = Duration::from_secs(1);
const MEGABYTE: usize = 50 * 20 * 1024;
const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: axhub\r\n\r\n";

/// A client of a server, between them a pipe that holds so many bytes.
struct Client {
    pipe: DuplexStream,
    server: Arc<Server>,
    serving: JoinHandle<()>,
    began: Instant,
}

/// What the client reads of an answer.
#[derive(Debug)]
struct Answer {
    head: String,
    body: String,
}

impl Client {
    fn of(app: Router, pipe: usize) -> Client {
        let server = Arc::new(Server::new(app.into(), Limits::DEFAULT));
        let (pipe, other_end) = duplex(pipe);
        let serving = tokio::spawn(serve(other_end, Arc::clone(&server)));
        Client { pipe, server, serving, began: Instant::now() }
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.pipe.write_all(bytes).await.unwrap();
    }

    /// An answer with a length.
    async fn answer(&mut self) -> Answer {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.pipe.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        let mut body = vec![0; length.parse().unwrap()];
        self.pipe.read_exact(&mut body).await.unwrap();
        Answer { head, body: String::from_utf8(body).unwrap() }
    }

    async fn ask(&mut self) -> Answer {
        self.send(GET).await;
        self.answer().await
    }

    /// After how many whole seconds the server had enough.
    async fn end(mut self) -> u64 {
        (&mut self.serving).await.unwrap();
        self.began.elapsed().as_secs()
    }

    /// Sends a byte a second for as long as somebody listens; after how many seconds nobody did.
    async fn trickle(&mut self) -> u64 {
        let began = Instant::now();
        while !self.serving.is_finished() && self.pipe.write_all(b"x").await.is_ok() {
            sleep(SECOND).await;
        }
        began.elapsed().as_secs()
    }
}

impl Answer {
    fn status(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }

    fn says_goodbye(&self) -> bool {
        self.head.contains("connection: close\r\n")
    }
}

fn fine() -> Router {
    Router::new().route("/", get(|| async { "fine" }))
}

/// Answers with so many bytes.
fn long(bytes: usize) -> Router {
    Router::new().route("/", get(move || async move { vec![b'x'; bytes] }))
}

fn reading() -> Router {
    let read =
        |body: JsonBody| async move { body.read(|fields| fields.required("text").string(1_000_000)).map(|text| text.len().to_string()) };
    crate::layers(Router::new().route("/", post(read)))
}

fn post_head(length: usize) -> String {
    format!("POST / HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n")
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_not_waited_for() {
    let client = Client::of(fine(), 1024);
    assert_eq!(client.end().await, Limits::DEFAULT.head.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_connection_without_a_request_is_closed() {
    let mut client = Client::of(fine(), 1024);
    for _ in 0..3 {
        assert_eq!(client.ask().await.status(), "200");
        sleep(Limits::DEFAULT.idle - SECOND).await;
    }
    assert_eq!(client.ask().await.status(), "200");
    assert_eq!(client.end().await, 4 * Limits::DEFAULT.idle.as_secs() - 3);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_trickles_is_a_408() {
    let mut client = Client::of(reading(), 64 * 1024);
    client.send(post_head(1000).as_bytes()).await;
    let began = Instant::now();
    for _ in 0..Limits::DEFAULT.body.as_secs() + 1 {
        client.send(b" ").await;
        sleep(SECOND).await;
    }
    let answer = client.answer().await;
    assert_eq!(answer.status(), "408", "{answer:?}");
    assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap()["code"], "request_timeout");
    assert!(began.elapsed() <= Limits::DEFAULT.body + 2 * SECOND);
    // And that was the end of it.
    let ended = client.end().await;
    assert!(ended <= 20, "{ended}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_comes_fast_enough_is_read() {
    let body = json!({ "text": "x".repeat(400_000) }).to_string();
    let mut client = Client::of(reading(), 64 * 1024);
    client.send(post_head(body.len()).as_bytes()).await;
    let began = Instant::now();
    for piece in body.as_bytes().chunks(20_000) {
        client.send(piece).await;
        sleep(SECOND).await;
    }
    assert_eq!(client.answer().await.body, "400000");
    assert!(began.elapsed() > 2 * Limits::DEFAULT.body);
    assert_eq!(client.end().await, began.elapsed().as_secs());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_takes_is_given_up() {
    let mut client = Client::of(long(1_000_000), 1024);
    client.send(GET).await;
    assert_eq!(client.end().await, Limits::DEFAULT.answer.as_secs());
}

#[rstest]
#[case::too_slowly(1024, false)]
#[case::fast_enough(20 * 1024, true)]
#[tokio::test(start_paused = true)]
async fn an_answer_is_taken_at_some_speed(#[case] bytes_per_second: usize, #[case] is_served: bool) {
    let mut client = Client::of(long(MEGABYTE), 4096);
    client.send(GET).await;
    let mut piece = vec![0; bytes_per_second];
    let mut taken = 0;
    while taken < MEGABYTE && client.pipe.read_exact(&mut piece).await.is_ok() {
        taken += piece.len();
        sleep(SECOND).await;
    }
    assert_eq!(taken >= MEGABYTE, is_served, "{taken} bytes in {:?}", client.began.elapsed());
    if !is_served {
        assert!(client.began.elapsed() < 2 * Limits::DEFAULT.answer);
    }
}

/// A handler that waits until it is told to answer.
fn waiting() -> (Router, Arc<Notify>) {
    let go = Arc::new(Notify::new());
    let told = Arc::clone(&go);
    let wait = move || async move {
        told.notified().await;
        "at last"
    };
    (Router::new().route("/", get(wait)), go)
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_lets_idle_clients_go_at_once() {
    let mut client = Client::of(fine(), 1024);
    assert!(!client.ask().await.says_goodbye());
    sleep(SECOND).await;
    let began = Instant::now();
    client.server.stop();
    assert_eq!(client.pipe.read(&mut [0]).await.unwrap(), 0);
    client.serving.await.unwrap();
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_answers_what_it_works_on() {
    let (app, go) = waiting();
    let mut client = Client::of(app, 1024);
    client.send(GET).await;
    sleep(SECOND).await;
    client.server.stop();
    sleep(5 * SECOND).await;
    go.notify_one();
    let answer = client.answer().await;
    assert!(answer.says_goodbye() && answer.body == "at last", "{answer:?}");
    assert_eq!(client.pipe.read(&mut [0]).await.unwrap(), 0);
    drop(client.pipe);
    client.serving.await.unwrap();
}

#[rstest]
#[case::first(0, 0)]
#[case::first_in_part(0, 9)]
#[case::later_in_part(2, 9)]
#[case::later(2, 0)]
#[tokio::test(start_paused = true)]
async fn a_server_that_stops_answers_what_is_on_its_way(#[case] before: usize, #[case] sent: usize) {
    let mut client = Client::of(fine(), 1024);
    for _ in 0..before {
        client.ask().await;
    }
    client.send(&GET[..sent]).await;
    tokio::task::yield_now().await;
    client.server.stop();
    sleep(Duration::from_millis(100)).await;
    client.send(&GET[sent..]).await;
    let answer = client.answer().await;
    assert!(answer.says_goodbye() && answer.body == "fine", "{answer:?}");
    assert_eq!(client.pipe.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_does_not_wait_for_who_says_nothing() {
    let mut client = Client::of(fine(), 1024);
    client.server.stop();
    assert_eq!(client.pipe.read(&mut [0]).await.unwrap(), 0);
    assert!(client.began.elapsed() < SECOND);
}

#[rstest]
#[case::one_long_header("x: ".to_owned() + &"x".repeat(100_000), "431")]
#[case::many_headers("x: y\r\n".repeat(200), "431")]
#[case::no_header("a header\r\n".to_owned(), "400")]
#[case::two_lengths("content-length: 1\r\ncontent-length: 2\r\n".to_owned(), "400")]
#[tokio::test(start_paused = true)]
async fn a_head_that_cannot_be_read_is_answered(#[case] headers: String, #[case] status: &str) {
    let mut client = Client::of(fine(), 1024 * 1024);
    client.send(format!("GET / HTTP/1.1\r\n{headers}\r\n\r\n").as_bytes()).await;
    let answer = client.answer().await;
    assert_eq!(answer.status(), status);
    assert!(answer.says_goodbye());
    // Whatever else it says is heard, but not for long.
    client.trickle().await;
    let ended = client.end().await;
    assert!(ended <= Limits::DEFAULT.farewell.as_secs() + 1, "{ended}");
}

#[rstest]
#[case(0, "200")]
#[case(crate::limits::MAX_ADDRESS - 2, "200")]
#[case(crate::limits::MAX_ADDRESS - 1, "414")]
#[case(60_000, "414")]
#[case(80_000, "431")]
#[tokio::test(start_paused = true)]
async fn an_address_has_a_length(#[case] query: usize, #[case] status: &str) {
    let mut client = Client::of(crate::layers(fine()), 1024 * 1024);
    client.send(format!("GET /?{} HTTP/1.1\r\n\r\n", "x".repeat(query)).as_bytes()).await;
    let answer = client.answer().await;
    assert_eq!(answer.status(), status);
    if status == "414" {
        assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap()["code"], "address_too_long");
    }
}

/// Both say how long the body is. One of them is wrong, and who believes the other would see another next request.
#[tokio::test(start_paused = true)]
async fn a_body_with_two_framings_ends_the_connection() {
    let echo = Router::new().route("/", post(|body: Payload| async move { body }));
    let mut client = Client::of(echo, 64 * 1024);
    client.send(b"POST / HTTP/1.1\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n").await;
    let answer = client.answer().await;
    assert!(answer.says_goodbye() && answer.body == "abc", "{answer:?}");
    assert_eq!(client.pipe.read(&mut [0]).await.unwrap(), 0);
}
