//! The server on real sockets.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::Instant;

use axum::Router;
use axum::routing::{get, post};
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_blocking};

use super::*;

const GET: &str = "GET / HTTP/1.1\r\nhost: axhub\r\n\r\n";

/// A server that runs, and the word that stops it.
struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<io::Result<()>>,
}

async fn start(app: Router, limits: Limits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let serving = tokio::spawn(run_until(listener, app, limits, async move { drop(stopped.await) }));
    Running { address, stop, serving }
}

/// A client as simple as can be.
struct Wire(std::net::TcpStream);

impl Wire {
    fn open(address: SocketAddr) -> Wire {
        let stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Wire(stream)
    }

    fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).unwrap();
    }

    /// Everything up to the end of the connection.
    fn rest(&mut self) -> String {
        let mut said = String::new();
        self.0.read_to_string(&mut said).unwrap();
        said
    }

    /// The head of an answer whose body is known.
    fn answer(&mut self, body: &str) -> String {
        let mut said = Vec::new();
        while !said.ends_with(format!("\r\n\r\n{body}").as_bytes()) {
            let mut byte = [0];
            self.0.read_exact(&mut byte).unwrap();
            said.push(byte[0]);
        }
        String::from_utf8(said).unwrap()
    }
}

fn fine() -> Router {
    Router::new().route("/", get(|| async { "fine" }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_finds_no_place_is_told() {
    let limits = Limits { connections: 2, ..Limits::DEFAULT };
    let server = start(crate::layers(fine()), limits).await;
    let address = server.address;
    let asked = spawn_blocking(move || {
        let mut guests: Vec<Wire> = (0..2).map(|_| Wire::open(address)).collect();
        for guest in &mut guests {
            guest.send(GET);
            guest.answer("fine");
        }
        for sends_first in [true, false] {
            let mut other = Wire::open(address);
            if sends_first {
                other.send(GET);
            }
            let said = other.rest();
            assert!(said.starts_with("HTTP/1.1 503 Service Unavailable\r\n") && said.contains("\r\nretry-after: 1\r\n"), "{said}");
            let (head, body) = said.split_once("\r\n\r\n").unwrap();
            assert!(
                head.contains("x-content-type-options: nosniff") && head.contains(&format!("content-length: {}", body.len())),
                "{head}"
            );
            assert_eq!(serde_json::from_str::<Value>(body).unwrap()["code"], "overloaded");
        }
        // Whoever was there is served on, and a place that is left is free.
        guests[0].send(GET);
        guests[0].answer("fine");
        drop(guests.pop());
        let mut said = String::new();
        while !said.ends_with("fine") {
            let mut next = Wire::open(address);
            next.send("GET / HTTP/1.1\r\nconnection: close\r\n\r\n");
            said = next.rest();
        }
    });
    asked.await.unwrap();
    server.stop.send(()).unwrap();
    server.serving.await.unwrap().unwrap();
}

/// Who stands in line when the server stops was let in by the system already, and has sent a request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stands_in_line_is_answered() {
    for _ in 0..20 {
        let server = start(fine(), Limits::DEFAULT).await;
        let address = server.address;
        let mut line: Vec<Wire> = (0..16).map(|_| Wire::open(address)).collect();
        line.iter_mut().for_each(|client| client.send(GET));
        server.stop.send(()).unwrap();
        let answers = spawn_blocking(move || line.iter_mut().map(Wire::rest).collect::<Vec<String>>()).await.unwrap();
        for answer in answers {
            assert!(answer.ends_with("fine"), "{answer:?}");
        }
        server.serving.await.unwrap().unwrap();
        assert!(std::net::TcpStream::connect(address).is_err(), "the door is closed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_is_an_end_to_waiting() {
    let app = Router::new().route("/", get(std::future::pending::<()>));
    let server = start(app, Limits { grace: Duration::from_millis(50), ..Limits::DEFAULT }).await;
    let mut client = Wire::open(server.address);
    client.send(GET);
    let mut idle = Wire::open(server.address);
    server.stop.send(()).unwrap();
    server.serving.await.unwrap().unwrap();
    assert_eq!(idle.rest(), "");
}

/// The answer to a head or body that is not wanted is read, though the client is still sending.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_still_sends_reads_the_answer() {
    let app = crate::layers(Router::new().route("/", post(|body: crate::JsonBody| async move { format!("{body:?}") })));
    let server = start(app, Limits::DEFAULT).await;
    let address = server.address;
    let asked = spawn_blocking(move || {
        let long_head = format!("POST / HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(900_000));
        let broken_chunks = "POST / HTTP/1.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".to_owned()
            + &"x".repeat(500_000);
        for (request, status) in [(long_head, "431"), (broken_chunks, "400")] {
            for _ in 0..10 {
                let mut client = Wire::open(address);
                client.send(&request);
                let said = client.rest();
                assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{said}");
            }
        }
    });
    asked.await.unwrap();
}

/// Who closes the connection when the last answer is read need not be waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_heard_all_is_not_waited_for() {
    let server = start(fine(), Limits { farewell: Duration::from_secs(60), ..Limits::DEFAULT }).await;
    let mut client = Wire::open(server.address);
    client.send("GET / HTTP/1.1\r\nconnection: close\r\n\r\n");
    assert!(client.rest().ends_with("fine"));
    let began = Instant::now();
    drop(client);
    server.stop.send(()).unwrap();
    server.serving.await.unwrap().unwrap();
    assert!(began.elapsed() < Duration::from_secs(10));
}
