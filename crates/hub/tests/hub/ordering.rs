//! Placing orders through the desk.

use axhub_domain::inventory::InventoryRef;
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Conflict;
use axhub_domain::state::{Action, OrderStatus, TicketStatus};
use axhub_hub::catalogue::{OptionChange, ProductChange, change_product};
use axhub_hub::fulfilment::TravelerRole;
use axhub_hub::ordering::{self, PlacedOrder};
use axhub_hub::{Error, Result, Settings, directory};
use axhub_store::{Error as StoreError, Mode};
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder};
use jiff::SignedDuration;
use rstest::rstest;

use crate::stage::{Stage, conflict, fault_codes, statuses, ticket_ids};

const KIND: ProductKind = ProductKind::Tour;

#[rstest]
#[tokio::test]
async fn stores_the_order_whole(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (paris, seoul) = (stage.world.paris.clone(), stage.world.seoul.clone());
    let (paris_code, seoul_code) = (stage.register("alpha", &paris).await, stage.register("alpha", &seoul).await);
    let (in_paris, in_seoul) = (paris.at("2026-07-02", "09:00"), seoul.at("2026-07-03", "10:00"));
    let order = OrderBuilder::new("A-1").line(paris_code, paris.option(1), in_paris, 2).line(seoul_code, seoul.option(0), in_seoul, 1);
    let placed = stage.place("alpha", &order).await.unwrap();
    assert_eq!((placed.channel_order_code.as_str(), placed.dialect.as_str(), placed.is_replay), ("A-1", "current", false));
    assert_eq!(placed.lines.iter().map(|line| line.option).collect::<Vec<_>>(), [paris.option(1), seoul.option(0)]);
    assert_eq!(placed.lines.iter().map(|line| line.inventory_at).collect::<Vec<_>>(), [in_paris, in_seoul]);
    let states: Vec<OrderStatus> = placed.lines.iter().map(|line| line.status).collect();
    assert_eq!(states, [OrderStatus::SupplierConfirm, OrderStatus::New], "at once in Paris, by the supplier in Seoul");

    let of_lumiere = stage.order("lumiere", placed.lines[0].order).await;
    assert_eq!(statuses(&of_lumiere.order), (OrderStatus::SupplierConfirm, vec![TicketStatus::New; 2]));
    assert_eq!(of_lumiere.order.channel_order_status, OrderStatus::New, "the least advanced of both");
    assert_eq!(of_lumiere.order.tickets.iter().map(|ticket| ticket.id).collect::<Vec<_>>(), placed.lines[0].tickets);
    let events: Vec<_> = of_lumiere.events.iter().map(|event| (event.actor.as_str(), event.action.as_str(), event.to_status)).collect();
    assert_eq!(events, [("channel", "place", 3)]);
    let people: Vec<(TravelerRole, &str)> = of_lumiere.people.iter().map(|(role, person)| (*role, person.name.as_str())).collect();
    let tickets = &placed.lines[0].tickets;
    let expected = [
        (TravelerRole::Purchaser, "Kim Purchaser"),
        (TravelerRole::Representative, "Lee Representative"),
        (TravelerRole::Traveler(tickets[0]), "Traveler 1"),
        (TravelerRole::Traveler(tickets[1]), "Traveler 2"),
    ];
    assert_eq!(people, expected, "the traveler to Seoul is none of lumiere's business");

    assert_eq!(stage.left(&paris, paris.option(0), in_paris).await, (8, 2), "a child sits on an adult's seat");
    assert_eq!(stage.left(&seoul, seoul.option(0), in_seoul).await, (19, 1));
    stage.assert_stock_is_sound().await;
}

/// An order of two adults in Paris on 2 July.
async fn two_in_paris(stage: &Stage, code: &str) -> OrderBuilder {
    let paris = &stage.world.paris;
    let mapping = stage.register("alpha", paris).await;
    OrderBuilder::new(code).line(mapping, paris.option(0), paris.at("2026-07-02", "09:00"), 2)
}

fn as_replay(placed: &PlacedOrder) -> PlacedOrder {
    PlacedOrder { is_replay: true, ..placed.clone() }
}

#[rstest]
#[tokio::test]
async fn answers_a_repeated_order_as_it_did_first(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (paris, alpha) = (stage.world.paris.clone(), stage.world.channel("alpha").clone());
    let order = two_in_paris(&stage, "A-1").await;
    let first = stage.place("alpha", &order).await.unwrap();
    assert_eq!(stage.place("alpha", &order).await.unwrap(), as_replay(&first));

    let again = ordering::place(&stage.hub, alpha.id, alpha.code.clone(), order.build(), "legacy".to_owned()).await.unwrap();
    assert_eq!(again, as_replay(&first), "in another dialect; the answer is in the first one's");

    let at = paris.at("2026-07-02", "09:00");
    let row = stage.stock(&paris, paris.option(0)).await.into_iter().find(|row| row.inventory_at == at).unwrap();
    let by_code = order.clone().change(|order| order.lines[0].inventory = InventoryRef::Code(row.stock));
    assert_eq!(stage.place("alpha", &by_code).await.unwrap(), as_replay(&first), "the same row by its code");

    stage.as_supplier("lumiere", first.lines[0].order, Action::Redeem(first.lines[0].tickets[0])).await.unwrap();
    stage.as_channel("alpha", KIND, first.lines[0].order, Action::ChannelCancelTicket(first.lines[0].tickets[1])).await.unwrap();
    stage.clock.set(at + SignedDuration::from_hours(1));
    assert_eq!(stage.place("alpha", &order).await.unwrap(), as_replay(&first), "whatever happened to it since");
    assert_eq!(stage.left(&paris, paris.option(0), at).await, (9, 1), "nothing is taken twice");
    stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn answers_a_repeated_order_when_nothing_of_it_could_be_ordered_any_more(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (paris, alpha) = (stage.world.paris.clone(), stage.world.channel("alpha").id);
    let order = two_in_paris(&stage, "A-1").await;
    let first = stage.place("alpha", &order).await.unwrap();
    let inactive = OptionChange { id: Some(paris.option(0)), is_active: Some(false), ..OptionChange::default() };
    let change = ProductChange { options: vec![inactive], ..ProductChange::default() };
    change_product(&stage.hub, paris.supplier, paris.id, change).await.unwrap();
    directory::unassign(&stage.hub, alpha, paris.id).await.unwrap();
    stage.as_channel("alpha", KIND, first.lines[0].order, Action::TravelerCancel).await.unwrap();
    assert_eq!(stage.place("alpha", &order).await.unwrap(), as_replay(&first));
    assert_eq!(stage.left(&paris, paris.option(0), first.lines[0].inventory_at).await, (10, 0));
}

#[rstest]
#[tokio::test]
async fn refuses_the_same_code_with_another_meaning(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let order = two_in_paris(&stage, "A-1").await;
    stage.place("alpha", &order).await.unwrap();
    let mapping = order.build().lines[0].registration;
    let at = paris.at("2026-07-02", "09:00");
    let others = [
        OrderBuilder::new("A-1").line(mapping, paris.option(0), at, 3),
        OrderBuilder::new("A-1").line(mapping, paris.option(1), at, 2),
        OrderBuilder::new("A-1").line(mapping, paris.option(0), paris.at("2026-07-02", "14:00"), 2),
        OrderBuilder::new("A-1").line(mapping, paris.option(0), paris.at("2026-07-03", "09:00"), 2),
        order.clone().unit_price("79.99"),
        order.clone().change(|order| order.representative.name.push('!')),
        order.clone().change(|order| order.lines[0].tickets[1].traveler.email.push('!')),
        order.clone().change(|order| order.head.comment = Some("please".to_owned())),
        order.clone().line(mapping, paris.option(1), at, 1),
    ];
    for other in &others {
        assert_eq!(conflict(stage.place("alpha", other).await), Conflict::OrderCodeReused);
    }
    assert_eq!(stage.left(&paris, paris.option(0), at).await, (8, 2));
}

#[rstest]
#[tokio::test]
async fn knows_a_code_by_its_channel(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let first = stage.place("alpha", &two_in_paris(&stage, "1").await).await.unwrap();
    let mapping = stage.register("beta", &paris).await;
    let order = OrderBuilder::new("1").line(mapping, paris.option(0), paris.at("2026-07-02", "09:00"), 2);
    let of_beta = stage.place("beta", &order).await.unwrap();
    assert!(!of_beta.is_replay);
    assert_ne!(of_beta.lines[0].order, first.lines[0].order);
    let cased = stage.place("alpha", &two_in_paris(&stage, "a").await).await.unwrap();
    let other_case = stage.place("alpha", &two_in_paris(&stage, "A").await).await.unwrap();
    assert!(!cased.is_replay && !other_case.is_replay);
}

#[rstest]
#[tokio::test]
async fn forgets_what_it_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let mapping = stage.register("alpha", &paris).await;
    let at = paris.at("2026-07-02", "09:00");
    let all = stage.place("alpha", &OrderBuilder::new("A-1").line(mapping, paris.option(0), at, 10)).await.unwrap();
    let order = two_in_paris(&stage, "A-2").await;
    let sold_out = Conflict::SoldOut { option: paris.option(0), inventory_at: at, remain: 0, line: 0 };
    assert_eq!(conflict(stage.place("alpha", &order).await), sold_out);
    stage.as_channel("alpha", KIND, all.lines[0].order, Action::TravelerCancel).await.unwrap();
    assert!(!stage.place("alpha", &order).await.unwrap().is_replay);
}

#[rstest]
#[tokio::test]
async fn answers_each_order_of_a_batch_for_itself(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let mapping = stage.register("alpha", &paris).await;
    let at = paris.at("2026-07-02", "09:00");
    let seats = |code, quantity| OrderBuilder::new(code).line(mapping, paris.option(0), at, quantity);
    let batch = [
        seats("A-1", 6),
        seats("A-2", 6),
        seats("A-3", 3),
        seats("A-1", 6),
        seats("A-1", 5),
        OrderBuilder::new("A-1").line(mapping, paris.option(0), paris.at("2026-07-02", "14:00"), 6),
        OrderBuilder::new("A-4").line(axhub_domain::ids::RegistrationId(uuid::Uuid::nil()), paris.option(0), at, 1),
        seats("A-5", 1),
        seats("A-6", 1),
    ];
    let mut answers = stage.place_together(&batch).await.into_iter();
    let mut next = || answers.next().unwrap();
    let first = next().unwrap();
    let left = |remain| Conflict::SoldOut { option: paris.option(0), inventory_at: at, remain, line: 0 };
    assert_eq!(conflict(next()), left(4), "after the first");
    assert_eq!(next().unwrap().lines[0].tickets.len(), 3, "what the second did not get is there for the third");
    assert_eq!(next().unwrap(), as_replay(&first));
    assert_eq!(conflict(next()), Conflict::OrderCodeReused);
    assert_eq!(conflict(next()), Conflict::OrderCodeReused, "all the same but the time");
    assert_eq!(fault_codes(next()), ["mapping_unknown"]);
    assert!(!next().unwrap().is_replay);
    assert_eq!(conflict(next()), left(0));
    assert_eq!(stage.left(&paris, paris.option(0), at).await, (0, 10));
    stage.assert_stock_is_sound().await;

    if engine == Engine::Postgres {
        let transactions: Result<i64> = stage
            .hub
            .database()
            .run("test", Mode::Read, (), |s, ()| {
                Box::pin(
                    async move { Ok(s.query_one("SELECT COUNT(DISTINCT CAST(xmin AS text)) FROM channel_orders", &[]).await?.int(0)?) },
                )
            })
            .await;
        assert_eq!(transactions.unwrap(), 1, "they were one batch");
    }
}

#[rstest]
#[tokio::test]
async fn is_all_or_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let mapping = stage.register("alpha", &paris).await;
    let (morning, afternoon) = (paris.at("2026-07-02", "09:00"), paris.at("2026-07-02", "14:00"));
    stage.place("alpha", &OrderBuilder::new("A-0").line(mapping, paris.option(0), afternoon, 9)).await.unwrap();
    let both = OrderBuilder::new("A-1").line(mapping, paris.option(0), morning, 7).line(mapping, paris.option(1), afternoon, 2);
    let rest = OrderBuilder::new("A-2").line(mapping, paris.option(0), morning, 10).line(mapping, paris.option(0), afternoon, 1);
    let answers = stage.place_together(&[both, rest]).await;
    let [both, rest] = answers.try_into().unwrap();
    let sold_out = Conflict::SoldOut { option: paris.option(1), inventory_at: afternoon, remain: 1, line: 1 };
    assert_eq!(conflict(both), sold_out);
    assert_eq!(ticket_ids(&rest.unwrap()).len(), 11, "the first left everything where it was");
    assert_eq!(stage.left(&paris, paris.option(0), morning).await, (0, 10));
    stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn of_two_options_that_share_their_stock_counts_both(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let mapping = stage.register("alpha", &paris).await;
    let at = paris.at("2026-07-02", "09:00");
    let family = |code, adults, children| {
        OrderBuilder::new(code).line(mapping, paris.option(0), at, adults).line(mapping, paris.option(1), at, children)
    };
    // Beside the six adults of the same order there is room for four.
    let too_many = Conflict::SoldOut { option: paris.option(1), inventory_at: at, remain: 4, line: 1 };
    assert_eq!(conflict(stage.place("alpha", &family("A-1", 6, 5)).await), too_many);
    stage.place("alpha", &family("A-1", 6, 4)).await.unwrap();
    assert_eq!(stage.left(&paris, paris.option(0), at).await, (0, 10));
    stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn takes_day_tickets_by_their_date(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let museum = stage.world.museum.clone();
    let mapping = stage.register("alpha", &museum).await;
    let day = InventoryRef::On(jiff::civil::date(2026, 7, 1));
    let order = OrderBuilder::new("A-1").day_ticket().line_of(mapping, museum.option(1), day, 2);
    let placed = stage.place("alpha", &order).await.unwrap();
    assert_eq!(placed.lines[0].inventory_at, museum.on("2026-07-01"));
    let by_start = OrderBuilder::new("A-1").day_ticket().line(mapping, museum.option(1), museum.on("2026-07-01"), 2);
    assert!(stage.place("alpha", &by_start).await.unwrap().is_replay);
    assert_eq!(stage.left(&museum, museum.option(1), museum.on("2026-07-01")).await, (48, 2));
}

/// Places an order of one and tells what was said against it.
async fn refusal(stage: &Stage, channel: &str, order: OrderBuilder) -> String {
    match stage.place(channel, &order).await {
        Err(Error::Refused(axhub_domain::refusal::Refusal::Conflict(conflict))) => conflict.code().to_owned(),
        refused => fault_codes(refused).join(","),
    }
}

#[rstest]
#[tokio::test]
async fn looks_at_the_world_as_it_is(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hub, world) = (&stage.hub, &stage.world);
    let (paris, seoul, dmz) = (world.paris.clone(), world.seoul.clone(), world.dmz.clone());
    let alpha = world.channel("alpha").id;
    let mapping = stage.register("alpha", &paris).await;
    let of_beta = stage.register("beta", &paris).await;
    let at = paris.at("2026-07-02", "09:00");
    let one = |registration, option, at| OrderBuilder::new("A-1").line(registration, option, at, 1);

    assert_eq!(refusal(&stage, "alpha", one(of_beta, paris.option(0), at)).await, "mapping_unknown");
    assert_eq!(refusal(&stage, "alpha", one(mapping, paris.option(0), at).day_ticket()).await, "mapping_unknown");
    assert_eq!(refusal(&stage, "alpha", one(mapping, seoul.option(0), at)).await, "option_unknown");
    let other_time = paris.at("2026-07-02", "09:01");
    assert_eq!(refusal(&stage, "alpha", one(mapping, paris.option(0), other_time)).await, "inventory_unknown");
    let row_of_seoul = InventoryRef::Code(stage.stock(&seoul, seoul.option(0)).await[5].stock);
    let order = OrderBuilder::new("A-1").line_of(mapping, paris.option(0), row_of_seoul, 1);
    assert_eq!(refusal(&stage, "alpha", order).await, "inventory_unknown");
    let eleven = OrderBuilder::new("A-1").line(mapping, paris.option(0), at, 11);
    assert_eq!(refusal(&stage, "alpha", eleven).await, "quantity_out_of_range");
    let started = paris.at("2026-06-30", "14:00");
    assert_eq!(refusal(&stage, "alpha", one(mapping, paris.option(0), started)).await, "inventory_past");
    let wrong_sum = one(mapping, paris.option(0), at).change(|order| order.head.sub_total = axhub_domain::money::Money::ZERO);
    assert_eq!(refusal(&stage, "alpha", wrong_sum).await, "sub_total_mismatch,total_above_sub_total");

    let dmz_mapping = stage.register("alpha", &dmz).await;
    let to_the_north = one(dmz_mapping, dmz.option(0), dmz.at("2026-07-05", "07:30"));
    let half = to_the_north.clone().additional("english_name", "LEE");
    assert_eq!(refusal(&stage, "alpha", to_the_north).await, "traveler_information_missing,traveler_information_missing");
    assert_eq!(refusal(&stage, "alpha", half.clone()).await, "traveler_information_missing");
    stage.place("alpha", &half.additional("passport_id", "M1")).await.unwrap();

    let seoul_mapping = stage.register("alpha", &seoul).await;
    let today = one(seoul_mapping, seoul.option(0), seoul.at("2026-07-02", "10:00")).change(|order| order.channel_order_code.push('x'));
    stage.clock.set(seoul.at("2026-07-02", "09:00"));
    assert_eq!(refusal(&stage, "alpha", today.clone()).await, "cut_off_passed");
    stage.clock.set(seoul.at("2026-07-02", "08:59"));
    stage.place("alpha", &today).await.unwrap();

    let winter = ProductBuilder::tour("Winter").option("Seat", "10").sale(Some("2026-12-01"), None).create(hub, paris.supplier).await;
    world.assign(hub, "alpha", &winter, MarkUp::NONE).await;
    let winter_mapping = stage.register("alpha", &winter).await;
    let order = OrderBuilder::new("A-3").line(winter_mapping, winter.option(0), winter.at("2026-07-20", "09:00"), 1);
    assert_eq!(refusal(&stage, "alpha", order).await, "product_not_on_sale");

    let inactive = OptionChange { id: Some(paris.option(1)), is_active: Some(false), ..OptionChange::default() };
    let change = ProductChange { options: vec![inactive], ..ProductChange::default() };
    change_product(hub, paris.supplier, paris.id, change).await.unwrap();
    let later = paris.at("2026-07-20", "09:00");
    let child = OrderBuilder::new("A-4").line(mapping, paris.option(1), later, 1);
    assert_eq!(refusal(&stage, "alpha", child).await, "option_inactive");
    directory::unassign(hub, alpha, paris.id).await.unwrap();
    let adult = OrderBuilder::new("A-4").line(mapping, paris.option(0), later, 1);
    assert_eq!(refusal(&stage, "alpha", adult).await, "product_not_assigned");
    stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn keeps_the_version_that_was_sold(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let first = stage.place("alpha", &two_in_paris(&stage, "A-1").await).await.unwrap();
    let change = ProductChange { cut_off_minutes: Some(5), ..ProductChange::default() };
    change_product(&stage.hub, paris.supplier, paris.id, change).await.unwrap();
    let second = stage.place("alpha", &two_in_paris(&stage, "A-2").await).await.unwrap();
    let version = async |placed: &PlacedOrder| stage.order("lumiere", placed.lines[0].order).await.order.product_version;
    assert_eq!((version(&first).await, version(&second).await), (1, 2));
}

#[rstest]
#[tokio::test]
async fn turns_away_what_would_wait_too_long(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::with(engine, Settings { max_waiting: 2, ..Settings::default() }).await;
    let mut orders = Vec::new();
    for n in 0..5 {
        orders.push(two_in_paris(&stage, &format!("A-{n}")).await);
    }
    let answers = stage.place_together(&orders).await;
    let overloaded = answers.iter().filter(|answer| matches!(answer, Err(Error::Overloaded))).count();
    let placed = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!((placed, overloaded), (2, 3));
    for order in &orders {
        stage.place("alpha", order).await.unwrap();
    }
    stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn works_with_batches_of_one_and_several_at_a_time(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values((1, 1), (2, 4))] (max_batch, batches_in_flight): (usize, usize),
) {
    let stage = Stage::with(engine, Settings { max_batch, batches_in_flight, ..Settings::default() }).await;
    let mut orders = Vec::new();
    for n in 0..8 {
        orders.push(two_in_paris(&stage, &format!("A-{n}")).await);
    }
    let answers = stage.place_together(&orders).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 5);
    for answer in answers.into_iter().filter(|answer| answer.is_err()) {
        assert_eq!(conflict(answer).code(), "sold_out");
    }
    stage.assert_stock_is_sound().await;
}

#[tokio::test]
async fn an_order_that_the_database_cannot_take_fails_alone() {
    let stage = Stage::new(Engine::Postgres).await;
    let good = two_in_paris(&stage, "A-1").await;
    // Adapters refuse this; PostgreSQL would, too.
    let bad = two_in_paris(&stage, "A-2").await.change(|order| order.representative.name.push('\0'));
    let other = two_in_paris(&stage, "A-3").await;
    let answers = stage.place_together(&[good, bad, other]).await;
    let [good, bad, other] = answers.try_into().unwrap();
    good.unwrap();
    assert!(matches!(bad, Err(Error::Store(StoreError::Database(_)))), "{bad:?}");
    other.unwrap();
    stage.assert_stock_is_sound().await;
}
