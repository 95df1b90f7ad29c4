//! `verify`: finds nothing where everything was done by the use cases, and whatever is broken by force.

mod breaks;
mod busy;

use axhub_domain::inventory::StockRule;
use axhub_domain::product::ProductKind;
use axhub_domain::state::Action;
use axhub_hub::availability::set_stock;
use axhub_hub::changes::{Cursor, order_changes_for_channel};
use axhub_hub::fulfilment;
use axhub_store::verify::{Report, verify, verify_within};
use axhub_store::{Database, Error, Mode, Session, TransactionError};
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder};
use jiff::SignedDuration;
use jiff::civil::{date, time};
use rstest::rstest;

use crate::stage::Stage;
use breaks::{BREAKS, Break};
use busy::busy;

/// What breaks which rules, by their names.
fn broken(report: &Report) -> Vec<&'static str> {
    report.broken().map(|check| check.name).collect()
}

fn told(report: &Report) -> String {
    report.broken().map(|check| format!("{}: {}\n", check.name, check.findings.join("; "))).collect()
}

#[rstest]
#[tokio::test]
async fn nothing_is_found_after_ordinary_business(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let empty = axhub_testkit::TestDatabase::new(engine).await;
    let report = verify(empty.database()).await.unwrap();
    assert!(report.is_clean(), "{}", told(&report));
    let stage = busy(engine).await;
    let report = verify(stage.test.database()).await.unwrap();
    assert!(report.is_clean(), "{}", told(&report));
    let without_rows: Vec<&str> = report.checks.iter().filter(|check| check.rows == 0).map(|check| check.name).collect();
    assert_eq!(without_rows, [""; 0], "nothing to look at");
    assert!(report.checks.iter().all(|check| check.rule.ends_with('.') && check.findings.is_empty()));
}

/// How a transaction ends that was only there to break something.
enum Ended {
    Broken(Error),
    Undone(Report),
}

impl From<Error> for Ended {
    fn from(error: Error) -> Ended {
        Ended::Broken(error)
    }
}

impl TransactionError for Ended {
    fn store_error(&self) -> Option<&Error> {
        match self {
            Ended::Broken(error) => Some(error),
            Ended::Undone(_) => None,
        }
    }
}

/// What is found in the middle of a transaction that breaks something, and is undone.
async fn found_after(database: &Database, engine: Engine, one: &'static Break) -> Report {
    let outcome: Result<(), Ended> = database
        .run("test.break", Mode::Write, (), move |s, ()| {
            Box::pin(async move {
                without_triggers(s, engine).await?;
                s.execute("SAVEPOINT test", &[]).await?;
                let report = match break_it(s, one).await {
                    Err(Error::Constraint(_)) if engine == Engine::Postgres => {
                        s.execute("ROLLBACK TO SAVEPOINT test", &[]).await?;
                        without_constraints(s).await?;
                        break_it(s, one).await?;
                        let mut report = verify_within(s).await?;
                        // Of course they are missing now.
                        report.checks.retain(|check| check.name != "schema");
                        report
                    }
                    outcome => {
                        outcome?;
                        verify_within(s).await?
                    }
                };
                Err(Ended::Undone(report))
            })
        })
        .await;
    match outcome {
        Err(Ended::Undone(report)) => report,
        Err(Ended::Broken(error)) => panic!("{:?}: {error}", one.rules),
        Ok(()) => unreachable!("it always ends with an error"),
    }
}

async fn break_it(s: &Session, one: &Break) -> Result<(), Error> {
    for sql in one.sql {
        let changed = s.execute(sql, &[]).await?;
        let says_nothing = ["PRAGMA", "DROP", "ALTER"].iter().any(|word| sql.starts_with(word));
        assert!(changed > 0 || says_nothing, "{sql} changes nothing");
    }
    Ok(())
}

/// Takes away the constraints of PostgreSQL, until the transaction ends.
async fn without_constraints(s: &Session) -> Result<(), Error> {
    let sql = "DO $$ DECLARE c record; BEGIN
        FOR c IN SELECT CAST(conrelid::regclass AS text) AS of_table, conname FROM pg_constraint
            WHERE contype IN ('c', 'u') AND connamespace = 'public'::regnamespace
        LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.of_table, c.conname); END LOOP; END $$";
    s.execute(sql, &[]).await?;
    Ok(())
}

/// Takes away what the engines themselves forbid and need not be asked to forget, until the transaction ends.
async fn without_triggers(s: &Session, engine: Engine) -> Result<(), Error> {
    let statements: &[&str] = match engine {
        Engine::Sqlite => &["PRAGMA defer_foreign_keys = ON", "PRAGMA ignore_check_constraints = ON"],
        Engine::Postgres => &["SET LOCAL session_replication_role = replica"],
    };
    for sql in statements {
        s.execute(sql, &[]).await?;
    }
    Ok(())
}

#[rstest]
#[tokio::test]
async fn whatever_is_broken_is_found_by_its_rule(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = busy(engine).await;
    let mut wrong = Vec::new();
    for one in BREAKS.iter().filter(|one| one.only.is_none_or(|only| only == engine)) {
        let report = found_after(stage.test.database(), engine, one).await;
        let mut expected = one.rules.to_vec();
        expected.sort_unstable();
        if broken(&report) != expected {
            wrong.push(format!("{:?} {}", one.rules, told(&report)));
        }
        for check in report.broken() {
            assert!(!check.findings.is_empty() && check.findings.len() as u64 <= check.found.min(20), "{check:?}");
            // Findings name nobody.
            assert!(["Kim", "Lee", "Traveler 1", "@", "만나요"].iter().all(|told| !check.findings.join(" ").contains(told)), "{check:?}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // Every rule is broken by something.
    let report = verify(stage.test.database()).await.unwrap();
    assert!(report.is_clean(), "what was broken stayed: {}", told(&report));
    for check in &report.checks {
        let is_of_the_other = BREAKS.iter().any(|one| one.rules[0] == check.name && one.only.is_some_and(|only| only != engine));
        assert!(is_of_the_other || BREAKS.iter().any(|one| one.rules[0] == check.name), "nothing breaks {}", check.name);
    }
}

#[rstest]
#[tokio::test]
async fn a_clock_that_is_set_back_does_not_turn_a_history_around(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let mapping = stage.register("alpha", &paris).await;
    let order = OrderBuilder::new("A-1").line(mapping, paris.option(0), paris.at("2026-07-05", "09:00"), 2);
    let placed = stage.place("alpha", &order).await.unwrap().lines.remove(0);
    let lumiere = || (stage.world.supplier("lumiere").id, "lumiere".to_owned());
    fulfilment::redeem(&stage.hub, lumiere(), placed.tickets[0], None, None).await.unwrap();
    stage.clock.advance(-SignedDuration::from_hours(1));
    fulfilment::undo_redemption(&stage.hub, lumiere(), placed.tickets[0], None).await.unwrap();
    fulfilment::comment(&stage.hub, lumiere(), placed.order, "북문에서 만나요".to_owned()).await.unwrap();
    stage.clock.advance(-SignedDuration::from_hours(1));
    stage.as_channel("alpha", ProductKind::Tour, placed.order, Action::TravelerCancel).await.unwrap();

    let events = stage.order("lumiere", placed.order).await.events;
    let actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(actions, ["place", "redeem", "undo-redemption", "comment", "cancel", "cancel", "cancel"]);
    let alpha = stage.world.channel("alpha").id;
    let changes = order_changes_for_channel(&stage.hub, alpha, ProductKind::Tour, Cursor::START, None, 100).await.unwrap().items;
    let times: Vec<_> = changes.iter().filter(|change| change.order == placed.order).map(|change| change.updated_at).collect();
    assert!(times.len() == 5 && times.is_sorted_by(|one, next| one < next), "{times:?}");
    let report = verify(stage.test.database()).await.unwrap();
    assert!(report.is_clean(), "{}", told(&report));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn stock_that_two_servers_make_at_once_is_told_as_it_is(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let tour = ProductBuilder::tour("New").no_stock().start_times(&["09:00"]).option("Seat", "10");
    let tour = stage.world.make_product(&stage.hub, "hanok", tour, &["alpha"]).await;
    let other = stage.another_hub().await;
    for day in 1..=25 {
        let day = date(2026, 7, day);
        let rule =
            |max| StockRule { from: day, to: day, weekdays: vec![], start_times: vec![time(9, 0, 0, 0)], max, min: 0, on_sale: true };
        let (one, two) = tokio::join!(
            set_stock(&stage.hub, tour.supplier, tour.option(0), rule(10)),
            set_stock(&other, tour.supplier, tour.option(0), rule(20))
        );
        assert_eq!((one.unwrap(), two.unwrap()), (1, 1));
    }
    let report = verify(stage.test.database()).await.unwrap();
    assert!(report.is_clean(), "{}", told(&report));
}
