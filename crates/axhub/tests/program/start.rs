//! `axhub serve` on a PostgreSQL that is not there yet.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axhub_testkit::{Engine, TestDatabase};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::process::{axhub, run};

#[test]
fn a_database_that_does_not_come_is_not_waited_for_for_ever() {
    let began = Instant::now();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--database", "postgres://axhub:secret@127.0.0.1:1,127.0.0.1:2/axhub"];
    let said = run(&[arguments.as_slice(), &["--database-wait", "2"]].concat());
    assert_eq!(said.status.code(), Some(1));
    assert!(began.elapsed() >= Duration::from_secs(2) && began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert_eq!(said.err.matches("waiting for the database").count(), 1, "{}", said.err);
    let ends_with = "cannot open the database postgres://axhub@127.0.0.1:1,127.0.0.1:2/axhub: the database is not available";
    assert!(said.err.contains(ends_with) && said.err.contains("127.0.0.1:2: "), "{}", said.err);
    assert!(!said.err.contains("secret"), "{}", said.err);
}

#[test]
fn what_waiting_does_not_mend_is_not_waited_for() {
    let said = run(&["serve", "--listen", "127.0.0.1:0", "--database", "postgres:///axhub", "--database-wait", "60"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(said.err.contains("needs a host"), "{}", said.err);
}

/// A server whose log is read; killed when it is dropped.
struct Starting {
    child: Child,
    log: BufReader<ChildStderr>,
}

impl Starting {
    /// The next line with this in it.
    fn line(&mut self, with: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(self.log.read_line(&mut line).expect("a line of the log") > 0, "axhub ended and never said: {with}");
            if line.contains(with) {
                return line;
            }
        }
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Ports that are ours until we let them go: the one of the hub's clients, and the one where the database will be.
fn ports() -> (SocketAddr, SocketAddr) {
    let reserved = || std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    (reserved(), reserved())
}

/// A server that lets clients in at `door`, on the database of `test`, which it will find at `later`.
fn serve(test: &TestDatabase, door: SocketAddr, later: SocketAddr) -> Starting {
    let address = test.address_text();
    let (before, rest) = address.split_once('@').expect("a user");
    let (_, name) = rest.split_once('/').expect("a name");
    let (door, url) = (door.to_string(), format!("{before}@{later}/{name}"));
    let mut child = axhub(&["serve", "--listen", &door, "--database", &url]);
    let mut child = child.env("AXHUB_LOG", "info").stderr(Stdio::piped()).spawn().expect("axhub can be started");
    let log = BufReader::new(child.stderr.take().expect("it is piped"));
    Starting { child, log }
}

/// Carries connections to the database of `test`. One that sends the first of the faults is ended, and the fault is over.
async fn carry(test: &TestDatabase, later: SocketAddr, faults: &'static [&'static str]) {
    let address = test.address_text();
    let (_, rest) = address.split_once('@').expect("a user");
    let server = rest.split_once('/').expect("a name").0.to_owned();
    let faults = Arc::new(Mutex::new(VecDeque::from_iter(faults)));
    let listener = TcpListener::bind(later).await.expect("the port is still free");
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (server, faults) = (server.clone(), Arc::clone(&faults));
            tokio::spawn(async move {
                let mut database = TcpStream::connect(server).await.expect("PostgreSQL is there");
                let (mut asks, mut hears) = client.split();
                let (mut answers, mut is_asked) = database.split();
                let mut message = vec![0; 65536];
                let asking = async {
                    while let Ok(length @ 1..) = asks.read(&mut message).await {
                        let text = String::from_utf8_lossy(&message[..length]);
                        if faults.lock().expect("a lock").pop_front_if(|fault| text.contains(**fault)).is_some() {
                            return;
                        }
                        if is_asked.write_all(&message[..length]).await.is_err() {
                            return;
                        }
                    }
                };
                tokio::select! {
                    () = asking => {}
                    _ = tokio::io::copy(&mut answers, &mut hears) => {}
                }
            });
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_comes_later_is_waited_for_behind_a_closed_door() {
    let test = TestDatabase::new(Engine::Postgres).await;
    let (door, later) = ports();
    let mut starting = serve(&test, door, later);
    starting.line("waiting for the database");
    assert!(TcpStream::connect(door).await.is_err(), "nobody is let in yet");

    carry(&test, later, &[]).await;
    starting.line("axhub serves");
    let ready = reqwest::get(format!("http://{door}/readyz")).await.expect("an answer");
    assert_eq!(ready.status().as_u16(), 200);
}

/// As when it fails over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_away_while_it_is_looked_at_is_waited_for() {
    let test = TestDatabase::new(Engine::Postgres).await;
    let (door, later) = ports();
    // The schema is asked for a second time at once.
    carry(&test, later, &["LISTEN", "refinery_schema_history", "refinery_schema_history"]).await;
    let mut starting = serve(&test, door, later);
    starting.line("waiting for the database");
    starting.line("axhub serves");
}
