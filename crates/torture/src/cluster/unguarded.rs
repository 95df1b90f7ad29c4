//! A database without its own check against overselling, for the planted bug that needs it gone.

use axhub_store::{Database, Mode, Session};

/// Of PostgreSQL.
const DROP: &str = "ALTER TABLE stock DROP CONSTRAINT stock_check";
/// SQLite cannot drop a check. Whoever opens the file later reads the table's text as it is then.
const REWRITE: &str =
    "UPDATE sqlite_master SET sql = replace(sql, 'CHECK (held + ordered <= max_quantity)', 'CHECK (1)') WHERE name = 'stock'";

/// Takes the check away.
///
/// # Errors
/// The database's.
pub(super) async fn drop_stock_check(database: &Database) -> anyhow::Result<()> {
    let is_sqlite = database.engine_name() == "sqlite";
    Ok(database.run("torture.unguarded", Mode::Write, is_sqlite, |s, is_sqlite| Box::pin(drop_check(s, *is_sqlite))).await?)
}

async fn drop_check(s: &Session, is_sqlite: bool) -> axhub_store::Result<()> {
    if is_sqlite {
        s.execute("PRAGMA writable_schema = ON", &[]).await?;
        s.execute_one(REWRITE, &[]).await
    } else {
        s.execute(DROP, &[]).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use axhub_hub::planted::Planted;

    #[test]
    fn it_is_the_check_that_the_bug_names() {
        assert!(super::REWRITE.contains(Planted::STOCK_CHECK));
    }
}
