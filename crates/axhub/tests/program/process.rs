//! A running `axhub`, stopped with the test.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use axhub_testkit::{Engine, TestDatabase};
use serde_json::Value;

/// The program, ready for arguments. Nothing of the environment of the tests reaches it.
pub fn axhub(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_axhub"));
    for variable in ["AXHUB_DATABASE", "AXHUB_LISTEN", "AXHUB_OPERATOR"] {
        command.env_remove(variable);
    }
    command.args(arguments).env("AXHUB_LOG", "warn");
    command
}

/// What a finished command said.
pub struct Said {
    pub status: ExitStatus,
    pub out: String,
    pub err: String,
}

/// Runs a command to its end.
pub fn run(arguments: &[&str]) -> Said {
    finish(&mut axhub(arguments))
}

/// Runs a command that is ready to its end.
pub fn finish(command: &mut Command) -> Said {
    let output = command.output().expect("axhub can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("axhub speaks UTF-8");
    Said { status: output.status, out: text(output.stdout), err: text(output.stderr) }
}

/// A demo that serves; killed when it is dropped.
pub struct Demo {
    pub child: Child,
    pub base_url: String,
    pub ready: Value,
    stdout: BufReader<ChildStdout>,
}

impl Demo {
    /// Starts the demo on this database and waits until it is ready.
    pub fn start(database: &TestDatabase) -> Demo {
        Demo::start_at(&database.address_text())
    }

    /// The same, with what stands behind `--database`.
    pub fn start_at(database: &str) -> Demo {
        let arguments = ["demo", "--json", "--listen", "127.0.0.1:0", "--database", database];
        let mut child = axhub(&arguments).stdout(Stdio::piped()).spawn().expect("axhub can be started");
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("the demo says when it is ready");
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("no JSON: {error}: {line:?}"));
        let base_url = ready["base_url"].as_str().expect("an address").to_owned();
        Demo { child, base_url, ready, stdout }
    }

    /// Asks it to stop, as an operator does.
    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill can be started");
        assert!(sent.success());
    }

    /// Waits for its end; gives its status, and what else it wrote to standard output.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("axhub ends");
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("axhub speaks UTF-8");
        (status, rest)
    }

    /// Ends it without a warning.
    pub fn kill(mut self) {
        self.child.kill().expect("axhub can be killed");
        self.child.wait().expect("axhub ends");
    }

    /// The key of the n-th channel or supplier.
    pub fn key(&self, of: &str, n: usize) -> &str {
        self.ready[of][n]["api_key"].as_str().expect("a key")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A hub that serves; killed when it is dropped.
pub struct Server {
    child: Child,
    pub base_url: String,
}

impl Server {
    /// Starts `axhub serve` on this database, which must be migrated, and waits until it says where it listens.
    pub fn start(database: &TestDatabase) -> Server {
        Server::start_with(database, &[])
    }

    /// The same with more arguments.
    pub fn start_with(database: &TestDatabase, more: &[&str]) -> Server {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--database", &database.address_text(), "--log-format", "json"];
        let mut child = axhub(&arguments).args(more).env("AXHUB_LOG", "info").stderr(Stdio::piped()).spawn().expect("axhub can be started");
        let mut stderr = BufReader::new(child.stderr.take().expect("stderr is piped"));
        let base_url = loop {
            let mut line = String::new();
            assert!(stderr.read_line(&mut line).expect("a line of the log") > 0, "axhub ended before it served");
            let said: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("no JSON: {error}: {line:?}"));
            if let Some(address) = said.pointer("/fields/address").or_else(|| said.get("address")).and_then(Value::as_str) {
                break format!("http://{address}");
            }
        };
        // The log must be read on, or its pipe would be full one day.
        std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        Server { child, base_url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A database without a schema, as a newcomer has it.
pub async fn empty(engine: Engine) -> TestDatabase {
    TestDatabase::empty(engine).await
}
