//! Tests of the data set, on both engines.

use std::sync::atomic::{AtomicU64, Ordering};

use axhub_domain::inventory::InventoryRef;
use axhub_hub::availability::{DateRange, inventory_for_channel};
use axhub_hub::catalogue::product_for_channel;
use axhub_hub::{Hub, Owner, Page, Settings, access};
use axhub_store::Mode;
use axhub_testkit::{Engine, TestClock, TestDatabase, assert_stock_is_sound};
use jiff::SignedDuration;

use super::*;

const SIZE: Size = Size { products: 7, options: 2, days: 11, past_orders: 300 };

/// Counts what it is told.
#[derive(Default)]
struct Counting(AtomicU64);

impl Progress for Counting {
    fn begin(&self, _what: &str, _count: u64) {}

    fn advance(&self, by: u64) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }

    fn end(&self) {}
}

async fn fill(test: &TestDatabase, clock: &TestClock, size: &Size) -> anyhow::Result<World> {
    ensure_at(test.database(), size, Arc::new(clock.clone()), &Silent).await
}

async fn count(database: &Database, sql: &'static str) -> i64 {
    let counted = database.run("test.count", Mode::Read, (), move |s, ()| Box::pin(async move { s.query_one(sql, &[]).await?.int(0) }));
    counted.await.unwrap()
}

#[tokio::test]
async fn fills_sqlite() {
    fills(Engine::Sqlite).await;
}

#[tokio::test]
async fn fills_postgres() {
    fills(Engine::Postgres).await;
}

/// Everything is there under the ids that the world names, and is what the hub itself would have made.
async fn fills(engine: Engine) {
    let (test, clock, told) = (TestDatabase::new(engine).await, TestClock::default(), Counting::default());
    let world = ensure_at(test.database(), &SIZE, Arc::new(clock.clone()), &told).await.unwrap();
    assert_eq!(told.0.load(Ordering::SeqCst), 7 + 7 * 2 * 11 + 300);
    let database = test.database();
    assert_eq!(count(database, "SELECT COUNT(*) FROM stock").await, 7 * 2 * 11);
    assert_eq!(count(database, "SELECT COUNT(*) FROM channel_orders").await, 300);
    assert_eq!(count(database, "SELECT COUNT(*) FROM changes WHERE position IS NULL").await, 0);
    assert_eq!(count(database, "SELECT COUNT(*) FROM stock WHERE ordered = 0").await, 0, "the orders are spread over all rows");
    assert_stock_is_sound(database).await;

    let hub = Hub::new(database.clone(), Arc::new(clock.clone()), Settings::default());
    let principal = access::authenticate(&hub, &world.channel_key).await.unwrap();
    assert!(matches!(principal.owner, Owner::Channel { id, .. } if id == world.channel));
    let product = product_for_channel(&hub, world.channel, axhub_domain::product::ProductKind::Tour, world.product(6)).await.unwrap();
    assert_eq!(product.options.iter().map(|option| option.id).collect::<Vec<_>>(), [world.option(6, 0), world.option(6, 1)]);
    let range = DateRange { from: Some(world.date(0)), to: None };
    let page = Page { number: 1, size: 100 };
    let rows = inventory_for_channel(&hub, world.channel, product.product.kind, world.product(6), range, page).await.unwrap();
    assert_eq!(rows.total, 22);
    let last = rows.items.last().unwrap();
    assert!(last.on_sale);
    assert_eq!((last.stock, last.inventory_at), (world.stock(6, 1, 10), world.starts_at(6, 1, 10)));
}

#[tokio::test]
async fn is_left_as_it_is_and_only_used_while_it_lasts() {
    let (test, clock) = (TestDatabase::new(Engine::Sqlite).await, TestClock::default());
    let size = Size { past_orders: 0, ..SIZE };
    let made = fill(&test, &clock, &size).await.unwrap();
    let again = fill(&test, &clock, &size).await.unwrap();
    assert_eq!((again.first_day, again.size), (made.first_day, size));
    assert_eq!(count(test.database(), "SELECT COUNT(*) FROM stock").await, 7 * 2 * 11);
    let other = fill(&test, &clock, &Size { days: 12, ..size }).await.unwrap_err().to_string();
    assert!(other.contains("7x2x11+0") && other.contains("7x2x12+0"), "{other}");
    clock.advance(SignedDuration::from_hours(24 * 31));
    let late = fill(&test, &clock, &size).await.unwrap_err().to_string();
    assert!(late.contains("first day"), "{late}");
}

#[tokio::test]
async fn somebody_elses_database_is_left_alone() {
    let (test, clock) = (TestDatabase::new(Engine::Sqlite).await, TestClock::default());
    let hub = Hub::new(test.database().clone(), Arc::new(clock.clone()), Settings::default());
    axhub_testkit::World::make(&hub).await;
    let refused = fill(&test, &clock, &SIZE).await.unwrap_err().to_string();
    assert!(refused.contains("something else"), "{refused}");
}

#[test]
fn ids_are_made_of_numbers_and_in_their_order() {
    let id: Uuid = Kind::Stock.id(1_234);
    assert_eq!(id.to_string(), "01970000-0000-7007-8000-100000001234");
    assert_eq!((id.get_version_num(), Kind::Stock.number_of(id), Kind::Pool.number_of(id)), (7, Some(1_234), None));
    for kind in Kind::ALL {
        assert_eq!(kind.id::<Uuid>(99).to_string(), format!("{}{}", kind.prefix(), FIRST_NUMBER + 99));
        assert!(kind.id::<Uuid>(99) < kind.id::<Uuid>(100));
    }
}

#[test]
fn an_order_is_accepted_by_itself_and_names_its_row() {
    let world = World::new(SIZE, "2026-08-01".parse().unwrap()).unwrap();
    let order = order(&world, (3, 1, 4), "A-1".to_owned(), TestClock::start());
    assert_eq!(order.faults(), []);
    assert_eq!(order.lines[0].inventory, InventoryRef::At("2026-08-05T01:00:00Z".parse().unwrap()));
    assert_eq!(world.unit_price(3, 1).to_string(), "79517.00000");
}
