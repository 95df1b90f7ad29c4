//! What goes wrong, one file each.
//!
//! A fault happens while clients order, a few times at moments that the seed picks, and is healed each time. Some look
//! from outside, too, at what servers owe their clients meanwhile; what they owe and did not do is an error, which counts as
//! a finding of the round.

mod clock_jump;
mod cut_connections;
mod disk_full;
mod full_queue;
mod kill_postgres;
mod kill_server;
mod none;
mod probe;
mod scene;
mod serialization;
mod silence;
mod stop_postgres;
mod terminate;
mod three_servers;

use std::fmt;
use std::str::FromStr;

use rand::rngs::SmallRng;
use serde::{Deserialize, Serialize};

use crate::cluster::{Engine, Setup};

pub use scene::{Pace, Scene};

/// A fault by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Nothing goes wrong.
    None,
    /// A server is killed (SIGKILL) and started again.
    KillServer,
    /// All processes of PostgreSQL are killed; it recovers.
    KillPostgres,
    /// PostgreSQL is shut down for a while, is silent, and has its stock locked; the servers go on running.
    StopPostgres,
    /// Connections to PostgreSQL are cut, in the middle of a question or of an answer, or carry nothing for a while.
    CutConnections,
    /// Transactions are serializable, and somebody else locks the same rows in the opposite order.
    Serialization,
    /// SQLite's disk is full.
    DiskFull,
    /// The servers' clock jumps ahead and back.
    ClockJump,
    /// A server is told to stop (SIGTERM) under load, and started again.
    Terminate,
    /// Of three servers one is killed, and one is paused while it holds locks.
    ThreeServers,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 10] = [
        Fault::None,
        Fault::KillServer,
        Fault::KillPostgres,
        Fault::StopPostgres,
        Fault::CutConnections,
        Fault::Serialization,
        Fault::DiskFull,
        Fault::ClockJump,
        Fault::Terminate,
        Fault::ThreeServers,
    ];

    /// Its name on the command line and in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Fault::None => "none",
            Fault::KillServer => "kill-server",
            Fault::KillPostgres => "kill-postgres",
            Fault::StopPostgres => "stop-postgres",
            Fault::CutConnections => "cut-connections",
            Fault::Serialization => "serialization",
            Fault::DiskFull => "disk-full",
            Fault::ClockJump => "clock-jump",
            Fault::Terminate => "terminate",
            Fault::ThreeServers => "three-servers",
        }
    }

    /// Whether it can happen with this engine.
    pub const fn is_of(self, engine: Engine) -> bool {
        match self {
            Fault::None | Fault::KillServer | Fault::ClockJump | Fault::Terminate => true,
            Fault::DiskFull => matches!(engine, Engine::Sqlite),
            Fault::KillPostgres | Fault::StopPostgres | Fault::CutConnections | Fault::Serialization | Fault::ThreeServers => {
                matches!(engine, Engine::Postgres)
            }
        }
    }

    /// What it needs of the cluster.
    pub fn adjust(self, setup: &mut Setup) {
        match self {
            Fault::Serialization => setup.is_serializable = true,
            Fault::DiskFull => setup.disk = Some(disk_full::DISK),
            Fault::KillServer if setup.base.engine() == Engine::Sqlite => setup.servers = 2,
            Fault::StopPostgres => setup.arguments.extend(full_queue::arguments()),
            Fault::ThreeServers => setup.servers = 3,
            _ => {}
        }
    }

    /// Lets it happen, and heals it, as often as the pace says.
    ///
    /// # Errors
    /// When a server does not do what it owes its clients meanwhile, or the machine does not do what it is told.
    pub async fn inject(self, scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
        match self {
            Fault::None => none::inject(scene, dice).await,
            Fault::KillServer => kill_server::inject(scene, dice).await,
            Fault::KillPostgres => kill_postgres::inject(scene, dice).await,
            Fault::StopPostgres => stop_postgres::inject(scene, dice).await,
            Fault::CutConnections => cut_connections::inject(scene, dice).await,
            Fault::Serialization => serialization::inject(scene, dice).await,
            Fault::DiskFull => disk_full::inject(scene, dice).await,
            Fault::ClockJump => clock_jump::inject(scene, dice).await,
            Fault::Terminate => terminate::inject(scene, dice).await,
            Fault::ThreeServers => three_servers::inject(scene, dice).await,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Fault, String> {
        let names = || Fault::ALL.map(Fault::name).join(", ");
        Fault::ALL.into_iter().find(|fault| fault.name() == text).ok_or_else(|| format!("there is no fault {text}; there are {}", names()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_name_and_an_engine() {
        for fault in Fault::ALL {
            assert_eq!(fault.name().parse(), Ok(fault));
            assert!(fault.is_of(Engine::Sqlite) || fault.is_of(Engine::Postgres), "{fault}");
        }
        assert!("nothing".parse::<Fault>().is_err());
    }
}
