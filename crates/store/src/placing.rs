//! Storing a batch of new orders: one set-based statement per table.

use axhub_domain::ids::{ChannelId, ChannelOrderId, OrderId, TicketId};
use axhub_domain::inventory::UNDATED;
use axhub_domain::order::{OrderLine, PlaceOrder, PlacedLine};
use axhub_domain::state::TicketStatus;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::engine::{Row, Session, Value};
use crate::error::{Error, Result};
use crate::params;
use crate::planted::planted;

/// A channel's order that is already stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownOrder {
    /// Its id.
    pub id: ChannelOrderId,
    /// The channel.
    pub channel: ChannelId,
    /// The channel's code of it.
    pub channel_order_code: String,
    /// What it means.
    pub fingerprint: [u8; 32],
    /// The vocabulary it was made in.
    pub dialect: String,
}

/// Those of these orders that are already stored.
///
/// # Errors
/// The database's.
pub async fn known(s: &Session, codes: &[(ChannelId, &str)]) -> Result<Vec<KnownOrder>> {
    planted!(Replay => bugs::forget(s, codes).await);
    let sql = "SELECT o.id, o.channel_id, o.channel_order_code, o.fingerprint, o.dialect FROM {{k(channel_id uuid, code text)}}
        JOIN channel_orders o ON o.channel_id = k.channel_id AND o.channel_order_code = k.code";
    let rows = s.query_each(sql, codes.iter().map(|(channel, code)| params![channel, code]).collect()).await?;
    let known = |row: &Row| {
        let mut r = row.reader();
        Ok(KnownOrder { id: r.take()?, channel: r.take()?, channel_order_code: r.take()?, fingerprint: r.take()?, dialect: r.take()? })
    };
    rows.iter().map(known).collect()
}

/// An accepted order with the ids that it gets.
#[derive(Debug)]
pub struct NewOrder<'a> {
    /// Its id.
    pub id: ChannelOrderId,
    /// The channel.
    pub channel: ChannelId,
    /// What the channel asked for.
    pub order: &'a PlaceOrder,
    /// What it means.
    pub fingerprint: [u8; 32],
    /// The vocabulary it was made in.
    pub dialect: &'a str,
    /// One per option.
    pub lines: Vec<NewLine<'a>>,
}

/// One option of an accepted order.
#[derive(Debug)]
pub struct NewLine<'a> {
    /// Its id.
    pub id: OrderId,
    /// What the channel asked for.
    pub asked: &'a OrderLine,
    /// What it gets.
    pub placed: &'a PlacedLine,
    /// The ids of its tickets.
    pub tickets: Vec<TicketId>,
}

/// Adds the heads of orders.
///
/// # Errors
/// The database's; [`Error::Contended`] when another server stored one of them in the meantime.
pub async fn insert_channel_orders(s: &Session, orders: &[NewOrder<'_>], now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO channel_orders (id, channel_id, channel_order_code, kind, dialect, fingerprint, currency, sub_total, discount,
            discount_method, total, is_voucher, comment, purchased_at, purchase_requested_at, reserved_at, reservation_requested_at,
            is_required_more_information, last_use, created_at)
        SELECT k.id, k.channel_id, k.code, k.kind, k.dialect, k.fingerprint, k.currency, k.sub_total, k.discount, k.discount_method, k.total,
            k.is_voucher, k.comment, k.purchased_at, k.purchase_requested_at, k.reserved_at, k.reservation_requested_at, k.more, k.last_use, k.at
        FROM {{k(id uuid, channel_id uuid, code text, kind text, dialect text, fingerprint bytes, currency text, sub_total int, discount int, discount_method text, total int, is_voucher bool, comment text, purchased_at instant, purchase_requested_at instant, reserved_at instant, reservation_requested_at instant, more bool, last_use date, at instant)}}
        WHERE TRUE ON CONFLICT (channel_id, channel_order_code) DO NOTHING";
    let row = |new: &NewOrder<'_>| {
        let (order, head) = (new.order, &new.order.head);
        params![
            new.id,
            new.channel,
            order.channel_order_code,
            order.kind,
            new.dialect,
            new.fingerprint,
            head.currency,
            head.sub_total,
            head.discount,
            head.discount_method,
            head.total,
            head.is_voucher,
            head.comment,
            head.purchased_at,
            head.purchase_requested_at,
            head.reserved_at,
            head.reservation_requested_at,
            order.purchaser.is_required_more_information,
            last_use(new, now),
            now
        ]
    };
    // In the order of their codes, so that two servers with the same two orders wait for each other one way only.
    let mut rows: Vec<_> = orders.iter().map(|new| ((new.channel, &new.order.channel_order_code), row(new))).collect();
    rows.sort_by_key(|(key, _)| *key);
    let inserted = s.execute_each(sql, rows.into_iter().map(|(_, row)| row).collect()).await?;
    if inserted == orders.len() as u64 { Ok(()) } else { Err(Error::Contended("an order was stored by another server".to_owned())) }
}

/// The last day on which something of an order is used. What has no date may be used at once.
fn last_use(new: &NewOrder<'_>, now: Timestamp) -> Date {
    let dates = new.lines.iter().map(|line| line.placed.date).filter(|date| *date != UNDATED);
    dates.max().unwrap_or_else(|| now.to_zoned(TimeZone::UTC).date())
}

/// Adds the options of orders.
///
/// # Errors
/// The database's.
pub async fn insert_orders(s: &Session, orders: &[NewOrder<'_>], weight: impl Fn(&NewLine<'_>) -> i64, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO orders (id, channel_order_id, position, channel_id, supplier_id, registration_id, product_id, product_version,
            option_id, stock_id, weight, quantity, date, start_time, inventory_at, unit_selling_price, discount, discount_method,
            amount_price, placed_status, status, unit_net, net_currency, mark_up, rate, reply_by, created_at, updated_at)
        SELECT k.id, k.channel_order_id, k.position, k.channel_id, k.supplier_id, k.registration_id, k.product_id, k.version, k.option_id,
            k.stock_id, k.weight, k.quantity, k.date, k.start_time, k.inventory_at, k.unit_price, k.discount, k.discount_method, k.amount,
            k.status, k.status, k.unit_net, k.net_currency, k.mark_up, k.rate, k.reply_by, k.at, k.at
        FROM {{k(id uuid, channel_order_id uuid, position int, channel_id uuid, supplier_id uuid, registration_id uuid, product_id uuid, version int, option_id uuid, stock_id uuid, weight int, quantity int, date date, start_time time, inventory_at instant, unit_price int, discount int, discount_method text, amount int, status int, unit_net int, net_currency text, mark_up int, rate text, reply_by instant, at instant)}}";
    let mut rows = Vec::new();
    for new in orders {
        for (position, line) in (0i64..).zip(&new.lines) {
            let (asked, placed) = (line.asked, line.placed);
            rows.push(params![
                line.id,
                new.id,
                position,
                new.channel,
                placed.supplier,
                asked.registration,
                placed.product,
                placed.version,
                asked.option,
                placed.stock,
                weight(line),
                asked.quantity,
                placed.date,
                placed.start_time,
                placed.inventory_at,
                asked.unit_selling_price,
                asked.discount,
                asked.discount_method,
                asked.amount_price,
                placed.status,
                placed.sale.net.map(|(net, _)| net),
                placed.sale.net.map(|(_, currency)| currency),
                placed.sale.mark_up,
                placed.sale.rate.map(|rate| rate.to_string()),
                placed.reply_by,
                now
            ]);
        }
    }
    s.execute_each(sql, rows).await?;
    Ok(())
}

/// Adds the tickets of orders.
///
/// # Errors
/// The database's.
pub async fn insert_tickets(s: &Session, orders: &[NewOrder<'_>], now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO tickets (id, order_id, position, channel_ticket_code, status, updated_at)
        SELECT k.id, k.order_id, k.position, k.channel_ticket_code, k.status, k.at
        FROM {{k(id uuid, order_id uuid, position int, channel_ticket_code text, status int, at instant)}}";
    let mut rows: Vec<[Value; 6]> = Vec::new();
    for line in orders.iter().flat_map(|new| &new.lines) {
        for ((position, id), asked) in (0i64..).zip(&line.tickets).zip(&line.asked.tickets) {
            rows.push(params![id, line.id, position, asked.channel_ticket_code, TicketStatus::New, now]);
        }
    }
    s.execute_each(sql, rows).await?;
    Ok(())
}

/// What a stored order answered when it was placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstAnswer {
    /// The order.
    pub channel_order: ChannelOrderId,
    /// Its options, in order, as they were placed.
    pub lines: Vec<FirstLine>,
}

/// One option of a [`FirstAnswer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstLine {
    /// Its id.
    pub id: OrderId,
    /// The option.
    pub option: axhub_domain::ids::OptionId,
    /// The stock row.
    pub stock: axhub_domain::ids::StockId,
    /// Its start.
    pub inventory_at: Timestamp,
    /// Its local date.
    pub date: Date,
    /// Its state when it was placed.
    pub placed_status: axhub_domain::state::OrderStatus,
    /// Its tickets.
    pub tickets: Vec<TicketId>,
}

/// What these orders answered when they were placed.
///
/// # Errors
/// The database's.
pub async fn first_answers(s: &Session, orders: &[ChannelOrderId]) -> Result<Vec<FirstAnswer>> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT o.channel_order_id, o.id, o.option_id, o.stock_id, o.inventory_at, o.date, o.placed_status, t.id
        FROM orders o JOIN tickets t ON t.order_id = o.id
        WHERE o.channel_order_id = ANY($1) ORDER BY o.channel_order_id, o.position, t.position";
    let mut answers: Vec<FirstAnswer> = Vec::new();
    for row in s.query(sql, &params![orders]).await? {
        let mut r = row.reader();
        let channel_order = r.take()?;
        let line = FirstLine {
            id: r.take()?,
            option: r.take()?,
            stock: r.take()?,
            inventory_at: r.take()?,
            date: r.take()?,
            placed_status: r.take()?,
            tickets: vec![r.take()?],
        };
        match answers.last_mut() {
            Some(answer) if answer.channel_order == channel_order => answer.add(line),
            _ => answers.push(FirstAnswer { channel_order, lines: vec![line] }),
        }
    }
    Ok(answers)
}

impl FirstAnswer {
    /// A further ticket of the last line, or a further line.
    fn add(&mut self, line: FirstLine) {
        match self.lines.last_mut() {
            Some(last) if last.id == line.id => last.tickets.extend(line.tickets),
            _ => self.lines.push(line),
        }
    }
}
