//! The servers that an address names, of which one at a time takes writes.

use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use parking_lot::Mutex;
use tokio::time::timeout;
use tokio_postgres::config::{Host as Place, TargetSessionAttrs};
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::{Client, Config, Connection, NoTls, Socket};

use super::limits::Limits;
use crate::error::{Error, Result};

/// How long the host that is asked first has, before the next one is asked as well.
const HEAD_START: Duration = Duration::from_millis(300);

/// For how long it holds that a server lives, or does not.
const PULSE_HOLDS: Duration = Duration::from_secs(1);

/// The servers that an address names.
pub(super) struct Hosts {
    each: Vec<Host>,
    /// The one that connected last: it is asked first.
    current: AtomicUsize,
    pulse: Duration,
}

struct Host {
    /// As messages call it.
    name: String,
    config: Config,
    /// When a connection to it broke last.
    lost_at: Mutex<Option<Instant>>,
    /// When it was asked last whether it lives, and what it said.
    felt: tokio::sync::Mutex<Option<(Instant, bool)>>,
}

/// A connection that stands.
pub(super) struct Opened {
    pub(super) client: Client,
    /// What carries its messages; nothing moves unless it is polled.
    pub(super) connection: Connection<Socket, NoTlsStream>,
    /// The number of its host.
    pub(super) host: usize,
}

impl Hosts {
    pub(super) fn read(url: &str, limits: &Limits) -> Result<Hosts> {
        // The driver's message names the faulty part of the URL, never a password.
        let mut config = Config::from_str(url).map_err(|error| Error::Address(error.to_string()))?;
        if config.get_application_name().is_none() {
            config.application_name("axhub");
        }
        limits.complete(&mut config);
        let each = split(&config)?.into_iter().map(|(name, config)| Host {
            name,
            config,
            lost_at: Mutex::default(),
            felt: tokio::sync::Mutex::default(),
        });
        Ok(Hosts { each: each.collect(), current: AtomicUsize::new(0), pulse: limits.pulse })
    }

    /// How long a connection may take, over all hosts.
    pub(super) fn patience(&self) -> Duration {
        self.each.iter().filter_map(|host| host.config.get_connect_timeout().copied()).max().unwrap_or(self.pulse)
    }

    /// Whether a session may turn to another host.
    pub(super) fn are_several(&self) -> bool {
        self.each.len() > 1
    }

    /// Whether this is where new connections go.
    pub(super) fn is_current(&self, host: usize) -> bool {
        self.current.load(Ordering::Relaxed) == host
    }

    /// Connects to the first host that answers, and takes writes when there are several. A host that keeps silent does not
    /// hold up the others.
    pub(super) async fn connect(&self) -> Result<Opened> {
        let (first, count) = (self.current.load(Ordering::Relaxed), self.each.len());
        let mut others = (0..count).map(|n| (first + n) % count).peekable();
        let mut asked = FuturesUnordered::new();
        let mut refusals = Vec::new();
        loop {
            match others.next() {
                Some(host) => asked.push(self.ask(host)),
                None if asked.is_empty() => return Err(Error::Unavailable(refusals.join("; "))),
                None => {}
            }
            let answer = match others.peek() {
                Some(_) => timeout(HEAD_START, asked.next()).await.unwrap_or(None),
                None => asked.next().await,
            };
            match answer {
                Some(Ok(opened)) => {
                    if self.current.swap(opened.host, Ordering::Relaxed) != opened.host {
                        tracing::info!(host = self.each[opened.host].name, "another server of the database takes the writes now");
                    }
                    return Ok(opened);
                }
                Some(Err(refusal)) => refusals.push(refusal),
                None => {}
            }
        }
    }

    async fn ask(&self, number: usize) -> std::result::Result<Opened, String> {
        let host = &self.each[number];
        match host.config.connect(NoTls).await {
            Ok((client, connection)) => Ok(Opened { client, connection, host: number }),
            Err(error) => Err(match Error::from(error) {
                Error::Unavailable(why) | Error::Lost(why) | Error::Database(why) if self.are_several() => format!("{}: {why}", host.name),
                Error::Unavailable(why) | Error::Lost(why) | Error::Database(why) => why,
                error => error.to_string(),
            }),
        }
    }

    /// A connection to this host broke: so have its siblings, most likely, though nobody may have told us.
    pub(super) fn lost(&self, host: usize) {
        *self.each[host].lost_at.lock() = Some(Instant::now());
    }

    /// Whether a connection that was made then may be such a sibling.
    pub(super) fn is_doubtful(&self, host: usize, made: Instant) -> bool {
        self.each[host].lost_at.lock().is_some_and(|lost_at| made < lost_at)
    }

    /// Whether a host that keeps silent on one connection answers on another, as the server that our session is with. Many
    /// that want to know ask once.
    pub(super) async fn lives(&self, host: usize) -> bool {
        let host = &self.each[host];
        let mut felt = host.felt.lock().await;
        match *felt {
            Some((at, lives)) if at.elapsed() < PULSE_HOLDS => lives,
            _ => {
                let lives = match timeout(self.pulse, host.config.connect(NoTls)).await {
                    Ok(Ok(_)) => true,
                    // It has no room for another session, or the like; but one that is starting has forgotten ours.
                    Ok(Err(error)) => error.code().is_some_and(|code| *code != SqlState::CANNOT_CONNECT_NOW),
                    Err(_) => false,
                };
                *felt = Some((Instant::now(), lives));
                lives
            }
        }
    }
}

/// One configuration for each host.
fn split(config: &Config) -> Result<Vec<(String, Config)>> {
    let (hosts, addresses, ports) = (config.get_hosts(), config.get_hostaddrs(), config.get_ports());
    let count = hosts.len().max(addresses.len());
    let fits = |len: usize| len == 0 || len == count;
    if count == 0 || !fits(hosts.len()) || !fits(addresses.len()) || !(ports.len() == 1 || fits(ports.len())) {
        return Err(Error::Address("the database's address needs a host, and as many ports as hosts".to_owned()));
    }
    let each = (0..count).map(|at| {
        let port = ports.get(at).or(ports.first()).copied().unwrap_or(5432);
        let mut one = without_hosts(config);
        one.port(port);
        let mut name = String::new();
        match hosts.get(at) {
            Some(Place::Tcp(host)) => {
                one.host(host);
                name = format!("{host}:{port}");
            }
            Some(Place::Unix(directory)) => {
                one.host_path(directory);
                name = format!("{}:{port}", directory.display());
            }
            None => {}
        }
        if let Some(address) = addresses.get(at) {
            one.hostaddr(*address);
            name = format!("{address}:{port}");
        }
        if count > 1 && config.get_target_session_attrs() == TargetSessionAttrs::Any {
            // Of several, all but one are standbys.
            one.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        (name, one)
    });
    Ok(each.collect())
}

/// All that is said about every host alike.
fn without_hosts(config: &Config) -> Config {
    let mut one = Config::new();
    if let Some(user) = config.get_user() {
        one.user(user);
    }
    if let Some(password) = config.get_password() {
        one.password(password);
    }
    if let Some(name) = config.get_dbname() {
        one.dbname(name);
    }
    if let Some(options) = config.get_options() {
        one.options(options);
    }
    if let Some(name) = config.get_application_name() {
        one.application_name(name);
    }
    if let Some(limit) = config.get_connect_timeout() {
        one.connect_timeout(*limit);
    }
    if let Some(limit) = config.get_tcp_user_timeout() {
        one.tcp_user_timeout(*limit);
    }
    if let Some(interval) = config.get_keepalives_interval() {
        one.keepalives_interval(interval);
    }
    if let Some(retries) = config.get_keepalives_retries() {
        one.keepalives_retries(retries);
    }
    one.keepalives(config.get_keepalives())
        .keepalives_idle(config.get_keepalives_idle())
        .ssl_mode(config.get_ssl_mode())
        .ssl_negotiation(config.get_ssl_negotiation())
        .channel_binding(config.get_channel_binding())
        .load_balance_hosts(config.get_load_balance_hosts())
        .target_session_attrs(config.get_target_session_attrs());
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(url: &str) -> Result<Vec<(String, TargetSessionAttrs)>> {
        let hosts = Hosts::read(url, &Limits::default())?;
        Ok(hosts.each.iter().map(|host| (host.name.clone(), host.config.get_target_session_attrs())).collect())
    }

    #[test]
    fn of_several_hosts_only_one_that_writes_will_do() {
        let one = vec![("a:5432".to_owned(), TargetSessionAttrs::Any)];
        assert_eq!(hosts("postgres://u:p@a/axhub").unwrap(), one);
        let two = vec![("a:5432".to_owned(), TargetSessionAttrs::ReadWrite), ("b:6000".to_owned(), TargetSessionAttrs::ReadWrite)];
        assert_eq!(hosts("postgres://u:p@a,b:6000/axhub").unwrap(), two);
        assert_eq!(hosts("postgres://u:p@a,b:6000/axhub?target_session_attrs=read-write").unwrap(), two);
    }

    #[test]
    fn an_address_without_a_host_is_refused() {
        assert!(matches!(hosts("postgres:///axhub"), Err(Error::Address(_))));
        assert!(hosts("postgres:///axhub?host=/run/postgresql").is_ok());
    }

    #[test]
    fn what_an_address_says_of_time_outs_holds() {
        let patience = |url| Hosts::read(url, &Limits::default()).unwrap().patience();
        assert_eq!(patience("postgres://a/axhub"), Limits::default().connect);
        assert_eq!(patience("postgres://a,b/axhub?connect_timeout=9"), Duration::from_secs(9));
    }
}
