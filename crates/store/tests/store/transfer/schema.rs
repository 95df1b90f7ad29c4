//! A backup has every table and column that there is, on either engine.

use std::collections::{BTreeMap, BTreeSet};

use axhub_store::Result;
use axhub_testkit::{Engine, TestDatabase};
use rstest::rstest;

use super::{Place, backup, dump};

#[rstest]
#[tokio::test]
async fn every_table_and_column_of_a_server_is_in_its_backup() {
    let place = Place::new();
    let server = TestDatabase::new(Engine::Postgres).await;
    let copied = backup(&server, &place.file("backup.db")).await;
    let columns: Result<Vec<(String, String)>> = tx!(server.database(), Read, |s| {
        let sql = "SELECT CAST(table_name AS text), CAST(column_name AS text) FROM information_schema.columns WHERE table_schema = 'public'
            AND table_name <> 'refinery_schema_history'";
        s.query(sql, &[]).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
    });
    let mut on_the_server: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (table, column) in columns.unwrap() {
        on_the_server.entry(table).or_default().insert(column);
    }
    let mut in_the_file = dump(&place.file("backup.db"));
    assert!(in_the_file.remove("sqlite_sequence").is_some());
    let in_the_file = in_the_file.into_iter().map(|(table, (columns, _))| (table, BTreeSet::from_iter(columns)));
    assert_eq!(BTreeMap::from_iter(in_the_file), on_the_server);
    let told: BTreeSet<&str> = copied.tables.iter().map(|table| table.name.as_str()).collect();
    let servers_own = BTreeSet::from(["leases"]);
    assert_eq!(told, on_the_server.keys().map(String::as_str).filter(|table| !servers_own.contains(table)).collect());
}
