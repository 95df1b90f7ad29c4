use std::sync::atomic::{AtomicUsize, Ordering};

use http_body_util::BodyExt;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::TokioExecutor;

use super::*;

/// A client of HTTP/2 that knows that the server speaks it, and whether its connection has ended.
pub(super) async fn speak_http2(client: Client) -> (SendRequest<Body>, JoinHandle<()>, Arc<Server>) {
    let (requests, connection) = handshake(TokioExecutor::new(), TokioIo::new(client.pipe)).await.unwrap();
    tokio::spawn(connection);
    (requests, client.serving, client.server)
}

fn http2_get() -> axum::http::Request<Body> {
    axum::http::Request::get("http://axhub/").body(Body::empty()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn http2_is_spoken_and_its_connections_are_closed_too() {
    let (mut requests, serving, _server) = speak_http2(Client::of(fine(), 64 * 1024)).await;
    for _ in 0..3 {
        let answer = requests.send_request(http2_get()).await.unwrap();
        assert!(!answer.headers().contains_key(CONNECTION));
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "fine");
        sleep(Limits::DEFAULT.idle - SECOND).await;
    }
    let began = Instant::now();
    serving.await.unwrap();
    assert!(began.elapsed() <= Limits::DEFAULT.idle, "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn http2_stops_when_its_requests_are_answered() {
    let (app, go) = waiting();
    let (mut requests, serving, server) = speak_http2(Client::of(app, 64 * 1024)).await;
    let answer = tokio::spawn(requests.send_request(http2_get()));
    sleep(SECOND).await;
    server.stop();
    sleep(SECOND).await;
    assert!(!serving.is_finished());
    go.notify_one();
    assert_eq!(answer.await.unwrap().unwrap().into_body().collect().await.unwrap().to_bytes(), "at last");
    let began = Instant::now();
    serving.await.unwrap();
    assert!(began.elapsed() <= Limits::DEFAULT.farewell, "{:?}", began.elapsed());
}

/// The client takes the head of an answer and not its body, and does so as the protocol allows: it gives it no room.
#[tokio::test(start_paused = true)]
async fn an_answer_of_http2_that_nobody_takes_is_given_up() {
    let (mut requests, _serving, _server) = speak_http2(Client::of(long(100_000_000), 64 * 1024)).await;
    let answer = requests.send_request(http2_get()).await.unwrap();
    let began = Instant::now();
    sleep(crate::REQUEST_TIMEOUT + Limits::DEFAULT.answer).await;
    assert!(answer.into_body().collect().await.is_err());
    assert!(began.elapsed() <= crate::REQUEST_TIMEOUT + Limits::DEFAULT.answer + SECOND);
}

/// A head of more than 64 KiB, all headers counted with 32 bytes each as HTTP/2 counts them.
#[rstest]
#[case::within(60_000, 200)]
#[case::beyond(66_000, 431)]
#[tokio::test(start_paused = true)]
async fn a_head_of_http2_has_a_length(#[case] length: usize, #[case] status: u16) {
    let (mut requests, _serving, _server) = speak_http2(Client::of(fine(), 1024 * 1024)).await;
    // Of many headers, since one of them is bounded by the client's own table.
    let head = (0..length / 1000).fold(axum::http::Request::get("http://axhub/"), |head, n| head.header(format!("x-{n}"), "x".repeat(960)));
    let answer = requests.send_request(head.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), status);
}

#[tokio::test(start_paused = true)]
async fn a_connection_of_http2_has_so_many_requests_at_a_time() {
    let (begun, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (counter, told) = (Arc::clone(&begun), Arc::clone(&go));
    let wait = move || async move {
        counter.fetch_add(1, Ordering::Relaxed);
        told.notified().await;
    };
    let (requests, _serving, _server) = speak_http2(Client::of(Router::new().route("/", get(wait)), 1024 * 1024)).await;
    let most = crate::limits::MAX_STREAMS as usize;
    let asked: Vec<_> = (0..most + 20)
        .map(|_| {
            let mut requests = requests.clone();
            tokio::spawn(async move {
                requests.ready().await.unwrap();
                requests.send_request(http2_get()).await.unwrap().status()
            })
        })
        .collect();
    sleep(SECOND).await;
    assert_eq!(begun.load(Ordering::Relaxed), most);
    for _ in 0..20 {
        go.notify_one();
        sleep(SECOND).await;
    }
    assert_eq!(begun.load(Ordering::Relaxed), most + 20, "those that waited have their turn");
    go.notify_waiters();
    for answer in asked {
        assert_eq!(answer.await.unwrap(), 200);
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_of_http2_that_trickles_is_a_408() {
    let (mut requests, _serving, _server) = speak_http2(Client::of(reading(), 64 * 1024)).await;
    let trickle = futures_util::stream::unfold((), |()| async {
        sleep(SECOND).await;
        Some((Ok::<_, Infallible>(" "), ()))
    });
    let request = axum::http::Request::post("http://axhub/").header("content-type", "application/json");
    let began = Instant::now();
    let answer = requests.send_request(request.body(Body::from_stream(trickle)).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 408);
    assert!(began.elapsed() <= Limits::DEFAULT.body + 2 * SECOND, "{:?}", began.elapsed());
}

/// A frame of HTTP/2.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// "Rapid reset": requests that are given up with the bytes after them.
#[tokio::test(start_paused = true)]
async fn who_only_resets_is_sent_away() {
    let (app, _go) = waiting();
    let mut client = Client::of(app, 1024 * 1024);
    let mut said = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    said.extend(frame(4, 0, 0, &[]));
    for stream in (1..2000).step_by(2) {
        // GET, http, /: as numbers of HPACK's own table. Then: cancelled.
        said.extend(frame(1, 0b101, stream, &[0x82, 0x86, 0x84]));
        said.extend(frame(3, 0, stream, &8_u32.to_be_bytes()));
    }
    client.send(&said).await;
    let mut heard = Vec::new();
    client.pipe.read_to_end(&mut heard).await.unwrap();
    let mut reason = None;
    let mut rest = heard.as_slice();
    while let [a, b, c, kind, _, _, _, _, _, after @ ..] = rest {
        let (payload, next) = after.split_at(u32::from_be_bytes([0, *a, *b, *c]) as usize);
        if *kind == 7 {
            reason = payload.get(4..8).map(<[u8]>::to_vec);
        }
        rest = next;
    }
    const ENHANCE_YOUR_CALM: [u8; 4] = [0, 0, 0, 0xb];
    assert_eq!(reason.as_deref(), Some(ENHANCE_YOUR_CALM.as_slice()));
}
