//! What the running program lets its clients do at most, and what it tells browsers.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use axhub_testkit::Engine;
use reqwest::{Client, Method, StatusCode};
use rstest::rstest;
use serde_json::Value;

use crate::process::{Demo, Server, empty, run};

/// Every answer, whoever gives it, has the headers that keep it from being misused.
#[tokio::test]
async fn every_answer_has_its_headers() {
    let database = empty(Engine::Sqlite).await;
    let demo = Demo::start(&database);
    let key = format!("Token {}", demo.key("channels", 0));
    let client = Client::new();
    let calls = [
        ("GET", "/", 200),
        ("GET", "/docs/", 200),
        ("GET", "/docs/swagger-ui-bundle.js", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/metrics", 200),
        ("GET", "/nowhere", 404),
        ("PUT", "/healthz", 405),
        ("GET", "/v1/channel/products/tour", 200),
        ("GET", "/v1/channel/products/tour?page=x", 400),
        ("POST", "/v1/channel/orders/tour", 400),
        ("GET", "/v1/supplier/orders", 403),
    ];
    for (method, path, status) in calls {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = client.request(method, format!("{}{path}", demo.base_url)).header("authorization", &key);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{path}");
        let header = |name: &str| answer.headers().get(name).map_or("", |value| value.to_str().expect("text"));
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        let policy = header("content-security-policy");
        let may_load = if path.starts_with("/docs") || path == "/" { "script-src 'self';" } else { "default-src 'none';" };
        assert!(policy.contains(may_load) && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(["no-store", "private, no-cache"].contains(&header("cache-control")), "{path}: {}", header("cache-control"));
        assert!(header("server").is_empty() && header("access-control-allow-origin").is_empty(), "{path}");
    }
}

/// The page of the API description has the browser keep a key only where keys are worth nothing.
#[tokio::test]
async fn only_the_demo_has_keys_kept() {
    let database = empty(Engine::Sqlite).await;
    let script = async |base_url: &str| {
        let answer = Client::new().get(format!("{base_url}/docs/swagger-initializer.js")).send().await.expect("an answer");
        answer.text().await.expect("text").replace(' ', "")
    };
    let demo = Demo::start(&database);
    assert!(script(&demo.base_url).await.contains("\"persistAuthorization\":true"));
    drop(demo);
    let server = Server::start(&database);
    let script = script(&server.base_url).await;
    assert!(script.contains("/openapi.json") && !script.contains("\"persistAuthorization\":true"), "{script}");
}

#[rstest]
#[case::connections("--max-connections", StatusCode::SERVICE_UNAVAILABLE, "overloaded")]
#[case::requests("--requests-per-key", StatusCode::TOO_MANY_REQUESTS, "too_many_at_once")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_that_is_set_holds(#[case] flag: &str, #[case] status: StatusCode, #[case] code: &str) {
    let database = empty(Engine::Sqlite).await;
    let key = {
        let demo = Demo::start(&database);
        format!("Token {}", demo.key("suppliers", 0))
    };
    let server = Server::start_with(&database, &[flag, "2"]);
    let mut slow: Vec<TcpStream> = (0..2).map(|_| half_a_request(&server.base_url, &key)).collect();
    let mut refused = None;
    for _ in 0..100 {
        // On a connection of its own. It may take a place itself before both of the others have one: then one more comes.
        let answer = Client::new().get(format!("{}/v1/supplier/orders", server.base_url)).header("authorization", &key).send().await;
        let answer = answer.expect("an answer");
        if answer.status() != StatusCode::OK {
            refused = Some(answer);
            break;
        }
        slow.push(half_a_request(&server.base_url, &key));
    }
    let refused = refused.expect("there is a limit");
    assert_eq!(refused.status(), status);
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(refused.json::<Value>().await.expect("JSON")["code"], code);
    // Who was first is answered when the rest is here.
    let finish = |mut stream: TcpStream| {
        let mut answer = String::new();
        // Who was refused may be gone.
        let _ = stream.write_all(b"}");
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    };
    let answers: Vec<String> = slow.into_iter().map(finish).collect();
    let served = answers.iter().filter(|answer| answer.starts_with("HTTP/1.1 400 ") && answer.contains("max_quantity"));
    assert_eq!(served.count(), 2, "{answers:?}");
}

/// A client that has sent all but the last byte of its request.
fn half_a_request(base_url: &str, key: &str) -> TcpStream {
    let mut stream = TcpStream::connect(base_url.trim_start_matches("http://")).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    let path = "/v1/supplier/options/018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f1a/stock";
    let headers = format!("Authorization: {key}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close");
    stream.write_all(format!("PUT {path} HTTP/1.1\r\n{headers}\r\n\r\n{{").as_bytes()).expect("the connection holds");
    stream
}

#[test]
fn limits_that_make_no_sense_are_refused() {
    for (flag, value) in [
        ("--max-connections", "0"),
        ("--requests-per-key", "0"),
        ("--connections-per-key", "0"),
        ("--idle-timeout", "0"),
        ("--idle-timeout", "1.5"),
    ] {
        let said = run(&["serve", flag, value]);
        assert_eq!(said.status.code(), Some(2), "{}", said.err);
        assert!(said.err.contains(flag), "{}", said.err);
    }
}
