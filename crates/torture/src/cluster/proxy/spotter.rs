//! What a connection of a server says to PostgreSQL, as far as the proxy needs to know it: whose it is, when it is in the middle
//! of a transaction that writes, and when that is committed.

/// How a connection begins: with names and values that each end with a zero. The name of a server ends with its number.
const NAME: &[u8] = b"application_name\0server-";
/// How a transaction begins, and the words of one that only reads.
const BEGIN: &[u8] = b"BEGIN";
const READ_ONLY: &[u8] = b"READ ONLY";
/// How one ends well; a message may be sent before that in the same text.
const COMMIT: &[u8] = b"COMMIT\0";
/// How one ends without having done anything.
const ROLLBACK: &[u8] = b"ROLLBACK\0";

/// What is known of a connection.
#[derive(Debug, Default)]
pub(super) struct Spotter {
    server: Option<usize>,
    only_reads: bool,
    is_open: bool,
}

impl Spotter {
    /// Looks at what is said next; whether that is the commit of a transaction that writes.
    pub(super) fn sees_commit(&mut self, said: &[u8]) -> bool {
        self.server = self.server.or_else(|| server(said));
        if let Some(begin) = find(said, BEGIN) {
            self.only_reads = find(&said[begin..], READ_ONLY).is_some();
            self.is_open = true;
        }
        let is_commit = find(said, COMMIT).is_some();
        if is_commit || find(said, ROLLBACK).is_some() {
            self.is_open = false;
        }
        is_commit && !self.only_reads
    }

    /// Whether a transaction that writes has begun, and its end has not been asked for.
    pub(super) fn is_writing(&self) -> bool {
        self.is_open && !self.only_reads
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
        assert!(!spotter.is_writing());
        for (said, is_commit, is_writing) in [
            (b"Q\0\0\0\x0aBEGIN\0".as_slice(), false, true),
            (b"P\0\0\0\x10SELECT 1\0", false, true),
            (b"Q\0\0\0\x20NOTIFY axhub, 'k'; COMMIT\0", true, false),
            (b"Q\0\0\0\x2bBEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY\0", false, false),
            (b"Q\0\0\0\x0bCOMMIT\0", false, false),
            (b"Q\0\0\0\x0aBEGIN\0", false, true),
            (b"Q\0\0\0\x0dROLLBACK\0", false, false),
            (b"Q\0\0\0\x0aBEGIN\0", false, true),
            (b"Q\0\0\0\x0bCOMMIT\0", true, false),
        ] {
            let told = (spotter.sees_commit(said), spotter.is_writing());
            assert_eq!(told, (is_commit, is_writing), "{}", String::from_utf8_lossy(said));
        }
    }

    #[test]
    fn a_server_has_the_name_that_is_looked_for() {
        assert!(NAME.ends_with(crate::cluster::name_of(3).trim_end_matches('3').as_bytes()));
    }
}
