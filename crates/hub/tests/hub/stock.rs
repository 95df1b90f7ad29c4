//! Stock, as suppliers set it and channels see it.

use axhub_domain::ids::OptionId;
use axhub_domain::inventory::StockRule;
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::{Conflict, Reason, StockInUse};
use axhub_hub::availability::{DateRange, inventory_for_channel, set_stock, stock_of_supplier};
use axhub_hub::{Page, Result};
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder, TestProduct};
use jiff::SignedDuration;
use jiff::civil::{Date, Time, Weekday, date, time};
use rstest::rstest;
use tokio::task::JoinSet;

use crate::stage::{Stage, conflict, faults, is_not_found, ticket_ids};

const NINE: Time = time(9, 0, 0, 0);
const ALL: Page = Page { number: 1, size: 1000 };

fn rule(from: Date, to: Date, max: i64) -> StockRule {
    StockRule { from, to, weekdays: vec![], start_times: vec![NINE], max, min: 0, on_sale: true }
}

async fn set(stage: &Stage, product: &TestProduct, option: usize, rule: StockRule) -> Result<usize> {
    set_stock(&stage.hub, product.supplier, product.option(option), rule).await
}

/// Date, time, maximum and whether it is open, of the rows of an option from one date to another.
async fn rows(stage: &Stage, product: &TestProduct, option: OptionId, from: Date, to: Date) -> Vec<(Date, Time, u32, bool)> {
    let all = stage.stock(product, option).await;
    let in_range = all.iter().filter(|row| from <= row.date && row.date <= to);
    in_range.map(|row| (row.date, row.start_time, row.max, row.on_sale)).collect()
}

#[rstest]
#[tokio::test]
async fn is_set_for_many_days_in_one_call(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let weekend = StockRule {
        weekdays: vec![Weekday::Saturday, Weekday::Sunday],
        start_times: vec![time(18, 30, 0, 0), NINE, NINE],
        min: 2,
        on_sale: false,
        ..rule(date(2026, 7, 30), date(2026, 8, 3), 7)
    };
    assert_eq!(set(&stage, &paris, 0, weekend).await.unwrap(), 4);
    let evening = time(18, 30, 0, 0);
    let expected = [
        (date(2026, 7, 31), NINE, 10, true),
        (date(2026, 7, 31), time(14, 0, 0, 0), 10, true),
        (date(2026, 8, 1), NINE, 7, false),
        (date(2026, 8, 1), evening, 7, false),
        (date(2026, 8, 2), NINE, 7, false),
        (date(2026, 8, 2), evening, 7, false),
    ];
    assert_eq!(rows(&stage, &paris, paris.option(0), date(2026, 7, 31), date(2026, 8, 3)).await, expected);
    let again = rule(date(2026, 8, 1), date(2026, 8, 1), 3);
    assert_eq!(set(&stage, &paris, 0, again).await.unwrap(), 1);
    assert_eq!(rows(&stage, &paris, paris.option(0), date(2026, 8, 1), date(2026, 8, 1)).await[0], (date(2026, 8, 1), NINE, 3, true));

    let two_years = rule(date(2027, 1, 1), date(2028, 12, 31), 1);
    assert_eq!(set(&stage, &paris, 0, two_years).await.unwrap(), 731);
}

#[rstest]
#[tokio::test]
async fn is_never_set_below_what_is_sold(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let mapping = stage.register("alpha", &paris).await;
    for (code, day) in [("A-1", "2026-07-02"), ("A-2", "2026-07-04")] {
        let order = OrderBuilder::new(code).line(mapping, paris.option(1), paris.at(day, "09:00"), 4);
        stage.place("alpha", &order).await.unwrap();
    }
    let (first, last) = (date(2026, 7, 1), date(2026, 7, 5));
    let in_use = |date| StockInUse { option: paris.option(0), date, start_time: Some(NINE), in_use: 4 };
    let refused = conflict(set(&stage, &paris, 0, rule(first, last, 3)).await);
    assert_eq!(refused, Conflict::StockBelowSold { rows: vec![in_use(date(2026, 7, 2)), in_use(date(2026, 7, 4))], more: 0 });
    let untouched = rows(&stage, &paris, paris.option(0), first, last).await;
    assert!(untouched.iter().all(|(_, _, max, _)| *max == 10), "nothing is changed");

    let closed = StockRule { on_sale: false, ..rule(first, last, 4) };
    assert_eq!(set(&stage, &paris, 0, closed).await.unwrap(), 5, "exactly what is sold is enough");
    let order = OrderBuilder::new("A-3").line(mapping, paris.option(0), paris.at("2026-07-03", "09:00"), 1);
    assert_eq!(conflict(stage.place("alpha", &order).await).code(), "inventory_closed");
    let afternoon = StockRule { start_times: vec![time(14, 0, 0, 0)], ..rule(first, last, 0) };
    set(&stage, &paris, 0, afternoon).await.unwrap();
    stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn is_refused_when_the_rule_makes_no_sense(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (paris, museum, seoul) = (stage.world.paris.clone(), stage.world.museum.clone(), stage.world.seoul.clone());
    let day = date(2026, 8, 1);
    assert!(is_not_found(&set_stock(&stage.hub, seoul.supplier, paris.option(0), rule(day, day, 1)).await), "another's");
    let refused = faults(set(&stage, &paris, 1, rule(day, day, 1)).await);
    assert_eq!((&refused[0].reason, refused.len()), (&Reason::NotForThisKind, 1), "a child has no stock of its own");
    let skipped = StockRule { start_times: vec![time(2, 30, 0, 0)], ..rule(date(2027, 3, 27), date(2027, 3, 29), 1) };
    let refused = faults(set(&stage, &paris, 0, skipped).await);
    assert_eq!(refused[0].reason, Reason::SkippedByDaylightSaving { dates: vec![date(2027, 3, 28)] });
    for (wrong, field) in [
        (StockRule { start_times: vec![], ..rule(day, day, 1) }, "start_times"),
        (StockRule { min: 2, ..rule(day, day, 1) }, "min_quantity"),
        (rule(day, date(2026, 7, 31), 1), "to"),
        (rule(day, date(2036, 8, 1), 1), "to"),
    ] {
        let refused = faults(set(&stage, &paris, 0, wrong).await);
        assert_eq!(refused.iter().map(|fault| fault.path.clone()).collect::<Vec<_>>(), [field.into()]);
    }
    assert_eq!(faults(set(&stage, &museum, 0, rule(day, day, 1)).await)[0].path, "start_times".into());
    assert_eq!(set(&stage, &museum, 0, StockRule { start_times: vec![], ..rule(day, day, 1) }).await.unwrap(), 1);
    assert_eq!(rows(&stage, &museum, museum.option(0), day, day).await, [(day, Time::midnight(), 1, true)]);
    assert_eq!(rows(&stage, &paris, paris.option(0), day, date(2040, 1, 1)).await, []);
}

#[rstest]
#[tokio::test]
async fn is_shown_to_channels_as_they_can_order_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (paris, alpha) = (stage.world.paris.clone(), stage.world.channel("alpha").id);
    let mapping = stage.register("alpha", &paris).await;
    let order = OrderBuilder::new("A-1").line(mapping, paris.option(1), paris.at("2026-07-02", "14:00"), 3);
    stage.place("alpha", &order).await.unwrap();
    let show = async |range, page| inventory_for_channel(&stage.hub, alpha, paris.kind, paris.id, range, page).await.unwrap();

    let all = show(DateRange::default(), ALL).await;
    assert_eq!(all.total, 62, "31 days twice; the day before is over in Paris");
    assert_eq!(all.items.len(), 62);
    assert!(all.items.iter().all(|row| row.option == paris.option(0) && row.remain + row.ordered == row.max));
    let sold = &all.items[3];
    assert_eq!((sold.date, sold.start_time, sold.inventory_at), (date(2026, 7, 2), time(14, 0, 0, 0), paris.at("2026-07-02", "14:00")));
    assert_eq!((sold.max, sold.remain, sold.ordered, sold.held, sold.on_sale), (10, 7, 3, 0, true));

    let two_days = DateRange { from: Some(date(2026, 7, 2)), to: Some(date(2026, 7, 3)) };
    let second = show(two_days, Page { number: 2, size: 3 }).await;
    assert_eq!((second.total, second.items.len()), (4, 1));
    assert_eq!(second.items[0].inventory_at, paris.at("2026-07-03", "14:00"));
    let harbor = &stage.world.harbor;
    assert!(is_not_found(&inventory_for_channel(&stage.hub, alpha, harbor.kind, harbor.id, two_days, ALL).await));

    stage.clock.set(paris.at("2026-07-02", "10:00"));
    let later = show(DateRange::default(), ALL).await;
    assert_eq!(later.items[0].inventory_at, paris.at("2026-07-02", "09:00"), "today's rows from the first on");
    assert!(!later.items[0].on_sale && later.items[1].on_sale, "but what has started cannot be ordered");
    let of_supplier = stage_of_supplier(&stage, &paris).await;
    assert!(of_supplier.items[0].on_sale, "to its supplier it is open, as it was left");
}

async fn stage_of_supplier(stage: &Stage, product: &TestProduct) -> axhub_hub::Paged<axhub_hub::availability::OwnStock> {
    let refused = stock_of_supplier(&stage.hub, stage.world.supplier("hanok").id, product.id, None, DateRange::default(), ALL).await;
    assert!(is_not_found(&refused));
    stock_of_supplier(&stage.hub, product.supplier, product.id, None, DateRange::default(), ALL).await.unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn and_orders_at_once_never_disagree(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = std::sync::Arc::new(Stage::new(engine).await);
    let paris = stage.world.paris.clone();
    let mapping = stage.register("alpha", &paris).await;
    let other_hub = stage.another_hub().await;
    let at = paris.at("2026-07-02", "09:00");
    let mut work = JoinSet::new();
    for n in 0..40 {
        let (stage, other_hub, paris) = (std::sync::Arc::clone(&stage), other_hub.clone(), paris.clone());
        work.spawn(async move {
            if n % 4 == 0 {
                let day = date(2026, 7, 2);
                let changed = set_stock(&other_hub, paris.supplier, paris.option(0), rule(day, day, 5 + n)).await;
                assert!(changed.is_ok() || conflict(changed).code() == "stock_below_sold");
                return 0;
            }
            let order = OrderBuilder::new(&format!("A-{n}")).line(mapping, paris.option(0), at, 1);
            match stage.place("alpha", &order).await {
                Ok(placed) => ticket_ids(&placed).len(),
                refused => {
                    assert_eq!(conflict(refused).code(), "sold_out");
                    0
                }
            }
        });
    }
    let sold: usize = work.join_all().await.into_iter().sum();
    assert_eq!(stage.left(&paris, paris.option(0), at).await.1 as usize, sold);
    stage.assert_stock_is_sound().await;
}

/// What inventory shows as orderable is accepted, and what it does not is refused, whatever the hour.
#[rstest]
#[tokio::test]
async fn is_shown_as_orderable_exactly_when_it_can_be_ordered(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let in_season = |product: ProductBuilder| product.sale(Some("2026-07-02"), Some("2026-07-03"));
    for product in [
        ProductBuilder::tour("Walk").start_times(&["09:00"]),
        ProductBuilder::day_ticket("Palace"),
        in_season(ProductBuilder::day_ticket("Garden")),
        in_season(ProductBuilder::ticket("Cruise")),
    ] {
        let product = product.zone("Asia/Seoul").days("2026-07-01", "2026-07-03").stock(100).cut_off(60).option("Seat", "10");
        let product = product.create(&stage.hub, stage.world.supplier("hanok").id).await;
        stage.world.assign(&stage.hub, "alpha", &product, MarkUp::NONE).await;
        let mapping = stage.register("alpha", &product).await;
        let second_day = rule(date(2026, 7, 2), date(2026, 7, 2), 100);
        let closed = match product.kind {
            ProductKind::Tour => Some(second_day),
            ProductKind::DayTicket => Some(StockRule { start_times: vec![], ..second_day }),
            ProductKind::Ticket => None,
        };
        if let Some(closed) = closed {
            set(&stage, &product, 0, StockRule { on_sale: false, ..closed }).await.unwrap();
        }
        let (mut count, mut seen) = (0, [false; 2]);
        for hours in 0..80 {
            stage.clock.set_to("2026-06-30T14:59:59Z");
            stage.clock.advance(SignedDuration::from_hours(hours));
            let range = DateRange { from: Some(date(2026, 6, 1)), to: None };
            let alpha = stage.world.channel("alpha").id;
            for row in inventory_for_channel(&stage.hub, alpha, product.kind, product.id, range, ALL).await.unwrap().items {
                count += 1;
                let order = OrderBuilder::new(&format!("{mapping}-{count}")).change(|order| order.kind = product.kind);
                let placed = stage.place("alpha", &order.line(mapping, row.option, row.inventory_at, 1)).await;
                assert_eq!(placed.is_ok(), row.on_sale, "{row:?} at {}: {placed:?}", stage.hub.now());
                seen[usize::from(row.on_sale)] = true;
            }
        }
        assert_eq!(seen, [true; 2], "what is always or never sold tests nothing");
    }
}
