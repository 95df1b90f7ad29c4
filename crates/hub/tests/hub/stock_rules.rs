//! Rules that set, open and close the stock of several options at once.

use axhub_domain::ids::OptionId;
use axhub_domain::inventory::{StockDates, StockLevels};
use axhub_domain::refusal::{Conflict, Reason, StockInUse};
use axhub_hub::audit::{self, AuditFilter};
use axhub_hub::availability::{RowsSet, explain_stock, set_stock_of_options};
use axhub_hub::changes::{What, changes_for_channel, latest_cursor};
use axhub_hub::{Page, Result};
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder, TestProduct};
use jiff::SignedDuration;
use jiff::civil::{Date, Weekday, date, time};
use rstest::rstest;
use serde_json::json;
use uuid::Uuid;

use crate::stage::{Stage, conflict, faults};

const PAGE: Page = Page { number: 1, size: 100 };

fn dates(from: Date, to: Date) -> StockDates {
    StockDates { from, to, weekdays: vec![], start_times: vec![time(9, 0, 0, 0)] }
}

fn to(max: i64) -> StockLevels {
    StockLevels { max: Some(max), ..StockLevels::default() }
}

fn open(on_sale: bool) -> StockLevels {
    StockLevels { on_sale: Some(on_sale), ..StockLevels::default() }
}

async fn set(stage: &Stage, product: &TestProduct, options: &[usize], dates: StockDates, levels: StockLevels) -> Result<RowsSet> {
    let options: Vec<OptionId> = options.iter().map(|option| product.option(*option)).collect();
    set_stock_of_options(&stage.hub, product.supplier, options, dates, levels).await
}

/// A tour of hanok's without stock: adult and family share the bus, the boat is apart.
async fn tour(stage: &Stage) -> TestProduct {
    let tour = ProductBuilder::tour("Bus and boat").no_stock().start_times(&["09:00"]).option("Adult", "10").pool("bus");
    let tour = tour.option("Family", "25").pool("bus").weight(3).option("Boat", "20").price_option("Child", "5", 2);
    stage.world.make_product(&stage.hub, "hanok", tour, &["alpha"]).await
}

/// Day of July or August, maximum, minimum and whether it is open, of an option's rows.
async fn rows(stage: &Stage, product: &TestProduct, option: usize) -> Vec<(i8, u32, u32, bool)> {
    let rows = stage.stock(product, product.option(option)).await;
    rows.iter().map(|row| (row.date.day(), row.max, row.min, row.on_sale)).collect()
}

#[rstest]
#[tokio::test]
async fn change_what_they_say_and_leave_the_rest(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let tour = tour(&stage).await;
    let (first, last) = (date(2026, 7, 10), date(2026, 7, 12));
    let cursor = latest_cursor(&stage.hub).await.unwrap();
    let set_20 = StockLevels { min: Some(4), ..to(20) };
    assert_eq!(set(&stage, &tour, &[1, 0, 2], dates(first, last), set_20).await.unwrap(), RowsSet { rows: 6, without_stock: 0 });
    let open_20 = vec![(10, 20, 4, true), (11, 20, 4, true), (12, 20, 4, true)];
    for option in 0..3 {
        assert_eq!(rows(&stage, &tour, option).await, open_20, "option {option}");
    }
    let bus = stage.stock(&tour, tour.option(1)).await;
    assert_eq!((bus[0].pool.as_deref(), bus[0].weight, bus[0].remain), (Some("bus"), 3, 20), "seats, not families");
    assert_eq!(bus[0].stock, stage.stock(&tour, tour.option(0)).await[0].stock, "one row for both");
    let changes = changes_for_channel(&stage.hub, stage.world.channel("alpha").id, cursor, 100).await.unwrap().items;
    let told = changes.iter().map(|change| if let What::Stock(rows) = &change.what { rows.len() } else { 0 });
    assert_eq!(told.collect::<Vec<_>>(), [2, 2, 2, 1, 1, 1], "the bus for its two options, once a day");

    // One number at a time.
    let saturday = StockDates { weekdays: vec![Weekday::Saturday], ..dates(first, last) };
    assert_eq!(set(&stage, &tour, &[0], saturday.clone(), to(8)).await.unwrap().rows, 1);
    assert_eq!(
        set(&stage, &tour, &[0], dates(first, first), StockLevels { min: Some(0), ..StockLevels::default() }).await.unwrap().rows,
        1
    );
    assert_eq!(set(&stage, &tour, &[1], dates(last, last), open(false)).await.unwrap().rows, 1);
    assert_eq!(rows(&stage, &tour, 0).await, [(10, 20, 0, true), (11, 8, 4, true), (12, 20, 4, false)]);
    assert_eq!(rows(&stage, &tour, 2).await, open_20, "the boat is apart");

    // What is only opened or closed is never made; with a maximum it is, open unless it says otherwise.
    let four_days = dates(last, date(2026, 7, 15));
    assert_eq!(set(&stage, &tour, &[0, 2], four_days.clone(), open(true)).await.unwrap(), RowsSet { rows: 2, without_stock: 6 });
    let mut levels = to(5);
    levels.on_sale = Some(false);
    set(&stage, &tour, &[2], dates(date(2026, 7, 13), date(2026, 7, 13)), levels).await.unwrap();
    set(&stage, &tour, &[2], dates(date(2026, 7, 14), date(2026, 7, 14)), to(5)).await.unwrap();
    assert_eq!(rows(&stage, &tour, 2).await[3..], [(13, 5, 0, false), (14, 5, 0, true)]);
    stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn are_all_or_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (tour, seoul) = (tour(&stage).await, stage.world.seoul.clone());
    let (first, last) = (date(2026, 7, 10), date(2026, 7, 11));
    set(&stage, &tour, &[0, 2], dates(first, last), StockLevels { min: Some(4), ..to(20) }).await.unwrap();
    let mapping = stage.register("alpha", &tour).await;
    let order = OrderBuilder::new("A-1").line(mapping, tour.option(1), tour.at("2026-07-11", "09:00"), 2);
    let order = order.line(mapping, tour.option(2), tour.at("2026-07-10", "09:00"), 7);
    stage.place("alpha", &order).await.unwrap();

    let in_use =
        |option: usize, day, in_use| StockInUse { option: tour.option(option), date: day, start_time: Some(time(9, 0, 0, 0)), in_use };
    let refused = conflict(set(&stage, &tour, &[2, 1], dates(first, last), StockLevels { min: Some(0), ..to(5) }).await);
    assert_eq!(refused, Conflict::StockBelowSold { rows: vec![in_use(2, first, 7), in_use(1, last, 6)], more: 0 });
    let untouched = vec![(10, 20, 4, true), (11, 20, 4, true)];
    assert_eq!((rows(&stage, &tour, 0).await, rows(&stage, &tour, 2).await), (untouched.clone(), untouched.clone()));

    let unknown = OptionId(Uuid::nil());
    let lumieres = stage.world.paris.option(0);
    let mixed = vec![tour.option(0), unknown, lumieres, tour.option(3), tour.option(0), seoul.option(0)];
    let wrong = set_stock_of_options(&stage.hub, tour.supplier, mixed, dates(first, last), to(30)).await;
    let wrong: Vec<_> = faults(wrong).into_iter().map(|fault| (format!("{:?}", fault.path), fault.reason)).collect();
    let at = |n: usize, reason| (format!("Text(\"option_codes[{n}]\")"), reason);
    let expected = [at(1, Reason::NoSuchOption), at(2, Reason::NoSuchOption), at(3, Reason::NotForThisKind), at(4, Reason::Repeated)];
    assert_eq!(wrong, expected, "another's option is one that does not exist");
    for (levels, field, reason) in [
        (StockLevels::default(), "max_quantity", Reason::Required),
        (StockLevels { min: Some(6), ..to(5) }, "min_quantity", Reason::TooLarge { max: 5 }),
        (to(3), "max_quantity", Reason::TooSmall { min: 4 }),
        (StockLevels { min: Some(21), ..StockLevels::default() }, "min_quantity", Reason::TooLarge { max: 20 }),
    ] {
        let wrong = faults(set(&stage, &tour, &[0, 2], dates(first, last), levels).await);
        assert_eq!((&wrong[0].path, &wrong[0].reason, wrong.len()), (&field.into(), &reason, 1));
    }
    let more = dates(first, date(2026, 7, 13));
    let wrong = faults(set(&stage, &tour, &[0, 2], more, StockLevels { min: Some(1), ..StockLevels::default() }).await);
    let missing = Reason::NoStockYet { dates: vec![date(2026, 7, 12), date(2026, 7, 13)] };
    assert_eq!((&wrong[0].path, &wrong[0].reason, wrong.len()), (&"max_quantity".into(), &missing, 1));
    assert_eq!(rows(&stage, &tour, 0).await, untouched);
}

#[rstest]
#[tokio::test]
async fn reach_over_several_products_of_a_supplier(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (seoul, museum, cruise) = (stage.world.seoul.clone(), stage.world.museum.clone(), stage.world.make_undated(&stage.hub).await);
    let day = date(2026, 7, 20);
    let no_times = StockDates { start_times: vec![], ..dates(day, day) };
    // What has only a date and what has none take the same rule; a tour needs a time, which those must not have.
    let both = vec![museum.option(0), cruise.option(0), museum.option(1)];
    let set = set_stock_of_options(&stage.hub, museum.supplier, both, no_times, to(33)).await.unwrap();
    assert_eq!(set, RowsSet { rows: 3, without_stock: 0 });
    assert_eq!(stage.stock(&cruise, cruise.option(0)).await[0].max, 33);
    assert_eq!(stage.stock(&museum, museum.option(1)).await.iter().filter(|row| row.max == 33).count(), 1);
    let kinds = vec![seoul.option(0), museum.option(0), museum.option(1)];
    let wrong = faults(set_stock_of_options(&stage.hub, museum.supplier, kinds, dates(day, day), to(34)).await);
    assert_eq!((&wrong[0].path, &wrong[0].reason, wrong.len()), (&"start_times".into(), &Reason::NotForThisKind, 1), "said once");

    // Too many rows for one transaction are refused before anything is locked.
    let times = (0..48).map(|half_hour| time(half_hour / 2, half_hour % 2 * 30, 0, 0)).collect();
    let two_years = StockDates { start_times: times, ..dates(date(2027, 1, 1), date(2028, 12, 31)) };
    let kinds = vec![seoul.option(0), seoul.option(1)];
    let wrong = faults(set_stock_of_options(&stage.hub, seoul.supplier, kinds, two_years, to(1)).await);
    assert_eq!((&wrong[0].path, wrong[0].reason.code()), (&"to".into(), "too_many_rows"));
}

#[rstest]
#[tokio::test]
async fn note_who_closed_and_what_changed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let tour = tour(&stage).await;
    let day = date(2026, 7, 10);
    set(&stage, &tour, &[0, 1], dates(day, day), to(20)).await.unwrap();
    let row = stage.stock(&tour, tour.option(0)).await[0].stock;
    let closed = async || {
        let whole = explain_stock(&stage.hub, tour.supplier, row).await.unwrap().whole;
        (whole.closed_by, whole.closed_at)
    };
    assert_eq!(closed().await, (None, None));
    let first = stage.hub.now() + SignedDuration::from_mins(10);
    for minutes in [10, 20] {
        stage.clock.set(first + SignedDuration::from_mins(minutes - 10));
        let levels = StockLevels { max: Some(20 + minutes), ..open(false) };
        set(&stage, &tour, &[1], dates(day, day), levels).await.unwrap();
        assert_eq!(closed().await, (Some("hanok".to_owned()), Some(first)), "who closed it first");
    }
    set(&stage, &tour, &[0], dates(day, day), open(true)).await.unwrap();
    assert_eq!(closed().await, (None, None));
    // The same again changes nothing, so nobody is told.
    let cursor = latest_cursor(&stage.hub).await.unwrap();
    set(&stage, &tour, &[0], dates(day, day), open(true)).await.unwrap();
    assert_eq!(latest_cursor(&stage.hub).await.unwrap(), cursor);

    let filter = AuditFilter { object_code: Some(tour.option(0).to_string()), ..AuditFilter::default() };
    let log = audit::list(&stage.hub, filter, PAGE).await.unwrap().items;
    let opened = json!({
        "from": "2026-07-10", "to": "2026-07-10", "start_times": ["09:00"], "on_sale": true, "rows_changed": 1, "options": [tour.option(0)],
    });
    let made = json!({
        "from": "2026-07-10", "to": "2026-07-10", "start_times": ["09:00"], "max_quantity": 20, "rows_changed": 1,
        "options": [tour.option(0), tour.option(1)],
    });
    assert_eq!(
        log.iter().map(|entry| (&entry.action[..], &entry.details)).collect::<Vec<_>>(),
        [("stock.set", &opened), ("stock.set", &made)]
    );
}
