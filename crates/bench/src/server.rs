//! The server as a child process: started on a free port, waited for, watched, and told to stop.

pub mod process;

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use axhub_store::Address;
use rustix::process::{Pid, Signal, kill_process};

/// How long a server may take until it is ready.
const TO_START: Duration = Duration::from_secs(60);
/// How long it may take to stop; it finishes what is in flight.
const TO_STOP: Duration = Duration::from_secs(40);
/// How often it is looked at meanwhile.
const INTERVAL: Duration = Duration::from_millis(20);

/// Which program serves, and how.
#[derive(Clone, Debug)]
pub struct Program {
    /// The file.
    pub file: PathBuf,
    /// Further arguments of `axhub serve`.
    pub arguments: Vec<OsString>,
}

impl Program {
    /// The file named, or the `axhub` that was built with this program.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(file: Option<PathBuf>, arguments: Vec<OsString>) -> anyhow::Result<Program> {
        let file = match file {
            Some(file) => file,
            None => std::env::current_exe()?.with_file_name("axhub"),
        };
        if !file.is_file() {
            bail!("there is no server {}: build it with `cargo build --release --package axhub`, or name it with --server", file.display());
        }
        Ok(Program { file, arguments })
    }
}

/// A server that runs as our child. It is killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Server {
    /// Starts a server on a database, and waits until it is ready.
    ///
    /// # Errors
    /// When it ends, or is not ready in a minute.
    pub fn start(program: &Program, database: &Address) -> anyhow::Result<Server> {
        let address = free_address()?;
        let mut command = Command::new(&program.file);
        command.args(["serve", "--listen", &address.to_string()]).args(&program.arguments);
        // In the environment, since everybody sees the arguments of a process and a password may be in this.
        command.env("AXHUB_DATABASE", written(database));
        Server::launch(command, address)
    }

    /// Starts the bare handler of [`crate::reference::floor`], with answers of so many bytes.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_floor(bytes: usize) -> anyhow::Result<Server> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["floor", "--listen", &address.to_string(), "--bytes", &bytes.to_string()]);
        Server::launch(command, address)
    }

    fn launch(mut command: Command, address: SocketAddr) -> anyhow::Result<Server> {
        let log = std::env::temp_dir().join(format!("axhub-bench-{}.log", address.port()));
        let errors = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors).spawn();
        let child = child.with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let mut server = Server { child, address, log };
        server.wait_until_ready()?;
        Ok(server)
    }

    fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let begin = Instant::now();
        while begin.elapsed() < TO_START {
            if is_ready(self.address) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status}:\n{}", self.last_words());
            }
            std::thread::sleep(INTERVAL);
        }
        bail!("the server was not ready after {} s:\n{}", TO_START.as_secs(), self.last_words())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to stop, and waits until it has.
    ///
    /// # Errors
    /// When it does not, or says that something failed.
    pub fn stop(mut self) -> anyhow::Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let begin = Instant::now();
        while begin.elapsed() < TO_STOP {
            if let Some(status) = self.child.try_wait()? {
                if !status.success() {
                    bail!("the server ended with {status}:\n{}", self.last_words());
                }
                return Ok(());
            }
            std::thread::sleep(INTERVAL);
        }
        bail!("the server did not stop within {} s", TO_STOP.as_secs())
    }

    /// The end of its log.
    fn last_words(&self) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&log[log.len().saturating_sub(2000)..]).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail for a server that has stopped, which is what we want.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.log);
    }
}

/// An address of this machine that nobody listens at. Whoever is told it has to be quick.
fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?)
}

/// The address with its password: as the server reads it.
fn written(database: &Address) -> OsString {
    match database {
        Address::Sqlite(file) => {
            let mut text = OsString::from("sqlite:");
            text.push(file);
            text
        }
        Address::Postgres(url) => url.into(),
    }
}

fn is_ready(server: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(server)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(format!("GET /readyz HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n").as_bytes())?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(status.ends_with(b"200"))
    };
    ask().unwrap_or(false)
}
