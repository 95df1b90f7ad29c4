use http_body_util::BodyExt;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::TokioExecutor;

use super::*;

/// A client of HTTP/2 that knows that the server speaks it, and whether its connection has ended.
async fn speak_http2(client: Client) -> (SendRequest<Body>, JoinHandle<()>, Arc<Server>) {
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
