//! What statements are made of, and the closed ones.

use std::collections::{BTreeSet, HashMap};

use axhub_domain::ids::{ChannelId, OptionId, ProductId, SupplierId, TicketId};
use axhub_domain::money::{Currency, Money};
use axhub_domain::month::{Month, Period};
use axhub_domain::product::{Depth, option_name};
use axhub_domain::statement::{SoldTicket, TicketEvent};
use futures_util::try_join;
use jiff::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::engine::{Row, Session};
use crate::error::{Error, Result};
use crate::params;
use crate::products::from_json;

/// Which orders may have something in a period: those that were placed before its end and changed since its beginning, and
/// those of which a refund was reported in it, which is no change of the order.
///
/// NOT and CROSS JOIN mean nothing but what they say; they keep SQLite, which has no statistics, from looking through all
/// that was ever sold.
macro_rules! of_period {
    () => {
        "WITH wanted AS (
            SELECT id FROM orders WHERE channel_id = $1 AND updated_at >= $3 AND supplier_id = $2 AND NOT (created_at >= $4)
            UNION SELECT r.order_id FROM refunds r CROSS JOIN orders o WHERE o.id = r.order_id AND r.created_at >= $3
                AND r.created_at < $4 AND o.channel_id = $1 AND o.supplier_id = $2) "
    };
}

/// The channel's tickets of the supplier with which something can have happened in the period, in the order in which they
/// were sold, with everything that ever happened to them.
///
/// # Errors
/// The database's.
pub async fn sold_tickets(s: &Session, channel: ChannelId, supplier: SupplierId, period: Period) -> Result<Vec<SoldTicket>> {
    let tickets = concat!(
        of_period!(),
        "SELECT t.id, t.channel_ticket_code, o.id, co.channel_order_code, o.product_id, co.kind, o.product_version, o.option_id, o.date,
            o.start_time, o.created_at, o.unit_net, o.net_currency, o.mark_up, o.rate, o.unit_selling_price, co.currency, r.created_at,
            r.amount
        FROM wanted w CROSS JOIN orders o JOIN channel_orders co ON co.id = o.channel_order_id JOIN tickets t ON t.order_id = o.id
        LEFT JOIN refunds r ON r.ticket_id = t.id
        WHERE o.id = w.id ORDER BY o.created_at, o.channel_order_id, o.position, t.position"
    );
    let events = concat!(
        of_period!(),
        "SELECT e.ticket_id, e.at, e.to_status, e.actor FROM wanted w JOIN events e ON e.order_id = w.id
        WHERE e.ticket_id IS NOT NULL ORDER BY e.at, e.id"
    );
    let params = params![channel, supplier, period.from, period.to];
    let (tickets, events) = try_join!(s.query(tickets, &params), s.query(events, &params))?;

    let mut histories = HashMap::<TicketId, Vec<TicketEvent>>::new();
    for row in &events {
        let event = TicketEvent { at: row.get(1)?, to: row.get(2)?, by: row.get(3)? };
        histories.entry(row.get(0)?).or_default().push(event);
    }
    let versions: BTreeSet<(ProductId, i64)> = tickets.iter().map(|row| Ok((row.get(4)?, row.get(6)?))).collect::<Result<_>>()?;
    let names = names(s, &versions).await?;
    let ticket = |row: &Row| sold_ticket(row, &names, &mut histories);
    tickets.iter().map(ticket).collect()
}

fn sold_ticket(row: &Row, names: &Names, histories: &mut HashMap<TicketId, Vec<TicketEvent>>) -> Result<SoldTicket> {
    let mut r = row.reader();
    let (ticket, channel_ticket_code, order, channel_order_code) = (r.take()?, r.take()?, r.take()?, r.take()?);
    let (product, kind, version, option) = (r.take()?, r.take()?, r.take()?, r.take()?);
    let starts = (r.take()?, r.take()?);
    let sold_at = r.take()?;
    let (net, net_currency): (Option<Money>, Option<Currency>) = (r.take()?, r.take()?);
    let (mark_up, rate) = (r.take()?, r.take()?);
    let selling = (r.take()?, r.take()?);
    let (refunded_at, refunded): (Option<Timestamp>, Option<Money>) = (r.take()?, r.take()?);
    let product_name = names.products.get(&(product, version)).cloned().unwrap_or_default();
    let option_name = names.options.get(&(option, version)).cloned().unwrap_or_default();
    Ok(SoldTicket {
        ticket,
        channel_ticket_code,
        order,
        channel_order_code,
        product: (product, kind, product_name),
        option: (option, option_name),
        starts,
        sold_at,
        net: net.zip(net_currency),
        mark_up,
        rate,
        selling,
        refund: refunded_at.zip(refunded),
        history: histories.remove(&ticket).unwrap_or_default(),
    })
}

/// What products and options were called in their versions.
#[derive(Default)]
struct Names {
    products: HashMap<(ProductId, i64), String>,
    options: HashMap<(OptionId, i64), String>,
}

async fn names(s: &Session, versions: &BTreeSet<(ProductId, i64)>) -> Result<Names> {
    let sql = "SELECT v.product_id, v.version, v.document FROM {{k(product_id uuid, version int)}}
        JOIN product_versions v ON v.product_id = k.product_id AND v.version = k.version";
    let rows = s.query_each(sql, versions.iter().map(|(product, version)| params![product, version]).collect()).await?;
    let mut names = Names::default();
    for row in &rows {
        let (product, version, mut document): (ProductId, i64, Json) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let name = document["contents"]["product_name"].as_str().unwrap_or_default().to_owned();
        names.products.insert((product, version), name);
        let options = document["options"].as_array_mut().map(std::mem::take).unwrap_or_default();
        for mut option in options {
            // An edition's options are kept beside their prices; the first documents had the options alone.
            let mut option = if option.get("option").is_some() { option["option"].take() } else { option };
            let id: OptionId = from_json(option["id"].take())?;
            let depths: Vec<Depth> = from_json(option["depths"].take())?;
            names.options.insert((id, version), option_name(&depths));
        }
    }
    Ok(names)
}

/// A closed month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedStatement {
    /// From where to where it went.
    pub period: Period,
    /// The document as it was then.
    pub document: String,
    /// What names exactly this document: its SHA-256 in hexadecimal digits.
    pub hash: String,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// By whom.
    pub closed_by: String,
}

/// The closed statement of a month.
///
/// # Errors
/// The database's.
pub async fn closed(s: &Session, channel: ChannelId, supplier: SupplierId, month: Month) -> Result<Option<ClosedStatement>> {
    let sql = "SELECT starts_at, ends_at, document, hash, closed_at, closed_by FROM statements
        WHERE channel_id = $1 AND supplier_id = $2 AND month = $3";
    let row = s.query_opt(sql, &params![channel, supplier, month.to_string()]).await?;
    let closed = |row: Row| {
        let mut r = row.reader();
        let period = Period { from: r.take()?, to: r.take()? };
        Ok(ClosedStatement { period, document: r.take()?, hash: r.take()?, closed_at: r.take()?, closed_by: r.take()? })
    };
    row.map(closed).transpose()
}

/// From where to where the closed one of these months went.
///
/// # Errors
/// The database's.
pub async fn closed_period(s: &Session, channel: ChannelId, supplier: SupplierId, month: Option<Month>) -> Result<Option<Period>> {
    let Some(month) = month else { return Ok(None) };
    let sql = "SELECT starts_at, ends_at FROM statements WHERE channel_id = $1 AND supplier_id = $2 AND month = $3";
    let row = s.query_opt(sql, &params![channel, supplier, month.to_string()]).await?;
    row.map(|row| Ok(Period { from: row.get(0)?, to: row.get(1)? })).transpose()
}

/// Adds a closed statement; `false` when the month is closed already.
///
/// # Errors
/// The database's.
pub async fn insert(
    s: &Session,
    id: Uuid,
    (channel, supplier, month): (ChannelId, SupplierId, Month),
    closed: &ClosedStatement,
) -> Result<bool> {
    let sql = "INSERT INTO statements (id, channel_id, supplier_id, month, starts_at, ends_at, document, hash, closed_at, closed_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (channel_id, supplier_id, month) DO NOTHING";
    let c = closed;
    let params =
        params![id, channel, supplier, month.to_string(), c.period.from, c.period.to, c.document, c.hash, c.closed_at, c.closed_by];
    Ok(s.execute(sql, &params).await? == 1)
}

/// A month of a channel with a supplier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthOf {
    /// The month.
    pub month: Month,
    /// The channel's code.
    pub channel_code: String,
    /// The supplier's code.
    pub supplier_code: String,
}

fn month_of(row: &Row) -> Result<MonthOf> {
    let month: String = row.get(0)?;
    let month = month.parse().map_err(|_| Error::Database(format!("{month} is no month")))?;
    Ok(MonthOf { month, channel_code: row.get(1)?, supplier_code: row.get(2)? })
}

/// Months of which statements are asked for, of one channel or supplier, or of all where `None`.
#[derive(Clone, Debug)]
pub struct StatementFilter {
    /// The first month.
    pub from: Month,
    /// The last month.
    pub to: Month,
    /// The channel's code.
    pub channel: Option<String>,
    /// The supplier's code.
    pub supplier: Option<String>,
}

/// In which of these months anything happened, and between whom.
///
/// # Errors
/// The database's.
pub async fn months_with_events(s: &Session, months: &[(Month, Period)], filter: &StatementFilter) -> Result<Vec<MonthOf>> {
    let sql = "WITH m AS (SELECT * FROM {{k(month text, starts_at instant, ends_at instant, channel text, supplier text)}})
        SELECT m.month, c.code, s.code FROM m JOIN events e ON e.at >= m.starts_at AND e.at < m.ends_at
            JOIN orders o ON o.id = e.order_id JOIN channels c ON c.id = o.channel_id JOIN suppliers s ON s.id = o.supplier_id
            WHERE (e.action = 'place' OR e.ticket_id IS NOT NULL) AND (c.code = m.channel OR m.channel IS NULL)
                AND (s.code = m.supplier OR m.supplier IS NULL)
        UNION
        SELECT m.month, c.code, s.code FROM m JOIN refunds r ON r.created_at >= m.starts_at AND r.created_at < m.ends_at
            JOIN orders o ON o.id = r.order_id JOIN channels c ON c.id = o.channel_id JOIN suppliers s ON s.id = o.supplier_id
            WHERE (c.code = m.channel OR m.channel IS NULL) AND (s.code = m.supplier OR m.supplier IS NULL)";
    let row = |(month, period): &(Month, Period)| params![month.to_string(), period.from, period.to, filter.channel, filter.supplier];
    s.query_each(sql, months.iter().map(row).collect()).await?.iter().map(month_of).collect()
}

/// The closed statements of these months: the hash, when it was closed, and by whom.
///
/// # Errors
/// The database's.
pub async fn closed_months(s: &Session, filter: &StatementFilter) -> Result<Vec<(MonthOf, (String, Timestamp, String))>> {
    let sql = "SELECT st.month, c.code, s.code, st.hash, st.closed_at, st.closed_by FROM statements st
        JOIN channels c ON c.id = st.channel_id JOIN suppliers s ON s.id = st.supplier_id
        WHERE st.month >= $1 AND st.month <= $2 AND (c.code = $3 OR $3 IS NULL) AND (s.code = $4 OR $4 IS NULL)";
    let f = filter;
    let rows = s.query(sql, &params![f.from.to_string(), f.to.to_string(), f.channel, f.supplier]).await?;
    rows.iter().map(|row| Ok((month_of(row)?, (row.get(3)?, row.get(4)?, row.get(5)?)))).collect()
}
