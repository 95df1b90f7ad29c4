//! What a client hears for whom there is no place: it is told so at once, rather than left to wait.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue};
use bytes::Bytes;
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use crate::error::ApiError;
use crate::error::body::Context;
use crate::language::Language;
use crate::security::secure;

/// The most clients that are told at a time. Others see their connection end without a word.
const AT_A_TIME: usize = 64;

/// How long the client has to read it.
const PATIENCE: Duration = Duration::from_secs(1);

/// How much of its request is taken meanwhile.
const MOST_READ: usize = 64 * 1024;

/// Tells clients that there is no place for them.
pub(super) struct Refusal {
    answer: Bytes,
    places: Arc<Semaphore>,
}

impl Refusal {
    pub(super) fn new() -> Refusal {
        Refusal { answer: answer().into(), places: Arc::new(Semaphore::new(AT_A_TIME)) }
    }

    /// Tells this client.
    pub(super) fn tell(&self, stream: TcpStream) {
        metrics::counter!("axhub_connections_refused_total").increment(1);
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { return };
        let answer = self.answer.clone();
        tokio::spawn(async move {
            let _place = place;
            let _ = tokio::time::timeout(PATIENCE, say(stream, &answer)).await;
        });
    }
}

/// The same 503 as where too much waits, in the language of clients that ask for none.
fn answer() -> Vec<u8> {
    let error = ApiError::overloaded();
    let body = error.body(Context { language: Language::default(), request_id: "", method: "" });
    // Strings always serialize.
    let body = serde_json::to_vec(&body).unwrap_or_default();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    secure(&mut headers);
    let mut answer = format!("HTTP/1.1 {}\r\n", error.status()).into_bytes();
    for (name, value) in &headers {
        answer.extend_from_slice(name.as_str().as_bytes());
        answer.extend_from_slice(b": ");
        answer.extend_from_slice(value.as_bytes());
        answer.extend_from_slice(b"\r\n");
    }
    answer.extend_from_slice(b"\r\n");
    answer.extend_from_slice(&body);
    answer
}

/// Says it, and hears the client out: its request is on the way already, and must not meet a closed door.
async fn say(mut stream: TcpStream, answer: &[u8]) -> io::Result<()> {
    let mut said = 0;
    while said < answer.len() {
        stream.writable().await?;
        match stream.try_write(&answer[said..]) {
            Ok(bytes) => said += bytes,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    poll_fn(|context| Pin::new(&mut stream).poll_shutdown(context)).await?;
    let (mut heard, mut scratch) = (0, [0; 4096]);
    while heard < MOST_READ {
        stream.readable().await?;
        match stream.try_read(&mut scratch) {
            Ok(0) => return Ok(()),
            Ok(bytes) => heard += bytes,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
