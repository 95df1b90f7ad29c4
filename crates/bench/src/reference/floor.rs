//! A bare handler of the framework that the server is made with: no key, no database, nothing to decide, only bytes of a
//! given number. What is fast as this is fast as the framework.

use std::future::ready;
use std::net::SocketAddr;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use axum::serve::ListenerExt;
use bytes::Bytes;
use tokio::net::TcpListener;

use crate::load::client::{Answer, Asked};
use crate::scenarios::{Kind, Shopper};

/// Answers everything with JSON of so many bytes, until the process is told to stop.
///
/// # Errors
/// When the address is taken.
pub async fn serve(listen: SocketAddr, bytes: usize) -> anyhow::Result<()> {
    let listener = TcpListener::bind(listen).await?.tap_io(|connection| {
        // As the server does it.
        let _ = connection.set_nodelay(true);
    });
    axum::serve(listener, router(bytes)).await?;
    Ok(())
}

/// Routes with nothing around them.
pub fn router(bytes: usize) -> Router {
    let body = json_of(bytes);
    let answer = move || ([(CONTENT_TYPE, "application/json")], body.clone());
    let (to_post, to_patch) = (answer.clone(), answer.clone());
    // What is sent is read, but not looked at.
    let routes = get(move || ready(answer())).post(move |_: Bytes| ready(to_post())).patch(move |_: Bytes| ready(to_patch()));
    Router::new().route("/{*path}", routes)
}

/// A JSON text of exactly so many bytes, of two at least.
fn json_of(bytes: usize) -> Bytes {
    format!("\"{}\"", "x".repeat(bytes.saturating_sub(2))).into()
}

/// Asks the bare handler for the same things that somebody else asks the server for.
pub struct FloorShopper {
    asks: Box<dyn Shopper>,
    bytes: usize,
}

impl FloorShopper {
    /// Asks as `asks` does, and expects so many bytes.
    pub fn new(asks: Box<dyn Shopper>, bytes: usize) -> FloorShopper {
        FloorShopper { asks, bytes }
    }
}

impl Shopper for FloorShopper {
    fn next(&mut self) -> (Kind, Asked) {
        (Kind::Floor, self.asks.next().1)
    }

    fn check(&mut self, _kind: Kind, answer: &Answer) -> Result<(), String> {
        let is_right = answer.status.as_u16() == 200 && answer.body.len() == self.bytes;
        if is_right { Ok(()) } else { Err(format!("expected 200 and {} bytes", self.bytes)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_exactly_that_many_bytes() {
        for bytes in [2, 3, 1000] {
            let body = json_of(bytes);
            assert_eq!(body.len(), bytes);
            assert!(serde_json::from_slice::<String>(&body).is_ok());
        }
    }
}
