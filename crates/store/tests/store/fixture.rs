//! A little of everything, put in with the store's own functions.

use axhub_domain::assignment::{Assigned, Assignment};
use axhub_domain::ids::{ChannelId, ChannelOrderId, KeyId, OptionId, OrderId, PoolId, ProductId, StockId, SupplierId, TicketId};
use axhub_domain::inventory::{StockRow, StockSlot};
use axhub_domain::money::{Currency, Money};
use axhub_domain::order::{PlaceOrder, PlacedLine};
use axhub_domain::pricing::{ExchangeRate, MarkUp, NetPrice};
use axhub_domain::product::{Confirmation, Contents, Depth, OptionKind, Product, ProductKind, ProductOption, SalePeriod};
use axhub_domain::sale::SaleFacts;
use axhub_domain::state::OrderStatus;
use axhub_store::assignments;
use axhub_store::directory::{self, Channel, RateLimits, Supplier};
use axhub_store::keys::{self, KeyOwner, StoredKey};
use axhub_store::placing::{self, NewLine, NewOrder};
use axhub_store::products::{self, Pool, StoredOption};
use axhub_store::registrations::{self, Registration};
use axhub_store::stock::{self, rules};
use axhub_store::travelers::{self, Role};
use axhub_store::{Database, Result, Session};
use axhub_testkit::{Engine, OrderBuilder, TestClock, TestDatabase};
use jiff::Timestamp;
use jiff::civil::{Date, Time, date, time};
use uuid::Uuid;

/// An id that a test can know: `n` in the family of its type.
pub fn id<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(n))
}

/// When everything happens, and a number of minutes later.
pub fn now() -> Timestamp {
    TestClock::start()
}

pub fn later(minutes: i64) -> Timestamp {
    now() + jiff::SignedDuration::from_mins(minutes)
}

/// Suppliers lumiere and hanok, channels alpha and beta with a key each, one rate, and a tour of lumiere's that alpha may
/// sell: adult has stock, child draws from it, van has stock of its own of which a unit takes two. Stock at 09:00 on the
/// 1st, 2nd and 3rd of July, ten for adult and twenty for van.
pub struct Fixture {
    pub test: TestDatabase,
    pub lumiere: SupplierId,
    pub hanok: SupplierId,
    pub alpha: ChannelId,
    pub beta: ChannelId,
    pub product: ProductId,
    pub adult: OptionId,
    pub child: OptionId,
    pub van: OptionId,
    /// The rows of adult's pool, then those of van's, by date.
    pub stock: [StockId; 6],
}

pub const DAYS: [Date; 3] = [date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 3)];
pub const NINE: Time = time(9, 0, 0, 0);

/// 09:00 in Paris on a date of July.
pub fn nine(day: usize) -> Timestamp {
    DAYS[day].to_datetime(NINE).to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap()).unwrap().timestamp()
}

impl Fixture {
    pub async fn new(engine: Engine) -> Fixture {
        let fixture = Fixture {
            test: TestDatabase::new(engine).await,
            lumiere: id(1),
            hanok: id(2),
            alpha: id(11),
            beta: id(12),
            product: id(21),
            adult: id(31),
            child: id(32),
            van: id(33),
            stock: [51, 52, 53, 54, 55, 56].map(id),
        };
        let filled: Result<()> = tx!(fixture.db(), Write, |s| fill(s).await);
        filled.unwrap();
        fixture
    }

    /// With alpha's order A-1 of two adults on the 1st.
    pub async fn with_order(engine: Engine) -> Fixture {
        let fixture = Fixture::new(engine).await;
        let order = TestOrder::new(100, "A-1", &[(id(31), 0, 2)]);
        fixture.place(vec![order]).await.unwrap();
        fixture
    }

    pub fn db(&self) -> &Database {
        self.test.database()
    }

    /// Stores orders as one batch, and takes their stock.
    pub async fn place(&self, orders: Vec<TestOrder>) -> Result<()> {
        tx!(self.db(), Write, orders, |s, orders| place(s, orders).await)
    }
}

async fn fill(s: &Session) -> Result<()> {
    for (n, code, name) in [(1, "lumiere", "Atelier Lumière"), (2, "hanok", "한옥여행")] {
        assert!(
            directory::insert_supplier(
                s,
                &Supplier { id: id(n), code: code.to_owned(), name: name.to_owned(), notes: String::new() },
                now()
            )
            .await?
        );
    }
    for (n, code, zone) in [(11, "alpha", "Asia/Seoul"), (12, "beta", "America/New_York")] {
        let channel = Channel {
            id: id(n),
            code: code.to_owned(),
            name: code.to_uppercase(),
            time_zone: zone.to_owned(),
            notes: String::new(),
            limits: RateLimits::default(),
        };
        assert!(directory::insert_channel(s, &channel, now()).await?);
        keys::upsert(
            s,
            &key(n, &format!("axh_c_{code}"), KeyOwner::Channel { id: id(n), code: code.to_owned(), limits: RateLimits::default() }),
        )
        .await?;
    }
    let rate = ExchangeRate { base: Currency::Usd, quote: Currency::Krw, valid_from: now(), rate: 110_000_000_000 };
    directory::set_rate(s, &rate, true).await?;

    products::insert(s, &product(21, 1, "Paris Walk")).await?;
    products::insert_pools(s, id(21), &[pool(41, None), pool(42, None)]).await?;
    let kinds = [(31, "Adult", 31, 41, 1), (32, "Child", 31, 41, 1), (33, "Van", 33, 42, 2)];
    let options = kinds.map(|(n, name, stock_of, pool, weight)| option(n, name, stock_of, pool, weight));
    products::publish_options(s, &options).await?;
    let prices = [(71, 31, "75", None), (72, 32, "50", None), (73, 33, "300", None), (74, 31, "90", Some((DAYS[1], DAYS[2])))];
    let prices = prices.map(|(n, option, net, dates)| (Uuid::from_u128(n), id(option), NetPrice { net: money(net), dates }));
    products::replace_prices(s, &[id(31), id(32), id(33)], &prices).await?;
    assign(s, id(11), &[(id(21), MarkUp(120_000))], now()).await?;
    registrations::upsert(s, &registration(61, 11, 21, 1), now()).await?;

    let slots = |first: u128| [0, 1, 2].map(|day| (id(first + day as u128), slot(day)));
    let level = StockLevel { max: 10, min: 2, on_sale: true };
    set_stock(s, id(41), &slots(51), level, now()).await?;
    set_stock(s, id(42), &slots(54), StockLevel { max: 20, ..level }, now()).await
}

/// What [`set_stock`] puts into each slot.
#[derive(Clone, Copy, Debug)]
pub struct StockLevel {
    pub max: i64,
    pub min: i64,
    pub on_sale: bool,
}

/// Makes the rows of these slots, or changes those that are there, as lumiere would.
pub async fn set_stock(s: &Session, pool: PoolId, slots: &[(StockId, StockSlot)], level: StockLevel, at: Timestamp) -> Result<()> {
    let row = |(id, slot): &(StockId, StockSlot)| StockRow {
        id: *id,
        pool,
        date: slot.date,
        start_time: slot.start_time,
        starts_at: slot.starts_at,
        max: level.max,
        min: level.min,
        held: 0,
        ordered: 0,
        on_sale: level.on_sale,
    };
    rules::put(s, &slots.iter().map(row).collect::<Vec<_>>(), "lumiere", at).await
}

/// Lets a channel sell products, each by itself.
pub async fn assign(s: &Session, channel: ChannelId, products: &[(ProductId, MarkUp)], at: Timestamp) -> Result<()> {
    let to = |&(product, mark_up): &(ProductId, MarkUp)| Assignment { channel, product, mark_up, rule: None };
    let assigned: Vec<Assigned> = products.iter().map(|product| Assigned { to: to(product), from: None }).collect();
    assignments::put(s, &assigned, at).await
}

/// Forbids a channel to sell a product; `false` when it could not anyway.
pub async fn unassign(s: &Session, channel: ChannelId, product: ProductId) -> Result<bool> {
    let was_there = !assignments::present(s, Some(channel), Some(product)).await?.is_empty();
    assignments::remove(s, &[(channel, product)]).await?;
    Ok(was_there)
}

pub fn slot(day: usize) -> StockSlot {
    StockSlot { date: DAYS[day], start_time: NINE, starts_at: nine(day) }
}

pub fn money(text: &str) -> Money {
    text.parse().unwrap()
}

pub fn key(n: u128, prefix: &str, owner: KeyOwner) -> StoredKey {
    let hash = [u8::try_from(n % 256).unwrap(); 32];
    let key_id: KeyId = id(n);
    StoredKey {
        id: key_id,
        prefix: prefix.to_owned(),
        hash,
        owner,
        created_at: now(),
        last_used_at: None,
        expires_at: None,
        revoked_at: None,
    }
}

/// A tour in Paris of a supplier, created as many minutes after the start as its number says.
pub fn product(n: u128, supplier: u128, name: &str) -> Product {
    let texts = [("product_name", name), ("main_country_and_city", "France - Paris"), ("keyword_city", "Île-de-France")];
    Product {
        id: id(n),
        supplier: id(supplier),
        kind: ProductKind::Tour,
        category: "Tour".to_owned(),
        detail_category: None,
        time_zone: "Europe/Paris".to_owned(),
        base_currency: Currency::Usd,
        version: 1,
        confirmation: Confirmation::Instant,
        reply: None,
        cut_off_minutes: 30,
        sale: SalePeriod { from: Some(date(2026, 1, 1)), to: None },
        required_information: vec!["passport_id".to_owned()],
        contents: Contents {
            texts: texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into_iter().collect(),
            poi: vec!["Louvre".to_owned(), "센 강".to_owned()],
            ..Contents::default()
        },
        created_at: later(n as i64),
        updated_at: later(n as i64),
    }
}

pub fn pool(n: u128, name: Option<&str>) -> Pool {
    Pool { id: id(n), name: name.map(str::to_owned) }
}

pub fn option(n: u128, name: &str, stock_of: u128, pool: u128, weight: i64) -> StoredOption {
    let option = ProductOption {
        id: id(n),
        depths: vec![Depth { name: "Person".to_owned(), value: name.to_owned() }],
        kind: if n == stock_of { OptionKind::Quantity } else { OptionKind::Price },
        stock_option: id(stock_of),
        persons_per_unit: 1,
        min_quantity: 1,
        max_quantity: 9,
        is_active: true,
    };
    StoredOption { option, product: id(21), pool: id(pool), weight, is_published: true }
}

pub fn registration(n: u128, channel: u128, product: u128, version: i64) -> Registration {
    Registration {
        id: id(n),
        channel: id(channel),
        product: id(product),
        version,
        channel_product_id: "P-1".to_owned(),
        channel_product_name: "파리 산책".to_owned(),
        channel_product_link: "https://shop.example/1".to_owned(),
        mapping: [(id(31), "어른".to_owned())].into_iter().collect(),
    }
}

/// An order to be stored without a decision.
#[derive(Clone)]
pub struct TestOrder {
    pub id: ChannelOrderId,
    pub channel: ChannelId,
    pub order: PlaceOrder,
    pub fingerprint: [u8; 32],
    placed: Vec<PlacedLine>,
    pub ids: Vec<(OrderId, Vec<TicketId>)>,
    pub at: Timestamp,
}

impl TestOrder {
    /// An order of alpha's with these options, each on a day and so many units. Its id is `n`, those of its options are
    /// `n` + 10, `n` + 20 …, and those of their tickets the numbers after that.
    pub fn new(n: u128, code: &str, lines: &[(OptionId, usize, u32)]) -> TestOrder {
        let build = |order: OrderBuilder, line: &(OptionId, usize, u32)| order.line(id(61), line.0, nine(line.1), line.2);
        let order = lines.iter().fold(OrderBuilder::new(code), build).build();
        let is_van = |option: OptionId| option == id(33);
        let placed = lines.iter().map(|(option, day, quantity)| PlacedLine {
            stock: id(51 + *day as u128 + if is_van(*option) { 3 } else { 0 }),
            date: DAYS[*day],
            start_time: NINE,
            inventory_at: nine(*day),
            taken: i64::from(*quantity) * if is_van(*option) { 2 } else { 1 },
            product: id(21),
            version: 1,
            supplier: id(1),
            sale: SaleFacts::default(),
            reply_by: None,
            status: OrderStatus::SupplierConfirm,
        });
        let ids = (1u128..).zip(lines).map(|(at, (_, _, quantity))| {
            let first = n + at * 10;
            (id(first), (1..=u128::from(*quantity)).map(|ticket| id(first + ticket)).collect())
        });
        TestOrder {
            id: id(n),
            channel: id(11),
            fingerprint: order.fingerprint(),
            placed: placed.collect(),
            ids: ids.collect(),
            order,
            at: now(),
        }
    }

    /// Sold at these facts.
    pub fn sold_at(mut self, sale: SaleFacts) -> TestOrder {
        self.placed.iter_mut().for_each(|line| line.sale = sale);
        self
    }

    /// Of another product, and of its kind.
    pub fn of(mut self, product: &Product) -> TestOrder {
        self.order.kind = product.kind;
        self.placed.iter_mut().for_each(|line| line.product = product.id);
        self
    }

    /// In another state.
    pub fn status(mut self, status: OrderStatus) -> TestOrder {
        self.placed.iter_mut().for_each(|line| line.status = status);
        self
    }

    /// Placed later.
    pub fn at(mut self, at: Timestamp) -> TestOrder {
        self.at = at;
        self
    }
}

async fn place(s: &Session, orders: &[TestOrder]) -> Result<()> {
    let new: Vec<NewOrder<'_>> = orders.iter().map(new_order).collect();
    let at = orders.first().map_or(now(), |order| order.at);
    let taken: Vec<(StockId, i64)> = orders.iter().flat_map(|order| &order.placed).map(|line| (line.stock, line.taken)).collect();
    for (stock, units) in taken {
        stock::take(s, &[(stock, units)], at).await?;
    }
    placing::insert_channel_orders(s, &new, at).await?;
    placing::insert_orders(s, &new, |line| line.placed.taken / i64::from(line.asked.quantity), at).await?;
    placing::insert_tickets(s, &new, at).await?;
    for order in orders {
        travelers::insert(s, &people(order)).await?;
    }
    Ok(())
}

fn new_order(order: &TestOrder) -> NewOrder<'_> {
    let lines = order.order.lines.iter().zip(&order.placed).zip(&order.ids);
    let line = |((asked, placed), (id, tickets)): ((_, _), &(OrderId, Vec<TicketId>))| NewLine {
        id: *id,
        asked,
        placed,
        tickets: tickets.clone(),
    };
    NewOrder {
        id: order.id,
        channel: order.channel,
        order: &order.order,
        fingerprint: order.fingerprint,
        dialect: "current",
        lines: lines.map(line).collect(),
    }
}

/// The people of an order; their ids are those of what they belong to, and a little more.
fn people(order: &TestOrder) -> Vec<(Uuid, ChannelOrderId, Role, &axhub_domain::order::Person)> {
    let number = order.id.0.as_u128();
    let mut people = vec![
        (Uuid::from_u128(number + (1 << 64)), order.id, Role::Purchaser, &order.order.purchaser.person),
        (Uuid::from_u128(number + (2 << 64)), order.id, Role::Representative, &order.order.representative),
    ];
    for ((_, tickets), line) in order.ids.iter().zip(&order.order.lines) {
        for (ticket, asked) in tickets.iter().zip(&line.tickets) {
            people.push((Uuid::from_u128(ticket.0.as_u128() + (3 << 64)), order.id, Role::Traveler(*ticket), &asked.traveler));
        }
    }
    people
}
