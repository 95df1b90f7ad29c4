//! Everything in the database that the rules speak of.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axhub_domain::allotment::Allotments;
use axhub_domain::ids::OrderId;
use axhub_domain::money::Money;
use axhub_domain::month::Month;
use axhub_domain::state::{OrderStatus, TicketStatus};
use axhub_domain::statement::Statement;
use axhub_hub::statements::{self, StatementOf};
use axhub_hub::{Hub, Settings, SystemClock, changes};
use axhub_store::{Database, Error, Mode, Session, allotments};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Deserialize;
use uuid::Uuid;

use crate::world::World;

/// What the database says.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The pool of each option.
    pub(super) pools: HashMap<Uuid, Uuid>,
    /// Stock.
    pub(super) stock: Vec<StockFact>,
    /// Allotments whose taken units are not those of their channels' tickets.
    pub(super) wrong_allotments: Vec<String>,
    /// Orders of channels.
    pub(super) wholes: Vec<WholeFact>,
    /// Orders of one option.
    pub(super) orders: Vec<OrderFact>,
    /// The feed of changes, in the order in which changes were recorded.
    pub(super) changes: Vec<ChangeFact>,
    /// The last position that was given.
    pub(super) feed_end: i64,
    /// All statements in which there is something.
    pub(super) statements: Vec<Statement>,
}

/// A stock row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StockFact {
    pub(super) id: Uuid,
    pub(super) pool: Uuid,
    pub(super) date: Date,
    pub(super) start_time: Time,
    pub(super) max: i64,
    pub(super) held: i64,
    pub(super) ordered: i64,
    pub(super) on_sale: bool,
}

/// A channel's order.
#[derive(Clone, Debug)]
pub(super) struct WholeFact {
    pub(super) id: Uuid,
    pub(super) channel: Uuid,
    pub(super) code: String,
    /// How many purchasers, representatives and travelers it has.
    pub(super) people: (usize, usize, usize),
    /// Its orders of one option, as places in [`Facts::orders`], in order.
    pub(super) lines: Vec<usize>,
}

/// An order of one option.
#[derive(Clone, Debug)]
pub(super) struct OrderFact {
    pub(super) id: Uuid,
    pub(super) whole: Uuid,
    pub(super) position: i64,
    pub(super) channel: Uuid,
    pub(super) supplier: Uuid,
    pub(super) option: Uuid,
    pub(super) stock: Uuid,
    pub(super) weight: i64,
    pub(super) quantity: i64,
    pub(super) unit_price: Money,
    pub(super) placed_status: OrderStatus,
    pub(super) status: OrderStatus,
    pub(super) created_at: Timestamp,
    pub(super) tickets: Vec<TicketFact>,
    /// Its history as the API shows it.
    pub(super) events: Vec<EventFact>,
}

/// A ticket.
#[derive(Clone, Debug)]
pub(super) struct TicketFact {
    pub(super) id: Uuid,
    pub(super) position: i64,
    pub(super) status: TicketStatus,
    /// How many travelers it has, who should be one.
    pub(super) travelers: i64,
}

/// A line of an order's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EventFact {
    pub(super) ticket: Option<Uuid>,
    pub(super) at: Timestamp,
    pub(super) actor: String,
    pub(super) actor_code: String,
    pub(super) action: String,
    pub(super) from: Option<i64>,
    pub(super) to: i64,
}

/// A change that the feed tells.
#[derive(Clone, Debug)]
pub(super) struct ChangeFact {
    pub(super) seq: i64,
    pub(super) position: Option<i64>,
    /// Whether it had that before the facts were read, which gives one to whatever has none.
    pub(super) was_placed: bool,
    pub(super) kind: String,
    pub(super) product_kind: String,
    pub(super) channel: Option<Uuid>,
    pub(super) what: WhatChanged,
}

/// What it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WhatChanged {
    Order {
        order: Uuid,
        status: OrderStatus,
        tickets: Vec<(Uuid, TicketStatus)>,
    },
    Stock {
        stock: Uuid,
        max: i64,
        held: i64,
        ordered: i64,
        on_sale: bool,
        /// Units that are left to those channels alone that have an allotment. The world's is not released in a round, however
        /// clocks jump.
        kept: Vec<(Uuid, i64)>,
    },
    Other,
    /// It cannot be read.
    Nonsense,
}

impl Facts {
    /// Reads it all at one moment.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(world: &World, database: &Database) -> anyhow::Result<Facts> {
        let hub = Hub::new(database.clone(), Arc::new(SystemClock), Settings::default());
        let unplaced: HashSet<i64> = database.run("torture.unplaced", Mode::Read, (), |s, ()| Box::pin(read_unplaced(s))).await?;
        // So that all that is committed has its position, as the next reader would see to.
        changes::latest_cursor(&hub).await?;
        let mut facts: Facts = database.run("torture.read", Mode::Snapshot, (), |s, ()| Box::pin(read(s))).await?;
        for change in &mut facts.changes {
            change.was_placed = !unplaced.contains(&change.seq);
        }
        facts.statements = read_statements(&hub, world, &facts).await?;
        Ok(facts)
    }
}

async fn read(s: &Session) -> Result<Facts, Error> {
    let rows = s.query("SELECT id, pool_id FROM options", &[]).await?;
    let pools = rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<Result<_, Error>>()?;
    let wrong = allotments::mismatches(s).await?.iter().map(|wrong| format!("{wrong:?}")).collect();
    let mut orders = read_orders(s).await?;
    read_tickets(s, &mut orders).await?;
    read_events(s, &mut orders).await?;
    let wholes = read_wholes(s, &orders).await?;
    let feed_end = s.query_one("SELECT position FROM feed WHERE id = 1", &[]).await?.int(0)?;
    Ok(Facts {
        pools,
        stock: read_stock(s).await?,
        wrong_allotments: wrong,
        wholes,
        orders,
        changes: read_changes(s).await?,
        feed_end,
        statements: Vec::new(),
    })
}

async fn read_stock(s: &Session) -> Result<Vec<StockFact>, Error> {
    let sql = "SELECT id, pool_id, date, start_time, max_quantity, held, ordered, on_sale FROM stock ORDER BY id";
    let mut stock = Vec::new();
    for row in s.query(sql, &[]).await? {
        let mut r = row.reader();
        stock.push(StockFact {
            id: r.take()?,
            pool: r.take()?,
            date: r.take()?,
            start_time: r.take()?,
            max: r.take()?,
            held: r.take()?,
            ordered: r.take()?,
            on_sale: r.take()?,
        });
    }
    Ok(stock)
}

async fn read_orders(s: &Session) -> Result<Vec<OrderFact>, Error> {
    let sql = "SELECT id, channel_order_id, position, channel_id, supplier_id, option_id, stock_id, weight, quantity, unit_selling_price,
        placed_status, status, created_at FROM orders ORDER BY channel_order_id, position";
    let mut orders = Vec::new();
    for row in s.query(sql, &[]).await? {
        let mut r = row.reader();
        orders.push(OrderFact {
            id: r.take()?,
            whole: r.take()?,
            position: r.take()?,
            channel: r.take()?,
            supplier: r.take()?,
            option: r.take()?,
            stock: r.take()?,
            weight: r.take()?,
            quantity: r.take()?,
            unit_price: r.take()?,
            placed_status: r.take()?,
            status: r.take()?,
            created_at: r.take()?,
            tickets: Vec::new(),
            events: Vec::new(),
        });
    }
    Ok(orders)
}

fn places(orders: &[OrderFact]) -> HashMap<Uuid, usize> {
    orders.iter().enumerate().map(|(place, order)| (order.id, place)).collect()
}

async fn read_tickets(s: &Session, orders: &mut [OrderFact]) -> Result<(), Error> {
    let places = places(orders);
    let sql = "SELECT t.order_id, t.id, t.position, t.status, (SELECT COUNT(*) FROM travelers p WHERE p.ticket_id = t.id)
        FROM tickets t ORDER BY t.order_id, t.position";
    for row in s.query(sql, &[]).await? {
        let mut r = row.reader();
        let order: Uuid = r.take()?;
        let ticket = TicketFact { id: r.take()?, position: r.take()?, status: r.take()?, travelers: r.take()? };
        if let Some(place) = places.get(&order) {
            orders[*place].tickets.push(ticket);
        }
    }
    Ok(())
}

async fn read_events(s: &Session, orders: &mut [OrderFact]) -> Result<(), Error> {
    let places = places(orders);
    // In the order in which suppliers and statements read them.
    let sql = "SELECT order_id, ticket_id, at, actor, actor_code, action, from_status, to_status FROM events ORDER BY at, id";
    for row in s.query(sql, &[]).await? {
        let mut r = row.reader();
        let order: OrderId = r.take()?;
        let event = EventFact {
            ticket: r.take()?,
            at: r.take()?,
            actor: r.take()?,
            actor_code: r.take()?,
            action: r.take()?,
            from: r.take()?,
            to: r.take()?,
        };
        if let Some(place) = places.get(&order.0) {
            orders[*place].events.push(event);
        }
    }
    Ok(())
}

async fn read_wholes(s: &Session, orders: &[OrderFact]) -> Result<Vec<WholeFact>, Error> {
    let mut wholes = Vec::new();
    for row in s.query("SELECT id, channel_id, channel_order_code FROM channel_orders ORDER BY id", &[]).await? {
        let (id, channel, code) = (row.get(0)?, row.get(1)?, row.get(2)?);
        wholes.push(WholeFact { id, channel, code, people: (0, 0, 0), lines: Vec::new() });
    }
    let places: HashMap<Uuid, usize> = wholes.iter().enumerate().map(|(place, whole)| (whole.id, place)).collect();
    for (line, order) in orders.iter().enumerate() {
        if let Some(place) = places.get(&order.whole) {
            wholes[*place].lines.push(line);
        }
    }
    for row in s.query("SELECT channel_order_id, role, COUNT(*) FROM travelers GROUP BY channel_order_id, role", &[]).await? {
        let (whole, role, count): (Uuid, String, usize) = (row.get(0)?, row.get(1)?, usize::try_from(row.int(2)?).unwrap_or_default());
        let Some(place) = places.get(&whole) else { continue };
        let people = &mut wholes[*place].people;
        match role.as_str() {
            "purchaser" => people.0 = count,
            "representative" => people.1 = count,
            _ => people.2 = count,
        }
    }
    Ok(wholes)
}

/// The changes that nobody has read.
async fn read_unplaced(s: &Session) -> Result<HashSet<i64>, Error> {
    s.query("SELECT seq FROM changes WHERE position IS NULL", &[]).await?.iter().map(|row| row.int(0)).collect()
}

async fn read_changes(s: &Session) -> Result<Vec<ChangeFact>, Error> {
    let sql = "SELECT seq, position, kind, product_kind, channel_id, data FROM changes ORDER BY seq";
    let mut changes = Vec::new();
    for row in s.query(sql, &[]).await? {
        let mut r = row.reader();
        let (seq, position, kind, product_kind, channel) = (r.take()?, r.take()?, r.take::<String>()?, r.take()?, r.take()?);
        let what = what_changed(&kind, r.take()?);
        changes.push(ChangeFact { seq, position, was_placed: true, kind, product_kind, channel, what });
    }
    Ok(changes)
}

#[derive(Deserialize)]
struct OrderDocument {
    order: Uuid,
    status: OrderStatus,
    tickets: Vec<(Uuid, TicketStatus)>,
}

#[derive(Deserialize)]
struct StockDocument {
    stock: Uuid,
    max: i64,
    held: i64,
    ordered: i64,
    on_sale: bool,
    #[serde(default)]
    allotments: Allotments,
}

fn what_changed(kind: &str, data: serde_json::Value) -> WhatChanged {
    let order = |data| {
        let OrderDocument { order, status, tickets } = serde_json::from_value(data).ok()?;
        Some(WhatChanged::Order { order, status, tickets })
    };
    let stock = |data| {
        let StockDocument { stock, max, held, ordered, on_sale, allotments } = serde_json::from_value(data).ok()?;
        let kept = allotments.iter().map(|allotment| (allotment.channel.0, (allotment.quantity - allotment.taken).max(0))).collect();
        Some(WhatChanged::Stock { stock, max, held, ordered, on_sale, kept })
    };
    match kind {
        "order" => order(data).unwrap_or(WhatChanged::Nonsense),
        "stock" => stock(data).unwrap_or(WhatChanged::Nonsense),
        _ => WhatChanged::Other,
    }
}

/// The statements of all months in which anything happened, and of their neighbours, in which nothing should have.
async fn read_statements(hub: &Hub, world: &World, facts: &Facts) -> anyhow::Result<Vec<Statement>> {
    let times = facts.orders.iter().flat_map(|order| order.events.iter().map(|event| event.at));
    let (Some(first), Some(last)) = (times.clone().min(), times.max()) else { return Ok(Vec::new()) };
    let month = |at, plus| Month::of(at, &TimeZone::UTC).plus(plus);
    let months = std::iter::successors(month(first, -1), |month| month.plus(1));
    let months: Vec<Month> = months.take_while(|one| Some(*one) <= month(last, 1)).collect();
    let mut statements = Vec::new();
    for channel in &world.channels {
        for supplier in &world.suppliers {
            for month in &months {
                let of = StatementOf { channel: channel.code.clone(), supplier: supplier.code.clone(), month: *month };
                let statement = statements::read(hub, of).await?.statement().await?;
                if !statement.lines.is_empty() || !statement.totals.is_empty() {
                    statements.push(statement);
                }
            }
        }
    }
    Ok(statements)
}
