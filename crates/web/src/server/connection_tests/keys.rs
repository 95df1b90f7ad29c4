//! What one key can take: connections, and answers that it does not read.

use axhub_domain::ids::KeyId;
use axhub_hub::{Owner, Principal};
use axum::http::request::Parts;
use http_body_util::BodyExt;
use uuid::Uuid;

use super::http2::speak_http2;
use super::*;
use crate::rate_limit::{RateLimiter, admit};
use crate::{ApiError, KeptAnswers};

const FEW: Limits = Limits { requests_per_key: 1, connections_per_key: 2, ..Limits::DEFAULT };

/// Answers with so many bytes to a key, which is a number.
fn for_keys(bytes: usize) -> Router {
    let answer = move |parts: Parts| async move {
        let number = parts.headers["key"].to_str().unwrap().parse().unwrap();
        let principal = Principal { key: KeyId(Uuid::from_u128(number)), owner: Owner::Operator { name: "olivia".to_owned() } };
        admit(&parts, &principal)?;
        Ok::<_, ApiError>(vec![b'x'; bytes])
    };
    let routes = Router::new().route("/", get(answer));
    crate::layers_with(routes, crate::REQUEST_TIMEOUT, RateLimiter::with_limits(&FEW), KeptAnswers::default())
}

fn get_with(key: u32) -> String {
    format!("GET / HTTP/1.1\r\nkey: {key}\r\n\r\n")
}

async fn ask_with(client: &mut Client, key: u32) -> Answer {
    client.send(get_with(key).as_bytes()).await;
    client.answer().await
}

#[tokio::test(start_paused = true)]
async fn one_connection_too_many_of_a_key_is_answered_and_ends() {
    let app = for_keys(3);
    let mut clients: Vec<Client> = (0..3).map(|_| Client::of(app.clone(), 1024)).collect();
    for client in &mut clients[..2] {
        for _ in 0..3 {
            assert!(!ask_with(client, 1).await.says_goodbye());
        }
    }
    let mut third = clients.pop().unwrap();
    let answer = ask_with(&mut third, 1).await;
    assert!(answer.status() == "200" && answer.body == "xxx" && answer.says_goodbye(), "{answer:?}");
    assert_eq!(third.pipe.read(&mut [0]).await.unwrap(), 0);
    drop(third.pipe);
    third.serving.await.unwrap();

    let mut of_another_key = Client::of(app.clone(), 1024);
    assert!(!ask_with(&mut of_another_key, 2).await.says_goodbye());
    assert!(!ask_with(&mut clients[0], 1).await.says_goodbye(), "who was there before stays");
    // A place that is left is free.
    let gone = clients.pop().unwrap();
    drop(gone.pipe);
    gone.serving.await.unwrap();
    assert!(!ask_with(&mut Client::of(app, 1024), 1).await.says_goodbye());
}

#[tokio::test(start_paused = true)]
async fn a_connection_counts_for_the_key_of_its_last_request() {
    let app = for_keys(3);
    let mut clients: Vec<Client> = (0..4).map(|_| Client::of(app.clone(), 1024)).collect();
    for key in 1..=4 {
        for client in &mut clients[..2] {
            assert!(!ask_with(client, key).await.says_goodbye());
        }
    }
    // Nobody is there for the first key any more.
    for client in &mut clients[2..] {
        assert!(!ask_with(client, 1).await.says_goodbye());
    }
    assert!(ask_with(&mut clients[0], 1).await.says_goodbye());
}

#[tokio::test(start_paused = true)]
async fn one_connection_of_http2_too_many_is_answered_and_ends() {
    let app = for_keys(100_000);
    let ask = || axum::http::Request::get("http://axhub/").header("key", "1").body(Body::empty()).unwrap();
    let mut others = Vec::new();
    for at in 0..3 {
        let (mut requests, serving, server) = speak_http2(Client::of(app.clone(), 64 * 1024)).await;
        let answer = requests.send_request(ask()).await.unwrap();
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes().len(), 100_000);
        if at < 2 {
            others.push((requests, serving, server));
            continue;
        }
        let began = Instant::now();
        serving.await.unwrap();
        assert!(began.elapsed() <= Limits::DEFAULT.farewell, "{:?}", began.elapsed());
        assert!(requests.send_request(ask()).await.is_err());
    }
    for (requests, serving, _) in &mut others {
        assert!(!serving.is_finished());
        assert_eq!(requests.send_request(ask()).await.unwrap().status(), 200);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_is_in_progress_until_its_answer_was_taken() {
    let app = for_keys(MEGABYTE);
    let (mut slow, mut other) = (Client::of(app.clone(), 4096), Client::of(app, 4096));
    slow.send(get_with(1).as_bytes()).await;
    sleep(SECOND).await;
    assert_eq!(ask_with(&mut other, 1).await.status(), "429");
    assert_eq!(slow.answer().await.body.len(), MEGABYTE);
    assert_eq!(ask_with(&mut other, 1).await.status(), "200");
}

/// Else whoever has as many requests in progress as there may be could open as many connections as it likes.
#[tokio::test(start_paused = true)]
async fn a_connection_whose_requests_are_refused_counts_too() {
    let app = for_keys(MEGABYTE);
    let mut clients: Vec<Client> = (0..3).map(|_| Client::of(app.clone(), 4096)).collect();
    clients[0].send(get_with(1).as_bytes()).await;
    sleep(SECOND).await;
    let second = ask_with(&mut clients[1], 1).await;
    assert!(second.status() == "429" && !second.says_goodbye(), "{second:?}");
    let third = ask_with(&mut clients[2], 1).await;
    assert!(third.status() == "429" && third.says_goodbye(), "{third:?}");
}
