//! Travelers' personal data: erased on demand and in time, with the orders left whole.

use axhub_domain::feedback::{Review, Reviewer, Score, ScoreType};
use axhub_domain::ids::OrderId;
use axhub_domain::inventory::{InventoryRef, UNDATED};
use axhub_domain::order::Person;
use axhub_domain::product::ProductKind;
use axhub_domain::state::Action;
use axhub_hub::audit::{self, AuditFilter, Entry};
use axhub_hub::privacy::{Erased, erase_travelers};
use axhub_hub::settings::{self, SettingsChange};
use axhub_hub::{ByOperator, Page, Result, feedback, tasks};
use axhub_testkit::{Engine, OrderBuilder, TestProduct};
use rstest::rstest;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::stage::{Stage, is_not_found};

impl Stage {
    async fn erase(&self, order: OrderId) -> Result<Erased> {
        erase_travelers(&self.hub, ByOperator::command_line("olivia"), order).await
    }

    /// Everything that the supplier sees of people, as text.
    async fn people(&self, supplier: &str, order: OrderId) -> Vec<String> {
        let people = self.order(supplier, order).await.people;
        people.iter().map(|(_, person)| everything(person)).collect()
    }

    async fn erasures(&self) -> Vec<Entry> {
        let page = Page { number: 1, size: 100 };
        let mut found = Vec::new();
        for action in ["traveler.erase", "reviewer.erase"] {
            let wanted = AuditFilter { action: Some(action.to_owned()), ..AuditFilter::default() };
            found.extend(audit::list(&self.hub, wanted, page).await.unwrap().items);
        }
        found
    }

    async fn review(&self, product: &TestProduct, code: &str, order: Option<&str>) {
        let review = Review {
            review_code: Some(code.to_owned()),
            channel_order_code: order.map(str::to_owned),
            option: None,
            score: Score { score_type: ScoreType::OneFiveStar, score: Some(5) },
            title: None,
            body: Some("좋아요".to_owned()),
            reviewed_at: self.hub.now(),
            reviewer: Some(Reviewer { name: Some("Kim Reviewer".to_owned()), phone: None, email: None }),
        };
        feedback::post_review(&self.hub, self.world.channel("alpha").id, product.kind, product.id, review).await.unwrap();
    }

    /// The reviewers that the product's supplier sees, by the codes of their reviews.
    async fn reviewers(&self, product: &TestProduct) -> Vec<(String, bool)> {
        let page = Page { number: 1, size: 100 };
        let found = feedback::reviews_of_supplier(&self.hub, product.supplier, Some(product.id), page).await.unwrap().items;
        let mut seen: Vec<_> = found.into_iter().map(|review| (review.review_code, review.review.reviewer.is_some())).collect();
        seen.sort();
        seen
    }

    async fn keep_for(&self, days: Option<u32>) {
        let change = SettingsChange { traveler_retention_days: Some(days), ..SettingsChange::default() };
        settings::change(&self.hub, ByOperator::command_line("olivia"), change).await.unwrap();
    }
}

fn everything(person: &Person) -> String {
    let Person { name, national_code, phone, email, additional, extra } = person;
    let maps: String =
        [additional, extra].iter().filter(|map| !map.is_empty()).map(|map| Value::Object((*map).clone()).to_string()).collect();
    format!("{name}{national_code}{phone}{email}{maps}")
}

/// An order of two seats in Paris and one in Seoul, of different suppliers.
async fn order_of_two(stage: &Stage, code: &str, day: &str) -> (OrderBuilder, OrderId, OrderId) {
    let (paris, seoul) = (stage.world.paris.clone(), stage.world.seoul.clone());
    let (in_paris, in_seoul) = (stage.register("alpha", &paris).await, stage.register("alpha", &seoul).await);
    let order = OrderBuilder::new(code)
        .line(in_paris, paris.option(0), paris.at("2026-07-05", "09:00"), 2)
        .line(in_seoul, seoul.option(0), seoul.at(day, "10:00"), 1)
        .additional("passport_id", "M1234");
    let order = order.change(|order| {
        order.lines[0].tickets[0].traveler.extra.insert("diet".to_owned(), "vegan".into());
    });
    let placed = stage.place("alpha", &order).await.unwrap();
    (order, placed.lines[0].order, placed.lines[1].order)
}

#[rstest]
#[tokio::test]
async fn erasing_leaves_the_order_whole(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (order, in_paris, in_seoul) = order_of_two(&stage, "A-1", "2026-07-05").await;
    let (_, other, _) = order_of_two(&stage, "A-2", "2026-07-06").await;
    let paris = stage.world.paris.clone();
    stage.review(&paris, "R-1", Some("A-1")).await;
    stage.review(&paris, "R-2", Some("A-2")).await;
    let before = stage.order("lumiere", in_paris).await;
    assert!(before.people.iter().all(|(_, person)| !everything(person).is_empty()));
    assert_eq!(before.erased_at, None);

    stage.clock.set_to("2026-07-02T00:00:00Z");
    let erased = stage.erase(in_seoul).await.unwrap();
    let expected = Erased {
        channel_order_code: "A-1".to_owned(),
        orders: vec![in_paris, in_seoul],
        erased_at: stage.hub.now(),
        people: 5,
        reviewers: 1,
    };
    assert_eq!(erased, expected);
    for (supplier, order, people) in [("lumiere", in_paris, 4), ("hanok", in_seoul, 3)] {
        assert_eq!(stage.people(supplier, order).await, vec![""; people]);
        assert_eq!(stage.order(supplier, order).await.erased_at, Some(stage.hub.now()));
    }
    assert_eq!(stage.order("lumiere", in_paris).await.order, before.order);
    assert!(stage.people("lumiere", other).await.iter().all(|person| !person.is_empty()));
    assert_eq!(stage.reviewers(&paris).await, [("R-1".to_owned(), false), ("R-2".to_owned(), true)]);

    // The very same order again is a repetition, another of its code is none.
    let again = stage.place("alpha", &order).await.unwrap();
    assert!(again.is_replay);
    assert_eq!(again.lines[0].order, in_paris);
    assert_eq!(stage.people("lumiere", in_paris).await, [""; 4]);
    stage.as_channel("alpha", ProductKind::Tour, in_paris, Action::TravelerCancel).await.unwrap();
    stage.assert_stock_is_sound().await;

    // Again it erases nothing, and says so nowhere; but a reviewer who came later goes.
    stage.clock.set_to("2026-07-03T00:00:00Z");
    let nothing = Erased { people: 0, reviewers: 0, ..expected.clone() };
    assert_eq!(stage.erase(in_paris).await.unwrap(), nothing);
    let log = stage.erasures().await;
    let codes: Vec<&str> = log.iter().map(|entry| entry.object_code.as_str()).collect();
    assert_eq!(codes.len(), 2);
    assert!(codes.contains(&in_paris.to_string().as_str()) && codes.contains(&in_seoul.to_string().as_str()));
    let details = json!({ "channel_order_code": "A-1", "people": 5, "reviewers": 1 });
    assert!(log.iter().all(|entry| entry.actor_name == "olivia" && entry.details == details));
    stage.review(&paris, "R-3", Some("A-1")).await;
    assert_eq!(stage.erase(in_paris).await.unwrap(), Erased { reviewers: 1, ..nothing });
    assert!(is_not_found(&stage.erase(Uuid::from_u128(7).into()).await));
}

#[rstest]
#[tokio::test]
async fn data_goes_so_many_days_after_the_last_use(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (paris, cruise) = (stage.world.paris.clone(), stage.world.make_undated(&stage.hub).await);
    let (_, early, _) = order_of_two(&stage, "A-1", "2026-07-10").await;
    let (_, late, _) = order_of_two(&stage, "A-2", "2026-07-31").await;
    let mapping = stage.register("alpha", &cruise).await;
    let undated = |code: &str| {
        OrderBuilder::new(code)
            .line_of(mapping, cruise.option(0), InventoryRef::On(UNDATED), 1)
            .change(|order| order.kind = ProductKind::Ticket)
    };
    let unused = stage.place("alpha", &undated("A-3")).await.unwrap().lines[0].order;
    let used = stage.place("alpha", &undated("A-4")).await.unwrap().lines.remove(0);
    stage.review(&paris, "R-1", None).await;
    stage.clock.set_to("2026-07-08T00:00:00Z");
    stage.as_supplier("hanok", used.order, Action::Redeem(used.tickets[0])).await.unwrap();

    let server = Uuid::from_u128(1);
    let there = async || {
        let mut there = Vec::new();
        for (name, supplier, order) in
            [("early", "lumiere", early), ("late", "lumiere", late), ("unused", "hanok", unused), ("used", "hanok", used.order)]
        {
            if stage.people(supplier, order).await.iter().any(|person| !person.is_empty()) {
                there.push(name);
            }
        }
        there
    };
    stage.clock.set_to("2027-07-31T00:00:00Z");
    tasks::run_due(&stage.hub, server).await;
    assert_eq!(there().await, ["early", "late", "unused", "used"], "for ever, when nothing is set");

    stage.keep_for(Some(30)).await;
    for (now, left) in [
        ("2026-07-30T00:00:00Z", vec!["early", "late", "unused", "used"]),
        // 1 July was the day of the undated orders, and of the review.
        ("2026-08-02T00:00:00Z", vec!["early", "late", "used"]),
        ("2026-08-08T23:59:59Z", vec!["early", "late", "used"]),
        // 8 July, when the other was used.
        ("2026-08-09T00:00:00Z", vec!["early", "late"]),
        // 10 July, the last day of an order that began on the 5th.
        ("2026-08-11T00:00:00Z", vec!["late"]),
        ("2026-08-31T23:59:59Z", vec!["late"]),
        ("2026-09-01T00:00:00Z", vec![]),
    ] {
        stage.clock.set_to(now);
        tasks::run_due(&stage.hub, server).await;
        assert_eq!(there().await, left, "{now}");
    }
    assert_eq!(stage.reviewers(&paris).await, [("R-1".to_owned(), false)]);
    assert_eq!(stage.order("lumiere", late).await.erased_at, Some(stage.hub.now()));

    let log = stage.erasures().await;
    assert_eq!(log.len(), 7, "of two orders each two, of the others one, and of the review");
    assert!(log.iter().all(|entry| entry.actor_kind == "hub" && entry.actor_name == "travelers.retention"));
    let of_orders = log.iter().filter(|entry| entry.object_kind == "order");
    assert!(of_orders.clone().all(|entry| entry.supplier_code.is_some()));
    assert_eq!(of_orders.count(), 6);
}

#[rstest]
#[tokio::test]
async fn many_orders_go_once_whoever_does_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let museum = stage.world.museum.clone();
    let mapping = stage.register("alpha", &museum).await;
    for n in 0..130 {
        let option = museum.option(n % 2);
        let day = format!("2026-07-{:02}", 2 + n % 5);
        let order = OrderBuilder::new(&format!("A-{n}")).day_ticket().line(mapping, option, museum.on(&day), 1);
        stage.place("alpha", &order).await.unwrap();
    }
    stage.keep_for(Some(1)).await;
    stage.clock.set_to("2026-09-01T00:00:00Z");
    let other = stage.another_hub().await;
    let (first, second) = futures_util::join!(tasks::run_due(&stage.hub, Uuid::from_u128(1)), tasks::run_due(&other, Uuid::from_u128(2)));
    assert_eq!(first + second, 130);
    let wanted = AuditFilter { action: Some("traveler.erase".to_owned()), ..AuditFilter::default() };
    assert_eq!(audit::list(&stage.hub, wanted, Page { number: 1, size: 1 }).await.unwrap().total, 130);
}

#[rstest]
#[tokio::test]
async fn settings_say_how_long(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let change = |days, zone: Option<&str>| {
        let change = SettingsChange { traveler_retention_days: days, statement_time_zone: zone.map(str::to_owned) };
        settings::change(&stage.hub, ByOperator::command_line("olivia"), change)
    };
    let set = change(Some(Some(30)), Some("Asia/Seoul")).await.unwrap();
    assert_eq!((set.traveler_retention_days, set.statement_time_zone.as_str()), (Some(30), "Asia/Seoul"));
    assert_eq!(change(None, None).await.unwrap(), set);
    assert_eq!(settings::read(&stage.hub).await.unwrap(), set);
    let codes = crate::stage::fault_codes(change(Some(Some(0)), Some("Mars/Base")).await);
    assert_eq!(codes, ["too_small", "not_a_time_zone"]);
    assert_eq!(crate::stage::fault_codes(change(Some(Some(3651)), None).await), ["too_large"]);
    assert_eq!(change(Some(None), None).await.unwrap().traveler_retention_days, None);

    let wanted = AuditFilter { action: Some("settings.change".to_owned()), ..AuditFilter::default() };
    let log = audit::list(&stage.hub, wanted, Page { number: 1, size: 10 }).await.unwrap().items;
    assert_eq!(log.len(), 2);
    assert_eq!(log[0].details, json!({ "traveler_retention_days": { "from": 30, "to": null } }));
}
