//! A PostgreSQL of our own, which may be killed: its cluster in a directory of the run, with fsync on.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use axhub_store::Address;
use parking_lot::Mutex;
use rand::RngExt;
use rustix::process::{Pid, Signal, geteuid, kill_process};
use tokio::time::sleep;
use tokio_postgres::{Client, NoTls};

use super::ports::free_address;

/// The user of PostgreSQL.
const USER: &str = "axhub";
/// The user of the system that the server runs as when we are root, which it refuses: Debian's package makes it.
const SERVER_USER: &str = "postgres";
/// How long it may take to start; after a crash it has to recover.
const TO_START: Duration = Duration::from_secs(60);
/// How long it may take to stop, or to be dead.
const TO_STOP: Duration = Duration::from_secs(30);
/// How often it is looked at meanwhile.
const INTERVAL: Duration = Duration::from_millis(20);

/// A cluster. It is killed when dropped, and deleted unless it was [left](Self::leave).
#[derive(Debug)]
pub struct PostgresCluster {
    programs: PathBuf,
    home: PathBuf,
    address: SocketAddr,
    password: String,
    server_user: Option<(u32, u32)>,
    postmaster: Mutex<Option<Child>>,
    is_left: AtomicBool,
}

impl PostgresCluster {
    /// Makes an empty cluster in this directory, or elsewhere if the server may not go there, and starts it.
    ///
    /// # Errors
    /// When there is no PostgreSQL, or it does not do it.
    pub async fn create(directory: &Path) -> anyhow::Result<PostgresCluster> {
        let programs = find_programs()?;
        let server_user = if geteuid().is_root() { Some(ids_of(SERVER_USER)?) } else { None };
        let home = make_home(directory, server_user)?;
        let password = format!("{:032x}", rand::rng().random::<u128>());
        let (postmaster, is_left) = (Mutex::new(None), AtomicBool::new(false));
        let cluster = PostgresCluster { programs, home, address: free_address()?, password, server_user, postmaster, is_left };
        cluster.initialize()?;
        cluster.start().await?;
        Ok(cluster)
    }

    fn initialize(&self) -> anyhow::Result<()> {
        let password = self.home.join("password");
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&password)?.write_all(self.password.as_bytes())?;
        if let Some((user, group)) = self.server_user {
            chown(&password, Some(user), Some(group))?;
        }
        let mut initdb = self.command("initdb");
        initdb.arg("--pgdata").arg(self.data()).arg("--pwfile").arg(&password).args(["--username", USER, "--auth=password"]);
        // No locale: texts sort by their bytes, on every machine and as in SQLite.
        initdb.args(["--no-locale", "--encoding=UTF8", "--no-sync", "--no-instructions"]);
        let done = initdb.output().context("cannot run initdb")?;
        ensure!(done.status.success(), "initdb failed: {}", String::from_utf8_lossy(&done.stderr));
        Ok(fs::remove_file(password)?)
    }

    /// Starts it, or starts it again, and waits until it takes connections.
    ///
    /// # Errors
    /// When it does not.
    pub async fn start(&self) -> anyhow::Result<()> {
        self.launch()?;
        let begin = Instant::now();
        loop {
            let refusal = match self.connect("postgres").await {
                Ok(_) => return Ok(()),
                Err(error) => error,
            };
            let ended = self.postmaster.lock().as_mut().map(Child::try_wait).transpose()?.flatten();
            if let Some(status) = ended {
                *self.postmaster.lock() = None;
                bail!("PostgreSQL ended with {status}; {} tells why", self.log().display());
            }
            if begin.elapsed() > TO_START {
                bail!("PostgreSQL was not ready after {} s: {refusal:#}; see {}", TO_START.as_secs(), self.log().display());
            }
            sleep(INTERVAL).await;
        }
    }

    fn launch(&self) -> anyhow::Result<()> {
        let mut postmaster = self.postmaster.lock();
        ensure!(postmaster.is_none(), "PostgreSQL runs already");
        let log = OpenOptions::new().create(true).append(true).open(self.log())?;
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).args(["-p", &self.address.port().to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
            "timezone=UTC",
            // What the promise stands on; as they are by default.
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "log_line_prefix=%m %p %a ",
        ] {
            command.args(["-c", setting]);
        }
        *postmaster = Some(command.stdout(Stdio::null()).stderr(log).spawn().context("cannot start PostgreSQL")?);
        Ok(())
    }

    /// Kills all of its processes at once. This is less than the loss of power: the system keeps what it was given to write,
    /// so whether a commit had reached the disk before it was answered does not show.
    ///
    /// # Errors
    /// When they do not die.
    pub async fn kill9(&self) -> anyhow::Result<()> {
        // First the one that would start others again.
        if let Some(postmaster) = self.postmaster.lock().as_mut() {
            postmaster.kill()?;
        }
        self.reap().await
    }

    /// Tells it to stop, cutting its clients' transactions, and waits until it has.
    ///
    /// # Errors
    /// When it does not.
    pub async fn stop_fast(&self) -> anyhow::Result<()> {
        if let Some(postmaster) = self.postmaster.lock().as_ref() {
            kill_process(Pid::from_child(postmaster), Signal::INT)?;
        }
        let begin = Instant::now();
        while begin.elapsed() < TO_STOP {
            let ended = self.postmaster.lock().as_mut().map(Child::try_wait).transpose()?;
            if ended.is_none_or(|status| status.is_some()) {
                return self.reap().await;
            }
            sleep(INTERVAL).await;
        }
        bail!("PostgreSQL did not stop within {} s; see {}", TO_STOP.as_secs(), self.log().display())
    }

    /// Waits until none of its processes is left, killing those that are.
    async fn reap(&self) -> anyhow::Result<()> {
        let begin = Instant::now();
        loop {
            let left = self.kill_processes();
            // One that has ended stays a process until it is waited for, and the next one would take it for a living one.
            let ended = self.postmaster.lock().as_mut().map(Child::try_wait).transpose()?;
            if left == 0 && ended.is_none_or(|status| status.is_some()) {
                *self.postmaster.lock() = None;
                return Ok(());
            }
            ensure!(begin.elapsed() < TO_STOP, "{left} processes of PostgreSQL do not die");
            sleep(INTERVAL).await;
        }
    }

    /// Kills whatever works in our data directory, and says how many those were.
    fn kill_processes(&self) -> usize {
        let data = self.data();
        let Ok(processes) = fs::read_dir("/proc") else { return 0 };
        let ours = processes.flatten().filter(|process| fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd == data));
        let ids = ours.filter_map(|process| process.file_name().to_str()?.parse().ok().and_then(Pid::from_raw));
        let mut count = 0;
        for id in ids {
            // One that has ended meanwhile cannot be killed, which is what we want.
            let _ = kill_process(id, Signal::KILL);
            count += 1;
        }
        count
    }

    /// A connection to one of its databases.
    ///
    /// # Errors
    /// When it refuses.
    pub async fn connect(&self, database: &str) -> anyhow::Result<Client> {
        let (client, connection) = tokio_postgres::connect(&self.url(self.address, database), NoTls).await?;
        // Ends with the client.
        tokio::spawn(connection);
        Ok(client)
    }

    /// Makes an empty database.
    ///
    /// # Errors
    /// When it is there, or the server is not.
    pub async fn create_database(&self, name: &str) -> anyhow::Result<()> {
        Ok(self.connect("postgres").await?.batch_execute(&format!("CREATE DATABASE {name}")).await?)
    }

    /// Deletes a database, whoever still uses it.
    ///
    /// # Errors
    /// When the server is not there.
    pub async fn drop_database(&self, name: &str) -> anyhow::Result<()> {
        Ok(self.connect("postgres").await?.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?)
    }

    /// Writes a database to a file, for whoever looks into what was found.
    ///
    /// # Errors
    /// When `pg_dump` fails.
    pub fn dump(&self, name: &str, file: &Path) -> anyhow::Result<()> {
        let mut dump = self.command("pg_dump");
        dump.env("PGPASSWORD", &self.password).args([
            "--host",
            "127.0.0.1",
            "--username",
            USER,
            "--port",
            &self.address.port().to_string(),
            name,
        ]);
        let done = dump.stdout(fs::File::create(file)?).stderr(Stdio::piped()).output().context("cannot run pg_dump")?;
        ensure!(done.status.success(), "pg_dump failed: {}", String::from_utf8_lossy(&done.stderr));
        Ok(())
    }

    /// Whether it was started and not killed or stopped since.
    pub fn runs(&self) -> bool {
        self.postmaster.lock().is_some()
    }

    /// Leaves its files where they are when it is dropped, and says where that is: it is of no use any more, and they may
    /// tell why.
    pub fn leave(&self) -> &Path {
        self.is_left.store(true, Ordering::Relaxed);
        &self.home
    }

    /// Whether it is of no use any more.
    pub fn is_left(&self) -> bool {
        self.is_left.load(Ordering::Relaxed)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of one of its databases.
    pub fn database(&self, name: &str) -> Address {
        Address::Postgres(self.url(self.address, name))
    }

    /// The URL of one of its databases, as it is reached there.
    pub fn url(&self, at: SocketAddr, database: &str) -> String {
        format!("postgres://{USER}:{}@{at}/{database}", self.password)
    }

    /// Where its log is.
    pub fn log(&self) -> PathBuf {
        self.home.join("log")
    }

    fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    /// One of its programs, as the user that may run it.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        // Its user may not be allowed into the current directory. Settings of the caller's shell are for other servers.
        command.current_dir(&self.home).env_clear().env("LC_ALL", "C").stdin(Stdio::null());
        if let Some((user, group)) = self.server_user {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for PostgresCluster {
    fn drop(&mut self) {
        if let Some(mut postmaster) = self.postmaster.lock().take() {
            let _ = postmaster.kill();
            let _ = postmaster.wait();
        }
        self.kill_processes();
        if !self.is_left() {
            let _ = fs::remove_dir_all(&self.home);
        }
    }
}

/// The directory with the programs of the newest PostgreSQL, 15 at least.
fn find_programs() -> anyhow::Result<PathBuf> {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = installed.map(|entry| entry.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = debian
        .chain(std::env::split_paths(&path))
        .filter(|directory| ["initdb", "pg_dump"].iter().all(|program| directory.join(program).is_file()));
    let newest = all.filter_map(|directory| Some((version(&directory)?, directory))).max_by_key(|(version, _)| *version);
    match newest {
        Some((15.., directory)) => Ok(directory),
        _ => bail!("PostgreSQL 15 or newer is needed; its initdb was found neither under /usr/lib/postgresql nor on the PATH"),
    }
}

/// The major version of the server there: `postgres (PostgreSQL) 15.18 (Debian …)`.
fn version(directory: &Path) -> Option<u32> {
    let told = Command::new(directory.join("postgres")).arg("--version").output().ok()?;
    let told = String::from_utf8(told.stdout).ok()?;
    let number = told.split_once(") ")?.1;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// A user's number and its group's.
fn ids_of(user: &str) -> anyhow::Result<(u32, u32)> {
    let ask = |what: &str| -> anyhow::Result<u32> {
        let told = Command::new("id").args([what, user]).output().context("cannot run id")?;
        let told = String::from_utf8(told.stdout)?;
        told.trim().parse().with_context(|| {
            format!("PostgreSQL does not run as root, and there is no user '{user}' to run it as: useradd --system {user}")
        })
    };
    Ok((ask("-u")?, ask("-g")?))
}

/// A directory that the server's user can use: below the one given, if it can go there.
fn make_home(directory: &Path, server_user: Option<(u32, u32)>) -> anyhow::Result<PathBuf> {
    let elsewhere = [std::env::temp_dir(), PathBuf::from("/var/tmp"), PathBuf::from("/tmp")];
    for parent in [directory.to_owned()].into_iter().chain(elsewhere) {
        let Ok(home) = tempfile::Builder::new().prefix("postgres-").permissions(fs::Permissions::from_mode(0o700)).tempdir_in(&parent)
        else {
            continue;
        };
        let Some((user, group)) = server_user else { return Ok(fs::canonicalize(home.keep())?) };
        chown(home.path(), Some(user), Some(group))?;
        let reaches = Command::new("test").arg("-w").arg(home.path()).current_dir("/").uid(user).gid(group).status()?;
        if reaches.success() {
            return Ok(fs::canonicalize(home.keep())?);
        }
    }
    bail!("found no directory that the user of PostgreSQL can use; set TMPDIR to one")
}
