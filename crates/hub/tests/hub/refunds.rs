//! Refunds that channels report.

use axhub_domain::ids::{ChannelId, OrderId, TicketId};
use axhub_domain::inventory::{InventoryRef, UNDATED};
use axhub_domain::product::ProductKind;
use axhub_domain::refund::{RefundByPolicy, RefundPolicy, RefundReport};
use axhub_domain::refusal::{Conflict, Reason};
use axhub_domain::state::Action;
use axhub_hub::refunds::{Refund, report_refund};
use axhub_hub::{Hub, Result};
use axhub_testkit::{Engine, OrderBuilder};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::json;
use tokio::task::JoinSet;

use crate::stage::{Stage, conflict, faults, is_not_found, ticket_ids};

const TOUR: ProductKind = ProductKind::Tour;

/// A stage with an order of three seats in Paris at 80.00 each, on 5 July at 09:00.
struct Scene {
    stage: Stage,
    alpha: ChannelId,
    order: OrderId,
    tickets: Vec<TicketId>,
}

impl Scene {
    async fn new(engine: Engine) -> Scene {
        let stage = Stage::new(engine).await;
        let paris = stage.world.paris.clone();
        let mapping = stage.register("alpha", &paris).await;
        let order = OrderBuilder::new("A-1").line(mapping, paris.option(0), paris.at("2026-07-05", "09:00"), 3);
        let placed = stage.place("alpha", &order).await.unwrap();
        let alpha = stage.world.channel("alpha").id;
        Scene { alpha, order: placed.lines[0].order, tickets: ticket_ids(&placed), stage }
    }

    async fn canceled(engine: Engine) -> Scene {
        let scene = Scene::new(engine).await;
        scene.stage.as_channel("alpha", TOUR, scene.order, Action::TravelerCancel).await.unwrap();
        scene
    }

    async fn report(&self, ticket: usize, report: RefundReport) -> Result<Refund> {
        self.report_on(&self.stage.hub, ticket, report).await
    }

    async fn report_on(&self, hub: &Hub, ticket: usize, report: RefundReport) -> Result<Refund> {
        report_refund(hub, self.alpha, TOUR, self.order, self.tickets[ticket], report).await
    }

    /// What the supplier sees of the tickets' refunds.
    async fn kept(&self) -> Vec<Refund> {
        self.stage.order("lumiere", self.order).await.refunds
    }
}

fn policy(policy: &serde_json::Value) -> RefundPolicy {
    RefundPolicy::read(policy.as_object().unwrap()).unwrap()
}

/// All back up to 7 days before, half from 3 on. Cancelled three days before in Paris.
fn report(amount: &str) -> RefundReport {
    RefundReport {
        amount: amount.parse().unwrap(),
        canceled_at: "2026-07-02T10:00:00Z".parse().unwrap(),
        refunded_at: "2026-07-03T10:00:00Z".parse().unwrap(),
        policy: policy(&json!({ "0": "1", "50": "3", "100": "7" })),
    }
}

#[rstest]
#[tokio::test]
async fn keeps_what_was_given_beside_what_the_policy_yields(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = Scene::canceled(engine).await;
    scene.stage.clock.advance(SignedDuration::from_mins(5));
    let now = scene.stage.hub.now();
    let yielded = |differs| RefundByPolicy { days_before: 3, percent: 50, amount: "40".parse().unwrap(), differs };
    for (ticket, amount, differs) in [(0, "40", false), (1, "80", true), (2, "0", true)] {
        let refund = scene.report(ticket, report(amount)).await.unwrap();
        assert_eq!((refund.ticket, refund.order, refund.created_at), (scene.tickets[ticket], scene.order, now));
        assert_eq!((&refund.report, refund.by_policy), (&report(amount), Some(yielded(differs))), "{amount}");
        assert_eq!(scene.kept().await[ticket], refund);
    }
    assert_eq!(scene.kept().await.len(), 3);
}

#[rstest]
#[tokio::test]
async fn counts_days_in_the_products_zone(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = Scene::canceled(engine).await;
    // Midnight in Paris is 22:00 in UTC.
    for (ticket, canceled_at, days) in [(0, "2026-07-02T21:59:59Z", 3), (1, "2026-07-02T22:00:00Z", 2), (2, "2026-07-06T00:00:00Z", -1)] {
        let refund = scene.report(ticket, RefundReport { canceled_at: canceled_at.parse().unwrap(), ..report("40") }).await.unwrap();
        assert_eq!(refund.by_policy.map(|yielded| yielded.days_before), Some(days), "{canceled_at}");
    }
}

#[rstest]
#[tokio::test]
async fn yields_nothing_for_what_has_no_date(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let cruise = stage.world.make_undated(&stage.hub).await;
    let mapping = stage.register("alpha", &cruise).await;
    let order = OrderBuilder::new("A-1").line_of(mapping, cruise.option(0), InventoryRef::On(UNDATED), 1);
    let placed = stage.place("alpha", &order.change(|order| order.kind = ProductKind::Ticket)).await.unwrap();
    let (order, ticket) = (placed.lines[0].order, placed.lines[0].tickets[0]);
    stage.as_channel("alpha", ProductKind::Ticket, order, Action::TravelerCancel).await.unwrap();
    let alpha = stage.world.channel("alpha").id;
    let refund = report_refund(&stage.hub, alpha, ProductKind::Ticket, order, ticket, report("40")).await.unwrap();
    assert_eq!(refund.by_policy, None);
    assert_eq!(stage.order("hanok", order).await.refunds, [refund]);
}

#[rstest]
#[tokio::test]
async fn counts_the_same_amount_as_the_same_report(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = Scene::canceled(engine).await;
    let first = scene.report(0, report("40")).await.unwrap();
    scene.stage.clock.advance(SignedDuration::from_mins(5));
    let other_times =
        RefundReport { canceled_at: report("40").refunded_at, refunded_at: "2026-07-04T10:00:00Z".parse().unwrap(), ..report("40.00000") };
    let other_policy = RefundReport { policy: policy(&json!({ "100": "1" })), ..report("40") };
    for again in [report("40"), other_times, other_policy] {
        assert_eq!(scene.report(0, again).await.unwrap(), first, "what was reported first stays");
    }
    let reported = Conflict::RefundReported { ticket: scene.tickets[0], amount: "40".parse().unwrap() };
    for amount in ["39.99999", "80", "0", "1000"] {
        assert_eq!(conflict(scene.report(0, report(amount)).await), reported, "{amount}");
    }
    assert_eq!(scene.kept().await, [first]);
}

#[rstest]
#[tokio::test]
async fn needs_a_cancelled_ticket_and_no_more_than_it_cost(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = Scene::new(engine).await;
    assert_eq!(conflict(scene.report(0, report("40")).await).code(), "ticket_not_canceled");
    scene.stage.as_channel("alpha", TOUR, scene.order, Action::ChannelCancelTicket(scene.tickets[0])).await.unwrap();
    scene.stage.as_supplier("lumiere", scene.order, Action::SupplierCancelTicket(scene.tickets[1])).await.unwrap();
    scene.stage.as_supplier("lumiere", scene.order, Action::Redeem(scene.tickets[2])).await.unwrap();
    for ticket in [0, 1] {
        let above = faults(scene.report(ticket, report("80.00001")).await);
        assert_eq!((above.len(), &above[0].reason), (1, &Reason::RefundAboveCost { cost: "80".parse().unwrap() }));
        assert!(scene.report(ticket, report("80")).await.is_ok(), "whoever cancelled it");
    }
    assert_eq!(conflict(scene.report(2, report("40")).await).code(), "ticket_not_canceled");
    assert_eq!(scene.kept().await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn finds_nothing_of_anybody_elses(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = Scene::canceled(engine).await;
    let (hub, beta) = (&scene.stage.hub, scene.stage.world.channel("beta").id);
    let (order, ticket) = (scene.order, scene.tickets[0]);
    let nothing = uuid::Uuid::nil();
    for (channel, kind, order, ticket) in [
        (beta, TOUR, order, ticket),
        (scene.alpha, ProductKind::DayTicket, order, ticket),
        (scene.alpha, TOUR, OrderId(nothing), ticket),
        (scene.alpha, TOUR, order, TicketId(nothing)),
    ] {
        assert!(is_not_found(&report_refund(hub, channel, kind, order, ticket, report("40")).await));
    }
    assert_eq!(scene.kept().await, []);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reported_by_many_at_once_is_one(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = std::sync::Arc::new(Scene::canceled(engine).await);
    let hubs = [scene.stage.hub.clone(), scene.stage.another_hub().await];
    let mut reporting = JoinSet::new();
    for at in 0..12usize {
        let (scene, hub) = (std::sync::Arc::clone(&scene), hubs[at % 2].clone());
        reporting.spawn(async move { scene.report_on(&hub, 0, report(if at % 3 == 0 { "40" } else { "80" })).await });
    }
    let answers = reporting.join_all().await;
    let kept = scene.kept().await;
    assert_eq!(kept.len(), 1);
    for answer in answers {
        match answer {
            Ok(refund) => assert_eq!(refund, kept[0]),
            refused => assert_eq!(conflict(refused).code(), "refund_reported"),
        }
    }
}
