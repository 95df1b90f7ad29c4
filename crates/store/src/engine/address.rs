//! Where a database is: `sqlite:FILE` or `postgres://…`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

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
        Err(Error::Address("a database is sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME".to_owned()))
    }
}

impl fmt::Display for Address {
    /// Without a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Address::Postgres(text) => match url::Url::parse(text) {
                Ok(mut url) => {
                    let _ = url.set_password(None);
                    url.set_query(None);
                    write!(f, "{url}")
                }
                Err(_) => f.write_str("postgres://…"),
            },
        }
    }
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
    }
}
