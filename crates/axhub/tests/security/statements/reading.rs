//! Reads sources as far as it takes to see where a statement is put together, and where a driver is called.

use std::fs;
use std::path::Path;

/// Words of SQL, as nothing but SQL has them: in capitals and by themselves.
const WORDS: [&str; 38] = [
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "WITH",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SET",
    "COPY",
    "CREATE",
    "ALTER",
    "DROP",
    "NOTIFY",
    "LISTEN",
    "PRAGMA",
    "TRUNCATE",
    "VACUUM",
    "LOCK",
    "ATTACH",
    "ANALYZE",
    "WHERE",
    "FROM",
    "JOIN",
    "ORDER",
    "GROUP",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "VALUES",
    "RETURNING",
    "UNION",
    "AND",
    "OR",
    "CONFLICT",
    "TABLE",
    "INDEX",
    "LIKE",
];

/// What makes a text while running of what stands in its brackets. `concat!` does it while compiling.
const MAKERS: [&str; 7] = ["format!(", "push_str(", "write!(", "writeln!(", "format_args!(", ".replace(", ".replacen("];

/// What makes one of what stands before it.
const MAKERS_BEHIND: [&str; 4] = [".replace(", ".replacen(", ".join(", ".concat("];

/// What only drivers have.
const CALLS: [&str; 12] = [
    "batch_execute(",
    "execute_batch(",
    "prepare(",
    "prepare_cached(",
    "query_row(",
    "query_map(",
    "copy_in(",
    "copy_out(",
    "simple_query(",
    "query_raw(",
    "query_typed(",
    "prepare_typed(",
];

/// What sessions have, too, which take constants.
const CALLS_OF_BOTH: [&str; 4] = ["execute(", "query(", "query_one(", "query_opt("];

/// Names of sessions, and of what stands between them and the driver.
const SESSIONS: [&str; 5] = ["s", "self", "session", "link", "Self"];

/// The text of a file without its tests, which may ask what they like.
pub fn program(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source");
    text.split("\nmod tests").next().unwrap_or_default().to_owned()
}

/// A piece of a source.
enum Piece {
    Code(String),
    Literal(String),
}

/// Code and texts of a source, without comments.
fn pieces(source: &str) -> Vec<Piece> {
    let (mut found, mut code) = (Vec::new(), String::new());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            // A quotation mark as a character.
            rest = &rest[if rest.starts_with("'\"'") { 3 } else { 4 }..];
        } else if let Some(hashes) = raw(rest, code.chars().last()) {
            let end = format!("\"{}", "#".repeat(hashes));
            let text = &rest[hashes + 2..];
            let length = text.find(&end).unwrap_or(text.len());
            found.push(Piece::Code(std::mem::take(&mut code)));
            found.push(Piece::Literal(text[..length].to_owned()));
            rest = text[length..].strip_prefix(end.as_str()).unwrap_or_default();
        } else if first == '"' {
            let length = closing(&rest[1..]);
            found.push(Piece::Code(std::mem::take(&mut code)));
            found.push(Piece::Literal(rest[1..=length].to_owned()));
            rest = rest.get(length + 2..).unwrap_or_default();
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    found.push(Piece::Code(code));
    found
}

/// The number of `#` where a raw text begins.
fn raw(rest: &str, before: Option<char>) -> Option<usize> {
    let after = rest.strip_prefix('r').filter(|_| !before.is_some_and(|c| c.is_alphanumeric() || c == '_'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

/// Where the quotation mark stands that ends a text.
fn closing(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' if !is_escaped => return at,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    text.len()
}

/// Places that make a text which looks like a statement, or like a piece of one.
pub fn makes_sql(source: &str) -> Vec<String> {
    // No expression goes on behind one of these.
    let ends = [';', '{', '}'];
    let pieces = pieces(source);
    let code = |at: Option<usize>| match at.and_then(|at| pieces.get(at)) {
        Some(Piece::Code(code)) => code.as_str(),
        _ => "",
    };
    let mut found = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Literal(text) = piece else { continue };
        if !text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| WORDS.contains(&word)) {
            continue;
        }
        let before = code(at.checked_sub(1)).rsplit(ends).next().unwrap_or_default();
        let behind = code(Some(at + 1)).split(ends).next().unwrap_or_default();
        let owned = [".to_owned()", ".to_string()", ".into()"].iter().find_map(|owned| behind.strip_prefix(owned)).unwrap_or(behind);
        let is_added = owned.trim_start().starts_with('+') || before.trim_end().ends_with('+') || before.trim_end().ends_with("+=");
        let is_made = MAKERS.iter().any(|maker| before.contains(maker)) || MAKERS_BEHIND.iter().any(|maker| behind.contains(maker));
        if is_added || is_made {
            found.push(text.clone());
        }
    }
    found
}

/// Places that hand a text to a driver.
pub fn calls_of_drivers(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(source) {
        let Piece::Code(code) = piece else { continue };
        for (at, _) in code.match_indices('.') {
            let call = &code[at + 1..];
            let receiver = code[..at].trim_end().rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            let is_sessions = SESSIONS.contains(&receiver);
            if CALLS.iter().any(|name| call.starts_with(name)) || !is_sessions && CALLS_OF_BOTH.iter().any(|name| call.starts_with(name)) {
                found.push(format!("{receiver}.{}", call.split('(').next().unwrap_or_default()));
            }
        }
    }
    found
}

#[test]
fn a_made_statement_is_found() {
    let made = [
        r#"let sql = format!("SELECT * FROM orders WHERE code = '{code}'");"#,
        "sql.push_str(\n    \"UPDATE orders \");",
        r##"let sql = "SELECT 1".to_owned() + &code;"##,
        r#"let sql = base + " WHERE x = '";"#,
        r#"sql += " AND code = ";"#,
        r#"let sql = "SELECT 1 FROM t LIMIT n".replace("n", &limit);"#,
        r#"let sql = ["SELECT 1", &rest].join(" ");"#,
        "let sql = format!(\n\n    // Why.\n    r#\"DELETE FROM \"{table}\"\"#\n);",
    ];
    for text in made {
        assert!(!makes_sql(text).is_empty(), "{text}");
    }
    let constant = [
        r#"let sql = "SELECT 1"; let text = format!("no sql: {x}");"#,
        r#"let sql = "UPDATE stock SET n = n + 1";"#,
        r#"let sql = concat!("SELECT 1", " FROM t");"#,
        "// format!(\"SELECT 1\")\nlet a = b + c;",
    ];
    for text in constant {
        assert!(makes_sql(text).is_empty(), "{text}: {:?}", makes_sql(text));
    }
}

#[test]
fn a_call_of_a_driver_is_found() {
    assert_eq!(calls_of_drivers("client.query(&sql, &[])"), ["client.query"]);
    assert_eq!(calls_of_drivers("connection\n    .execute_batch(sql)"), ["connection.execute_batch"]);
    assert_eq!(calls_of_drivers("connection.lock().execute(sql)"), [".execute"]);
    assert!(calls_of_drivers("s.query(sql, &[]); self.execute(sql); text(\"client.query(x)\")").is_empty());
}
