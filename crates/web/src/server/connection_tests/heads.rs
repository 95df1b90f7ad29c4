//! How long the head of a request may take, and what is none.

use super::*;

#[rstest]
#[case::first(0)]
#[case::later(3)]
#[tokio::test(start_paused = true)]
async fn a_head_that_trickles_holds_nothing(#[case] before: usize) {
    let mut client = Client::of(fine(), 1024);
    for _ in 0..before {
        client.ask().await;
        sleep(7 * SECOND).await;
    }
    client.send(b"GET / HTTP/1.1\r\nx-long: ").await;
    let ended = client.trickle().await;
    assert!((10..=11).contains(&ended), "{ended}");
}

#[tokio::test(start_paused = true)]
async fn a_head_in_pieces_is_a_head() {
    let mut client = Client::of(fine(), 1024);
    for _ in 0..3 {
        for piece in GET.chunks(5) {
            client.send(piece).await;
            sleep(SECOND).await;
        }
        assert_eq!(client.answer().await.body, "fine");
        sleep(20 * SECOND).await;
    }
}

/// Silence before the first byte is not given on top.
#[tokio::test(start_paused = true)]
async fn the_first_head_has_its_time_from_the_beginning() {
    let mut client = Client::of(fine(), 1024);
    sleep(Limits::DEFAULT.head - SECOND).await;
    client.send(b"GET / HTTP/1.1\r\n").await;
    assert_eq!(client.end().await, Limits::DEFAULT.head.as_secs());
}

#[rstest]
#[case::after_one_without_a_body(GET)]
#[case::after_two_of_them(b"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n")]
#[case::after_chunks(b"GET / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n")]
#[tokio::test(start_paused = true)]
async fn a_head_that_begins_with_the_request_before_it_has_its_time_too(#[case] before: &[u8]) {
    let mut client = Client::of(fine(), 1024);
    client.send(&[before, b"GET / HTTP/1.1\r\nx-long: "].concat()).await;
    client.answer().await;
    assert_eq!(client.end().await, Limits::DEFAULT.head.as_secs());
}

/// What still comes of a request when it is answered already is no beginning of a next one: the connection may be idle.
#[rstest]
#[case::too_large(3_000_000, "application/json", "413")]
#[case::of_a_wrong_type(300_000, "text/plain", "415")]
#[tokio::test(start_paused = true)]
async fn a_body_that_comes_after_its_answer_is_no_head(#[case] length: usize, #[case] content_type: &str, #[case] status: &str) {
    let mut client = Client::of(reading(), 64 * 1024);
    for _ in 0..2 {
        client.send(format!("POST / HTTP/1.1\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n").as_bytes()).await;
        assert_eq!(client.answer().await.status(), status);
        client.send(&vec![b'x'; length]).await;
        sleep(3 * Limits::DEFAULT.head).await;
    }
    assert_eq!(client.ask().await.status(), "405");
    let began = client.began.elapsed().as_secs();
    assert_eq!(client.end().await, began + Limits::DEFAULT.idle.as_secs());
}

#[tokio::test(start_paused = true)]
async fn chunks_that_come_after_their_answer_are_no_head() {
    let mut client = Client::of(reading(), 64 * 1024);
    client.send(b"POST / HTTP/1.1\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n").await;
    assert_eq!(client.answer().await.status(), "415");
    client.send(b"3\r\nxxx\r\n").await;
    sleep(SECOND).await;
    client.send(b"0\r\n\r\n").await;
    sleep(3 * Limits::DEFAULT.head).await;
    assert_eq!(client.ask().await.status(), "405");
}

/// Some clients send a line's end after a body. It belongs to nothing.
#[rstest]
#[case(b"\r\n")]
#[case(b"\n")]
#[tokio::test(start_paused = true)]
async fn an_empty_line_is_no_head(#[case] line: &[u8]) {
    let mut client = Client::of(reading(), 64 * 1024);
    let body = json!({ "text": "x" }).to_string();
    for _ in 0..2 {
        client.send((post_head(body.len()) + &body).as_bytes()).await;
        assert_eq!(client.answer().await.status(), "200");
        client.send(line).await;
        sleep(3 * Limits::DEFAULT.head).await;
    }
    // But nobody stays for it.
    client.send(line).await;
    assert_eq!(client.end().await, 3 * Limits::DEFAULT.head.as_secs() + Limits::DEFAULT.idle.as_secs());
}
