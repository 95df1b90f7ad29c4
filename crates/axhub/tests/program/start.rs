//! `axhub serve` on a PostgreSQL that is not there yet.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Stdio};
use std::time::{Duration, Instant};

use axhub_testkit::{Engine, TestDatabase};
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_comes_later_is_waited_for_behind_a_closed_door() {
    let test = TestDatabase::new(Engine::Postgres).await;
    let address = test.address_text();
    let (before, rest) = address.split_once('@').expect("a user");
    let (server, name) = rest.split_once('/').expect("a name");
    // Ports that are ours until we let them go: the one of the hub's clients, and the one where the database will be.
    let reserved = || std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let (door, later) = (reserved(), reserved());
    let (door_text, url) = (door.to_string(), format!("{before}@{later}/{name}"));
    let mut child = axhub(&["serve", "--listen", &door_text, "--database", &url]);
    let mut child = child.env("AXHUB_LOG", "info").stderr(Stdio::piped()).spawn().expect("axhub can be started");
    let log = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut starting = Starting { child, log };

    starting.line("waiting for the database");
    assert!(TcpStream::connect(door).await.is_err(), "nobody is let in yet");

    let listener = TcpListener::bind(later).await.expect("the port is still free");
    let server = server.to_owned();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let server = server.clone();
            tokio::spawn(async move {
                let mut database = TcpStream::connect(server).await.expect("PostgreSQL is there");
                let _ = tokio::io::copy_bidirectional(&mut client, &mut database).await;
            });
        }
    });
    starting.line("axhub serves");
    let ready = reqwest::get(format!("http://{door}/readyz")).await.expect("an answer");
    assert_eq!(ready.status().as_u16(), 200);
}
