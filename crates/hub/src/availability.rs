//! Stock, as suppliers set it and channels see it.
//!
//! What a channel sees of a row and what it can order from it is one calculation
//! ([`axhub_domain::allotment::Allotments::available`]), so the two never disagree.

mod allotments;
mod dates;
mod explain;
mod rule;
mod search;

use std::collections::HashMap;

use axhub_domain::allotment::Allotments;
use axhub_domain::ids::{ChannelId, OptionId, ProductId, StockId, SupplierId};
use axhub_domain::inventory::{SaleTerms, StockRow, UNDATED, units};
use axhub_domain::product::{Product, ProductKind, SalePeriod};
use axhub_domain::time::parse_zone;
use axhub_store::orders::Order;
use axhub_store::products::{Sellable, StoredOption};
use axhub_store::stock::{self, OptionStock, StockFilter};
use axhub_store::{Mode, Session, allotments as allotment_rows, changes as change_rows, products};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub use allotments::{AllotmentFilter, AllotmentRule, AllotmentWithOptions, allotments_of_supplier, set_allotments};
pub(crate) use allotments::{RELEASE_TASK, any_to_release, release_due};
pub use axhub_store::allotments::ListedAllotment;
pub use axhub_store::stock::explained::{DrawingOption, OrderedBy, WholeRow};
pub use explain::{ExplainedChannel, ExplainedOption, Explanation, explain_stock};
pub use rule::{MAX_RULE_OPTIONS, MAX_RULE_ROWS, RowsSet, set_stock, set_stock_of_options};
pub use search::{Found, FoundOption, FoundRow, MAX_SEARCH_DAYS, MAX_SEARCH_ROWS, Search, search};

use crate::changes::stock_changed;
use crate::{Error, Hub, Page, Paged, Result};

/// What an option has left for a channel on one date and start time, in units of the option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Availability {
    /// The option.
    pub option: OptionId,
    /// The kind of its product, which says whether the start time means anything.
    pub kind: ProductKind,
    /// The row's code.
    pub stock: StockId,
    /// The date in the product's zone.
    pub date: Date,
    /// The start time in the product's zone; midnight for products without one.
    pub start_time: Time,
    /// The same in UTC, to be copied into an order.
    pub inventory_at: Timestamp,
    /// Whether the channel may order it now.
    pub on_sale: bool,
    /// Units of the option in all.
    pub max: u32,
    /// The departure minimum.
    pub min: u32,
    /// Units that are left.
    pub remain: u32,
    /// Units that are not.
    pub ordered: u32,
    /// Units in holds, which `ordered` has in it.
    pub held: u32,
}

/// What decides how much of a row a channel is offered.
pub(crate) struct Offer<'a> {
    /// When the product may be ordered; not at all when the channel may not sell it.
    pub(crate) terms: Option<&'a SaleTerms>,
    /// What is kept of the row for whom.
    pub(crate) allotments: &'a Allotments,
    pub(crate) channel: ChannelId,
    pub(crate) now: Timestamp,
}

impl Offer<'_> {
    /// What the channel is offered of an option from a row of its pool.
    pub(crate) fn of_option(&self, stored: &StoredOption, kind: ProductKind, row: &StockRow) -> Availability {
        self.of(kind, stored.option.id, stored.weight, row)
    }

    fn of(&self, kind: ProductKind, option: OptionId, weight: i64, row: &StockRow) -> Availability {
        let available = self.allotments.available(row.remain(), self.channel, self.now);
        let (max, remain) = (units(row.max, weight), units(available, weight));
        Availability {
            option,
            kind,
            stock: row.id,
            date: row.date,
            start_time: row.start_time,
            inventory_at: row.starts_at,
            on_sale: self.terms.is_some_and(|terms| terms.check(row, self.now).is_ok()),
            max,
            min: units(row.min, weight),
            remain,
            ordered: max.saturating_sub(remain),
            held: units(row.held, weight),
        }
    }
}

/// What a supplier has of an option's stock on one date and start time. All numbers are units of the pool, of which one
/// unit of the option takes `weight`: what the supplier set is what it sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnStock {
    /// The option.
    pub option: OptionId,
    /// The kind of its product.
    pub kind: ProductKind,
    /// The row's code.
    pub stock: StockId,
    /// The name of the pool, when options share it.
    pub pool: Option<String>,
    /// How much of the pool one unit of the option takes.
    pub weight: i64,
    /// The date in the product's zone.
    pub date: Date,
    /// The start time in the product's zone; midnight for products without one.
    pub start_time: Time,
    /// The same in UTC.
    pub inventory_at: Timestamp,
    /// Whether it is open.
    pub on_sale: bool,
    /// Units in all.
    pub max: u32,
    /// The departure minimum.
    pub min: u32,
    /// Units that are left.
    pub remain: u32,
    /// Units in orders.
    pub ordered: u32,
    /// Units in holds.
    pub held: u32,
    /// Units of those that are left which are kept for single channels.
    pub allotted: u32,
}

impl OwnStock {
    fn new(kind: ProductKind, stock: OptionStock, allotments: &Allotments, now: Timestamp) -> Self {
        let OptionStock { option, weight, pool_name, row } = stock;
        OwnStock {
            option,
            kind,
            stock: row.id,
            pool: pool_name,
            weight,
            date: row.date,
            start_time: row.start_time,
            inventory_at: row.starts_at,
            on_sale: row.on_sale,
            max: units(row.max, 1),
            min: units(row.min, 1),
            remain: units(row.remain(), 1),
            ordered: units(row.ordered, 1),
            held: units(row.held, 1),
            allotted: units(allotments.kept(now), 1),
        }
    }
}

/// Which rows of a product's stock are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct DateRange {
    /// The first date; today in the product's zone when `None`.
    pub from: Option<Date>,
    /// The last date; no end when `None`.
    pub to: Option<Date>,
}

/// A page of what a channel can order of a product, by date, time and option.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the channel may not sell it.
pub async fn inventory_for_channel(
    hub: &Hub,
    channel: ChannelId,
    kind: ProductKind,
    id: ProductId,
    range: DateRange,
    page: Page,
) -> Result<Paged<Availability>> {
    let now = hub.now();
    hub.database()
        .run("inventory.read", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let terms = terms_of(&products::sellable_of_kind(s, channel, kind, id).await?.ok_or(Error::NOT_FOUND)?);
                let from = range.from.unwrap_or_else(|| first_day(&terms, now));
                let filter = StockFilter { from, to: range.to, option: None, active_only: true };
                let rows = stock::list(s, id, filter, page).await?;
                let allotments = allotments_on(s, &rows.items).await?;
                Ok(rows.map(|stock| {
                    let allotments = allotments.get(&stock.row.id).unwrap_or(Allotments::NONE);
                    let offer = Offer { terms: Some(&terms), allotments, channel, now };
                    offer.of(kind, stock.option, stock.weight, &stock.row)
                }))
            })
        })
        .await
}

async fn allotments_on(s: &Session, rows: &[OptionStock]) -> Result<HashMap<StockId, Allotments>> {
    let mut ids: Vec<StockId> = rows.iter().map(|stock| stock.row.id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(Allotments::by_row(allotment_rows::of(s, &ids).await?))
}

/// When a product's stock may be ordered.
pub(crate) fn terms(product: &Product) -> SaleTerms {
    terms_by(product.kind, &product.time_zone, product.sale, product.cut_off_minutes)
}

/// When the stock of a product that a channel may sell may be ordered.
pub(crate) fn terms_of(sellable: &Sellable) -> SaleTerms {
    terms_by(sellable.kind, &sellable.time_zone, sellable.sale, sellable.cut_off_minutes)
}

fn terms_by(kind: ProductKind, time_zone: &str, sale: SalePeriod, cut_off_minutes: u32) -> SaleTerms {
    let zone = parse_zone(time_zone).unwrap_or(TimeZone::UTC);
    SaleTerms { kind, zone, sale, cut_off: SignedDuration::from_mins(i64::from(cut_off_minutes)) }
}

/// A page of the stock of the supplier's product, of one option or of all.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it is not the supplier's.
pub async fn stock_of_supplier(
    hub: &Hub,
    supplier: SupplierId,
    id: ProductId,
    option: Option<OptionId>,
    range: DateRange,
    page: Page,
) -> Result<Paged<OwnStock>> {
    let now = hub.now();
    hub.database()
        .run("stock.read", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let product = products::of_supplier(s, supplier, id).await?.ok_or(Error::NOT_FOUND)?;
                let from = range.from.unwrap_or_else(|| first_day(&terms(&product), now));
                let filter = StockFilter { from, to: range.to, option, active_only: false };
                let rows = stock::list(s, id, filter, page).await?;
                let allotments = allotments_on(s, &rows.items).await?;
                Ok(rows.map(|stock| {
                    let allotments = allotments.get(&stock.row.id).unwrap_or(Allotments::NONE);
                    OwnStock::new(product.kind, stock, allotments, now)
                }))
            })
        })
        .await
}

/// The first day of which stock is shown when none is asked for: today, or the one that stands for no date.
fn first_day(terms: &SaleTerms, now: Timestamp) -> Date {
    if terms.kind == ProductKind::Ticket { UNDATED } else { now.to_zoned(terms.zone.clone()).date() }
}

/// Gives units that a channel had back to the row that its order took them from. Answers what the feed has to tell.
pub(crate) async fn give_back(s: &Session, order: &Order, units: i64, now: Timestamp) -> Result<change_rows::NewChange> {
    let row = stock::give_back(s, order.stock, units, now).await?;
    // Behind the lock of the row, which the statement before has taken.
    let allotted = allotment_rows::of(s, &[order.stock]).await?;
    let mut allotments = Allotments::by_row(allotted).remove(&order.stock).unwrap_or_default();
    if allotments.take(order.channel, -units) {
        allotment_rows::take(s, &[(order.stock, order.channel, -units)]).await?;
    }
    stock_changed(order.kind, order.product, &row, &allotments)
}
