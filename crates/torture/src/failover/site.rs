//! The database that fails over: a pair of servers, or three nodes under Patroni, each driven by a command.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use axhub_store::Address;
use rand::RngExt;
use rand::rngs::SmallRng;
use tokio::sync::Mutex;
use tokio::time::sleep;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::{Client, Config, NoTls};
use url::Url;

/// How long standbys may take until they follow again.
const TO_FOLLOW: Duration = Duration::from_secs(120);

/// How long one of the hosts may take to let the drill itself in.
const TO_CONNECT: Duration = Duration::from_secs(2);

/// The way of a process that was killed and has come back where it was, before anybody took over.
pub(super) const RESTARTED: &str = "restarted";

/// The database that fails over.
#[derive(Debug)]
pub enum Site {
    /// A primary and a standby: `scripts/postgres-pair`. Who notices that the primary is gone is the drill itself.
    Pair {
        /// The command.
        command: PathBuf,
        /// What it says the database's address is.
        url: String,
    },
    /// Three nodes that elect their primary: `leader`, `kill-pg N`, `kill-node N`, `start-node N`, `cut N`, `heal N`.
    Patroni {
        /// The command.
        command: PathBuf,
        /// All three nodes, as an address of a database of the server's.
        url: String,
    },
}

/// How a primary goes, and what brings it back.
#[derive(Clone, Debug)]
pub struct Outage {
    /// In a word.
    pub way: &'static str,
    /// Whether it may come back where it was before anybody takes over: then there is no fail-over.
    may_restart: bool,
    /// Who it was.
    was: Primary,
    /// What the command is told to kill it.
    disease: Vec<String>,
    /// What it is told to heal it; nothing where it comes back by itself.
    cure: Vec<String>,
    /// What it is told instead when nobody knows how far the round had come.
    rescue: Vec<String>,
}

/// Who the primary is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Primary {
    /// Where it listens.
    at: String,
    /// It changes with each promotion.
    timeline: String,
    /// It changes with each start.
    started: String,
}

impl Site {
    /// Makes sure that the pair runs.
    ///
    /// # Errors
    /// The command's.
    pub async fn pair(command: PathBuf) -> anyhow::Result<Site> {
        let url = run(&command, &["up"]).await?.trim().to_owned();
        Ok(Site::Pair { command, url })
    }

    /// Its name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Site::Pair { .. } => "pair",
            Site::Patroni { .. } => "patroni",
        }
    }

    fn url(&self) -> &str {
        match self {
            Site::Pair { url, .. } | Site::Patroni { url, .. } => url,
        }
    }

    async fn tell(&self, arguments: &[impl AsRef<str>]) -> anyhow::Result<String> {
        match self {
            Site::Pair { command, .. } => run(command, arguments).await,
            // How such a command ends says little: it asks nodes that are away, and kills what is gone. What counts is seen:
            // whether the primary is another one afterwards.
            Site::Patroni { command, .. } => Ok(run_to_its_end(command, arguments).await?.1),
        }
    }

    /// The address of a database with all hosts.
    ///
    /// # Errors
    /// When the URL is none.
    pub fn database(&self, name: &str) -> anyhow::Result<Address> {
        Ok(with_database(self.url(), name)?.parse()?)
    }

    /// Makes an empty database.
    ///
    /// # Errors
    /// The server's.
    pub async fn make_database(&self, name: &str) -> anyhow::Result<()> {
        self.drop_database(name).await?;
        Ok(self.connect().await?.batch_execute(&format!("CREATE DATABASE {name}")).await?)
    }

    /// Deletes a database.
    ///
    /// # Errors
    /// The server's.
    pub async fn drop_database(&self, name: &str) -> anyhow::Result<()> {
        Ok(self.connect().await?.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?)
    }

    /// A connection to whoever is the primary.
    async fn connect(&self) -> anyhow::Result<Client> {
        let mut config = Config::from_str(self.url())?;
        config.target_session_attrs(TargetSessionAttrs::ReadWrite).connect_timeout(TO_CONNECT);
        let (client, connection) = config.connect(NoTls).await.context("no primary")?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// How the primary is to go; under Patroni its process, its whole node, or its network.
    ///
    /// # Errors
    /// When nobody knows who it is.
    pub async fn choose(&self, was: Primary, dice: &mut SmallRng) -> anyhow::Result<Outage> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        match self {
            Site::Pair { .. } => {
                let (disease, cure, rescue) = (words(&["kill-primary"]), words(&["rejoin"]), words(&["up"]));
                Ok(Outage { way: "process", may_restart: false, was, disease, cure, rescue })
            }
            Site::Patroni { .. } => {
                let leader = self.tell(&["leader"]).await?.trim().to_owned();
                ensure!(leader.len() == 1, "there is not one leader: {leader:?}");
                let (way, disease, cure) = match dice.random_range(0..3) {
                    0 => ("process", "kill-pg", None),
                    1 => ("node", "kill-node", Some("start-node")),
                    _ => ("network", "cut", Some("heal")),
                };
                let cure = cure.map(|cure| words(&[cure, &leader])).unwrap_or_default();
                let may_restart = way == "process";
                Ok(Outage { way, may_restart, was, disease: words(&[disease, &leader]), rescue: cure.clone(), cure })
            }
        }
    }

    /// Kills the primary.
    ///
    /// # Errors
    /// The command's.
    pub async fn kill_primary(&self, outage: &Outage) -> anyhow::Result<()> {
        self.tell(&outage.disease).await.map(drop)
    }

    /// Lets the standby take over, where nobody else does.
    ///
    /// # Errors
    /// The command's.
    pub async fn fail_over(&self) -> anyhow::Result<()> {
        match self {
            Site::Pair { .. } => self.tell(&["promote"]).await.map(drop),
            Site::Patroni { .. } => Ok(()),
        }
    }

    /// Brings back what went, and waits until all standbys follow.
    ///
    /// # Errors
    /// When they do not.
    pub async fn heal(&self, outage: &Outage) -> anyhow::Result<()> {
        if !outage.cure.is_empty() {
            self.tell(&outage.cure).await?;
        }
        let wanted: i64 = match self {
            Site::Pair { .. } => 1,
            Site::Patroni { .. } => 2,
        };
        let began = tokio::time::Instant::now();
        let mut written = None;
        while began.elapsed() < TO_FOLLOW {
            if self.standbys(&mut written).await.is_ok_and(|standbys| standbys == (wanted, true)) {
                return Ok(());
            }
            sleep(Duration::from_millis(200)).await;
        }
        bail!("the standbys did not follow within {} s", TO_FOLLOW.as_secs())
    }

    /// Brings back what went when a round has broken off, wherever that was, and says on standard error what does it.
    ///
    /// # Errors
    /// The command's.
    pub async fn rescue(&self, outage: &Outage) -> anyhow::Result<()> {
        if outage.rescue.is_empty() {
            return Ok(());
        }
        let (Site::Pair { command, .. } | Site::Patroni { command, .. }) = self;
        eprintln!("bringing back what was killed: {} {}", command.display(), outage.rescue.join(" "));
        self.tell(&outage.rescue).await.map(drop)
    }

    /// Who the primary is, to be asked before it is killed.
    ///
    /// # Errors
    /// When there is none.
    pub async fn primary(&self) -> anyhow::Result<Primary> {
        // The name of the log's file begins with the timeline; what is noted at checkpoints lags behind.
        let sql = "SELECT CONCAT(CAST(inet_server_addr() AS text), ':', CAST(inet_server_port() AS text)),
            LEFT(pg_walfile_name(pg_current_wal_lsn()), 8), CAST(pg_postmaster_start_time() AS text)";
        let row = self.connect().await?.query_one(sql, &[]).await?;
        Ok(Primary { at: row.try_get(0)?, timeline: row.try_get(1)?, started: row.try_get(2)? })
    }

    /// Checks that another has taken over, and says how the primary went.
    ///
    /// # Errors
    /// When nobody has taken over, or there is no primary.
    pub async fn went(&self, outage: &Outage) -> anyhow::Result<&'static str> {
        let now = self.primary().await?;
        outage.came_to(&now).with_context(|| format!("nobody took over ({}): the primary was {:?} and is {now:?}", outage.way, outage.was))
    }

    /// How many standbys have all that was written when this was first asked, and whether commits wait for one.
    async fn standbys(&self, written: &mut Option<String>) -> anyhow::Result<(i64, bool)> {
        let primary = self.connect().await?;
        let written = match written {
            Some(written) => written,
            None => {
                let row = primary.query_one("SELECT CAST(pg_current_wal_flush_lsn() AS text)", &[]).await?;
                written.insert(row.try_get(0)?)
            }
        };
        let sql = "SELECT count(*) FILTER (WHERE state = 'streaming' AND flush_lsn >= CAST(CAST($1 AS text) AS pg_lsn)),
            COALESCE(bool_or(sync_state IN ('sync', 'quorum')), false) FROM pg_stat_replication";
        let row = primary.query_one(sql, &[written]).await?;
        Ok((row.try_get(0)?, row.try_get(1)?))
    }
}

impl Outage {
    /// How the primary went, seeing who it is now; none when nobody has taken over and it may not have been started again.
    fn came_to(&self, now: &Primary) -> Option<&'static str> {
        let is_another = now.at != self.was.at && now.timeline != self.was.timeline;
        let is_restarted = self.may_restart && now.started != self.was.started;
        if is_another { Some(self.way) } else { is_restarted.then_some(RESTARTED) }
    }
}

fn with_database(url: &str, name: &str) -> anyhow::Result<String> {
    // A list of hosts is no URL; what stands behind it is.
    let (scheme, rest) = url.split_once("://").context("the database's address is no URL")?;
    let (hosts, path) = rest.split_once('/').context("the database's address names no database")?;
    let mut tail = Url::parse(&format!("{scheme}://host/{path}"))?;
    tail.set_path(name);
    let query = tail.query().map(|query| format!("?{query}")).unwrap_or_default();
    Ok(format!("{scheme}://{hosts}/{name}{query}"))
}

async fn run(command: &Path, arguments: &[impl AsRef<str>]) -> anyhow::Result<String> {
    let (status, said) = run_to_its_end(command, arguments).await?;
    let words: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
    ensure!(status.success(), "{} {} ended with {status}", command.display(), words.join(" "));
    Ok(said)
}

/// Runs a command, however it ends. One that nobody waits for any more goes on to its end, and the next begins behind it.
async fn run_to_its_end(command: &Path, arguments: &[impl AsRef<str>]) -> anyhow::Result<(ExitStatus, String)> {
    static ONE: Mutex<()> = Mutex::const_new(());

    let mut program = Command::new(command);
    program.args(arguments.iter().map(AsRef::<str>::as_ref)).stdin(Stdio::null());
    // What a command starts may keep its standard error open for as long as it lives.
    program.stderr(Stdio::inherit()).stdout(Stdio::piped());
    let one = ONE.lock().await;
    let done = tokio::task::spawn_blocking(move || {
        let output = program.output();
        drop(one);
        output
    });
    let output = done.await?.with_context(|| format!("cannot run {}", command.display()))?;
    Ok((output.status, String::from_utf8(output.stdout)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_behind_all_hosts() {
        let url = "postgres://axhub:secret@127.0.0.1:1,127.0.0.1:2/postgres?target_session_attrs=read-write";
        let expected = "postgres://axhub:secret@127.0.0.1:1,127.0.0.1:2/drill_1?target_session_attrs=read-write";
        assert_eq!(with_database(url, "drill_1").unwrap(), expected);
    }

    #[test]
    fn nobody_takes_over_unless_the_primary_is_elsewhere_on_another_timeline() {
        let primary = |at: &str, timeline: &str, started: &str| Primary {
            at: at.to_owned(),
            timeline: timeline.to_owned(),
            started: started.to_owned(),
        };
        let was = primary("10.0.0.1:5432", "00000001", "10:00");
        let other = primary("10.0.0.2:5432", "00000002", "9:00");
        let again = primary("10.0.0.1:5432", "00000001", "10:05");
        let promoted_in_place = primary("10.0.0.1:5432", "00000002", "10:00");
        for (way, may_restart) in [("process", true), ("process", false), ("node", false)] {
            let outage = Outage { way, may_restart, was: was.clone(), disease: Vec::new(), cure: Vec::new(), rescue: Vec::new() };
            assert_eq!(outage.came_to(&other), Some(way));
            assert_eq!(outage.came_to(&again), may_restart.then_some(RESTARTED), "{way}");
            assert_eq!(outage.came_to(&was), None, "{way}");
            assert_eq!(outage.came_to(&promoted_in_place), None, "{way}");
        }
    }
}
