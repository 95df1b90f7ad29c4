//! Making the world through the hub's use cases, as suppliers and operators would.

use anyhow::Context;
use axhub_domain::ids::{ChannelId, OptionId, SupplierId};
use axhub_domain::inventory::{StockDates, StockRule, UNDATED};
use axhub_domain::money::Currency;
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::{Confirmation, Contents, Depth, ProductKind, SalePeriod};
use axhub_domain::reply::{NoReply, ReplyLimit};
use axhub_domain::time::{format_instant, parse_zone, to_instant};
use axhub_hub::access::{self, KeyFor};
use axhub_hub::availability::{self, AllotmentRule};
use axhub_hub::catalogue::{NewOption, NewProduct, create_product};
use axhub_hub::registration::{Register, register};
use axhub_hub::{Hub, directory};
use jiff::ToSpan;
use jiff::civil::{Date, Time};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::{Channel, Offered, Product, Slot, Supplier, World};

/// The most units of one option that an order may have.
pub(super) const MAX_QUANTITY: u8 = 10;
/// The zone of all products: one far from UTC, so that dates differ.
const ZONE: &str = "Asia/Seoul";
/// How many days ahead the first date is. A jump of a clock must not reach it.
const FIRST_DAY: i64 = 30;
/// What one unit costs.
const NET: &str = "10000";
/// How long a supplier has to answer an order of the feast.
const REPLY_MINUTES: u32 = 1;

/// What a product is made of.
struct Plan {
    name: &'static str,
    kind: ProductKind,
    supplier: usize,
    confirmation: Confirmation,
    reply: Option<ReplyLimit>,
    days: i64,
    times: &'static [Time],
    options: &'static [PlannedOption],
}

struct PlannedOption {
    name: &'static str,
    /// The name of the pool, when it is shared.
    pool: Option<&'static str>,
    weight: u32,
    /// The option whose stock it draws from, when it only changes the price.
    stock_of: Option<usize>,
}

const fn option(name: &'static str, pool: Option<&'static str>, weight: u32) -> PlannedOption {
    PlannedOption { name, pool, weight, stock_of: None }
}

const TEN: Time = Time::constant(10, 0, 0, 0);
const THREE: Time = Time::constant(15, 0, 0, 0);

const PLANS: [Plan; 5] = [
    Plan {
        name: "walk",
        kind: ProductKind::Tour,
        supplier: 0,
        confirmation: Confirmation::Instant,
        reply: None,
        days: 2,
        times: &[TEN, THREE],
        options: &[option("Adult", Some("seats"), 1), option("Family", Some("seats"), 3), option("Guide", None, 1)],
    },
    Plan {
        name: "feast",
        kind: ProductKind::Tour,
        supplier: 1,
        confirmation: Confirmation::Manual,
        reply: Some(ReplyLimit { minutes: REPLY_MINUTES, otherwise: NoReply::Reject }),
        days: 1,
        times: &[TEN, THREE],
        options: &[option("Seat", Some("room"), 1), option("Table", Some("room"), 4)],
    },
    Plan {
        name: "museum",
        kind: ProductKind::DayTicket,
        supplier: 0,
        confirmation: Confirmation::Instant,
        reply: None,
        days: 3,
        times: &[],
        options: &[option("Adult", None, 1), PlannedOption { name: "Youth", pool: None, weight: 1, stock_of: Some(0) }],
    },
    Plan {
        name: "tower",
        kind: ProductKind::DayTicket,
        supplier: 1,
        confirmation: Confirmation::Manual,
        reply: None,
        days: 2,
        times: &[],
        options: &[option("Entry", Some("lift"), 1), option("Fast lane", Some("lift"), 2)],
    },
    Plan {
        name: "cruise",
        kind: ProductKind::Ticket,
        supplier: 0,
        confirmation: Confirmation::Instant,
        reply: None,
        days: 1,
        times: &[],
        options: &[option("Entry", None, 1)],
    },
];

pub(super) async fn make(hub: &Hub, seed: u64) -> anyhow::Result<World> {
    let mut rng = SmallRng::seed_from_u64(seed);
    let operator_key = access::create_key(hub, KeyFor::Operator("olivia".to_owned()), None).await?.secret;
    let mut world =
        World { operator_key, channels: Vec::new(), suppliers: Vec::new(), products: Vec::new(), options: Vec::new(), slots: Vec::new() };
    for code in ["lumiere", "hanok"] {
        let id = directory::ensure_supplier(hub, code, code).await?.into();
        let key = access::create_key(hub, KeyFor::Supplier(code.to_owned()), None).await?.secret;
        world.suppliers.push(Supplier { id, code: code.to_owned(), key });
    }
    for (code, zone) in [("alpha", "Asia/Seoul"), ("beta", "America/New_York"), ("gamma", "UTC")] {
        let id = directory::ensure_channel(hub, code, code, zone).await?.into();
        let key = access::create_key(hub, KeyFor::Channel(code.to_owned()), None).await?.secret;
        world.channels.push(Channel { id, code: code.to_owned(), key, registrations: Vec::new() });
    }
    for plan in &PLANS {
        make_product(hub, &mut world, plan, &mut rng).await.with_context(|| format!("the {} cannot be made", plan.name))?;
    }
    allot(hub, &world).await.context("the allotment cannot be made")?;
    Ok(world)
}

async fn make_product(hub: &Hub, world: &mut World, plan: &Plan, rng: &mut SmallRng) -> anyhow::Result<()> {
    let supplier = SupplierId(world.suppliers[plan.supplier].id);
    let made = create_product(hub, supplier, new_product(plan)?).await?;
    let product = world.products.len();
    world.products.push(Product { id: made.product.id.into(), kind: plan.kind, supplier: plan.supplier, reply: plan.reply });

    // Pools in the order in which options first name them.
    let first_pool = world.slots.iter().map(|slot| slot.pool + 1).max().unwrap_or(0);
    let mut pools: Vec<(Option<&str>, usize, OptionId)> = Vec::new();
    for (at, (planned, stored)) in plan.options.iter().zip(&made.options).enumerate() {
        let id = stored.option.id;
        let shared = |(name, by, _): &&(Option<&str>, usize, OptionId)| {
            planned.stock_of == Some(*by) || (planned.pool.is_some() && *name == planned.pool)
        };
        let known = pools.iter().position(|pool| shared(&pool));
        let pool = known.unwrap_or_else(|| {
            pools.push((planned.pool, at, id));
            pools.len() - 1
        });
        let (weight, has_stock) = (i64::from(planned.weight), planned.stock_of.is_none());
        world.options.push(Offered { id: id.into(), product, pool: first_pool + pool, weight, has_stock });
    }
    for (pool, (_, _, option)) in pools.into_iter().enumerate() {
        fill(hub, world, plan, product, (first_pool + pool, option), rng).await?;
    }
    sell(hub, world, product, made.options.iter().map(|stored| stored.option.id).collect()).await
}

fn new_product(plan: &Plan) -> anyhow::Result<NewProduct> {
    let texts = [
        ("product_name", plan.name),
        ("product_listing_language", "Korean"),
        ("main_country_and_city", "South Korea - Seoul"),
        ("departure_city", "South Korea - Seoul"),
        ("transportation", "Walking"),
        ("tour_guide_certification", "Yes"),
        ("separate_driver_included", "No"),
        ("cancellation_type", "Free cancellation"),
    ];
    let new_option = |planned: &PlannedOption| -> anyhow::Result<NewOption> {
        Ok(NewOption {
            id: None,
            depths: vec![Depth { name: "Person".to_owned(), value: planned.name.to_owned() }],
            stock_of: planned.stock_of,
            pool: planned.pool.map(str::to_owned),
            weight: planned.weight,
            persons_per_unit: 1,
            min_quantity: 1,
            max_quantity: MAX_QUANTITY.into(),
            is_active: true,
            net: Some(NET.parse()?),
            seasons: Vec::new(),
        })
    };
    let category = if plan.kind == ProductKind::Tour { "Tour" } else { "Ticket-Day" };
    Ok(NewProduct {
        id: None,
        kind: plan.kind,
        category: if plan.kind == ProductKind::Ticket { "Ticket" } else { category }.to_owned(),
        detail_category: (plan.kind == ProductKind::DayTicket).then(|| "Museum".to_owned()),
        time_zone: ZONE.to_owned(),
        base_currency: Currency::Krw,
        confirmation: plan.confirmation,
        reply: plan.reply,
        cut_off_minutes: 0,
        sale: SalePeriod::default(),
        required_information: Vec::new(),
        contents: Contents { texts: texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into(), ..Contents::default() },
        options: plan.options.iter().map(new_option).collect::<anyhow::Result<_>>()?,
    })
}

/// Fills a pool, each date and time with a few units of its own.
async fn fill(
    hub: &Hub,
    world: &mut World,
    plan: &Plan,
    product: usize,
    (pool, option): (usize, OptionId),
    rng: &mut SmallRng,
) -> anyhow::Result<()> {
    let supplier = SupplierId(world.suppliers[plan.supplier].id);
    let zone = parse_zone(ZONE).context("no such zone")?;
    let today = hub.now().to_zoned(zone.clone()).date();
    for day in 0..plan.days {
        let date: Date = today.checked_add((FIRST_DAY + day).days())?;
        let times: &[Time] = if plan.times.is_empty() { &[Time::midnight()] } else { plan.times };
        for time in times {
            let max = rng.random_range(4..=9);
            let start_times = if plan.times.is_empty() { Vec::new() } else { vec![*time] };
            let rule = StockRule { from: date, to: date, weekdays: Vec::new(), start_times, max, min: 0, on_sale: true };
            availability::set_stock(hub, supplier, option, rule).await?;
            let inventory_at = match plan.kind {
                ProductKind::Tour => Some(format_instant(to_instant(date, *time, &zone).context("no such time")?)),
                ProductKind::DayTicket => Some(date.to_string()),
                ProductKind::Ticket => None,
            };
            let date = if plan.kind == ProductKind::Ticket { UNDATED } else { date };
            world.slots.push(Slot { pool, product, date, start_time: *time, inventory_at, max });
        }
    }
    Ok(())
}

/// Lets every channel sell a product, and registers it.
async fn sell(hub: &Hub, world: &mut World, product: usize, options: Vec<OptionId>) -> anyhow::Result<()> {
    let Product { id, kind, .. } = world.products[product];
    for channel in &mut world.channels {
        directory::assign(hub, ChannelId(channel.id), vec![(id.into(), MarkUp(110_000))]).await?;
        let asked = Register {
            mapping: options.iter().map(|option| (option.to_string(), format!("Our {option}"))).collect(),
            channel_product_id: format!("P-{product}"),
            channel_product_name: "Ours".to_owned(),
            channel_product_link: "https://shop.example/products/1".to_owned(),
        };
        channel.registrations.push(register(hub, ChannelId(channel.id), kind, id.into(), asked).await?.id.into());
    }
    Ok(())
}

/// Keeps two units of the tower's first day for alpha, until the day before.
async fn allot(hub: &Hub, world: &World) -> anyhow::Result<()> {
    let slot = world.slots.iter().find(|slot| world.products[slot.product].kind == ProductKind::DayTicket && slot.product == 3);
    let slot = slot.context("there is no tower")?;
    let option = world.options_of_pool(slot.pool).next().context("the tower has no option")?;
    let rule = AllotmentRule {
        option: OptionId(option.id),
        channel_code: "alpha".to_owned(),
        dates: StockDates { from: slot.date, to: slot.date, weekdays: Vec::new(), start_times: Vec::new() },
        quantity: 2,
        release_minutes_before: 24 * 60,
    };
    availability::set_allotments(hub, SupplierId(world.suppliers[1].id), rule).await?;
    Ok(())
}
