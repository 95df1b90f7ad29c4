//! Placing orders: load everything a batch needs, decide each order in turn, store what was accepted.

use std::collections::HashMap;
use std::sync::Arc;

use axhub_domain::ids::{ChannelId, ChannelOrderId, OptionId, OrderId, RegistrationId, StockId, TicketId};
use axhub_domain::inventory::{InventoryRef, StockBook, UNDATED};
use axhub_domain::order::{Facts, OrderLine, PlaceOrder, PlacedLine, Placement, SoldOption, decide};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::{Conflict, Refusal};
use axhub_domain::state::{OrderStatus, TicketStatus};
use axhub_store::changes::{self as change_rows, NewChange};
use axhub_store::events::{self, Event};
use axhub_store::placing::{self, FirstAnswer, KnownOrder, NewLine, NewOrder};
use axhub_store::travelers::{self, Role};
use axhub_store::{Mode, Session, allotments, directory, registrations, stock};
use futures_util::try_join;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use crate::changes::{OrderChanged, order_changed, stock_changed};
use crate::clock::new_uuid;
use crate::{Clock, Hub, Result, freshness};

/// What a channel's order answered when it was placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedOrder {
    /// The channel's code.
    pub channel_order_code: String,
    /// The vocabulary it was made in.
    pub dialect: String,
    /// One per option, in order.
    pub lines: Vec<PlacedOrderLine>,
    /// Whether it had been placed before, so that this is the first answer again.
    pub is_replay: bool,
}

/// One option of a placed order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedOrderLine {
    /// The order's code.
    pub order: OrderId,
    /// The option.
    pub option: OptionId,
    /// The start.
    pub inventory_at: Timestamp,
    /// The state it was placed in.
    pub status: OrderStatus,
    /// Its tickets, all new.
    pub tickets: Vec<TicketId>,
}

/// Places an order: all of its options or none, durably, at most once per channel order code.
///
/// An order of the kind of tickets, the oldest, may be one of day-tickets as well; its registrations tell.
///
/// # Errors
/// The refusals of [`decide`]; [`Conflict::OrderCodeReused`]; [`crate::Error::Overloaded`] when too many wait already.
pub async fn place(hub: &Hub, channel: ChannelId, channel_code: String, mut order: PlaceOrder, dialect: String) -> Result<PlacedOrder> {
    if order.kind == ProductKind::Ticket {
        order.kind = kind_of_tickets(hub, &order).await?;
    }
    let fingerprint = order.fingerprint();
    hub.desk().place(Ask { channel, channel_code, order, fingerprint, dialect }).await
}

/// What an order of tickets is about: undated products when all of its registrations are of such, else day-tickets.
///
/// What a registration is of never changes, so it need not be asked in the transaction that decides.
async fn kind_of_tickets(hub: &Hub, order: &PlaceOrder) -> Result<ProductKind> {
    let registrations: Vec<RegistrationId> = unique(order.lines.iter().map(|line| line.registration));
    hub.database()
        .run("order.kind-of-tickets", Mode::Read, registrations, |s, registrations| {
            Box::pin(async move {
                let products = registrations::sold_products(s, registrations).await?;
                let is_undated = !products.is_empty() && products.iter().all(|(_, product)| product.kind == ProductKind::Ticket);
                Ok(if is_undated { ProductKind::Ticket } else { ProductKind::DayTicket })
            })
        })
        .await
}

/// An order as it waits at the desk.
pub(crate) struct Ask {
    channel: ChannelId,
    channel_code: String,
    order: PlaceOrder,
    fingerprint: [u8; 32],
    dialect: String,
}

impl Ask {
    fn key(&self) -> OrderKey<'_> {
        (self.channel, &self.order.channel_order_code)
    }
}

/// What names an order: the channel and its code.
type OrderKey<'a> = (ChannelId, &'a str);

/// Orders that are placed together.
pub(crate) struct Batch {
    pub(crate) asks: Vec<Arc<Ask>>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Places a batch in the transaction of `s`; answers each order for itself.
pub(crate) async fn place_batch(s: &Session, batch: &Batch) -> Result<Vec<Result<PlacedOrder>>> {
    let mut loaded = load(s, &batch.asks, batch.clock.now()).await?;
    let now = batch.clock.now();
    let (outcomes, new) = decide_all(&batch.asks, &mut loaded, now);
    s.touches(new.iter().flat_map(|accepted| &accepted.placement.lines).map(|line| freshness::stock(line.product)));
    store(s, &new, &batch.asks, &loaded, now).await?;
    Ok(outcomes)
}

/// What a batch needs to be decided.
struct Loaded {
    known: HashMap<(ChannelId, String), (KnownOrder, FirstAnswer)>,
    facts: Facts,
    stock: StockBook,
}

async fn load(s: &Session, asks: &[Arc<Ask>], now: Timestamp) -> Result<Loaded> {
    let codes: Vec<OrderKey<'_>> = unique(asks.iter().map(|ask| ask.key()));
    let lines = || asks.iter().flat_map(|ask| &ask.order.lines);
    let registration_ids = unique(lines().map(|line| line.registration));
    let option_ids = unique(lines().map(|line| line.option));
    let wanted: Vec<_> = asks.iter().flat_map(|ask| ask.order.lines.iter().flat_map(|line| candidates(ask.order.kind, line))).collect();
    // In the zone that is furthest behind it may still be yesterday.
    let yesterday = now.to_zoned(TimeZone::UTC).date().saturating_sub(1.day());
    let (products, options, prices, rates, stock_ids) = try_join!(
        registrations::sold_products(s, &registration_ids),
        registrations::sold_options(s, &option_ids),
        registrations::net_prices(s, &option_ids, yesterday),
        directory::rates_from(s, now),
        stock::find(s, &wanted),
    )?;
    let mut options: HashMap<OptionId, SoldOption> = options.into_iter().collect();
    for (option, price) in prices {
        if let Some(option) = options.get_mut(&option) {
            option.prices.push(price);
        }
    }
    // What was stored under these codes is read behind the locks: a retry that another server works on at this moment holds
    // the same rows, so what it stored is seen here. Read before, it could take the last seat and then be told that its seat
    // is sold out.
    let (rows, known, allotted) = try_join!(stock::lock(s, &stock_ids), placing::known(s, &codes), allotments::of(s, &stock_ids))?;
    let known_ids: Vec<ChannelOrderId> = known.iter().map(|order| order.id).collect();
    let mut first_answers = placing::first_answers(s, &known_ids).await?;
    let known = known.into_iter().filter_map(|order| {
        let answer = first_answers.iter().position(|answer| answer.channel_order == order.id)?;
        Some(((order.channel, order.channel_order_code.clone()), (order, first_answers.swap_remove(answer))))
    });
    Ok(Loaded {
        known: known.collect(),
        facts: Facts { products: products.into_iter().collect(), options, rates },
        stock: StockBook::new(rows).with_allotments(allotted),
    })
}

/// The rows that a line may mean, before its product's zone is known: any instant of a date names that date, and the
/// date in some zone is at most a day away from the one in UTC.
fn candidates(kind: ProductKind, line: &OrderLine) -> Vec<(OptionId, InventoryRef)> {
    let names = match (kind, line.inventory) {
        (_, InventoryRef::Code(_)) | (ProductKind::Tour, _) | (ProductKind::DayTicket, InventoryRef::On(_)) => vec![line.inventory],
        (ProductKind::Ticket, _) => vec![InventoryRef::On(UNDATED)],
        (ProductKind::DayTicket, InventoryRef::At(instant)) => {
            let date = instant.to_zoned(TimeZone::UTC).date();
            let around = [date.yesterday().ok(), Some(date), date.tomorrow().ok()];
            around.into_iter().flatten().map(InventoryRef::On).collect()
        }
    };
    names.into_iter().map(|name| (line.option, name)).collect()
}

/// Whether a line of a repeated order means the row that was taken when it first came.
fn means(line: &OrderLine, facts: &Facts, (stock, starts_at, date): (StockId, Timestamp, Date)) -> bool {
    match facts.products.get(&line.registration) {
        Some(product) => product.means(line, stock, starts_at, date),
        None => line.inventory.names(stock, starts_at, date),
    }
}

fn unique<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// An accepted order, by its place in the batch.
struct Accepted {
    ask: usize,
    id: ChannelOrderId,
    placement: Placement,
    lines: Vec<(OrderId, Vec<TicketId>)>,
}

/// Decides the orders one after another; each sees the stock that the earlier ones left.
fn decide_all(asks: &[Arc<Ask>], loaded: &mut Loaded, now: Timestamp) -> (Vec<Result<PlacedOrder>>, Vec<Accepted>) {
    let mut accepted: Vec<Accepted> = Vec::new();
    let mut outcomes: Vec<Result<PlacedOrder>> = Vec::with_capacity(asks.len());
    for (at, ask) in asks.iter().enumerate() {
        let outcome = if let Some((known, first)) = loaded.known.get(&(ask.channel, ask.order.channel_order_code.clone())) {
            replay(ask, known, first, &loaded.facts)
        } else if let Some(twin) = accepted.iter().find(|accepted| asks[accepted.ask].key() == ask.key()) {
            replay_of_twin(ask, &asks[twin.ask], twin, &loaded.facts)
        } else {
            decide(&ask.order, ask.channel, &loaded.facts, &mut loaded.stock, now).map(|placement| {
                let new = accept(at, ask, placement, now);
                let placed = first_answer(ask, &new);
                accepted.push(new);
                placed
            })
        };
        outcomes.push(outcome.map_err(Into::into));
    }
    (outcomes, accepted)
}

/// The first answer again, when the order means what it meant then.
fn replay(ask: &Ask, known: &KnownOrder, first: &FirstAnswer, facts: &Facts) -> std::result::Result<PlacedOrder, Refusal> {
    let same_stock =
        ask.order.lines.iter().zip(&first.lines).all(|(line, placed)| means(line, facts, (placed.stock, placed.inventory_at, placed.date)));
    if known.fingerprint != ask.fingerprint || !same_stock {
        return Err(Conflict::OrderCodeReused.into());
    }
    let line = |line: &placing::FirstLine| PlacedOrderLine {
        order: line.id,
        option: line.option,
        inventory_at: line.inventory_at,
        status: line.placed_status,
        tickets: line.tickets.clone(),
    };
    Ok(PlacedOrder {
        channel_order_code: known.channel_order_code.clone(),
        dialect: known.dialect.clone(),
        lines: first.lines.iter().map(line).collect(),
        is_replay: true,
    })
}

/// The same for an order that came twice in one batch.
fn replay_of_twin(ask: &Ask, first: &Ask, accepted: &Accepted, facts: &Facts) -> std::result::Result<PlacedOrder, Refusal> {
    let mut lines = ask.order.lines.iter().zip(&accepted.placement.lines);
    let same_stock = lines.all(|(line, placed)| means(line, facts, (placed.stock, placed.inventory_at, placed.date)));
    if first.fingerprint != ask.fingerprint || !same_stock {
        return Err(Conflict::OrderCodeReused.into());
    }
    Ok(PlacedOrder { is_replay: true, ..first_answer(first, accepted) })
}

fn accept(at: usize, ask: &Ask, placement: Placement, now: Timestamp) -> Accepted {
    let lines = ask.order.lines.iter().map(|line| {
        let order = OrderId(new_uuid(now));
        (order, line.tickets.iter().map(|_| TicketId(new_uuid(now))).collect())
    });
    Accepted { ask: at, id: ChannelOrderId(new_uuid(now)), lines: lines.collect(), placement }
}

fn first_answer(ask: &Ask, accepted: &Accepted) -> PlacedOrder {
    let lines = ask.order.lines.iter().zip(&accepted.placement.lines).zip(&accepted.lines);
    let line = |((asked, placed), (order, tickets)): ((&OrderLine, &PlacedLine), &(OrderId, Vec<TicketId>))| PlacedOrderLine {
        order: *order,
        option: asked.option,
        inventory_at: placed.inventory_at,
        status: placed.status,
        tickets: tickets.clone(),
    };
    PlacedOrder {
        channel_order_code: ask.order.channel_order_code.clone(),
        dialect: ask.dialect.clone(),
        lines: lines.map(line).collect(),
        is_replay: false,
    }
}

/// Stores everything that was accepted with one statement per table, all in one go.
async fn store(s: &Session, accepted: &[Accepted], asks: &[Arc<Ask>], loaded: &Loaded, now: Timestamp) -> Result<()> {
    if accepted.is_empty() {
        return Ok(());
    }
    let new: Vec<NewOrder<'_>> = accepted.iter().map(|accepted| new_order(accepted, &asks[accepted.ask])).collect();
    let weight = |line: &NewLine<'_>| loaded.facts.options.get(&line.asked.option).map_or(1, |option| option.weight);
    let (taken, taken_of_allotments) = (loaded.stock.taken(), loaded.stock.taken_of_allotments());
    let people = people(&new, now);
    let history = history(&new, accepted, asks, now);
    let changes = changes(&new, loaded, now)?;
    // In this order, since each rests on the ones before it; together, since none needs an answer.
    try_join!(
        stock::take(s, &taken, now),
        allotments::take(s, &taken_of_allotments),
        placing::insert_channel_orders(s, &new, now),
        placing::insert_orders(s, &new, weight, now),
        placing::insert_tickets(s, &new, now),
        travelers::insert(s, &people),
        events::insert(s, &history),
        change_rows::record(s, &changes, now),
    )?;
    Ok(())
}

/// What the feed tells of a batch: each order, and each stock row as the whole batch has left it.
fn changes(new: &[NewOrder<'_>], loaded: &Loaded, now: Timestamp) -> Result<Vec<NewChange>> {
    let mut changes = Vec::new();
    let mut products = HashMap::new();
    for order in new {
        for line in &order.lines {
            products.insert(line.placed.stock, (order.order.kind, line.placed.product));
            let placed = OrderChanged {
                order: line.id,
                channel_order_code: order.order.channel_order_code.clone(),
                dialect: order.dialect.to_owned(),
                status: line.placed.status,
                tickets: line.tickets.iter().map(|ticket| (*ticket, TicketStatus::New)).collect(),
                comment: None,
                updated_at: now,
            };
            changes.push(order_changed(order.channel, order.order.kind, line.placed.product, &placed)?);
        }
    }
    for row in loaded.stock.touched() {
        if let Some((kind, product)) = products.get(&row.id) {
            changes.push(stock_changed(*kind, *product, row, loaded.stock.allotments(row.id))?);
        }
    }
    Ok(changes)
}

fn new_order<'a>(accepted: &'a Accepted, ask: &'a Ask) -> NewOrder<'a> {
    let lines = ask.order.lines.iter().zip(&accepted.placement.lines).zip(&accepted.lines);
    let lines = lines.map(|((asked, placed), (id, tickets))| NewLine { id: *id, asked, placed, tickets: tickets.clone() });
    NewOrder {
        id: accepted.id,
        channel: ask.channel,
        order: &ask.order,
        fingerprint: ask.fingerprint,
        dialect: &ask.dialect,
        lines: lines.collect(),
    }
}

fn people<'a>(new: &[NewOrder<'a>], now: Timestamp) -> Vec<(Uuid, ChannelOrderId, Role, &'a axhub_domain::order::Person)> {
    let mut people = Vec::new();
    for order in new {
        people.push((new_uuid(now), order.id, Role::Purchaser, &order.order.purchaser.person));
        people.push((new_uuid(now), order.id, Role::Representative, &order.order.representative));
        for line in &order.lines {
            let travelers = line.tickets.iter().zip(&line.asked.tickets);
            people.extend(travelers.map(|(id, ticket)| (new_uuid(now), order.id, Role::Traveler(*id), &ticket.traveler)));
        }
    }
    people
}

fn history(new: &[NewOrder<'_>], accepted: &[Accepted], asks: &[Arc<Ask>], now: Timestamp) -> Vec<Event> {
    let mut events = Vec::new();
    for (order, accepted) in new.iter().zip(accepted) {
        for line in &order.lines {
            events.push(Event {
                id: new_uuid(now).into(),
                order: line.id,
                ticket: None,
                at: now,
                actor: "channel".to_owned(),
                actor_code: asks[accepted.ask].channel_code.clone(),
                action: "place".to_owned(),
                from_status: None,
                to_status: i64::from(line.placed.status.digit()),
                comment: None,
            });
        }
    }
    events
}
