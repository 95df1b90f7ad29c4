//! What lies between a server and PostgreSQL: a TCP proxy that can cut connections and swallow what is sent.

mod spotter;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

use spotter::Spotter;

/// Where connections are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// At once, whatever is under way.
    Now,
    /// In the middle of the next thing that the server asks.
    InQuestion,
    /// In the middle of the next answer.
    InAnswer,
    /// Behind the next commit of something written that is asked for: the database does it, and the server never hears of it.
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
    way: Way,
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
        let end = CancellationToken::new();
        let way = Way { target, orders, commits: Arc::new(watch::Sender::new(None)), cuts: Arc::default() };
        tokio::spawn(end.clone().run_until_cancelled_owned(serve(listener, way.clone(), end.clone())));
        Ok(Proxy { address, way, _end: end.drop_guard() })
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
        self.way.orders.send_modify(|orders| *orders = Orders { number: orders.number + 1, cut, ..*orders });
    }

    /// How many connections have been cut there so far in the middle of a transaction that writes, or behind its commit. One that
    /// is told to be cut in something may never say it, and one that is cut may be in no transaction.
    pub fn cuts(&self, cut: Cut) -> u64 {
        self.way.cuts[cut as usize].load(Ordering::Relaxed)
    }

    /// Waits until some server has asked for the commit of something that it has written, which is on its way to the database
    /// or done by now. Says which server, if it has told its name.
    pub async fn commit(&self) -> Option<usize> {
        let mut commits = self.way.commits.subscribe();
        commits.changed().await.ok()?;
        *commits.borrow()
    }

    /// Whether nothing is passed on, in either direction, as if a cable had been pulled. What was sent meanwhile arrives
    /// afterwards, since TCP sends it again.
    pub fn blackhole(&self, swallow: bool) {
        self.way.orders.send_modify(|orders| orders.swallow = swallow);
    }
}

/// What every connection needs.
#[derive(Clone, Debug)]
struct Way {
    target: SocketAddr,
    orders: Arc<watch::Sender<Orders>>,
    /// Who has asked for the last commit of something written.
    commits: Arc<watch::Sender<Option<usize>>>,
    /// How many connections were cut in the middle of a transaction, by [`Cut`].
    cuts: Arc<[AtomicU64; 4]>,
}

impl Way {
    fn count(&self, cut: Cut, in_the_middle: bool) {
        self.cuts[cut as usize].fetch_add(in_the_middle.into(), Ordering::Relaxed);
    }
}

async fn serve(listener: TcpListener, way: Way, end: CancellationToken) {
    loop {
        // Out of file descriptors, at most; the next one may come through.
        let Ok((server, _)) = listener.accept().await else { continue };
        tokio::spawn(end.clone().run_until_cancelled_owned(carry(server, way.clone())));
    }
}

/// One connection, until either side ends it or it is cut.
async fn carry(server: TcpStream, way: Way) {
    let mut orders = way.orders.subscribe();
    let since = orders.borrow().number;
    if passing(&mut orders).await.is_err() {
        return;
    }
    let Ok(database) = TcpStream::connect(way.target).await else { return };
    for stream in [&server, &database] {
        // Small messages that somebody waits for. One that cannot be set is only slower.
        let _ = stream.set_nodelay(true);
    }
    let (from_server, to_server) = server.into_split();
    let (from_database, to_database) = database.into_split();
    let is_writing = AtomicBool::new(false);
    let questions = pump(from_server, to_database, Some(Spotter::default()), &is_writing, &way, since);
    let answers = pump(from_database, to_server, None, &is_writing, &way, since);
    let cut = async {
        let _ = orders.wait_for(|orders| orders.number > since && orders.cut == Cut::Now).await;
    };
    tokio::select! {
        () = questions => {}
        () = answers => {}
        () = cut => way.count(Cut::Now, is_writing.load(Ordering::Relaxed)),
    }
}

/// Passes on one direction; the one of questions has a spotter, which notices when a commit passes, and whether the connection
/// is in the middle of a transaction.
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut spotter: Option<Spotter>,
    is_writing: &AtomicBool,
    way: &Way,
    since: u64,
) {
    let cut_here = if spotter.is_some() { Cut::InQuestion } else { Cut::InAnswer };
    let mut orders = way.orders.subscribe();
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
            way.count(cut_here, is_writing.load(Ordering::Relaxed));
            return;
        }
        let passed = &buffer[..length];
        let mut commits = None;
        if let Some(spotter) = &mut spotter {
            commits = spotter.sees_commit(passed).then(|| spotter.server());
            // Before its answer can be there.
            is_writing.store(spotter.is_writing(), Ordering::Relaxed);
        }
        if to.write_all(passed).await.is_err() {
            return;
        }
        if let Some(server) = commits {
            way.commits.send_replace(server);
            if cut == Some(Cut::BehindCommit) {
                way.count(Cut::BehindCommit, true);
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
    async fn counts_what_was_cut_in_the_middle_of_a_transaction_that_writes() {
        for cut in [Cut::Now, Cut::InQuestion, Cut::InAnswer] {
            for (said, count) in [(b"BEGIN\0".as_slice(), 1), (b"BEGIN READ ONLY\0", 0), (b"BEGIN\0 ROLLBACK\0", 0), (b"hello", 0)] {
                let (proxy, mut stream) = echo().await;
                assert_eq!(say(&mut stream, said).await, said);
                proxy.cut(cut);
                // A connection may have been cut before this.
                let _ = stream.write_all(b"more").await;
                while stream.read(&mut [0; 9]).await.is_ok_and(|length| length > 0) {}
                assert_eq!(proxy.cuts(cut), count, "{cut:?}: {}", String::from_utf8_lossy(said));
            }
        }
    }

    #[tokio::test]
    async fn tells_of_a_commit_of_something_written_and_cuts_behind_it() {
        let (proxy, mut stream) = echo().await;
        say(&mut stream, b"application_name\0server-1\0").await;
        proxy.cut(Cut::BehindCommit);
        for said in [b"BEGIN READ ONLY\0".as_slice(), b"COMMIT\0", b"BEGIN\0"] {
            assert_eq!(say(&mut stream, said).await, said, "nothing else is cut");
        }
        assert_eq!(proxy.cuts(Cut::BehindCommit), 0);
        let (answer, server) = tokio::join!(say(&mut stream, b"NOTIFY x; COMMIT\0"), proxy.commit());
        assert!(answer.is_empty(), "{answer:?}");
        assert_eq!((server, proxy.cuts(Cut::BehindCommit)), (Some(1), 1));
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
