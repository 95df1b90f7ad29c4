//! How long PostgreSQL, and the way to it, may take before something is given up.
//!
//! Each is longer than what it waits for, so that the one who is nearest to the trouble notices first: a transaction that
//! somebody has left in its middle is ended (`idle`) before whoever waits for its locks gives up (`lock`), that before its
//! statement is ended (`statement`), and that before a request's time is over.

use std::time::Duration;

use tokio_postgres::Config;

/// How long PostgreSQL, and the way to it, may take. The defaults are for servers, whose requests end after 30 seconds.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A statement, on the server.
    pub statement: Option<Duration>,
    /// A statement's wait for what another transaction has locked.
    pub lock: Option<Duration>,
    /// A transaction's wait for its next statement. Ours wait for nothing but the database, so who lets one wait has been
    /// stopped or cut off.
    pub idle: Option<Duration>,
    /// A commit's answer. The commit itself takes as long as it takes: a standby may be away that has to have it.
    pub commit: Duration,
    /// A server's silence, before it is asked whether it lives.
    pub silence: Duration,
    /// Its answer to that.
    pub pulse: Duration,
    /// A new connection, over all hosts of the address.
    pub connect: Duration,
    /// The wait for a connection while all are in use.
    pub free: Duration,
    /// After how long nothing is tried again that could be.
    pub again: Duration,
    /// How long sent bytes may stay unconfirmed, on either side. Those of a long answer stay so while it is not read, too.
    pub unconfirmed: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            statement: Some(Duration::from_secs(20)),
            lock: Some(Duration::from_secs(7)),
            idle: Some(Duration::from_secs(5)),
            commit: Duration::from_secs(10),
            silence: Duration::from_secs(2),
            pulse: Duration::from_secs(3),
            connect: Duration::from_secs(3),
            free: Duration::from_secs(5),
            again: Duration::from_secs(10),
            unconfirmed: Duration::from_secs(5),
        }
    }
}

/// After how much silence the other side's machine is asked whether it is there, how often again, and how many times.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(5), Duration::from_secs(1), 3);

/// The driver's own, when an address says nothing.
const DRIVERS_KEEPALIVE: Duration = Duration::from_secs(2 * 60 * 60);

impl Limits {
    /// For commands, whose statements take what they need.
    pub fn unhurried() -> Limits {
        Limits { statement: None, lock: None, idle: None, unconfirmed: Duration::from_secs(600), ..Limits::default() }
    }

    /// How long a statement's answer is waited for, whether or not the engine ends statements by itself.
    pub(super) fn answer(&self) -> Option<Duration> {
        Some(self.statement? + self.pulse)
    }

    /// What each session sets on the server, so that it frees the locks of whoever has vanished.
    pub(super) fn settings(&self) -> Vec<(&'static str, String)> {
        let (idle, interval, count) = KEEPALIVE;
        let mut settings = vec![
            ("tcp_user_timeout", self.unconfirmed.as_millis().to_string()),
            ("tcp_keepalives_idle", idle.as_secs().to_string()),
            ("tcp_keepalives_interval", interval.as_secs().to_string()),
            ("tcp_keepalives_count", count.to_string()),
            // Whoever waits for a lock notices, too, that nobody waits for its answer any more.
            ("client_connection_check_interval", idle.as_millis().to_string()),
        ];
        let limited =
            [("statement_timeout", self.statement), ("lock_timeout", self.lock), ("idle_in_transaction_session_timeout", self.idle)];
        settings.extend(limited.into_iter().filter_map(|(name, limit)| Some((name, limit?.as_millis().to_string()))));
        settings
    }

    /// What takes all of this off a session, for what has to be done once and whole.
    pub(super) const NONE: [(&str, &str); 3] =
        [("statement_timeout", "0"), ("lock_timeout", "0"), ("idle_in_transaction_session_timeout", "0")];

    /// Sets on our side of a connection what the address leaves open.
    pub(super) fn complete(&self, config: &mut Config) {
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(self.connect);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(self.unconfirmed);
        }
        let (idle, interval, count) = KEEPALIVE;
        if config.get_keepalives_idle() == DRIVERS_KEEPALIVE {
            config.keepalives_idle(idle);
        }
        if config.get_keepalives_interval().is_none() {
            config.keepalives_interval(interval);
        }
        if config.get_keepalives_retries().is_none() {
            config.keepalives_retries(count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_nearest_to_the_trouble_notices_first() {
        let limits = Limits::default();
        assert!(limits.idle < limits.lock && limits.lock < limits.statement && limits.statement < limits.answer());
        assert!(limits.answer() < Some(Duration::from_secs(30)), "a request's time");
        let at_worst = limits.again + limits.free + limits.connect + limits.silence + limits.pulse;
        assert_eq!(at_worst, Duration::from_secs(23), "as docs/high-availability.md says");
    }
}
