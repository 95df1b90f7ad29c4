//! One server as a child process: started, killed, paused, told to stop, and started again at the same port.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// How long a server may take until it is ready.
const TO_START: Duration = Duration::from_secs(30);
/// How long it may take to stop: it finishes what is in flight, for 30 s at most.
const TO_STOP: Duration = Duration::from_secs(40);
/// How often it is looked at meanwhile.
const INTERVAL: Duration = Duration::from_millis(20);

/// How a server is started.
#[derive(Clone, Debug)]
pub struct Start {
    /// `axhub-torture`.
    pub program: PathBuf,
    /// What it is told.
    pub arguments: Vec<OsString>,
    /// The database's address with its password. In the environment, where only its owner sees it.
    pub database: OsString,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where its log goes; each start goes on with the file.
    pub log: PathBuf,
}

/// A server. It is killed when dropped.
#[derive(Debug)]
pub struct Process {
    start: Start,
    child: Option<Child>,
}

/// How a server came to its end.
#[derive(Clone, Copy, Debug)]
pub struct Stopped {
    /// What it said.
    pub status: ExitStatus,
    /// How long it took.
    pub took: Duration,
}

impl Process {
    /// One that does not run yet.
    pub fn new(start: Start) -> Process {
        Process { start, child: None }
    }

    /// Where it listens when it runs.
    pub fn address(&self) -> SocketAddr {
        self.start.address
    }

    /// Where its log is.
    pub fn log(&self) -> &Path {
        &self.start.log
    }

    /// Starts it. It is not ready yet.
    ///
    /// # Errors
    /// When the program cannot be run.
    pub fn launch(&mut self) -> anyhow::Result<()> {
        let Start { program, arguments, database, log, .. } = &self.start;
        let log = OpenOptions::new().create(true).append(true).open(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = Command::new(program);
        command.args(arguments).env("AXHUB_DATABASE", database).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.child = Some(command.spawn().with_context(|| format!("cannot start {}", program.display()))?);
        Ok(())
    }

    /// Waits until it can take orders.
    ///
    /// # Errors
    /// When it ends, or takes too long.
    pub async fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let begin = Instant::now();
        while begin.elapsed() < TO_START {
            if is_ready(self.start.address).await {
                return Ok(());
            }
            if let Some(status) = self.has_ended()? {
                bail!("a server ended with {status}:\n{}", self.last_words());
            }
            ensure!(self.runs(), "the server does not run");
            sleep(INTERVAL).await;
        }
        bail!("a server was not ready after {} s:\n{}", TO_START.as_secs(), self.last_words())
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// When it does not run.
    pub fn signal(&mut self, signal: Signal) -> anyhow::Result<()> {
        Ok(kill_process(Pid::from_child(self.child()?), signal)?)
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// When it does not.
    pub async fn wait(&mut self) -> anyhow::Result<Stopped> {
        let begin = Instant::now();
        while begin.elapsed() < TO_STOP {
            if let Some(status) = self.has_ended()? {
                return Ok(Stopped { status, took: begin.elapsed() });
            }
            ensure!(self.runs(), "the server does not run");
            sleep(INTERVAL).await;
        }
        bail!("a server did not stop within {} s:\n{}", TO_STOP.as_secs(), self.last_words())
    }

    /// How it ended, if it has ended since it was last asked. From then on it does not run, and has no number that a signal
    /// could go to.
    ///
    /// # Errors
    /// The system's.
    pub fn has_ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        let status = self.child.as_mut().map(Child::try_wait).transpose()?.flatten();
        if status.is_some() {
            self.child = None;
        }
        Ok(status)
    }

    /// Whether it was started, and nobody has noticed that it has ended.
    pub fn runs(&self) -> bool {
        self.child.is_some()
    }

    fn child(&mut self) -> anyhow::Result<&mut Child> {
        self.child.as_mut().context("the server does not run")
    }

    /// The end of its log.
    pub fn last_words(&self) -> String {
        let log = std::fs::read(&self.start.log).unwrap_or_default();
        String::from_utf8_lossy(&log[log.len().saturating_sub(2000)..]).into_owned()
    }
}

impl Stopped {
    /// Whether it ended by itself and said that all was well.
    pub fn is_well(&self) -> bool {
        self.status.success()
    }

    /// Whether somebody killed it.
    pub fn was_killed(&self) -> bool {
        self.status.signal().is_some()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Both fail for one that has ended, which is what we want.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Whether a server says that it can take orders.
pub async fn is_ready(server: SocketAddr) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(server).await?;
        stream.write_all(format!("GET /readyz HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n").as_bytes()).await?;
        let mut status = [0; 12];
        stream.read_exact(&mut status).await?;
        std::io::Result::Ok(status.ends_with(b"200"))
    };
    matches!(timeout(Duration::from_secs(5), ask).await, Ok(Ok(true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_that_ends_instead_of_getting_ready_does_not_run() {
        let directory = tempfile::tempdir().unwrap();
        let start = Start {
            program: "false".into(),
            arguments: Vec::new(),
            database: OsString::new(),
            address: SocketAddr::from(([127, 0, 0, 1], 1)),
            log: directory.path().join("log"),
        };
        let mut process = Process::new(start);
        process.launch().unwrap();
        assert!(process.wait_until_ready().await.is_err());
        assert!(!process.runs());
        assert!(process.signal(Signal::CONT).unwrap_err().to_string().contains("does not run"));
        process.launch().unwrap();
        assert!(!process.wait().await.unwrap().is_well(), "it can be started again");
        assert!(process.wait().await.is_err(), "and is not waited for twice");
    }
}
