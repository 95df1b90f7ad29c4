//! Where a database is: `sqlite:FILE` or `postgres://…`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::error::Error;

/// The address of a database.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A file of SQLite.
    Sqlite(PathBuf),
    /// A URL of PostgreSQL, or of an engine that speaks its protocol.
    Postgres(String),
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if let Some(file) = text.strip_prefix("sqlite:") {
            let file = file.strip_prefix("//").unwrap_or(file);
            if file.is_empty() || file == ":memory:" {
                return Err(Error::Address("SQLite needs a file, as in sqlite:axhub.db".to_owned()));
            }
            return Ok(Address::Sqlite(PathBuf::from(file)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Address::Postgres(text.to_owned()));
        }
        Err(Error::Address("a database is sqlite:FILE or postgres://USER:PASSWORD@HOST,HOST/NAME".to_owned()))
    }
}

impl fmt::Display for Address {
    /// Without a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Address::Postgres(text) => match Config::from_str(text).ok().and_then(|config| without_password(&config)) {
                Some(text) => f.write_str(&text),
                None => f.write_str("postgres://…"),
            },
        }
    }
}

/// User, hosts and name, put together anew from what the driver understands, so that nothing else can slip through; `None`
/// when it makes no sense: a password with an `@` in it spills into what looks like a host.
fn without_password(config: &Config) -> Option<String> {
    let user = config.get_user().map(|user| format!("{user}@")).unwrap_or_default();
    let mut hosts = Vec::new();
    for (at, host) in config.get_hosts().iter().enumerate() {
        let host = match host {
            Host::Tcp(host) if host.contains(':') => format!("[{host}]"),
            Host::Tcp(host) => host.clone(),
            Host::Unix(directory) => directory.display().to_string().replace('/', "%2F"),
        };
        let port = config.get_ports().get(at).or(config.get_ports().first()).filter(|port| **port != 5432);
        hosts.push(host + &port.map(|port| format!(":{port}")).unwrap_or_default());
    }
    let (hosts, name) = (hosts.join(","), config.get_dbname().unwrap_or_default());
    let is_clean = [user.trim_end_matches('@'), &hosts, name].iter().all(|part| !part.contains('@'));
    is_clean.then(|| format!("postgres://{user}{hosts}/{name}"))
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_engines_and_explains_the_rest() {
        assert_eq!("sqlite:axhub.db".parse::<Address>().unwrap(), Address::Sqlite("axhub.db".into()));
        assert_eq!("sqlite:///var/axhub.db".parse::<Address>().unwrap(), Address::Sqlite("/var/axhub.db".into()));
        assert!("postgres://localhost/axhub".parse::<Address>().is_ok());
        for wrong in ["", "sqlite:", "sqlite::memory:", "mysql://localhost", "axhub.db"] {
            assert!(matches!(wrong.parse::<Address>(), Err(Error::Address(_))), "{wrong}");
        }
    }

    #[test]
    fn never_shows_a_password() {
        let address: Address = "postgres://axhub:secret@db.example/axhub?password=secret".parse().unwrap();
        assert_eq!(format!("{address} {address:?}"), "postgres://axhub@db.example/axhub postgres://axhub@db.example/axhub");
        for (text, shown) in [
            ("postgres://axhub:secret@one,two:5433/axhub?target_session_attrs=read-write", "postgres://axhub@one,two:5433/axhub"),
            ("postgres://axhub:sec%40ret@[::1]:5433/axhub", "postgres://axhub@[::1]:5433/axhub"),
            ("postgres:///axhub?host=/run/postgresql&password=secret", "postgres://%2Frun%2Fpostgresql/axhub"),
            ("postgres://axhub:sec/ret@one/axhub", "postgres://axhub@one/axhub"),
            ("postgres://axhub:sec@ret@one/axhub", "postgres://…"),
            ("postgres://axhub:secret@one:port/axhub", "postgres://…"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), shown, "{text}");
        }
    }
}
