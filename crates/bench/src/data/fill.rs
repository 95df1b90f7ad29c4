//! Filling an empty database, many rows to a statement.

use std::sync::Arc;

use axhub_domain::assignment::{Assigned, Assignment};
use axhub_domain::difference::Difference;
use axhub_domain::inventory::StockRow;
use axhub_hub::access::{KeyFor, import_key};
use axhub_hub::{Clock, Hub, Settings};
use axhub_store::directory::{self, Channel, RateLimits, Supplier};
use axhub_store::products::{self, Pool, StoredOption};
use axhub_store::registrations::{self, Registration};
use axhub_store::{Database, Error, Mode, Result, Session, assignments, stock};
use jiff::Timestamp;

use super::{Kind, MARK_UP, MAX_HOT_UNITS, MAX_UNITS, Progress, START, World, orders, product, rate};

/// How many products are stored in one transaction.
const PRODUCTS_AT_ONCE: u32 = 50;
/// How many stock rows are stored in one statement.
const ROWS_AT_ONCE: u64 = 5_000;

/// The supplier's code.
const SUPPLIER: &str = "bench-supplier";

/// Puts everything of `world` into a database.
pub(super) async fn fill(database: &Database, world: &World, clock: Arc<dyn Clock>, progress: &dyn Progress) -> anyhow::Result<()> {
    let now = clock.now();
    fill_directory(database, world, &clock, now).await?;

    progress.begin("products", world.size.products.into());
    let mut first = 0;
    while first < world.size.products {
        let end = world.size.products.min(first + PRODUCTS_AT_ONCE);
        let add = database.run("bench.products", Mode::Write, (world.clone(), first..end), move |s, (world, numbers)| {
            Box::pin(async move {
                for number in numbers.clone() {
                    add_product(s, world, number, now).await?;
                }
                Ok::<_, Error>(())
            })
        });
        add.await?;
        progress.advance((end - first).into());
        first = end;
    }
    progress.end();

    progress.begin("stock rows", world.size.stock_rows());
    let mut first = 0;
    while first < world.size.stock_rows() {
        let end = world.size.stock_rows().min(first + ROWS_AT_ONCE);
        let rows: Vec<StockRow> = (first..end).map(|number| stock_row(world, number)).collect();
        let put = database.run("bench.stock", Mode::Write, rows, move |s, rows| Box::pin(stock::rules::put(s, rows, SUPPLIER, now)));
        put.await?;
        progress.advance(end - first);
        first = end;
    }
    progress.end();

    orders::place_past(database, world, clock, progress).await
}

/// What PostgreSQL does by itself a while after so many rows have come, so that it does not do it while somebody measures.
/// SQLite has nothing of the kind.
pub(super) async fn settle(database: &Database, progress: &dyn Progress) -> anyhow::Result<()> {
    if database.engine_name() != "postgres" {
        return Ok(());
    }
    progress.begin("statistics", 1);
    let analyze = database.run("bench.settle", Mode::Read, (), |s, ()| {
        Box::pin(async move {
            s.execute("VACUUM (ANALYZE)", &[]).await?;
            // Only some users may; for others it comes later.
            Ok::<_, Error>(s.execute("CHECKPOINT", &[]).await.is_ok())
        })
    });
    analyze.await?;
    progress.end();
    Ok(())
}

/// Supplier, channel, rate and keys.
async fn fill_directory(database: &Database, world: &World, clock: &Arc<dyn Clock>, now: Timestamp) -> anyhow::Result<()> {
    let add = database.run("bench.directory", Mode::Write, world.clone(), move |s, world| {
        Box::pin(async move {
            let supplier = Supplier { id: world.supplier, code: SUPPLIER.to_owned(), name: "Bench Tours".to_owned(), notes: String::new() };
            directory::insert_supplier(s, &supplier, now).await?;
            let channel = Channel {
                id: world.channel,
                code: world.channel_code.clone(),
                name: "Bench Travel".to_owned(),
                time_zone: super::ZONE.to_owned(),
                notes: String::new(),
                limits: RateLimits::default(),
            };
            directory::insert_channel(s, &channel, now).await?;
            directory::set_rate(s, &rate(), true).await
        })
    });
    add.await?;
    let hub = Hub::new(database.clone(), Arc::clone(clock), Settings::default());
    import_key(&hub, KeyFor::Channel(world.channel_code.clone()), &world.channel_key).await?;
    import_key(&hub, KeyFor::Supplier(SUPPLIER.to_owned()), &world.supplier_key).await?;
    Ok(())
}

/// A product with its options and prices, on sale, and registered.
async fn add_product(s: &Session, world: &World, number: u32, now: Timestamp) -> Result<()> {
    let (product, edition) = product::product(world, number, now);
    products::insert(s, &product).await?;
    let pools: Vec<Pool> = (0..world.size.options).map(|option| Pool { id: world.pool(number, option), name: None }).collect();
    products::insert_pools(s, product.id, &pools).await?;
    let stored = edition.options.iter().zip(&pools).map(|(option, pool)| StoredOption {
        option: option.option.clone(),
        product: product.id,
        pool: pool.id,
        weight: option.weight.into(),
        is_published: true,
    });
    products::publish_options(s, &stored.collect::<Vec<_>>()).await?;
    let ids: Vec<_> = edition.options.iter().map(|option| option.option.id).collect();
    let prices = edition.options.iter().zip(0u32..).flat_map(|(option, at)| {
        let id = Kind::Price.id(world.size.option_number(number, at));
        option.prices.iter().map(move |price| (id, option.option.id, *price))
    });
    products::replace_prices(s, &ids, &prices.collect::<Vec<_>>()).await?;
    products::insert_version(s, &product, &edition, &[Difference::FirstVersion]).await?;

    let to = Assignment { channel: world.channel, product: product.id, mark_up: MARK_UP, rule: None };
    assignments::put(s, &[Assigned { to, from: None }], now).await?;
    let registration = Registration {
        id: world.registration(number),
        channel: world.channel,
        product: product.id,
        version: product.version,
        channel_product_id: format!("P-{number}"),
        channel_product_name: product.name().to_owned(),
        channel_product_link: format!("https://shop.example/products/{number}"),
        mapping: edition.options.iter().map(|option| (option.option.id, option.option.name())).collect(),
    };
    registrations::upsert(s, &registration, now).await?;
    Ok(())
}

fn stock_row(world: &World, number: u64) -> StockRow {
    let (product, option, day) = world.size.place_of(number);
    StockRow {
        id: world.stock(product, option, day),
        pool: world.pool(product, option),
        date: world.date(day),
        start_time: START,
        starts_at: world.starts_at(product, option, day),
        max: if (product, option, day) == world.hot() { MAX_HOT_UNITS } else { MAX_UNITS },
        min: 2,
        held: 0,
        ordered: 0,
        on_sale: true,
    }
}
