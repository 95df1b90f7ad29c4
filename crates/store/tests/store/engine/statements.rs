//! Statements over one row, over many, and how many rows they must touch.

use axhub_store::{Error, Result, params};
use axhub_testkit::Engine;
use futures_util::try_join;
use rstest::rstest;

use super::{numbers, scratch};

#[rstest]
#[tokio::test]
async fn each_touches_as_many_rows_as_it_must(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let db = test.database();
    let changed: Result<u64> = tx!(db, Write, |s| s.execute("INSERT INTO scratch (id, n) VALUES (1, 10), (2, 20)", &[]).await);
    assert_eq!(changed.unwrap(), 2);

    let none: Result<bool> = tx!(db, Read, |s| Ok(s.query_opt("SELECT n FROM scratch WHERE id = 9", &[]).await?.is_none()));
    assert!(none.unwrap());
    let one: Result<i64> = tx!(db, Read, |s| s.query_one("SELECT n FROM scratch WHERE id = $1", &params![2i64]).await?.int(0));
    assert_eq!(one.unwrap(), 20);
    let no_row: Result<()> = tx!(db, Read, |s| s.query_one("SELECT n FROM scratch WHERE id = 9", &[]).await.map(drop));
    assert!(matches!(no_row, Err(Error::Database(_))));
    let two_rows: Result<()> = tx!(db, Read, |s| s.query_opt("SELECT n FROM scratch", &[]).await.map(drop));
    assert!(matches!(two_rows, Err(Error::Database(_))));

    let changed: Result<()> = tx!(db, Write, |s| s.execute_one("UPDATE scratch SET n = 11 WHERE id = $1", &params![1i64]).await);
    changed.unwrap();
    let too_many: Result<()> = tx!(db, Write, |s| s.execute_one("UPDATE scratch SET n = 0", &[]).await);
    assert!(matches!(too_many, Err(Error::Contended(_))));
    assert_eq!(numbers(db).await, [(1, 11), (2, 20)]);
}

#[rstest]
#[tokio::test]
async fn over_a_table_of_parameters_see_every_row_of_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let db = test.database();
    let insert = "INSERT INTO scratch (id, n, t) SELECT k.id, k.n, k.t FROM {{k(id int, n int, t text)}}";
    let rows = |range: std::ops::RangeInclusive<i64>| range.map(|id| params![id, id * 10, None::<String>]).collect::<Vec<_>>();

    let inserted: Result<u64> = tx!(db, Write, |s| s.execute_each(insert, rows(1..=50)).await);
    assert_eq!(inserted.unwrap(), 50);
    let nothing: Result<(u64, usize)> = tx!(db, Write, |s| {
        let select = "SELECT s.n FROM {{k(id int)}} JOIN scratch s ON s.id = k.id";
        Ok((s.execute_each::<3>(insert, Vec::new()).await?, s.query_each::<1>(select, Vec::new()).await?.len()))
    });
    assert_eq!(nothing.unwrap(), (0, 0));

    let updated: Result<u64> = tx!(db, Write, |s| {
        let sql = "UPDATE scratch SET n = scratch.n + k.more FROM {{k(id int, more int)}} WHERE scratch.id = k.id";
        s.execute_each(sql, vec![params![1i64, 5i64], params![77i64, 5i64], params![3i64, -5i64]]).await
    });
    assert_eq!(updated.unwrap(), 2, "there is no row 77");
    let found: Result<Vec<i64>> = tx!(db, Read, |s| {
        let sql = "SELECT s.n FROM {{k(id int)}} JOIN scratch s ON s.id = k.id";
        s.query_each(sql, vec![params![1i64], params![3i64], params![77i64]]).await?.iter().map(|row| row.int(0)).collect()
    });
    let mut found = found.unwrap();
    found.sort_unstable();
    assert_eq!(found, [15, 25]);

    let ignored: Result<u64> = tx!(db, Write, |s| {
        let sql = "INSERT INTO scratch (id, n) SELECT k.id, k.n FROM {{k(id int, n int)}} WHERE TRUE ON CONFLICT (id) DO NOTHING";
        s.execute_each(sql, vec![params![1i64, 1i64], params![51i64, 1i64]]).await
    });
    assert_eq!(ignored.unwrap(), 1);
}

#[rstest]
#[tokio::test]
async fn over_a_list_find_each_of_it_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let found: Result<Vec<Vec<i64>>> = tx!(test.database(), Write, |s| {
        s.execute("INSERT INTO scratch (id, t) VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, NULL)", &[]).await?;
        let mut found = Vec::new();
        for list in [vec![], vec!["b"], vec!["c", "a", "c", "z"]] {
            let rows = s.query("SELECT id FROM scratch WHERE t = ANY($1) ORDER BY id", &params![list]).await?;
            found.push(rows.iter().map(|row| row.int(0)).collect::<Result<_>>()?);
        }
        Ok(found)
    });
    assert_eq!(found.unwrap(), [vec![], vec![2], vec![1, 3]]);
}

#[rstest]
#[tokio::test]
async fn that_are_independent_can_be_awaited_together(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let sum: Result<i64> = tx!(test.database(), Write, |s| {
        let insert = "INSERT INTO scratch (id, n) VALUES ($1, $2)";
        let (one, two) = (params![1i64, 1i64], params![2i64, 2i64]);
        try_join!(s.execute_one(insert, &one), s.execute_one(insert, &two))?;
        let sum = "SELECT CAST(SUM(n) AS bigint) FROM scratch";
        let (sum, again) = try_join!(s.query_one(sum, &[]), s.query_one(sum, &[]))?;
        Ok(sum.int(0)? + again.int(0)?)
    });
    assert_eq!(sum.unwrap(), 6);
}

#[rstest]
#[tokio::test]
async fn that_are_wrong_are_errors_of_the_database(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let db = test.database();
    let wrong: Result<u64> = tx!(db, Write, |s| s.execute("UPDATE nothing SET n = 1", &[]).await);
    assert!(matches!(wrong, Err(Error::Database(_))), "{wrong:?}");
    let too_few: Result<()> = tx!(db, Read, |s| s.query("SELECT n FROM scratch WHERE id = $1 AND n = $2", &params![1i64]).await.map(drop));
    assert!(matches!(too_few, Err(Error::Database(_))), "{too_few:?}");
    let too_many: Result<()> = tx!(db, Read, |s| s.query("SELECT n FROM scratch WHERE id = $1", &params![1i64, 2i64]).await.map(drop));
    assert!(matches!(too_many, Err(Error::Database(_))), "{too_many:?}");
    // As many bytes as the number would have, so that only the type tells.
    for text in ["ten", "ten tens"] {
        let wrong_type: Result<u64> =
            tx!(db, Write, |s| s.execute("INSERT INTO scratch (id, n) VALUES ($1, $2)", &params![1i64, text]).await);
        let is_told = match engine {
            Engine::Sqlite => matches!(wrong_type, Err(Error::Constraint(_))),
            Engine::Postgres => matches!(wrong_type, Err(Error::Database(_))),
        };
        assert!(is_told, "{wrong_type:?}");
    }
    let breaks_a_constraint: Result<()> =
        tx!(db, Write, |s| s.execute_one("INSERT INTO scratch (id, n) VALUES ($1, $2)", &params![1i64, 1000i64]).await);
    assert!(matches!(breaks_a_constraint, Err(Error::Constraint(_))), "{breaks_a_constraint:?}");
    assert_eq!(numbers(db).await, [], "and the database works on");
}
