//! Explaining stock: what a supplier is told of a row is what orders from it are answered.

use axhub_domain::ids::{OptionId, RegistrationId, StockId};
use axhub_domain::inventory::{StockDates, StockLevels};
use axhub_domain::product::SalePeriod;
use axhub_domain::state::Action;
use axhub_hub::availability::{AllotmentRule, ExplainedChannel, Explanation, explain_stock, set_allotments, set_stock_of_options};
use axhub_hub::catalogue::{OptionChange, ProductChange, change_product};
use axhub_hub::directory;
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder, TestProduct};
use jiff::SignedDuration;
use jiff::civil::{date, time};
use rstest::rstest;

use crate::stage::{Stage, conflict, is_not_found, ticket_ids};

/// A tour of hanok's with six seats on one day, that closes two hours before, and that both channels sell.
struct Case {
    stage: Stage,
    tour: TestProduct,
    row: StockId,
    /// Made while both channels may sell it: whoever may not any more has its registration still.
    registrations: [(&'static str, RegistrationId); 2],
    orders: usize,
}

impl Case {
    async fn new(engine: Engine) -> Case {
        let stage = Stage::new(engine).await;
        let tour = ProductBuilder::tour("Van").start_times(&["09:00"]).cut_off(120).stock(6).days("2026-07-10", "2026-07-10");
        let tour = tour.option("Adult", "10").option("Group", "50").limits(3, 9);
        let tour = stage.world.make_product(&stage.hub, "hanok", tour, &["alpha", "beta"]).await;
        let row = stage.stock(&tour, tour.option(0)).await[0].stock;
        let registrations = [("alpha", stage.register("alpha", &tour).await), ("beta", stage.register("beta", &tour).await)];
        Case { stage, tour, row, registrations, orders: 0 }
    }

    fn dates() -> StockDates {
        let day = date(2026, 7, 10);
        StockDates { from: day, to: day, weekdays: vec![], start_times: vec![time(9, 0, 0, 0)] }
    }

    async fn explain(&self, row: StockId) -> Explanation {
        explain_stock(&self.stage.hub, self.tour.supplier, row).await.unwrap()
    }

    async fn set(&self, option: OptionId, levels: StockLevels) {
        set_stock_of_options(&self.stage.hub, self.tour.supplier, vec![option], Case::dates(), levels).await.unwrap();
    }

    /// What a channel is told of an option, and that an order of it is answered so.
    async fn told(&mut self, channel: &str, option: usize) -> (u32, Vec<&'static str>) {
        let (stage, tour) = (&self.stage, &self.tour);
        let row = stage.stock(tour, tour.option(option)).await[0].stock;
        let explained = self.explain(row).await.options.swap_remove(0).channels;
        let ExplainedChannel { available, hindrances, .. } = explained.into_iter().find(|explained| explained.code == channel).unwrap();
        let codes: Vec<_> = hindrances.iter().map(|hindrance| hindrance.code()).collect();

        self.orders += 1;
        let quantity = if option == 0 { 1 } else { 3 };
        let at = tour.at("2026-07-10", "09:00");
        let registration = self.registrations.iter().find(|(code, _)| *code == channel).unwrap().1;
        let order = OrderBuilder::new(&format!("O-{}", self.orders)).line(registration, tour.option(option), at, quantity);
        let answer = stage.place(channel, &order).await;
        match codes.first() {
            None => drop(answer.unwrap()),
            Some(&"allotted_to_others") => assert_eq!(conflict(answer).code(), "sold_out"),
            Some(code) => assert_eq!(conflict(answer).code(), *code),
        }
        (available, codes)
    }
}

#[rstest]
#[tokio::test]
async fn tells_what_orders_are_answered(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let mut case = Case::new(engine).await;
    let (adult, group, hanok) = (case.tour.option(0), case.tour.option(1), case.tour.supplier);
    assert_eq!(case.told("alpha", 0).await, (6, vec![]));
    assert_eq!(case.told("beta", 0).await, (5, vec![]));
    let allotment =
        AllotmentRule { option: adult, channel_code: "beta".to_owned(), dates: Case::dates(), quantity: 5, release_minutes_before: 1440 };
    set_allotments(&case.stage.hub, hanok, allotment).await.unwrap();
    assert_eq!(case.told("alpha", 0).await, (0, vec!["allotted_to_others"]));
    assert_eq!(case.told("beta", 0).await, (4, vec![]));
    assert_eq!(case.told("alpha", 1).await, (6, vec![]), "the group has a pool of its own");
    case.set(group, StockLevels { max: Some(5), ..StockLevels::default() }).await;
    assert_eq!(case.told("alpha", 1).await, (2, vec!["sold_out"]), "two are too few where an order has three at least");

    case.set(adult, StockLevels { on_sale: Some(false), ..StockLevels::default() }).await;
    assert_eq!(case.told("beta", 0).await, (3, vec!["inventory_closed"]));
    assert_eq!(case.told("alpha", 0).await, (0, vec!["inventory_closed", "allotted_to_others"]));
    let at = case.tour.at("2026-07-10", "09:00");
    case.stage.clock.set(at - SignedDuration::from_hours(2));
    assert_eq!(case.told("alpha", 0).await, (3, vec!["inventory_closed", "cut_off_passed"]), "by now the allotment is released");
    case.stage.clock.set(at);
    assert_eq!(case.told("alpha", 0).await, (3, vec!["inventory_past", "inventory_closed", "cut_off_passed"]));

    let beta = case.stage.world.channel("beta").id;
    directory::unassign(&case.stage.hub, beta, case.tour.id).await.unwrap();
    let inactive = OptionChange { id: Some(adult), is_active: Some(false), ..OptionChange::default() };
    let sale = SalePeriod { from: None, to: Some(date(2026, 7, 9)) };
    let change = ProductChange { options: vec![inactive], sale_to: Some(sale.to), ..ProductChange::default() };
    change_product(&case.stage.hub, hanok, case.tour.id, change).await.unwrap();
    let everything =
        vec!["product_not_assigned", "option_inactive", "product_not_on_sale", "inventory_past", "inventory_closed", "cut_off_passed"];
    assert_eq!(case.told("beta", 0).await, (3, everything), "a channel with orders is told of though it may not sell any more");
}

#[rstest]
#[tokio::test]
async fn tells_who_has_what(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let case = Case::new(engine).await;
    let (stage, tour) = (&case.stage, &case.tour);
    let at = tour.at("2026-07-10", "09:00");
    let mapping = case.registrations.map(|(_, registration)| registration);
    let placed = stage.place("alpha", &OrderBuilder::new("A-1").line(mapping[0], tour.option(0), at, 2)).await.unwrap();
    stage.place("alpha", &OrderBuilder::new("A-2").line(mapping[0], tour.option(0), at, 1)).await.unwrap();
    let gone = stage.place("beta", &OrderBuilder::new("B-1").line(mapping[1], tour.option(0), at, 1)).await.unwrap();
    stage.as_supplier("hanok", placed.lines[0].order, Action::Redeem(ticket_ids(&placed)[0])).await.unwrap();
    stage.as_channel("beta", tour.kind, gone.lines[0].order, Action::TravelerCancel).await.unwrap();
    let explained = case.explain(case.row).await;
    let ordered: Vec<_> =
        explained.ordered_by.iter().map(|by| (&by.code[..], by.units, by.orders, by.open_tickets, by.used_tickets)).collect();
    assert_eq!(ordered, [("alpha", 3, 2, 2, 1)]);
    assert_eq!((explained.whole.row.ordered, explained.whole.row.remain(), explained.kept), (3, 3, 0));
    let channels: Vec<_> = explained.options[0].channels.iter().map(|channel| &channel.code[..]).collect();
    assert_eq!(channels, ["alpha", "beta"], "each once");

    let lumiere = stage.world.supplier("lumiere").id;
    assert!(is_not_found(&explain_stock(&stage.hub, lumiere, case.row).await), "another's row");
    assert!(is_not_found(
        &explain_stock(&stage.hub, tour.supplier, stage.stock(&stage.world.paris, stage.world.paris.option(0)).await[0].stock).await
    ));
}
