//! What happened to orders, and what the feed of changes and the audit log tell of it.
//!
//! The orders are gone through once, each with its history, then the feed and the log. Where they do not agree, once more.

use axhub_domain::ids::{ChannelId, OrderId, ProductId, TicketId};
use axhub_domain::state::{OrderStatus, TicketStatus};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::Check;
use super::findings::Findings;
use super::history::{Moment, moments, path_fault, state_fault};
use super::since::Since;
use super::tally::{Closer, Difference, Item, Side, Sink, Tally};
use super::walk::{self, Order};
use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;

/// The rules that are judged here.
pub(super) const RULES: [(&str, &str); 4] = [
    (
        "order-paths",
        "Every order came to its state, and its tickets to theirs, by steps that the table of states allows to those who took them.",
    ),
    ("order-states", "An order and its tickets are in the states, and changed at the times, that their last events say."),
    ("feed-orders", "The feed tells every change of an order once, with the states that it led to."),
    ("audit-orders", "The audit log has every change of an order that a supplier or the hub made, once."),
];

/// How many rows of the feed or the log are read at a time.
const PAGE: i64 = 5_000;

/// What is done to orders, by the words of their histories and of the audit log.
const NOTED: [(&str, &str); 8] = [
    ("acknowledge", "order.acknowledge"),
    ("confirm", "order.confirm"),
    ("reject", "order.reject"),
    ("cancel", "order.cancel"),
    ("comment", "order.comment"),
    ("cancel-ticket", "ticket.cancel"),
    ("redeem", "ticket.redeem"),
    ("undo-redemption", "ticket.undo-redemption"),
];

pub(super) async fn check(s: &Session) -> Result<Vec<Check>> {
    let since = Since::read(s).await?;
    let (mut paths, mut states) = (Findings::default(), Findings::default());
    let (mut feed, mut log) = (Tally::new(), Tally::new());
    let judge = |order: &Order| {
        if let Some(why) = path_fault(order) {
            paths.add(|| format!("order {}: {why}", order.id));
        }
        if let Some(why) = state_fault(order) {
            states.add(|| format!("order {}: {why}", order.id));
        }
        add(&since, order, &mut feed, &mut log);
    };
    let orders = walk::orders(s, judge).await?;
    let mut of_feed = Findings::default();
    let changes = read_feed(s, &mut feed, &mut of_feed).await?;
    let entries = read_log(s, &mut log).await?;

    let (mut feed, mut log) = (feed.closer(), log.closer());
    if feed.is_some() || log.is_some() {
        walk::orders(s, |order| add(&since, order, &mut feed, &mut log)).await?;
        read_feed(s, &mut feed, &mut Findings::default()).await?;
        read_log(s, &mut log).await?;
    }
    let mut of_log = Findings::default();
    add_differences(&mut of_feed, feed.as_ref(), "order", "the feed");
    add_differences(&mut of_log, log.as_ref(), "order or ticket", "the audit log");
    let found = [(orders, paths), (orders, states), (changes, of_feed), (entries, of_log)];
    Ok(RULES.into_iter().zip(found).map(|((name, rule), (rows, findings))| Check::new(name, rule, rows, findings)).collect())
}

/// Adds what an order's history says that the feed and the log must tell.
fn add(since: &Since, order: &Order, feed: &mut impl Sink, log: &mut impl Sink) {
    for moment in moments(order) {
        if since.feed_must_tell(moment.at) {
            feed.add(Side::History, &told(order, &moment));
        }
        if since.log_must_tell(moment.at)
            && let Some(item) = noted(order, &moment)
        {
            log.add(Side::History, &item);
        }
    }
}

/// What the feed says of an order: whose, of what, and the states of it and its tickets.
type Says = (ChannelId, ProductId, i64, Vec<(TicketId, i64)>);

fn told(order: &Order, moment: &Moment<'_>) -> Item {
    let tickets = order.tickets.iter().map(|ticket| ticket.id).zip(moment.tickets.iter().copied()).collect();
    let says: Says = (order.channel, order.product, moment.status, tickets);
    Item::new(order.id.0, moment.at, &says)
}

/// The entry that the audit log has of something; none when the channel did it, whose actions only the history keeps.
fn noted(order: &Order, moment: &Moment<'_>) -> Option<Item> {
    let first = &moment.events[0];
    if first.actor == "channel" {
        return None;
    }
    let (_, word) = NOTED.iter().find(|(action, _)| *action == first.action)?;
    let ticket = moment.events.iter().find_map(|event| event.ticket).filter(|_| word.starts_with("ticket."));
    Some(Item::new(ticket.map_or(order.id.0, |ticket| ticket.0), moment.at, word))
}

/// An order in the feed: what is held against its history, and what its readers are told besides.
#[derive(Deserialize)]
struct OrderChange {
    order: OrderId,
    #[serde(rename = "channel_order_code")]
    _channel_order_code: String,
    #[serde(rename = "dialect")]
    _dialect: String,
    status: OrderStatus,
    tickets: Vec<(TicketId, TicketStatus)>,
    #[serde(rename = "comment", default)]
    _comment: Option<String>,
    updated_at: Timestamp,
}

/// Adds what the feed tells of orders; what makes no sense there goes to `nonsense`. Answers how many changes those are.
async fn read_feed(s: &Session, feed: &mut impl Sink, nonsense: &mut Findings) -> Result<u64> {
    let sql = "SELECT seq, channel_id, product_id, data, at FROM changes WHERE seq > $1 AND kind = 'order' ORDER BY seq LIMIT $2";
    let (mut after, mut seen) = (0, 0);
    loop {
        let page = s.query(sql, &params![after, PAGE]).await?;
        let Some(last) = page.last() else { return Ok(seen) };
        after = last.int(0)?;
        seen += page.len() as u64;
        for row in &page {
            match change_item(row)? {
                Some(item) => feed.add(Side::Told, &item),
                None => nonsense.add(|| format!("feed: a change of {} makes no sense", row.get::<Timestamp>(4).unwrap_or_default())),
            }
        }
    }
}

fn change_item(row: &Row) -> Result<Option<Item>> {
    let (channel, product): (Option<ChannelId>, ProductId) = (row.get(1)?, row.get(2)?);
    let (data, at): (Json, Timestamp) = (row.get(3)?, row.get(4)?);
    let change: Option<OrderChange> = serde_json::from_value(data).ok();
    let whole = channel.zip(change.filter(|change| change.updated_at == at));
    Ok(whole.map(|(channel, change)| {
        let tickets = change.tickets.iter().map(|(id, status)| (*id, i64::from(status.digit()))).collect();
        let says: Says = (channel, product, i64::from(change.status.digit()), tickets);
        Item::new(change.order.0, at, &says)
    }))
}

/// Adds what the audit log tells of orders. Answers how many entries those are.
async fn read_log(s: &Session, log: &mut impl Sink) -> Result<u64> {
    let sql = "SELECT id, at, action, object_code FROM audit_log WHERE id > $1 AND action = ANY($2) ORDER BY id LIMIT $3";
    let words = NOTED.map(|(_, word)| word).to_vec();
    let (mut after, mut seen) = (Uuid::nil(), 0);
    loop {
        let page = s.query(sql, &params![after, words, PAGE]).await?;
        let Some(last) = page.last() else { return Ok(seen) };
        after = last.get(0)?;
        seen += page.len() as u64;
        for row in &page {
            let (action, code): (String, String) = (row.get(2)?, row.get(3)?);
            // A code that is none is an entry that is missing where it should be.
            let code = Uuid::parse_str(&code).unwrap_or_default();
            log.add(Side::Told, &Item::new(code, row.get(1)?, &action.as_str()));
        }
    }
}

fn add_differences(findings: &mut Findings, closer: Option<&Closer>, what: &str, teller: &str) {
    let Some(closer) = closer else { return };
    for (code, at, difference) in closer.differences() {
        findings.add(|| match difference {
            Difference::NotTold => format!("{what} {code}: {teller} does not tell what happened at {at}"),
            Difference::OnlyTold => format!("{what} {code}: {teller} tells of {at}, when nothing happened"),
            Difference::ToldOtherwise => format!("{what} {code}: {teller} tells otherwise, or twice, what happened at {at}"),
        });
    }
    // Each of these has one at least.
    findings.found += closer.left_out as u64;
}
