//! The history.

use axhub_store::events::{self, Event};
use axhub_store::{Error, Result};
use axhub_testkit::Engine;
use rstest::rstest;

use crate::fixture::{Fixture, TestOrder, id, later};

pub fn event(n: u128, order: u128, minutes: i64) -> Event {
    Event {
        id: id(n),
        order: id(order),
        ticket: None,
        at: later(minutes),
        actor: "channel".to_owned(),
        actor_code: "alpha".to_owned(),
        action: "place".to_owned(),
        from_status: None,
        to_status: 3,
        comment: None,
    }
}

#[rstest]
#[tokio::test]
async fn comes_back_oldest_first_and_order_by_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    fixture.place(vec![TestOrder::new(200, "A-2", &[(fixture.adult, 0, 1)])]).await.unwrap();
    let used = Event {
        ticket: Some(id(112)),
        actor: "supplier".to_owned(),
        action: "redeem".to_owned(),
        from_status: Some(1),
        to_status: 2,
        comment: Some("정문에서".to_owned()),
        ..event(82, 110, 7)
    };
    let written = vec![used.clone(), event(84, 110, 7), event(83, 110, 2), event(81, 210, 1)];
    let history: Result<Vec<Event>> = tx!(fixture.db(), Write, written, |s, written| {
        events::insert(s, written).await?;
        events::insert(s, &[]).await?;
        assert_eq!(events::of_supplier(s, id(2), id(110)).await?, [], "it is not hanok's");
        events::of_supplier(s, id(1), id(110)).await
    });
    assert_eq!(history.unwrap(), [event(83, 110, 2), used, event(84, 110, 7)]);
}

#[rstest]
#[tokio::test]
async fn of_no_order_cannot_be_written(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    let written: Result<()> = tx!(fixture.db(), Write, |s| events::insert(s, &[event(81, 404, 0)]).await);
    assert!(matches!(written, Err(Error::Constraint(_))), "{written:?}");
}
