//! `axhub serve`, with every word that it says kept.

use std::fs::File;
use std::io::{Read, Seek};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server that is killed when it is dropped.
pub struct Server {
    child: Child,
    address: String,
    said: File,
}

impl Server {
    /// Starts it on a database, which is given as services get it: through the environment.
    pub fn start(database: &str, level: &str, format: &str) -> Server {
        let said = tempfile::tempfile().expect("a file");
        let copy = || Stdio::from(said.try_clone().expect("another handle"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_axhub"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--log-format", format]).env("AXHUB_DATABASE", database);
        let child = command.env("AXHUB_LOG", level).env_remove("AXHUB_LISTEN").stdout(copy()).stderr(copy()).spawn();
        let mut server = Server { child: child.expect("axhub can be started"), address: String::new(), said };
        server.wait_for_address();
        server
    }

    fn wait_for_address(&mut self) {
        let started = Instant::now();
        while self.address.is_empty() {
            assert!(started.elapsed() < Duration::from_secs(60), "axhub does not serve: {}", self.all());
            if let Some(ended) = self.child.try_wait().expect("it can be looked at") {
                panic!("axhub ended with {ended}: {}", self.all());
            }
            let said = self.all();
            let line = said.lines().find(|line| line.contains("axhub serves")).unwrap_or_default();
            if let Some(at) = line.find("127.0.0.1:") {
                self.address = line[at..].chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();
            }
            std::thread::yield_now();
        }
    }

    pub fn address(&self) -> String {
        self.address.clone()
    }

    fn all(&mut self) -> String {
        let mut text = Vec::new();
        self.said.rewind().expect("it can be read again");
        self.said.read_to_end(&mut text).expect("it can be read");
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Tells it to stop, and gives all that it said.
    pub fn stop(mut self) -> String {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill can be started").success());
        self.child.wait().expect("it ends");
        self.all()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
