//! A process that may open no more files. Alone in its binary, since the limit is the whole process's.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use axhub_web::{Limits, server};
use axum::Router;
use axum::routing::get;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;

const GET: &[u8] = b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n";
const PATIENCE: Duration = Duration::from_secs(20);

fn connect(address: SocketAddr) -> TcpStream {
    let mut client = TcpStream::connect(address).expect("the system lets it in");
    client.write_all(GET).expect("the connection holds");
    client
}

/// What the client hears, if it hears anything in time.
fn answer(client: &mut TcpStream, time: Duration) -> Option<String> {
    client.set_read_timeout(Some(time)).expect("a time");
    let mut said = String::new();
    client.read_to_string(&mut said).ok().map(|_| said)
}

/// Lets the process have so many files.
fn allow(files: u64) {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(files), maximum }).expect("a lower limit is allowed");
}

fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").expect("a directory").count()
}

/// Processor time of this process, by a file that is open already.
fn worked(stat: &mut File) -> Duration {
    let mut text = String::new();
    stat.rewind().expect("a beginning");
    stat.read_to_string(&mut text).expect("text");
    let fields: Vec<u64> = text.rsplit(')').next().unwrap_or_default().split_whitespace().map(|field| field.parse().unwrap_or(0)).collect();
    Duration::from_millis((fields[11] + fields[12]) * 10)
}

#[test]
fn a_server_without_files_lives_on_and_rests() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let app = Router::new().route("/", get(|| async { "fine" }));
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(server::run_until(listener, app, Limits::DEFAULT, std::future::pending()));
    let open = open_files();
    assert!(answer(&mut connect(address), PATIENCE).unwrap().ends_with("fine"));
    while open_files() > open {
        std::thread::yield_now();
    }

    let mut stat = File::open("/proc/self/stat").unwrap();
    let Rlimit { current, .. } = getrlimit(Resource::Nofile);
    // The lowest number that is free, which the client's end takes. None is left for the server's.
    allow(File::open("/dev/null").unwrap().as_raw_fd() as u64 + 1);
    let mut in_line = connect(address);
    let (before, began) = (worked(&mut stat), Instant::now());
    assert_eq!(answer(&mut in_line, Duration::from_millis(500)), None, "there was a file left");
    let (work, time) = (worked(&mut stat) - before, began.elapsed());
    assert!(work < time / 2, "the server was busy for {work:?} of {time:?}");

    allow(current.unwrap_or(1024));
    assert!(answer(&mut in_line, PATIENCE).unwrap().ends_with("fine"));
    assert!(answer(&mut connect(address), PATIENCE).unwrap().ends_with("fine"));
}
