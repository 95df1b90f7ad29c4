//! Every type of parameter and column goes in and comes out the same.

use axhub_domain::ids::SupplierId;
use axhub_domain::money::{Currency, Money};
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::{Confirmation, OptionKind, ProductKind};
use axhub_domain::state::{OrderStatus, TicketStatus};
use axhub_store::engine::{Column, ToValue, Value};
use axhub_store::{Error, Result, params};
use axhub_testkit::Engine;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use rstest::rstest;
use uuid::Uuid;

use super::scratch;

/// One row of `scratch`; all columns are null in its default.
#[derive(Clone, Debug, Default, PartialEq)]
struct Everything {
    id: i64,
    n: Option<i64>,
    u: Option<Uuid>,
    t: Option<String>,
    b: Option<bool>,
    at: Option<Timestamp>,
    d: Option<Date>,
    tm: Option<Time>,
    j: Option<serde_json::Value>,
    x: Option<[u8; 32]>,
}

impl Everything {
    fn params(&self) -> [Value; 10] {
        params![self.id, self.n, self.u, self.t, self.b, self.at, self.d, self.tm, self.j, self.x]
    }
}

fn every_edge() -> Vec<Everything> {
    let mut rows = vec![Everything::default()];
    let texts = ["", "plain", "it's \"quoted\" \\ % _ $1 {{k}}", "서울 – Zürich – 東京", "🎫👨‍👩‍👧", "line\nbreak\ttab", "e\u{301} \u{200f}"];
    rows.extend(texts.map(|text| Everything { t: Some(text.to_owned()), ..Everything::default() }));
    rows.extend([i64::MIN, -1, 0, 999].map(|n| Everything { n: Some(n), ..Everything::default() }));
    rows.extend([Uuid::nil(), Uuid::max(), Uuid::from_u128(7)].map(|u| Everything { u: Some(u), ..Everything::default() }));
    rows.extend([true, false].map(|b| Everything { b: Some(b), ..Everything::default() }));
    let instants = [
        "0001-01-01T00:00:00Z",
        "1582-10-10T00:00:00Z",
        "1969-12-31T23:59:59.999999Z",
        "1970-01-01T00:00:00Z",
        "2026-07-01T03:00:00.000001Z",
        "9999-12-30T22:00:00.999999Z",
    ];
    rows.extend(instants.map(|at| Everything { at: at.parse().ok(), ..Everything::default() }));
    let dates = ["0001-01-01", "1900-02-28", "1969-12-31", "2024-02-29", "9999-12-31"];
    rows.extend(dates.map(|d| Everything { d: d.parse().ok(), ..Everything::default() }));
    let times = ["00:00:00", "09:30:00", "12:34:56.789", "23:59:59.999999"];
    rows.extend(times.map(|tm| Everything { tm: tm.parse().ok(), ..Everything::default() }));
    let documents = [
        "null",
        "true",
        "\"\"",
        "[]",
        "{}",
        r#"{"a":[1,"two",null,{"b":[[]]}],"김치":"🥬","":"empty key"}"#,
        "0.1",
        "1.10",
        "-12345678901234567890.123456789012345678901234567890",
        "9007199254740993",
    ];
    rows.extend(documents.map(|j| Everything { j: serde_json::from_str(j).ok(), ..Everything::default() }));
    rows.extend([[0; 32], [255; 32]].map(|x| Everything { x: Some(x), ..Everything::default() }));
    rows.push(Everything {
        id: 0,
        n: Some(-7),
        u: Some(Uuid::from_u128(1)),
        t: Some("all".to_owned()),
        b: Some(true),
        at: Some(Timestamp::UNIX_EPOCH),
        d: Some(Date::constant(2026, 7, 1)),
        tm: Some(Time::midnight()),
        j: Some(serde_json::json!({ "all": true })),
        x: Some([7; 32]),
    });
    for (id, row) in (1..).zip(&mut rows) {
        row.id = id;
    }
    rows
}

async fn read_all(db: &axhub_store::Database) -> Result<Vec<Everything>> {
    tx!(db, Read, |s| {
        let rows = s.query("SELECT id, n, u, t, b, at, d, tm, j, x FROM scratch ORDER BY id", &[]).await?;
        let everything = |row: &axhub_store::engine::Row| {
            let mut r = row.reader();
            Ok(Everything {
                id: r.take()?,
                n: r.take()?,
                u: r.take()?,
                t: r.take()?,
                b: r.take()?,
                at: r.take()?,
                d: r.take()?,
                tm: r.take()?,
                j: r.take()?,
                x: r.take()?,
            })
        };
        rows.iter().map(everything).collect()
    })
}

#[rstest]
#[tokio::test]
async fn come_back_as_they_were_one_by_one(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let rows = every_edge();
    let inserted: Result<()> = tx!(test.database(), Write, rows.clone(), |s, rows| {
        let sql = "INSERT INTO scratch (id, n, u, t, b, at, d, tm, j, x) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        for row in rows {
            s.execute_one(sql, &row.params()).await?;
        }
        Ok(())
    });
    inserted.unwrap();
    assert_eq!(read_all(test.database()).await.unwrap(), rows);
}

#[rstest]
#[tokio::test]
async fn come_back_as_they_were_as_a_table(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let rows = every_edge();
    let inserted: Result<u64> = tx!(test.database(), Write, rows.clone(), |s, rows| {
        let sql = "INSERT INTO scratch (id, n, u, t, b, at, d, tm, j, x) SELECT k.id, k.n, k.u, k.t, k.b, k.at, k.d, k.tm, k.j, k.x
            FROM {{k(id int, n int, u uuid, t text, b bool, at instant, d date, tm time, j json, x bytes)}}";
        s.execute_each(sql, rows.iter().map(Everything::params).collect()).await
    });
    assert_eq!(inserted.unwrap(), rows.len() as u64);
    assert_eq!(read_all(test.database()).await.unwrap(), rows);
}

#[rstest]
#[tokio::test]
async fn find_their_rows_again(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let rows = every_edge();
    let found: Result<Vec<(i64, i64)>> = tx!(test.database(), Write, rows.clone(), |s, rows| {
        let sql = "INSERT INTO scratch (id, n, u, t, b, at, d, tm, j, x) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let mut found = Vec::new();
        for row in rows {
            s.execute_one(sql, &row.params()).await?;
            let sql = "SELECT COUNT(*) FROM scratch WHERE id = $1 AND (n = $2 OR n IS NULL AND $2 IS NULL)
                AND (u = $3 OR u IS NULL AND $3 IS NULL) AND (t = $4 OR t IS NULL AND $4 IS NULL) AND (b = $5 OR b IS NULL AND $5 IS NULL)
                AND (at = $6 OR at IS NULL AND $6 IS NULL) AND (d = $7 OR d IS NULL AND $7 IS NULL) AND (tm = $8 OR tm IS NULL AND $8 IS NULL)
                AND (x = $9 OR x IS NULL AND $9 IS NULL)";
            let params = params![row.id, row.n, row.u, row.t, row.b, row.at, row.d, row.tm, row.x];
            found.push((row.id, s.query_one(sql, &params).await?.int(0)?));
        }
        Ok(found)
    });
    let missing: Vec<_> = found.unwrap().into_iter().filter(|(_, count)| *count != 1).collect();
    assert_eq!(missing, []);
}

/// Writes one value as a parameter of a type and reads it back from the column `$column`.
async fn there_and_back<T>(engine: Engine, column: &'static str, values: Vec<T>) -> Vec<T>
where
    T: ToValue + Column + Send + Sync + 'static,
{
    let test = scratch(engine).await;
    let insert: &'static str = format!("INSERT INTO scratch (id, {column}) VALUES ($1, $2)").leak();
    let select: &'static str = format!("SELECT {column} FROM scratch ORDER BY id").leak();
    let read: Result<Vec<T>> = tx!(test.database(), Write, values, |s, values| {
        for (id, value) in (1i64..).zip(values) {
            s.execute_one(insert, &params![id, value]).await?;
        }
        s.query(select, &[]).await?.iter().map(|row| row.get(0)).collect()
    });
    read.unwrap()
}

#[rstest]
#[tokio::test]
async fn of_the_domain_come_back_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let suppliers = vec![SupplierId(Uuid::from_u128(9)), SupplierId(Uuid::max())];
    assert_eq!(there_and_back(engine, "u", suppliers.clone()).await, suppliers);
    let amounts: Vec<Money> = [i64::MIN, -1, 0, 999].into_iter().map(Money::from_parts).collect();
    assert_eq!(there_and_back(engine, "n", amounts.clone()).await, amounts);
    assert_eq!(there_and_back(engine, "t", Currency::ALL.to_vec()).await, Currency::ALL);
    let kinds = vec![ProductKind::Tour, ProductKind::DayTicket, ProductKind::Ticket];
    assert_eq!(there_and_back(engine, "t", kinds.clone()).await, kinds);
    let confirmations = vec![Confirmation::Instant, Confirmation::Manual];
    assert_eq!(there_and_back(engine, "t", confirmations.clone()).await, confirmations);
    let kinds = vec![OptionKind::Quantity, OptionKind::Price];
    assert_eq!(there_and_back(engine, "t", kinds.clone()).await, kinds);
    assert_eq!(there_and_back(engine, "n", OrderStatus::ALL.to_vec()).await, OrderStatus::ALL);
    assert_eq!(there_and_back(engine, "n", TicketStatus::ALL.to_vec()).await, TicketStatus::ALL);
    assert_eq!(there_and_back(engine, "n", vec![MarkUp(1), MarkUp(999)]).await, vec![MarkUp(1), MarkUp(999)]);
    assert_eq!(there_and_back(engine, "n", vec![0u32, 999]).await, vec![0, 999]);
    assert_eq!(there_and_back(engine, "x", vec![[9u8; 32]]).await, vec![[9u8; 32]]);
    let map: serde_json::Map<_, _> = [("k".to_owned(), serde_json::json!(["v", 0.25]))].into_iter().collect();
    assert_eq!(there_and_back(engine, "j", vec![map.clone()]).await, vec![map]);
}

/// Reads `$sql`'s only column as `T`.
async fn read_as<T: Column + Send + 'static>(engine: Engine, sql: &'static str) -> Result<T> {
    let test = scratch(engine).await;
    let filled: Result<u64> = tx!(test.database(), Write, |s| {
        let sql = "INSERT INTO scratch (id, n, t, j) VALUES (1, -5, 'other', $1)";
        s.execute(sql, &params![serde_json::json!([1])]).await
    });
    filled.unwrap();
    tx!(test.database(), Read, |s| s.query_one(sql, &[]).await?.get(0))
}

#[rstest]
#[tokio::test]
async fn that_make_no_sense_are_errors(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    fn is_refused<T: std::fmt::Debug>(read: &Result<T>) -> bool {
        matches!(read, Err(Error::Database(_)))
    }
    assert!(is_refused(&read_as::<u32>(engine, "SELECT n FROM scratch").await), "a negative small number");
    assert!(is_refused(&read_as::<String>(engine, "SELECT n FROM scratch").await), "a number as text");
    assert!(is_refused(&read_as::<i64>(engine, "SELECT t FROM scratch").await), "a text as number");
    assert!(is_refused(&read_as::<Currency>(engine, "SELECT t FROM scratch").await), "no currency");
    assert!(is_refused(&read_as::<OrderStatus>(engine, "SELECT n FROM scratch").await), "no state");
    assert!(is_refused(&read_as::<i64>(engine, "SELECT u FROM scratch").await), "null where there must be a value");
    let map = read_as::<serde_json::Map<String, serde_json::Value>>(engine, "SELECT j FROM scratch").await;
    assert!(is_refused(&map), "a list where there must be an object");
    let missing: Result<i64> = {
        let test = scratch(engine).await;
        tx!(test.database(), Read, |s| s.query_one("SELECT COUNT(*) FROM scratch", &[]).await?.get(1))
    };
    assert!(is_refused(&missing), "no such column");
}
