//! Recording what is asked.

use axhub_store::engine::{Recording, Step, Value};
use axhub_store::{Error, Options, Result, params};
use axhub_testkit::Engine;
use rstest::rstest;

use super::scratch;

const COUNT: &str = "SELECT COUNT(*) FROM scratch WHERE n = $1";

#[rstest]
#[tokio::test]
async fn everything_is_noted_in_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let recording = Recording::default();
    let db = test.open_with(Options { recording: Some(recording.clone()), ..Options::default() }).await;
    let written: Result<u64> = tx!(db, Write, |s| {
        let rows = vec![params![1i64, 10i64], params![2i64, 20i64]];
        s.execute_each("INSERT INTO scratch (id, n) SELECT k.id, k.n FROM {{k(id int, n int)}}", rows).await
    });
    assert_eq!(written.unwrap(), 2);
    let counted: Result<i64> = tx!(db, Snapshot, |s| s.query_one(COUNT, &params![20i64]).await?.int(0));
    assert_eq!(counted.unwrap(), 1);
    let failed: Result<()> = tx!(db, Write, |_s| Err(Error::Database("no".to_owned())));
    failed.unwrap_err();

    let recorded = recording.take();
    assert!(recorded.iter().all(|recorded| recorded.transaction == "test"));
    let steps: Vec<&Step> = recorded.iter().map(|recorded| &recorded.step).collect();
    let ints = |ints: &[i64]| ints.iter().map(|int| Value::Int(*int)).collect::<Vec<_>>();
    let inserts: Vec<Vec<Value>> = match engine {
        Engine::Sqlite => vec![ints(&[1, 10]), ints(&[2, 20])],
        Engine::Postgres => vec![vec![Value::List(ints(&[1, 2])), Value::List(ints(&[10, 20]))]],
    };
    let [Step::Begin, rest @ ..] = &steps[..] else { panic!("{steps:?}") };
    let (inserted, rest) = rest.split_at(inserts.len());
    for (step, expected) in inserted.iter().zip(&inserts) {
        assert!(matches!(step, Step::Statement { sql, params } if params == expected && !sql.contains("{{")), "{step:?}");
    }
    let [Step::Commit, Step::Begin, Step::Statement { params, .. }, Step::Commit, Step::Begin, Step::RollBack] = rest else {
        panic!("{rest:?}")
    };
    assert_eq!(*params, ints(&[20]));

    assert_eq!(recording.take(), [], "what was taken is not there any more");
    let unheard: Result<i64> = tx!(test.database(), Read, |s| s.query_one(COUNT, &params![20i64]).await?.int(0));
    assert_eq!((unheard.unwrap(), recording.take()), (1, Vec::new()), "another way in is not recorded");
}
