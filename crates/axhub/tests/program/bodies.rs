//! Bodies that nobody reads to their end: whoever sends them reads the answer all the same, on a real connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use axhub_testkit::Engine;
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use rstest::rstest;

use crate::process::{Demo, empty};

const BODY: usize = 10 * 1024 * 1024;
const ADDRESS: &str = "/v1/supplier/options/018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f1a/stock";

/// A client as simple as can be: it writes all that it has to say before it reads a word.
struct Wire(BufReader<TcpStream>);

impl Wire {
    fn open(demo: &Demo) -> Wire {
        let stream = TcpStream::connect(demo.base_url.trim_start_matches("http://")).expect("the demo listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        Wire(BufReader::new(stream))
    }

    fn send(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).expect("the connection holds until all is sent");
    }

    /// The status of the answer, which is read whole.
    fn status(&mut self) -> u16 {
        let mut line = || {
            let mut line = String::new();
            self.0.read_line(&mut line).expect("a line");
            line.trim_end().to_owned()
        };
        let status = line().split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let headers: Vec<String> = std::iter::repeat_with(&mut line).take_while(|line| !line.is_empty()).collect();
        let length = headers.iter().find_map(|header| header.strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.expect("a length")];
        self.0.read_exact(&mut body).expect("a body");
        status
    }
}

fn head(path: &str, key: &str, more: &str) -> String {
    format!("PUT {path} HTTP/1.1\r\nHost: axhub\r\nAuthorization: Token {key}\r\nContent-Type: application/json\r\n{more}\r\n")
}

/// Whatever the reason is for which the body is not read.
#[rstest]
#[case::too_large(ADDRESS, "Content-Length", true, 413)]
#[case::too_large_in_chunks(ADDRESS, "Transfer-Encoding", true, 413)]
#[case::nobodys_key(ADDRESS, "Content-Length", false, 403)]
#[case::nobodys_key_in_chunks(ADDRESS, "Transfer-Encoding", false, 403)]
#[case::no_such_address("/nowhere", "Content-Length", true, 404)]
#[case::no_such_method("/v1/supplier/orders", "Content-Length", true, 405)]
#[tokio::test]
async fn who_sends_all_first_reads_the_answer(#[case] path: &str, #[case] framing: &str, #[case] has_key: bool, #[case] status: u16) {
    let database = empty(Engine::Sqlite).await;
    let demo = Demo::start(&database);
    let key = if has_key { demo.key("suppliers", 0) } else { "axh_s_nobodys" };
    let mut wire = Wire::open(&demo);
    // Twice: the connection is as good as before.
    for _ in 0..2 {
        if framing == "Content-Length" {
            wire.send(head(path, key, &format!("Content-Length: {BODY}\r\n")).as_bytes());
            wire.send(&vec![b' '; BODY]);
        } else {
            wire.send(head(path, key, "Transfer-Encoding: chunked\r\n").as_bytes());
            let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
            (0..BODY / 0x10000).for_each(|_| wire.send(chunk.as_bytes()));
            wire.send(b"0\r\n\r\n");
        }
        assert_eq!(wire.status(), status);
    }
    wire.send(head(path, key, &format!("Connection: close\r\nContent-Length: {BODY}\r\n")).as_bytes());
    wire.send(&vec![b' '; BODY]);
    assert_eq!(wire.status(), status, "also when nothing is to follow");
}

#[tokio::test]
async fn usual_clients_read_it_too() {
    let database = empty(Engine::Sqlite).await;
    let demo = Demo::start(&database);
    let (address, token) = (format!("{}{ADDRESS}", demo.base_url), format!("Token {}", demo.key("suppliers", 0)));
    for _ in 0..8 {
        let request = reqwest::Client::new().put(&address).header(AUTHORIZATION, &token).header(CONTENT_TYPE, "application/json");
        let reply = request.body(vec![b' '; BODY]).send().await.expect("an answer, not a broken pipe");
        assert_eq!(reply.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
    let home = tempfile::tempdir().expect("a directory");
    let file = home.path().join("body");
    std::fs::write(&file, vec![b' '; BODY]).expect("a file");
    // With and without asking for leave to send it.
    for expect in ["Expect: 100-continue", "Expect:"] {
        let mut curl = Command::new("curl");
        curl.args(["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", "PUT", "-H", expect, "-H", "Content-Type: application/json"]);
        curl.args(["-H", &format!("Authorization: {token}"), "--data-binary", &format!("@{}", file.display()), &address]);
        let output = curl.env("no_proxy", "*").output().expect("curl can be started");
        let said = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && said.0 == "413", "{expect} {said:?}");
    }
}

/// There is an end to it: the connection closes on who sends more than anybody takes.
#[tokio::test]
async fn nobody_sends_for_ever() {
    let database = empty(Engine::Sqlite).await;
    let demo = Demo::start(&database);
    let mut wire = Wire::open(&demo);
    wire.send(head(ADDRESS, demo.key("suppliers", 0), &format!("Content-Length: {}\r\n", 1_u64 << 40)).as_bytes());
    let chunk = vec![b' '; 1024 * 1024];
    let sent = (0..200).take_while(|_| wire.0.get_mut().write_all(&chunk).is_ok()).count();
    assert!((16..200).contains(&sent), "{sent} MiB were taken");
}
