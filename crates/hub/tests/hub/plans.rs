//! How the databases go about the hot statements: none of them may read a whole table that grows, and a page is taken from
//! an index that has its rows in order, not from all rows there are after they were sorted.
//!
//! Everything that a use case asks is recorded, on a database with enough rows that reading all of a table is not the best way,
//! and both engines explain how they would go about each statement.

mod explain;
mod multiply;

use std::collections::BTreeSet;
use std::sync::Arc;

use axhub_domain::inventory::InventoryRef;
use axhub_domain::product::ProductKind;
use axhub_domain::state::{Action, OrderStatus};
use axhub_hub::availability::{DateRange, Search, inventory_for_channel, search};
use axhub_hub::changes::{changes_for_channel, latest_cursor, order_changes_for_channel};
use axhub_hub::fulfilment::{self, Filter, ManifestFilter, order_of_channel, orders_of_channel, orders_of_supplier};
use axhub_hub::{Hub, Page, Settings, access, catalogue, ordering, pricing};
use axhub_store::Options;
use axhub_store::engine::Recording;
use axhub_testkit::{Engine, OrderBuilder};
use jiff::SignedDuration;
use jiff::civil::date;
use rstest::rstest;

use crate::stage::Stage;
use explain::Plan;

/// What reads a whole table all the same: the transaction and the table. What is mended must go from here.
const SCANS: &[(Engine, &str, &str)] = &[];

/// Pages that are sorted all the same: the transaction and words of the statement. What is sorted does not grow with all that
/// was ever sold.
const SORTS: &[(&str, &str)] = &[
    // What changed since, in the order in which it was placed.
    ("order.list", "o.updated_at >="),
    // Some days of one product's options.
    ("inventory.read", "FROM options o JOIN stock s"),
    // What the channel may sell.
    ("product.list", "WITH listed"),
];

/// The index that a list must be read from: the transaction, words of the statement, and the index.
const INDEXES: &[(&str, &str, &str)] = &[
    ("order.list", "WHERE o.channel_id = $1 AND (CASE", "orders_of_channel"),
    ("order.list", "o.status IN (1, 2)", "orders_of_channel_to_answer"),
    ("order.list", "o.updated_at >=", "orders_of_channel_by_change"),
    ("order.list", "GROUP BY o.product_id", "orders_of_channel_by_product"),
    ("order.list-of-supplier", "o.status IN (1, 2)", "orders_of_supplier_to_answer"),
    ("change.list-orders", "FROM changes", "changes_of_channel"),
    ("manifest.read", "FROM stock_pools", "orders_of_stock"),
];

#[rstest]
#[tokio::test]
async fn no_hot_statement_reads_more_than_it_needs(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    fill(&stage).await;
    // All that is there already is older than what comes now.
    stage.clock.advance(SignedDuration::from_hours(1));
    let recording = Recording::default();
    let database = stage.test.open_with(Options { recording: Some(recording.clone()), ..Options::default() }).await;
    sell(&stage, &Hub::new(database, Arc::new(stage.clock.clone()), Settings::default())).await;

    let recorded = recording.take();
    let transactions: BTreeSet<&str> = recorded.iter().map(|recorded| recorded.transaction).collect();
    let hot = ["order.place", "price.read", "inventory.read", "product.read", "product.list", "inventory.search"];
    for expected in hot.into_iter().chain(["change.list", "change.list-orders", "order.list", "order.list-of-supplier", "manifest.read"]) {
        assert!(transactions.contains(expected), "{expected} was not recorded, only {transactions:?}");
    }
    let plans = explain::plans(stage.test.database(), engine, recorded).await;
    assert_no_table_is_read_whole(&plans, engine);
    assert_pages_come_in_order(&plans);
}

fn assert_no_table_is_read_whole(plans: &[Plan], engine: Engine) {
    let known: BTreeSet<(&str, &str)> = SCANS.iter().filter(|known| known.0 == engine).map(|known| (known.1, known.2)).collect();
    let (mut found, mut new) = (BTreeSet::new(), Vec::new());
    for (plan, table) in plans.iter().flat_map(|plan| plan.whole_tables().map(move |table| (plan, table))) {
        found.insert((plan.transaction, table));
        if !known.contains(&(plan.transaction, table)) {
            new.push(format!("all of {table} {plan}"));
        }
    }
    assert!(new.is_empty(), "whole tables are read:\n{}", new.join("\n"));
    let mended: Vec<_> = known.difference(&found).collect();
    assert!(mended.is_empty(), "these do not read a whole table any more, so take them off the list: {mended:?}");
}

fn assert_pages_come_in_order(plans: &[Plan]) {
    let is_known = |plan: &Plan| SORTS.iter().any(|(transaction, words)| plan.transaction == *transaction && plan.sql.contains(words));
    let sorted: Vec<String> = plans.iter().filter(|plan| plan.sorts_for_page() && !is_known(plan)).map(ToString::to_string).collect();
    assert!(sorted.is_empty(), "more is read than the page:\n{}", sorted.join("\n"));
    for (transaction, words, index) in INDEXES {
        let is_meant = |plan: &&Plan| plan.transaction == *transaction && plan.sql.replace('?', "$").contains(words);
        let mut of_list = plans.iter().filter(is_meant).peekable();
        assert!(of_list.peek().is_some(), "no statement of {transaction} has {words:?}");
        let others: Vec<String> = of_list.filter(|plan| !plan.uses(index)).map(ToString::to_string).collect();
        assert!(others.is_empty(), "{index} is not used:\n{}", others.join("\n"));
    }
}

/// Many rows of everything, most of them the one channel's.
async fn fill(stage: &Stage) {
    let world = &stage.world;
    for (number, product) in [&world.paris, &world.seoul, &world.museum].into_iter().enumerate() {
        let mapping = stage.register("alpha", product).await;
        for day in 6..=7 {
            let (time, code) = (["09:00", "10:00", "00:00"][number], format!("OLD-{number}-{day}"));
            let mut order = OrderBuilder::new(&code).line(mapping, product.option(0), product.at(&format!("2026-07-0{day}"), time), 1);
            if product.kind == ProductKind::DayTicket {
                order = order.day_ticket();
            }
            stage.place("alpha", &order).await.unwrap();
        }
    }
    multiply::multiply(stage.test.database(), stage.test.engine()).await;
    latest_cursor(&stage.hub).await.unwrap();
    multiply::analyze(stage.test.database(), stage.test.engine()).await;
}

/// What channels and suppliers do all day.
async fn sell(stage: &Stage, hub: &Hub) {
    let world = &stage.world;
    let (alpha, paris, museum) = (world.channel("alpha"), &world.paris, &world.museum);
    access::authenticate(hub, &alpha.key).await.unwrap();
    pricing::prices_for_channel(hub, alpha.id, paris.kind, paris.id, Some(date(2026, 7, 2))).await.unwrap();
    catalogue::product_for_channel(hub, alpha.id, paris.kind, paris.id).await.unwrap();
    let page = Page { number: 2, size: 5 };
    for q in [None, Some("paris".to_owned())] {
        let wanted = catalogue::ProductFilter { q, ..catalogue::ProductFilter::default() };
        catalogue::list_for_channel(hub, alpha.id, paris.kind, wanted, page).await.unwrap();
    }
    inventory_for_channel(hub, alpha.id, paris.kind, paris.id, DateRange::default(), page).await.unwrap();
    let wanted =
        Search { products: vec![paris.id, museum.id], options: vec![world.seoul.option(0)], from: date(2026, 7, 2), to: date(2026, 7, 8) };
    search(hub, alpha.id, wanted).await.unwrap();

    let before = latest_cursor(hub).await.unwrap();
    let place = |order: OrderBuilder| ordering::place(hub, alpha.id, alpha.code.clone(), order.build(), "current".to_owned());
    let of_paris = stage.register("alpha", paris).await;
    let order = OrderBuilder::new("NEW-1").line(of_paris, paris.option(0), paris.at("2026-07-03", "09:00"), 2);
    let placed = place(order.clone()).await.unwrap();
    assert!(place(order).await.unwrap().is_replay);
    // By its date, and from an allotment.
    let of_museum = stage.register("alpha", museum).await;
    let entry = OrderBuilder::new("NEW-2").day_ticket().line_of(of_museum, museum.option(0), InventoryRef::On(date(2026, 7, 4)), 1);
    place(entry).await.unwrap();
    let of_seoul = stage.register("alpha", &world.seoul).await;
    let asked = OrderBuilder::new("NEW-3").line(of_seoul, world.seoul.option(0), world.seoul.at("2026-07-05", "10:00"), 1);
    let asked = place(asked).await.unwrap();

    changes_for_channel(hub, alpha.id, before, 100).await.unwrap();
    order_changes_for_channel(hub, alpha.id, ProductKind::Tour, before, None, 100).await.unwrap();
    let of_tours = || Filter { kind: Some(ProductKind::Tour), ..Filter::default() };
    let newest = Filter { updated_since: Some(hub.now()), ..of_tours() };
    let in_state = |status| Filter { status: Some(status), ..of_tours() };
    let page = Page { number: 2, size: 20 };
    for filter in [of_tours(), in_state(OrderStatus::New), in_state(OrderStatus::SupplierReject), newest] {
        orders_of_channel(hub, alpha.id, filter, page).await.unwrap();
    }
    orders_of_supplier(hub, world.supplier("hanok").id, in_state(OrderStatus::New), page).await.unwrap();
    order_of_channel(hub, alpha.id, ProductKind::Tour, placed.lines[0].order).await.unwrap();
    let hanok = world.supplier("hanok");
    let of_date = ManifestFilter { date: date(2026, 7, 5), start_time: None, include_canceled: false };
    let manifest = fulfilment::manifest(hub, hanok.id, world.seoul.id, of_date).await.unwrap();
    assert_eq!(manifest.departures.len(), 1, "the order from before");
    fulfilment::act_as_supplier(hub, (hanok.id, hanok.code.clone()), asked.lines[0].order, Action::Confirm, None).await.unwrap();
    let cancel = |order, action| fulfilment::act_as_channel(hub, (alpha.id, alpha.code.clone()), ProductKind::Tour, order, action, None);
    cancel(placed.lines[0].order, Action::ChannelCancelTicket(placed.lines[0].tickets[0])).await.unwrap();
    cancel(placed.lines[0].order, Action::TravelerCancel).await.unwrap();
}
