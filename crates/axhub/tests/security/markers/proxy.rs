//! A way to the database that can be cut.

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Passes on whatever comes, until it is cut: then connections break, and new ones are refused.
pub struct Proxy {
    port: u16,
    passing: JoinHandle<()>,
}

impl Proxy {
    pub async fn to(host: &str, port: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let own = listener.local_addr().expect("an address").port();
        let host = host.to_owned();
        let passing = tokio::spawn(async move {
            let mut all = tokio::task::JoinSet::new();
            while let Ok((mut from, _)) = listener.accept().await {
                let host = host.clone();
                all.spawn(async move {
                    if let Ok(mut to) = TcpStream::connect((host.as_str(), port)).await {
                        let _ = copy_bidirectional(&mut from, &mut to).await;
                    }
                });
            }
        });
        Proxy { port: own, passing }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Breaks every connection and takes no new one.
    pub fn cut(self) {
        self.passing.abort();
    }
}
