//! Orders that their suppliers did not answer in time.

use axhub_domain::product::ProductKind;
use axhub_domain::reply::NoReply;
use axhub_domain::state::{Action, OrderStatus, TicketStatus};
use axhub_hub::audit::{self, AuditFilter};
use axhub_hub::{Page, tasks};
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder, TestProduct};
use jiff::SignedDuration;
use rstest::rstest;
use uuid::Uuid;

use crate::stage::{Stage, statuses};

/// A server.
const SERVER: Uuid = Uuid::from_u128(1);
/// Another one.
const OTHER: Uuid = Uuid::from_u128(2);

/// A tour of hanok's that must be answered within an hour, sold by alpha.
async fn limited(stage: &Stage, otherwise: NoReply) -> TestProduct {
    let tour = ProductBuilder::tour("Night walk").reply(60, otherwise).option("Seat", "30.00").stock(10);
    stage.world.make_product(&stage.hub, "hanok", tour, &["alpha"]).await
}

async fn place(stage: &Stage, product: &TestProduct, code: &str) -> axhub_domain::ids::OrderId {
    let mapping = stage.register("alpha", product).await;
    let order = OrderBuilder::new(code).line(mapping, product.option(0), product.at("2026-07-05", "09:00"), 2);
    stage.place("alpha", &order).await.unwrap().lines[0].order
}

#[rstest]
#[tokio::test]
async fn nothing_happens_before_the_time_is_up(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let tour = limited(&stage, NoReply::Confirm).await;
    let order = place(&stage, &tour, "R-1").await;
    let read = stage.order("hanok", order).await.order;
    assert_eq!(read.reply_by, Some(read.created_at + SignedDuration::from_hours(1)));
    stage.clock.advance(SignedDuration::from_mins(60) - SignedDuration::from_micros(1));
    assert_eq!(tasks::run_due(&stage.hub, SERVER).await, 0);
    stage.clock.advance(SignedDuration::from_micros(1));
    assert_eq!(tasks::run_due(&stage.hub, SERVER).await, 1);
}

#[rstest]
#[case(NoReply::Confirm, OrderStatus::SupplierConfirm, TicketStatus::New, 8)]
#[case(NoReply::Reject, OrderStatus::SupplierReject, TicketStatus::SupplierCanceled, 10)]
#[tokio::test]
async fn then_the_product_says_what_happens(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] otherwise: NoReply,
    #[case] status: OrderStatus,
    #[case] ticket: TicketStatus,
    #[case] left: u32,
) {
    let stage = Stage::new(engine).await;
    let tour = limited(&stage, otherwise).await;
    let waiting = place(&stage, &tour, "R-1").await;
    let seen = place(&stage, &tour, "R-2").await;
    stage.as_supplier("hanok", seen, Action::Acknowledge).await.unwrap();
    let answered = place(&stage, &tour, "R-3").await;
    stage.as_supplier("hanok", answered, Action::Confirm).await.unwrap();
    let canceled = place(&stage, &tour, "R-4").await;
    stage.as_channel("alpha", ProductKind::Tour, canceled, Action::TravelerCancel).await.unwrap();

    stage.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(tasks::run_due(&stage.hub, SERVER).await, 2);
    for order in [waiting, seen] {
        let read = stage.order("hanok", order).await;
        assert_eq!(statuses(&read.order), (status, vec![ticket; 2]));
        let last = read.events.iter().rfind(|event| event.ticket.is_none()).unwrap();
        assert_eq!((last.actor.as_str(), last.actor_code.as_str()), ("hub", "orders.reply"));
        assert!(read.order.comment.unwrap().contains("did not answer in time"));
    }
    assert_eq!(statuses(&stage.order("hanok", answered).await.order).0, OrderStatus::SupplierConfirm);
    assert_eq!(statuses(&stage.order("hanok", canceled).await.order).0, OrderStatus::TravelerCancel);
    // Four orders of two: the third stands, the fourth is cancelled, the first two as the product says.
    let taken_by_others = 2;
    let (remain, _) = stage.left(&tour, tour.option(0), tour.at("2026-07-05", "09:00")).await;
    assert_eq!(remain, if status == OrderStatus::SupplierConfirm { left - 2 - taken_by_others } else { left - taken_by_others });
    stage.assert_stock_is_sound().await;

    let filter = AuditFilter { actor_kind: Some("hub".to_owned()), ..AuditFilter::default() };
    let log = audit::list(&stage.hub, filter, Page { number: 1, size: 10 }).await.unwrap();
    assert_eq!(log.items.len(), 2);
    assert!(log.items.iter().all(|entry| entry.actor_name == "orders.reply" && entry.supplier_code.as_deref() == Some("hanok")));
    assert_eq!(tasks::run_due(&stage.hub, SERVER).await, 0, "nothing is done twice");
}

#[rstest]
#[tokio::test]
async fn of_several_servers_one_answers(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let tour = limited(&stage, NoReply::Confirm).await;
    let mut orders = Vec::new();
    for n in 0..3 {
        orders.push(place(&stage, &tour, &format!("R-{n}")).await);
    }
    stage.clock.advance(SignedDuration::from_hours(2));
    let other = stage.another_hub().await;
    let (one, two) = tokio::join!(tasks::run_due(&stage.hub, SERVER), tasks::run_due(&other, OTHER));
    assert_eq!(one + two, 3);
    for order in orders {
        let events = stage.order("hanok", order).await.events;
        assert_eq!(events.iter().filter(|event| event.actor == "hub").count(), 1);
    }
}

#[rstest]
#[tokio::test]
async fn a_server_that_dies_is_followed_by_another(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let tour = limited(&stage, NoReply::Confirm).await;
    place(&stage, &tour, "R-1").await;
    stage.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(tasks::run_due(&stage.hub, SERVER).await, 1);
    // The first server keeps the lease for half a minute more, and never comes back.
    place(&stage, &tour, "R-2").await;
    stage.clock.advance(SignedDuration::from_hours(1) - SignedDuration::from_secs(1));
    let other = stage.another_hub().await;
    assert_eq!(tasks::run_due(&other, OTHER).await, 0, "not due yet");
    stage.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(tasks::run_due(&other, OTHER).await, 1);
}

#[rstest]
#[tokio::test]
async fn an_order_without_a_limit_waits_for_ever(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let seoul = stage.world.seoul.clone();
    let mapping = stage.register("alpha", &seoul).await;
    let order = OrderBuilder::new("R-1").line(mapping, seoul.option(0), seoul.at("2026-07-05", "10:00"), 1);
    let order = stage.place("alpha", &order).await.unwrap().lines[0].order;
    stage.clock.advance(SignedDuration::from_hours(24 * 365));
    assert_eq!(tasks::run_due(&stage.hub, SERVER).await, 0);
    let read = stage.order("hanok", order).await.order;
    assert_eq!((read.status, read.reply_by), (OrderStatus::New, None));
}
