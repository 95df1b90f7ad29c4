//! The feed of changes: what happened to what a channel may sell and to its orders, each change once, oldest first.
//!
//! Use cases record changes in their own transactions; positions are given when somebody reads, to what is committed.
//! So a reader that goes on from its last position misses nothing and sees nothing twice.
//!
//! A rate that was set in advance changes prices when it comes into force: it is told by whoever reads first after that.

mod positions;

use std::collections::HashMap;

use axhub_domain::allotment::Allotments;
use axhub_domain::ids::{ChannelId, PoolId, ProductId};
use axhub_domain::inventory::{SaleTerms, StockRow};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::{FieldError, Reason};
use axhub_domain::state::{OrderStatus, TicketStatus};
use axhub_store::changes::{self, ChangeKind, NewChange};
use axhub_store::orders::Order;
use axhub_store::{Mode, Session, products};
use futures_util::try_join;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::availability::{Availability, Offer, terms_of};
use crate::{Error, Hub, Result};

pub(crate) use positions::all_prices_changed;

/// Where a reader of the feed stands: opaque to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor(i64);

impl Cursor {
    /// Before everything.
    pub const START: Cursor = Cursor(0);

    /// The cursor of a text that [`Display`](std::fmt::Display) made.
    ///
    /// # Errors
    /// A text that none of our cursors looks like.
    pub fn read(text: &str) -> std::result::Result<Cursor, FieldError> {
        let position = text.strip_prefix('c').and_then(|digits| digits.parse::<i64>().ok()).filter(|position| *position >= 0);
        position.map(Cursor).ok_or_else(|| FieldError::new("cursor", Reason::CursorUnknown))
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "c{}", self.0)
    }
}

/// A part of the feed, and where to go on.
#[derive(Clone, Debug)]
pub struct Changes<T> {
    /// What changed, oldest first.
    pub items: Vec<T>,
    /// Behind the last of them.
    pub next: Cursor,
    /// Whether there may be more right now.
    pub has_more: bool,
}

/// One change as a channel sees it.
#[derive(Clone, Debug)]
pub struct Change {
    /// Behind this change.
    pub cursor: Cursor,
    /// When.
    pub at: Timestamp,
    /// The kind of the product.
    pub kind: ProductKind,
    /// The product.
    pub product: ProductId,
    /// What changed.
    pub what: What,
}

/// What changed.
#[derive(Clone, Debug)]
pub enum What {
    /// The product: a new version, or the channel may (not) sell it from now on.
    Product(ProductChanged),
    /// Its prices.
    Price,
    /// The stock of its options on a date, as it was right after the change.
    Stock(Vec<Availability>),
    /// An order of the channel, as it was right after the change.
    Order(OrderChanged),
    /// A supplier answered a question of the channel, or said something to a review.
    Answer(AnswerGiven),
}

/// A change of a product.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProductChanged {
    /// Its newest version.
    pub version: i64,
    /// Whether the channel may sell it.
    pub is_assigned: bool,
}

/// An order right after a change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OrderChanged {
    /// The order.
    pub order: axhub_domain::ids::OrderId,
    /// The channel's code.
    pub channel_order_code: String,
    /// The vocabulary it was made in.
    pub dialect: String,
    /// Its state.
    pub status: OrderStatus,
    /// Its tickets and their states.
    pub tickets: Vec<(axhub_domain::ids::TicketId, TicketStatus)>,
    /// The last comment.
    pub comment: Option<String>,
    /// When it changed.
    pub updated_at: Timestamp,
}

/// An answer to a question or a review of the channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AnswerGiven {
    /// What it answers.
    #[serde(flatten)]
    pub to: Answered,
    /// What the supplier says.
    pub body: String,
    /// When.
    pub answered_at: Timestamp,
}

/// What a supplier answered, by its code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// A question, by the channel's code of it.
    QuestionCode(String),
    /// A review, by the code that the channel reads it by.
    ReviewCode(String),
}

/// A stock row right after a change.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct StockChanged {
    pool: PoolId,
    stock: axhub_domain::ids::StockId,
    date: jiff::civil::Date,
    start_time: jiff::civil::Time,
    starts_at: Timestamp,
    max: i64,
    min: i64,
    held: i64,
    ordered: i64,
    on_sale: bool,
    /// What was kept for whom, so that each channel sees what it may take.
    #[serde(default, skip_serializing_if = "Allotments::is_empty")]
    allotments: Allotments,
}

impl StockChanged {
    fn new(row: &StockRow, allotments: &Allotments) -> Self {
        StockChanged {
            pool: row.pool,
            stock: row.id,
            date: row.date,
            start_time: row.start_time,
            starts_at: row.starts_at,
            max: row.max,
            min: row.min,
            held: row.held,
            ordered: row.ordered,
            on_sale: row.on_sale,
            allotments: allotments.clone(),
        }
    }
}

impl From<StockChanged> for StockRow {
    fn from(row: StockChanged) -> Self {
        StockRow {
            id: row.stock,
            pool: row.pool,
            date: row.date,
            start_time: row.start_time,
            starts_at: row.starts_at,
            max: row.max,
            min: row.min,
            held: row.held,
            ordered: row.ordered,
            on_sale: row.on_sale,
        }
    }
}

/// The changes that the channel may see behind a cursor.
///
/// # Errors
/// A cursor behind the end of the feed.
pub async fn changes_for_channel(hub: &Hub, channel: ChannelId, after: Cursor, limit: u32) -> Result<Changes<Change>> {
    positions::give(hub).await?;
    let now = hub.now();
    hub.database()
        .run("change.list", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                positions::check(s, after).await?;
                let rows = changes::of_channel(s, channel, after.0, limit).await?;
                let (next, has_more) = end_of(s, &rows, limit).await?;
                let items = render(s, channel, rows, now).await?;
                Ok(Changes { items, next, has_more })
            })
        })
        .await
}

/// The changes of the channel's orders of a kind behind a cursor, or since an instant.
///
/// # Errors
/// A cursor behind the end of the feed.
pub async fn order_changes_for_channel(
    hub: &Hub,
    channel: ChannelId,
    kind: ProductKind,
    after: Cursor,
    since: Option<Timestamp>,
    limit: u32,
) -> Result<Changes<OrderChanged>> {
    positions::give(hub).await?;
    hub.database()
        .run("change.list-orders", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                positions::check(s, after).await?;
                let rows = changes::orders_of_channel(s, channel, kind, after.0, since, limit).await?;
                let (next, has_more) = end_of(s, &rows, limit).await?;
                let items = rows.into_iter().map(|row| from_json(row.data)).collect::<Result<_>>()?;
                Ok(Changes { items, next, has_more })
            })
        })
        .await
}

/// The end of the feed as it is now: for a reader that wants only what comes.
///
/// # Errors
/// The database's.
pub async fn latest_cursor(hub: &Hub) -> Result<Cursor> {
    positions::give(hub).await?;
    hub.database().run("change.latest", Mode::Read, (), |s, ()| Box::pin(async move { Ok(Cursor(changes::last_position(s).await?)) })).await
}

/// Where to go on: behind the last row of a full page; otherwise behind everything there is, so that what was passed over, be
/// it somebody else's or older than the reader wants, is not looked at again.
async fn end_of(s: &Session, rows: &[changes::Change], limit: u32) -> Result<(Cursor, bool)> {
    match rows.last() {
        Some(last) if rows.len() == limit as usize => Ok((Cursor(last.position), true)),
        _ => Ok((Cursor(changes::last_position(s).await?), false)),
    }
}

/// Stock is offered here as inventory offers it: whether it may be ordered is judged as of now.
async fn render(s: &Session, channel: ChannelId, rows: Vec<changes::Change>, now: Timestamp) -> Result<Vec<Change>> {
    let (mut stock, mut ids) = (Vec::new(), Vec::new());
    for row in rows.iter().filter(|row| row.kind == ChangeKind::Stock) {
        stock.push(from_json::<StockChanged>(row.data.clone())?.pool);
        ids.push(row.product);
    }
    let (drawing, sellable) = try_join!(products::options_of_pools(s, &stock), products::sellable_of(s, channel, &ids, &[]))?;
    let terms: HashMap<ProductId, SaleTerms> = sellable.iter().map(|product| (product.id, terms_of(product))).collect();
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let what = match row.kind {
            ChangeKind::Product => What::Product(from_json(row.data)?),
            ChangeKind::Price => What::Price,
            ChangeKind::Order => What::Order(from_json(row.data)?),
            ChangeKind::Answer => What::Answer(from_json(row.data)?),
            ChangeKind::Stock => {
                let changed: StockChanged = from_json(row.data)?;
                let options = drawing.iter().filter(|(stored, _)| stored.pool == changed.pool && stored.option.is_active);
                let allotments = changed.allotments.clone();
                let stock_row = StockRow::from(changed.clone());
                // Without terms the channel may no longer sell it.
                let offer = Offer { terms: terms.get(&row.product), allotments: &allotments, channel, now };
                let offered: Vec<Availability> = options.map(|(stored, kind)| offer.of_option(stored, *kind, &stock_row)).collect();
                if offered.is_empty() {
                    // Stock of options that stand only in a draft is nobody's business yet.
                    continue;
                }
                What::Stock(offered)
            }
        };
        items.push(Change { cursor: Cursor(row.position), at: row.at, kind: row.product_kind, product: row.product, what });
    }
    Ok(items)
}

fn from_json<T: serde::de::DeserializeOwned>(data: serde_json::Value) -> Result<T> {
    serde_json::from_value(data).map_err(|error| bad_document(&error))
}

fn to_json(data: &impl Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(data).map_err(|error| bad_document(&error))
}

fn bad_document(error: &serde_json::Error) -> Error {
    Error::Store(axhub_store::Error::Database(format!("a change makes no sense: {error}")))
}

/// A change of a stock row or of the allotments on it, which every channel that may sell the product sees in its way.
pub(crate) fn stock_changed(kind: ProductKind, product: ProductId, row: &StockRow, allotments: &Allotments) -> Result<NewChange> {
    let data = to_json(&StockChanged::new(row, allotments))?;
    Ok(NewChange { kind: ChangeKind::Stock, product_kind: kind, product, channel: None, data })
}

/// A change of an order, which its channel sees.
pub(crate) fn order_changed(channel: ChannelId, kind: ProductKind, product: ProductId, order: &OrderChanged) -> Result<NewChange> {
    Ok(NewChange { kind: ChangeKind::Order, product_kind: kind, product, channel: Some(channel), data: to_json(order)? })
}

/// An order as it is now.
pub(crate) fn snapshot(order: &Order) -> OrderChanged {
    OrderChanged {
        order: order.id,
        channel_order_code: order.channel_order_code.clone(),
        dialect: order.dialect.clone(),
        status: order.status,
        tickets: order.tickets.iter().map(|ticket| (ticket.id, ticket.status)).collect(),
        comment: order.comment.clone(),
        updated_at: order.updated_at,
    }
}

/// A new version of a product; or, for one channel, that it may (not) sell it from now on.
pub(crate) fn product_changed(
    kind: ProductKind,
    product: ProductId,
    channel: Option<ChannelId>,
    changed: &ProductChanged,
) -> Result<NewChange> {
    Ok(NewChange { kind: ChangeKind::Product, product_kind: kind, product, channel, data: to_json(changed)? })
}

/// New prices of a product; of one channel's, when its mark-up changed.
pub(crate) fn price_changed(kind: ProductKind, product: ProductId, channel: Option<ChannelId>) -> NewChange {
    NewChange { kind: ChangeKind::Price, product_kind: kind, product, channel, data: serde_json::json!({}) }
}

/// An answer to a channel's question or review.
pub(crate) fn answer_given(channel: ChannelId, kind: ProductKind, product: ProductId, answer: &AnswerGiven) -> Result<NewChange> {
    Ok(NewChange { kind: ChangeKind::Answer, product_kind: kind, product, channel: Some(channel), data: to_json(answer)? })
}
