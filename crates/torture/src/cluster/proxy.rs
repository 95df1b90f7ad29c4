//! What lies between a server and PostgreSQL: a TCP proxy that can cut connections and swallow what is sent.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How servers ask for a commit.
const COMMIT: &[u8] = b"COMMIT";

/// Where connections are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// At once, whatever is under way.
    Now,
    /// In the middle of the next thing that the server asks.
    InQuestion,
    /// In the middle of the next answer.
    InAnswer,
    /// Behind the next commit that is asked for: the database does it, and the server never hears of it.
    BehindCommit,
}

/// What connections are told. Each cut has a number, so that a connection that was opened later is not cut by it.
#[derive(Clone, Copy, Debug)]
struct Orders {
    number: u64,
    cut: Cut,
    swallow: bool,
}

/// The proxy. It and its connections end when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    orders: Arc<watch::Sender<Orders>>,
    commits: Arc<Notify>,
    _end: DropGuard,
}

impl Proxy {
    /// Begins to listen for connections to a target.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(target: SocketAddr) -> anyhow::Result<Proxy> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port for the proxy")?;
        let address = listener.local_addr()?;
        let orders = Arc::new(watch::Sender::new(Orders { number: 0, cut: Cut::Now, swallow: false }));
        let commits = Arc::new(Notify::new());
        let end = CancellationToken::new();
        let way = Way { target, orders: Arc::clone(&orders), commits: Arc::clone(&commits) };
        tokio::spawn(end.clone().run_until_cancelled_owned(serve(listener, way, end.clone())));
        Ok(Proxy { address, orders, commits, _end: end.drop_guard() })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts all connections at once.
    pub fn cut_all(&self) {
        self.cut(Cut::Now);
    }

    /// Cuts every connection that is open now, there.
    pub fn cut(&self, cut: Cut) {
        self.orders.send_modify(|orders| *orders = Orders { number: orders.number + 1, cut, ..*orders });
    }

    /// Waits until some server has asked for a commit, which is on its way to the database or done by now.
    pub async fn commit(&self) {
        self.commits.notified().await;
    }

    /// Whether nothing is passed on, in either direction, as if a cable had been pulled. What was sent meanwhile arrives
    /// afterwards, since TCP sends it again.
    pub fn blackhole(&self, swallow: bool) {
        self.orders.send_modify(|orders| orders.swallow = swallow);
    }
}

/// What every connection needs.
#[derive(Clone)]
struct Way {
    target: SocketAddr,
    orders: Arc<watch::Sender<Orders>>,
    commits: Arc<Notify>,
}

async fn serve(listener: TcpListener, way: Way, end: CancellationToken) {
    loop {
        // Out of file descriptors, at most; the next one may come through.
        let Ok((server, _)) = listener.accept().await else { continue };
        tokio::spawn(end.clone().run_until_cancelled_owned(carry(server, way.clone())));
    }
}

/// One connection, until either side ends it or it is cut.
async fn carry(server: TcpStream, Way { target, orders, commits }: Way) {
    let mut orders = orders.subscribe();
    let since = orders.borrow().number;
    if passing(&mut orders).await.is_err() {
        return;
    }
    let Ok(database) = TcpStream::connect(target).await else { return };
    for stream in [&server, &database] {
        // Small messages that somebody waits for. One that cannot be set is only slower.
        let _ = stream.set_nodelay(true);
    }
    let (from_server, to_server) = server.into_split();
    let (from_database, to_database) = database.into_split();
    let questions = pump(from_server, to_database, Some(&commits), since, orders.clone());
    let answers = pump(from_database, to_server, None, since, orders.clone());
    let cut = async {
        let _ = orders.wait_for(|orders| orders.number > since && orders.cut == Cut::Now).await;
    };
    tokio::select! {
        () = questions => {}
        () = answers => {}
        () = cut => {}
    }
}

/// Passes on one direction; the one of questions says when a commit passes.
async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, commits: Option<&Notify>, since: u64, mut orders: watch::Receiver<Orders>) {
    let cut_here = if commits.is_some() { Cut::InQuestion } else { Cut::InAnswer };
    let mut buffer = vec![0; 32 * 1024];
    loop {
        let Ok(length @ 1..) = from.read(&mut buffer).await else { return };
        if passing(&mut orders).await.is_err() {
            return;
        }
        let now = *orders.borrow();
        let cut = Some(now.cut).filter(|_| now.number > since);
        if cut == Some(cut_here) {
            let _ = to.write_all(&buffer[..length / 2]).await;
            return;
        }
        let passed = &buffer[..length];
        if to.write_all(passed).await.is_err() {
            return;
        }
        if let Some(commits) = commits.filter(|_| passed.windows(COMMIT.len()).any(|text| text == COMMIT)) {
            commits.notify_waiters();
            if cut == Some(Cut::BehindCommit) {
                return;
            }
        }
    }
}

/// Waits until things are passed on.
async fn passing(orders: &mut watch::Receiver<Orders>) -> Result<(), watch::error::RecvError> {
    orders.wait_for(|orders| !orders.swallow).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A target that sends back what it hears, and a proxy before it.
    async fn echo() -> (Proxy, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let target = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut read, mut write) = stream.split();
                    tokio::io::copy(&mut read, &mut write).await
                });
            }
        });
        let proxy = Proxy::start(target).await.unwrap();
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(say(&mut stream, b"hello").await, b"hello");
        (proxy, stream)
    }

    async fn say(stream: &mut TcpStream, text: &[u8]) -> Vec<u8> {
        stream.write_all(text).await.unwrap();
        let mut answer = vec![0; text.len()];
        let length = stream.read(&mut answer).await.unwrap_or(0);
        answer.truncate(length);
        answer
    }

    #[tokio::test]
    async fn cuts_what_is_open_and_passes_what_comes_later() {
        let (proxy, mut stream) = echo().await;
        proxy.cut_all();
        assert_eq!(stream.read(&mut [0; 9]).await.unwrap_or(0), 0);
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(say(&mut stream, b"again").await, b"again");
    }

    #[tokio::test]
    async fn cuts_in_the_middle_of_a_question_or_an_answer() {
        for (cut, heard) in [(Cut::InQuestion, b"12".as_slice()), (Cut::InAnswer, b"12")] {
            let (proxy, mut stream) = echo().await;
            proxy.cut(cut);
            // Half of a question comes back, unless the connection ends before that.
            let answer = say(&mut stream, b"1234").await;
            assert!(answer.is_empty() || answer == heard, "{cut:?}: {answer:?}");
            assert_eq!(stream.read(&mut [0; 9]).await.unwrap_or(0), 0, "{cut:?}");
        }
    }

    #[tokio::test]
    async fn tells_of_a_commit_and_cuts_behind_it() {
        let (proxy, mut stream) = echo().await;
        proxy.cut(Cut::BehindCommit);
        assert_eq!(say(&mut stream, b"BEGIN").await, b"BEGIN", "nothing else is cut");
        let (answer, ()) = tokio::join!(say(&mut stream, b"NOTIFY x; COMMIT"), proxy.commit());
        assert!(answer.is_empty(), "{answer:?}");
    }

    #[tokio::test]
    async fn swallows_and_delivers_later() {
        let (proxy, mut stream) = echo().await;
        proxy.blackhole(true);
        stream.write_all(b"late").await.unwrap();
        let mut answer = [0; 4];
        let none = tokio::time::timeout(std::time::Duration::from_millis(50), stream.read(&mut answer)).await;
        assert!(none.is_err(), "{none:?}");
        proxy.blackhole(false);
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"late");
    }
}
