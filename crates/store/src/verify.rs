//! Whether everything holds in a database that should: for operators, after a restore, and for tests that break things.
//!
//! Each [`Check`] is one rule. As far as it can, the database looks for what breaks it, in one statement; what only the
//! domain can judge, as the way of an order through its states, is read in pages. All of it is read from one and the same
//! moment, and servers go on meanwhile.
//!
//! What is found is named by codes that `axhub search` knows, never by what is known of people.

mod assignments;
mod documents;
mod editions;
mod file;
mod findings;
mod history;
mod references;
mod registrations;
mod rule;
mod rules;
mod schema;
mod since;
mod starts;
mod statements;
mod tally;
mod told;
mod told_stock;
mod walk;
mod zones;

use std::collections::HashMap;
use std::future::Future;

use serde::Serialize;

pub use file::is_open;
use findings::Findings;

use crate::engine::{Database, Mode, Session};
use crate::error::{Error, Result};

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Every rule, whether it holds or not.
    pub checks: Vec<Check>,
}

impl Report {
    /// Whether every rule holds.
    pub fn is_clean(&self) -> bool {
        self.broken().next().is_none()
    }

    /// The rules that do not hold.
    pub fn broken(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.found > 0)
    }
}

/// One rule, and what breaks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What it is called.
    pub name: &'static str,
    /// What must hold.
    pub rule: &'static str,
    /// How many rows were looked at.
    pub rows: u64,
    /// How many things break the rule.
    pub found: u64,
    /// The first of them, in words.
    pub findings: Vec<String>,
}

impl Check {
    fn new(name: &'static str, rule: &'static str, rows: u64, findings: Findings) -> Check {
        let Findings { found, texts } = findings;
        Check { name, rule, rows, found, findings: texts }
    }

    /// What a rule comes to that could not be judged, because what is stored is not even of its type.
    fn unreadable(name: &'static str, rule: &'static str) -> Check {
        let mut findings = Findings::default();
        findings.add(|| "something is stored here that cannot be read, so the rule could not be judged".to_owned());
        Check::new(name, rule, 0, findings)
    }
}

/// Looks at everything.
///
/// # Errors
/// The database's. What is stored wrong is no error, but found.
pub async fn verify(database: &Database) -> Result<Report> {
    database.run("verify", Mode::Snapshot, (), |s, ()| Box::pin(verify_within(s))).await
}

/// The same within a transaction, which should see one and the same moment.
///
/// # Errors
/// The database's.
pub async fn verify_within(s: &Session) -> Result<Report> {
    if !s.is_sqlite() {
        plan_for_whole_tables(s).await?;
    }
    let mut checks = Vec::new();
    if s.is_sqlite() {
        checks.push(or_unreadable(s, file::NAME, file::RULE, file::check(s)).await?);
    }
    checks.push(or_unreadable(s, schema::NAME, schema::RULE, schema::check(s)).await?);
    checks.push(or_unreadable(s, references::NAME, references::RULE, references::check(s)).await?);
    let mut counts = HashMap::new();
    for rule in rules::all() {
        checks.push(or_unreadable(s, rule.name, rule.rule, rule.check(s, &mut counts)).await?);
    }
    match savepoint(s, told::check(s)).await? {
        Some(found) => checks.extend(found),
        None => checks.extend(told::RULES.map(|(name, rule)| Check::unreadable(name, rule))),
    }
    checks.push(or_unreadable(s, documents::NAME, documents::RULE, documents::check(s)).await?);
    checks.push(or_unreadable(s, told_stock::NAME, told_stock::RULE, told_stock::check(s)).await?);
    checks.push(or_unreadable(s, editions::NAME, editions::RULE, editions::check(s)).await?);
    checks.push(or_unreadable(s, registrations::NAME, registrations::RULE, registrations::check(s)).await?);
    checks.push(or_unreadable(s, assignments::NAME, assignments::RULE, assignments::check(s)).await?);
    checks.push(or_unreadable(s, starts::NAME, starts::RULE, starts::check(s)).await?);
    checks.push(or_unreadable(s, zones::NAME, zones::RULE, zones::check(s)).await?);
    checks.push(or_unreadable(s, statements::NAME, statements::RULE, statements::check(s)).await?);
    checks.sort_by_key(|check| check.name);
    Ok(Report { checks })
}

/// What a database of PostgreSQL is made of, a line each: what the rule `schema` holds against what it knows.
///
/// # Errors
/// The database's; that it is one of SQLite.
pub async fn postgres_objects(database: &Database) -> Result<Vec<String>> {
    database.run("verify.objects", Mode::Read, (), |s, ()| Box::pin(schema::lines(s))).await
}

/// Connections are set up for statements that find little by an index, and these read everything.
async fn plan_for_whole_tables(s: &Session) -> Result<()> {
    let sql = "SELECT set_config('enable_seqscan', 'on', TRUE), set_config('plan_cache_mode', 'auto', TRUE),
        set_config('statement_timeout', '0', TRUE), set_config('idle_in_transaction_session_timeout', '0', TRUE)";
    // An engine that does not know them plans in its own way.
    savepoint(s, s.query(sql, &[])).await?;
    Ok(())
}

async fn or_unreadable(s: &Session, name: &'static str, rule: &'static str, check: impl Future<Output = Result<Check>>) -> Result<Check> {
    Ok(savepoint(s, check).await?.unwrap_or_else(|| Check::unreadable(name, rule)))
}

/// What some work comes to; `None` when it met something stored that makes no sense. The transaction goes on then.
async fn savepoint<T>(s: &Session, work: impl Future<Output = Result<T>>) -> Result<Option<T>> {
    s.execute("SAVEPOINT verify", &[]).await?;
    let outcome = match work.await {
        Ok(outcome) => Some(outcome),
        // Not said any further: PostgreSQL quotes what it could not read.
        Err(Error::Database(_)) => {
            s.execute("ROLLBACK TO SAVEPOINT verify", &[]).await?;
            None
        }
        Err(error) => return Err(error),
    };
    s.execute("RELEASE SAVEPOINT verify", &[]).await?;
    Ok(outcome)
}
