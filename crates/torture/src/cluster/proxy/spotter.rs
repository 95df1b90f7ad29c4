//! What a connection of a server says to PostgreSQL, as far as the proxy needs to know it: whose it is, and when a transaction
//! that writes is committed.

/// How a connection begins: with names and values that each end with a zero. The name of a server ends with its number.
const NAME: &[u8] = b"application_name\0server-";
/// How a transaction begins, and the words of one that only reads.
const BEGIN: &[u8] = b"BEGIN";
const READ_ONLY: &[u8] = b"READ ONLY";
/// How one ends well; a message may be sent before that in the same text.
const COMMIT: &[u8] = b"COMMIT\0";

/// What is known of a connection.
#[derive(Debug, Default)]
pub(super) struct Spotter {
    server: Option<usize>,
    only_reads: bool,
}

impl Spotter {
    /// Looks at what is said next; whether that is the commit of a transaction that writes.
    pub(super) fn sees_commit(&mut self, said: &[u8]) -> bool {
        self.server = self.server.or_else(|| server(said));
        if let Some(begin) = find(said, BEGIN) {
            self.only_reads = find(&said[begin..], READ_ONLY).is_some();
        }
        !self.only_reads && find(said, COMMIT).is_some()
    }

    /// The server's number, if it has told one.
    pub(super) fn server(&self) -> Option<usize> {
        self.server
    }
}

fn server(said: &[u8]) -> Option<usize> {
    let number = &said[find(said, NAME)? + NAME.len()..];
    let end = number.iter().position(|byte| *byte == 0)?;
    std::str::from_utf8(&number[..end]).ok()?.parse().ok()
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|part| part == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_commit_of_what_writes_is_one() {
        let mut spotter = Spotter::default();
        assert!(!spotter.sees_commit(b"\0\0\0\x40\0\x03\0\0user\0axhub\0application_name\0server-12\0\0"));
        assert_eq!(spotter.server(), Some(12));
        for (said, is_commit) in [
            (b"Q\0\0\0\x0aBEGIN\0".as_slice(), false),
            (b"Q\0\0\0\x20NOTIFY axhub, 'k'; COMMIT\0", true),
            (b"Q\0\0\0\x2bBEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY\0", false),
            (b"Q\0\0\0\x0bCOMMIT\0", false),
            (b"Q\0\0\0\x0aBEGIN\0", false),
            (b"Q\0\0\0\x0bCOMMIT\0", true),
        ] {
            assert_eq!(spotter.sees_commit(said), is_commit, "{}", String::from_utf8_lossy(said));
        }
    }

    #[test]
    fn a_server_has_the_name_that_is_looked_for() {
        assert!(NAME.ends_with(crate::cluster::name_of(3).trim_end_matches('3').as_bytes()));
    }
}
