//! The feed of changes, as channels read it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axhub_domain::ids::{ChannelId, OrderId, ProductId};
use axhub_domain::inventory::StockRule;
use axhub_domain::money::Currency;
use axhub_domain::pricing::{ExchangeRate, MarkUp};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::{FieldError, Reason};
use axhub_domain::state::{Action, OrderStatus};
use axhub_hub::availability::{DateRange, inventory_for_channel, set_stock};
use axhub_hub::catalogue::{ContentsChange, ProductChange, change_product};
use axhub_hub::changes::{Change, Changes, Cursor, What, changes_for_channel, latest_cursor, order_changes_for_channel};
use axhub_hub::{Hub, Page, directory};
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder, TestProduct};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use tokio::task::JoinSet;

use crate::stage::{Stage, faults};

const MANY: u32 = 1000;

/// Everything behind a cursor, read in one go.
async fn read(hub: &Hub, channel: ChannelId, after: Cursor) -> Vec<Change> {
    changes_for_channel(hub, channel, after, MANY).await.unwrap().items
}

/// What a channel of the stage sees behind a cursor, as words.
async fn told(stage: &Stage, channel: &str, after: Cursor) -> Vec<&'static str> {
    read(&stage.hub, stage.world.channel(channel).id, after).await.iter().map(|change| word(&change.what)).collect()
}

fn word(what: &What) -> &'static str {
    match what {
        What::Product(_) => "product",
        What::Price => "price",
        What::Stock(_) => "stock",
        What::Order(_) => "order",
        What::Answer(_) => "answer",
    }
}

async fn place(stage: &Stage, product: &TestProduct, code: &str, quantity: u32) -> OrderId {
    let mapping = stage.register("alpha", product).await;
    let order = OrderBuilder::new(code).line(mapping, product.option(0), product.at("2026-07-02", "10:00"), quantity);
    stage.place("alpha", &order).await.unwrap().lines[0].order
}

#[rstest]
#[tokio::test]
async fn each_change_is_told_once_as_it_was_then(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (seoul, alpha) = (stage.world.seoul.clone(), stage.world.channel("alpha").id);
    let start = latest_cursor(&stage.hub).await.unwrap();
    let order = place(&stage, &seoul, "A-1", 2).await;
    stage.clock.advance(SignedDuration::from_mins(5));
    stage.as_supplier("hanok", order, Action::Reject).await.unwrap();
    let texts = [("product_sub_title".to_owned(), "New".to_owned())].into();
    let change = ProductChange { contents: ContentsChange { texts, ..ContentsChange::default() }, ..ProductChange::default() };
    change_product(&stage.hub, seoul.supplier, seoul.id, change).await.unwrap();

    let changes = read(&stage.hub, alpha, start).await;
    let [placed, taken, returned, rejected, product] = &changes[..] else { panic!("{changes:?}") };
    let (What::Order(placed_order), What::Order(rejected_order)) = (&placed.what, &rejected.what) else { panic!("{changes:?}") };
    assert_eq!((placed_order.status, rejected_order.status), (OrderStatus::New, OrderStatus::SupplierReject), "each as it was then");
    assert_eq!((placed_order.order, placed_order.tickets.len(), &placed_order.channel_order_code[..]), (order, 2, "A-1"));
    let (What::Stock(less), What::Stock(more)) = (&taken.what, &returned.what) else { panic!("{changes:?}") };
    assert_eq!((less.len(), less[0].option, less[0].remain, more[0].remain), (1, seoul.option(0), 18, 20));
    let What::Product(version) = &product.what else { panic!("{changes:?}") };
    assert_eq!((version.version, version.is_assigned), (2, true));
    assert!(changes.iter().all(|change| (change.product, change.kind) == (seoul.id, ProductKind::Tour)));
    assert_eq!(rejected.at, placed.at + SignedDuration::from_mins(5));
    assert!(changes.windows(2).all(|pair| pair[0].cursor < pair[1].cursor));
    for (at, change) in changes.iter().enumerate() {
        assert_eq!(read(&stage.hub, alpha, change.cursor).await.len(), changes.len() - at - 1, "every change has the cursor behind it");
    }
}

#[rstest]
#[tokio::test]
async fn read_in_parts_it_is_the_same(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    place(&stage, &stage.world.seoul, "A-1", 1).await;
    let alpha = stage.world.channel("alpha").id;
    let cursors = |changes: &[Change]| changes.iter().map(|change| change.cursor).collect::<Vec<_>>();
    let whole = cursors(&read(&stage.hub, alpha, Cursor::START).await);
    let (mut after, mut parts) = (Cursor::START, Vec::new());
    loop {
        let part = changes_for_channel(&stage.hub, alpha, after, 3).await.unwrap();
        parts.extend(cursors(&part.items));
        assert_eq!(part.next, *parts.last().unwrap());
        after = part.next;
        if !part.has_more {
            break;
        }
    }
    assert_eq!(parts, whole);
    let end = changes_for_channel(&stage.hub, alpha, after, 3).await.unwrap();
    assert_eq!((end.items.len(), end.next, end.has_more), (0, after, false), "nothing happened, and the reader stands where it stood");
    assert_eq!(Cursor::read(&after.to_string()), Ok(after));
}

#[rstest]
#[tokio::test]
async fn a_cursor_behind_the_end_is_none_of_ours(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let alpha = stage.world.channel("alpha").id;
    let orders = async |after| order_changes_for_channel(&stage.hub, alpha, ProductKind::Tour, after, None, 1).await;
    let end = latest_cursor(&stage.hub).await.unwrap();
    let number: i64 = end.to_string()[1..].parse().unwrap();
    let unknown = [FieldError::new("cursor", Reason::CursorUnknown)];
    for number in [number + 1, i64::MAX] {
        let beyond = Cursor::read(&format!("c{number}")).unwrap();
        assert_eq!(faults(changes_for_channel(&stage.hub, alpha, beyond, 1).await), unknown);
        assert_eq!(faults(orders(beyond).await), unknown);
    }
    assert_eq!(read(&stage.hub, alpha, end).await.len(), 0, "the end itself is right");
    assert!(orders(end).await.unwrap().items.is_empty());
    // What is committed by now has a position, whoever asks first.
    place(&stage, &stage.world.seoul, "A-1", 1).await;
    let next = Cursor::read(&format!("c{}", number + 1)).unwrap();
    assert_eq!(read(&stage.hub, alpha, next).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn each_channel_is_told_what_is_its_business(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (seoul, harbor) = (stage.world.seoul.clone(), stage.world.harbor.clone());
    let start = latest_cursor(&stage.hub).await.unwrap();
    place(&stage, &seoul, "A-1", 1).await;
    let mapping = stage.register("beta", &harbor).await;
    let order = OrderBuilder::new("B-1").line(mapping, harbor.option(0), harbor.at("2026-07-02", "18:00"), 1);
    stage.place("beta", &order).await.unwrap();
    assert_eq!(told(&stage, "alpha", start).await, ["order", "stock"], "nothing of a product that it may not sell");
    assert_eq!(told(&stage, "beta", start).await, ["stock", "order", "stock"], "of the other's order only the stock that it took");

    let before = latest_cursor(&stage.hub).await.unwrap();
    directory::unassign(&stage.hub, stage.world.channel("beta").id, seoul.id).await.unwrap();
    stage.world.assign(&stage.hub, "alpha", &harbor, MarkUp::NONE).await;
    assert_eq!(told(&stage, "alpha", before).await, ["product", "price"], "what it may sell now");
    assert_eq!(told(&stage, "beta", before).await, ["product"], "what it may not sell any more");
}

#[rstest]
#[tokio::test]
async fn the_list_of_orders_has_its_own_kind_and_moment(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (museum, alpha) = (stage.world.museum.clone(), stage.world.channel("alpha").id);
    place(&stage, &stage.world.seoul, "A-1", 1).await;
    stage.clock.advance(SignedDuration::from_mins(1));
    let mapping = stage.register("alpha", &museum).await;
    let order = OrderBuilder::new("A-2").day_ticket().line(mapping, museum.option(0), museum.on("2026-07-02"), 1);
    stage.place("alpha", &order).await.unwrap();
    let codes = async |kind, since: Option<Timestamp>| {
        let found = order_changes_for_channel(&stage.hub, alpha, kind, Cursor::START, since, MANY).await.unwrap();
        found.items.into_iter().map(|order| order.channel_order_code).collect::<Vec<_>>()
    };
    let now = stage.hub.now();
    assert_eq!(codes(ProductKind::Tour, None).await, ["A-1"]);
    assert_eq!(codes(ProductKind::Tour, Some(now)).await, [""; 0]);
    assert_eq!(codes(ProductKind::DayTicket, Some(now)).await, ["A-2"]);
    assert_eq!(codes(ProductKind::Ticket, None).await, ["A-2"], "under the oldest address, too");
}

#[rstest]
#[tokio::test]
async fn stock_is_told_as_inventory_shows_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (museum, alpha) = (stage.world.museum.clone(), stage.world.channel("alpha").id);
    let start = latest_cursor(&stage.hub).await.unwrap();
    let (day, next) = (date(2026, 7, 2), date(2026, 7, 3));
    let closed = StockRule { from: day, to: day, weekdays: vec![], start_times: vec![], max: 7, min: 0, on_sale: false };
    set_stock(&stage.hub, museum.supplier, museum.option(0), closed.clone()).await.unwrap();
    let open = StockRule { from: next, to: next, on_sale: true, ..closed };
    set_stock(&stage.hub, museum.supplier, museum.option(0), open).await.unwrap();
    for (now, is_orderable) in [("2026-07-01T03:00:00Z", [false, true]), ("2026-07-03T15:00:00Z", [false, false])] {
        stage.clock.set_to(now);
        let changes = read(&stage.hub, alpha, start).await;
        let rows: Vec<_> =
            changes.iter().filter_map(|change| if let What::Stock(rows) = &change.what { Some(rows) } else { None }).flatten().collect();
        assert_eq!(rows.iter().map(|row| row.on_sale).collect::<Vec<_>>(), is_orderable, "{now}");
        let range = DateRange { from: Some(day), to: Some(next) };
        let page = Page { number: 1, size: 100 };
        let shown = inventory_for_channel(&stage.hub, alpha, museum.kind, museum.id, range, page).await.unwrap().items;
        let shown: Vec<_> = shown.iter().filter(|row| row.option == museum.option(0)).collect();
        assert_eq!(rows, shown);
    }
}

fn rate(valid_from: Timestamp, rate: i64) -> ExchangeRate {
    ExchangeRate { base: Currency::Usd, quote: Currency::Krw, valid_from, rate }
}

/// How often each product's prices changed in what a channel was told.
fn prices(changes: &[Change]) -> BTreeMap<ProductId, usize> {
    let mut prices = BTreeMap::new();
    for change in changes {
        assert_eq!(word(&change.what), "price");
        *prices.entry(change.product).or_default() += 1;
    }
    prices
}

#[rstest]
#[tokio::test]
async fn a_rate_is_told_when_it_comes_into_force(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (alpha, beta) = (stage.world.channel("alpha").id, stage.world.channel("beta").id);
    let start = latest_cursor(&stage.hub).await.unwrap();
    let today = stage.hub.now();
    let (tomorrow, in_two_days) = (today + SignedDuration::from_hours(24), today + SignedDuration::from_hours(48));
    directory::set_rates(&stage.hub, vec![rate(tomorrow, 1), rate(in_two_days, 120_000_000_000)]).await.unwrap();
    directory::set_rates(&stage.hub, vec![rate(tomorrow, 130_000_000_000)]).await.unwrap();
    stage.clock.set(tomorrow - SignedDuration::from_micros(1));
    assert_eq!(told(&stage, "alpha", start).await, [""; 0], "no price has changed yet");
    assert_eq!(latest_cursor(&stage.hub).await.unwrap(), start);

    // A product that came after the rate was set has another price tomorrow, too.
    let late = ProductBuilder::tour("Late").option("Seat", "10").create(&stage.hub, stage.world.supplier("hanok").id).await;
    stage.world.assign(&stage.hub, "alpha", &late, MarkUp::NONE).await;
    let start = latest_cursor(&stage.hub).await.unwrap();

    // Another server, which was not there when the rate was set, is the first to be asked.
    stage.clock.set(tomorrow);
    let other_server = stage.another_hub().await;
    let changes = read(&other_server, alpha, start).await;
    let world = &stage.world;
    let once = |products: &[&TestProduct]| products.iter().map(|product| (product.id, 1)).collect::<BTreeMap<_, _>>();
    assert_eq!(prices(&changes), once(&[&world.paris, &world.seoul, &world.dmz, &world.museum, &late]));
    assert!(changes.iter().all(|change| change.at == tomorrow));
    let of_beta = read(&stage.hub, beta, start).await;
    assert_eq!(
        prices(&of_beta),
        once(&[&world.paris, &world.seoul, &world.dmz, &world.museum, &world.harbor]),
        "told once for all channels"
    );
    let end = changes.last().unwrap().cursor.max(of_beta.last().unwrap().cursor);
    assert_eq!(told(&stage, "alpha", end).await, [""; 0], "and once only");

    stage.clock.set(in_two_days + SignedDuration::from_hours(1));
    let end = latest_cursor(&stage.hub).await.unwrap();
    assert_eq!(told(&stage, "alpha", end).await, [""; 0], "the end is behind what has come into force");
}

#[rstest]
#[tokio::test]
async fn a_rate_in_force_is_told_at_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let alpha = stage.world.channel("alpha").id;
    let start = latest_cursor(&stage.hub).await.unwrap();
    let now = stage.hub.now();
    let rates = vec![rate(now, 120_000_000_000), rate(now + SignedDuration::from_mins(1), 130_000_000_000)];
    directory::set_rates(&stage.hub, rates).await.unwrap();
    let first = changes_for_channel(&stage.hub, alpha, start, MANY).await.unwrap();
    assert!(first.items.iter().all(|change| change.at == now));
    assert_eq!(prices(&first.items).values().collect::<Vec<_>>(), [&1; 4]);
    stage.clock.advance(SignedDuration::from_hours(1));
    let second = read(&stage.hub, alpha, first.next).await;
    assert_eq!(prices(&second).values().collect::<Vec<_>>(), [&1; 4], "the later one in its time");
    assert!(second.iter().all(|change| change.at == now + SignedDuration::from_mins(1)));
}

/// Reads on until it was told of so many orders; every change once, in the order of its position.
async fn follow(hub: Hub, channel: ChannelId, start: Cursor, orders: usize) -> Vec<(Cursor, &'static str)> {
    let (mut after, mut seen) = (start, Vec::new());
    while seen.iter().filter(|(_, what)| *what == "order").count() < orders {
        let Changes { items, next, .. } = changes_for_channel(&hub, channel, after, 7).await.unwrap();
        seen.extend(items.iter().map(|change| (change.cursor, word(&change.what))));
        after = next;
        tokio::task::yield_now().await;
    }
    let rest = changes_for_channel(&hub, channel, after, MANY).await.unwrap();
    seen.extend(rest.items.iter().map(|change| (change.cursor, word(&change.what))));
    seen
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_miss_nothing_while_servers_write_and_rates_come(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    const ORDERS: usize = 24;
    let stage = Arc::new(Stage::new(engine).await);
    let (museum, alpha) = (stage.world.museum.clone(), stage.world.channel("alpha").id);
    let mapping = stage.register("alpha", &museum).await;
    let hubs = [stage.hub.clone(), stage.another_hub().await];
    let start = latest_cursor(&stage.hub).await.unwrap();
    let soon = stage.hub.now() + SignedDuration::from_secs(10);
    directory::set_rates(&stage.hub, vec![rate(soon, 120_000_000_000)]).await.unwrap();

    let mut readers = JoinSet::new();
    for hub in hubs.iter().cycle().take(4) {
        readers.spawn(follow(hub.clone(), alpha, start, ORDERS));
    }
    let mut writers = JoinSet::new();
    for n in 0..ORDERS {
        let (stage, hub, museum) = (Arc::clone(&stage), hubs[n % 2].clone(), museum.clone());
        writers.spawn(async move {
            let order = OrderBuilder::new(&format!("A-{n}")).day_ticket();
            stage.place_on(&hub, "alpha", &order.line(mapping, museum.option(n % 2), museum.on("2026-07-02"), 1)).await.unwrap();
            stage.clock.advance(SignedDuration::from_secs(1));
        });
    }
    writers.join_all().await;
    let whole: Vec<_> = read(&stage.hub, alpha, start).await.iter().map(|change| (change.cursor, word(&change.what))).collect();
    let count = |wanted: &str| whole.iter().filter(|(_, what)| *what == wanted).count();
    assert_eq!((count("order"), count("price")), (ORDERS, 4), "four products, one rate");
    for seen in readers.join_all().await {
        assert_eq!(seen, whole);
    }
}
