//! What PostgreSQL's errors mean.

use tokio_postgres::error::SqlState;

use crate::error::Error;

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(refusal) = error.as_db_error() else {
            let text = format!("{:#}", anyhow::Error::new(error));
            return if is_misuse(&text) { Error::Database(text) } else { Error::Lost(text) };
        };
        // Without the server's detail, which may quote stored values.
        let text = format!("{} ({})", refusal.message(), refusal.code().code());
        of_code(refusal.code(), text)
    }
}

fn of_code(code: &SqlState, text: String) -> Error {
    let class = code.code().get(..2).unwrap_or_default();
    match (code.code(), class) {
        ("40003", _) => Error::Unsure(text),
        ("40001" | "40P01", _) => Error::Contended(text),
        // A statement that ran, or waited for a lock, for too long. The connection is good.
        ("57014" | "55P03", _) => Error::Unavailable(text),
        // The server shuts down, has crashed, is starting, has ended this session for being idle, or is a standby.
        ("57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04" | "25006", _) => Error::Lost(text),
        ("08P01", _) => Error::Database(text),
        (_, "08") => Error::Lost(text),
        // Room, memory, connections; the password; the database; its disk.
        (_, "53" | "28" | "3D" | "58") => Error::Unavailable(text),
        (_, "23") => Error::Constraint(text),
        _ => Error::Database(text),
    }
}

/// Why a transaction is run again, in a word that can be counted by.
pub(super) fn why_again(error: &Error) -> &'static str {
    match error {
        Error::Lost(_) => "lost",
        Error::Contended(text) if text.ends_with("(40001)") => "serialization",
        Error::Contended(text) if text.ends_with("(40P01)") => "deadlock",
        _ => "contended",
    }
}

/// Whether the driver complains about what it was told, and not about the connection. Its errors tell it in words only.
fn is_misuse(text: &str) -> bool {
    const COMPLAINTS: &[&str] =
        &["error serializing parameter", "error deserializing column", "error encoding message", "invalid column", "expected "];
    COMPLAINTS.iter().any(|complaint| text.starts_with(complaint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_run_again_is_counted_by_why() {
        let why = |code| why_again(&of_code(&SqlState::from_code(code), format!("could not go on ({code})")));
        assert_eq!(["40001", "40P01", "08006"].map(why), ["serialization", "deadlock", "lost"]);
        assert_eq!(why_again(&Error::Contended("1 row changed where it must be two".to_owned())), "contended");
    }

    #[test]
    fn a_code_says_whether_to_come_again_and_how() {
        let meant = |code| of_code(&SqlState::from_code(code), String::new());
        for lost in ["57P01", "57P02", "57P03", "25006", "25P03", "08006", "08003"] {
            assert!(matches!(meant(lost), Error::Lost(_)), "{lost}");
        }
        for passing in ["53300", "57014", "55P03", "3D000", "28P01"] {
            assert!(matches!(meant(passing), Error::Unavailable(_)), "{passing}");
        }
        assert!(matches!(meant("40001"), Error::Contended(_)));
        assert!(matches!(meant("40003"), Error::Unsure(_)));
        assert!(matches!(meant("23505"), Error::Constraint(_)));
        assert!(matches!(meant("42601"), Error::Database(_)));
    }
}
