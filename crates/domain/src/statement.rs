//! Statements: what happened in a month with the tickets that a channel sold of a supplier, and what that adds up to.
//!
//! A statement shows every ticket as it was when the month ended, so it says the same whenever it is made. It is a document
//! in the words of the API, because a closed one is kept as it was, to the byte. Nobody's name is in it.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::ids::{OptionId, OrderId, ProductId, TicketId};
use crate::inventory::UNDATED;
use crate::money::{Currency, Money};
use crate::month::{Month, Period};
use crate::pricing::MarkUp;
use crate::product::ProductKind;
use crate::state::TicketStatus;
use crate::time::format_instant;

/// A ticket with everything that ever happened to it.
#[derive(Clone, Debug)]
pub struct SoldTicket {
    /// Its code.
    pub ticket: TicketId,
    /// The channel's code of it.
    pub channel_ticket_code: Option<String>,
    /// Its order.
    pub order: OrderId,
    /// The channel's code of that.
    pub channel_order_code: String,
    /// The product, its kind, and its name when it was sold.
    pub product: (ProductId, ProductKind, String),
    /// The option, and its name when it was sold.
    pub option: (OptionId, String),
    /// The local date and start time.
    pub starts: (Date, Time),
    /// When it was sold.
    pub sold_at: Timestamp,
    /// The supplier's price of a unit, and in which currency; unknown of what was sold before the hub kept it.
    pub net: Option<(Money, Currency)>,
    /// The channel's mark-up.
    pub mark_up: Option<MarkUp>,
    /// The rate from the net price's currency to the order's; none when they are the same, or no rate was in force.
    pub rate: Option<String>,
    /// What the channel's customer paid for a unit.
    pub selling: (Money, Currency),
    /// When the channel reported a refund, and of how much.
    pub refund: Option<(Timestamp, Money)>,
    /// The changes of its state, oldest first.
    pub history: Vec<TicketEvent>,
}

/// A change of a ticket's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketEvent {
    /// When.
    pub at: Timestamp,
    /// Into which state.
    pub to: TicketStatus,
    /// Who did it: `channel`, `supplier` or `hub`.
    pub by: String,
}

/// What a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The channel's code.
    pub channel_code: String,
    /// The supplier's code.
    pub supplier_code: String,
    /// The month.
    pub month: Month,
    /// The IANA name of the zone in which months are counted.
    pub time_zone: String,
    /// From when to when it goes.
    pub period: Period,
}

/// A month of a channel with a supplier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The channel.
    pub channel_code: String,
    /// The supplier.
    pub supplier_code: String,
    /// The month.
    pub month: Month,
    /// The IANA name of the zone in which months are counted.
    pub time_zone: String,
    /// The first instant of the month.
    pub from: String,
    /// The first instant after it.
    pub to: String,
    /// Whether it is closed, and so never changes.
    pub is_closed: bool,
    /// The sums, one for each pair of currencies.
    pub totals: Vec<Total>,
    /// One for each ticket with which something happened in the month, in the order in which they were sold.
    pub lines: Vec<Line>,
}

/// A ticket with which something happened in the month, as it was when the month ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the API's, which describes them")]
pub struct Line {
    pub ax_ticket_code: TicketId,
    pub channel_ticket_code: Option<String>,
    pub ax_order_code: OrderId,
    pub channel_order_code: String,
    pub product_code: ProductId,
    pub product_name: String,
    pub option_code: OptionId,
    pub option_name: String,
    pub date: Option<String>,
    pub start_time: Option<String>,
    pub ticket_status: TicketStatus,
    pub events: Vec<Happened>,
    pub sold_at: String,
    pub canceled_at: Option<String>,
    pub canceled_by: Option<String>,
    pub refunded_at: Option<String>,
    pub refund_amount: Option<Money>,
    pub redeemed_at: Option<String>,
    pub unit_net: Option<Money>,
    pub net_currency: Option<Currency>,
    pub mark_up: Option<String>,
    pub rate: Option<String>,
    pub unit_selling_price: Money,
    pub currency: Currency,
}

/// What can happen with a ticket in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Happened {
    /// It was sold.
    Sold,
    /// It was cancelled or rejected, by whomever.
    Canceled,
    /// The channel reported what it gave back.
    Refunded,
    /// It was used.
    Redeemed,
}

impl Happened {
    /// The word in documents.
    pub const fn word(self) -> &'static str {
        match self {
            Happened::Sold => "sold",
            Happened::Canceled => "canceled",
            Happened::Refunded => "refunded",
            Happened::Redeemed => "redeemed",
        }
    }
}

/// What the tickets of one pair of currencies add up to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// The currency of the net prices; unknown of what was sold before the hub kept it.
    pub net_currency: Option<Currency>,
    /// The currency of the selling prices.
    pub currency: Currency,
    /// What was sold in the month.
    pub sold: Sums,
    /// What was cancelled in the month, whenever it was sold.
    pub canceled: Sums,
    /// What the channel gave back for in the month.
    pub refunded: Sums,
    /// How much the channel gave back, which may be less than the prices.
    pub refund_amount: Sum,
    /// What was redeemed in the month.
    pub redeemed: Sums,
}

/// How many tickets, and what their prices add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// How many tickets.
    pub count: u64,
    /// Σ net price.
    pub net: Sum,
    /// Σ selling price.
    pub selling: Sum,
}

/// A sum of amounts, which may be larger than any one amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sum(i128);

impl Sum {
    /// The sum with one amount more.
    #[must_use]
    pub fn plus(self, amount: Money) -> Sum {
        Sum(self.0.saturating_add(i128::from(amount.parts())))
    }
}

impl fmt::Display for Sum {
    /// Five decimal places, as an amount.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let parts = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:05}", parts / 100_000, parts % 100_000)
    }
}

impl Serialize for Sum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = text.split_once('.').filter(|(_, fraction)| fraction.len() == 5).map(|(whole, fraction)| format!("{whole}{fraction}"));
        parts.and_then(|parts| parts.parse().ok()).map(Sum).ok_or_else(|| serde::de::Error::custom("not a sum of amounts"))
    }
}

/// What names exactly this document: its SHA-256 in hexadecimal digits.
pub fn digest(document: &str) -> String {
    Sha256::digest(document).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Statement {
    /// The statement of a month, from all tickets with which something may have happened in it, in the order in which they
    /// were sold.
    pub fn make(head: Head, is_closed: bool, tickets: impl IntoIterator<Item = SoldTicket>) -> Statement {
        let lines: Vec<Line> = tickets.into_iter().filter_map(|ticket| line(ticket, head.period)).collect();
        Statement {
            channel_code: head.channel_code,
            supplier_code: head.supplier_code,
            month: head.month,
            time_zone: head.time_zone,
            from: format_instant(head.period.from),
            to: format_instant(head.period.to),
            is_closed,
            totals: totals(&lines),
            lines,
        }
    }
}

/// What a ticket's history comes to.
#[derive(Default)]
struct Outcome {
    canceled: Option<TicketEvent>,
    redeemed_at: Option<Timestamp>,
}

/// A redemption that was undone has never happened, whenever that was: it can only be undone before a month is settled.
fn outcome(history: &[TicketEvent]) -> Outcome {
    let mut outcome = Outcome::default();
    for event in history {
        match event.to {
            TicketStatus::New => outcome.redeemed_at = None,
            TicketStatus::Used => outcome.redeemed_at = Some(event.at),
            TicketStatus::TravelerCanceled | TicketStatus::SupplierCanceled => outcome.canceled = Some(event.clone()),
        }
    }
    outcome
}

/// The line of a ticket; none when nothing happened with it in the period.
fn line(sold: SoldTicket, period: Period) -> Option<Line> {
    let Outcome { canceled, redeemed_at } = outcome(&sold.history);
    // What comes after the end is no business of this month.
    let canceled = canceled.filter(|event| event.at < period.to);
    let redeemed_at = redeemed_at.filter(|at| *at < period.to);
    let refund = sold.refund.filter(|(at, _)| *at < period.to);
    let happened = [
        (Happened::Sold, Some(sold.sold_at)),
        (Happened::Canceled, canceled.as_ref().map(|event| event.at)),
        (Happened::Refunded, refund.map(|(at, _)| at)),
        (Happened::Redeemed, redeemed_at),
    ];
    let in_period = |(what, at): (Happened, Option<Timestamp>)| at.is_some_and(|at| period.contains(at)).then_some(what);
    let events: Vec<Happened> = happened.into_iter().filter_map(in_period).collect();
    if events.is_empty() {
        return None;
    }
    let ticket_status = match (&canceled, redeemed_at) {
        (Some(event), _) => event.to,
        (None, Some(_)) => TicketStatus::Used,
        (None, None) => TicketStatus::New,
    };
    let (product_code, kind, product_name) = sold.product;
    let (option_code, option_name) = sold.option;
    let (date, start_time) = sold.starts;
    Some(Line {
        ax_ticket_code: sold.ticket,
        channel_ticket_code: sold.channel_ticket_code,
        ax_order_code: sold.order,
        channel_order_code: sold.channel_order_code,
        product_code,
        product_name,
        option_code,
        option_name,
        date: (date != UNDATED).then(|| date.to_string()),
        start_time: (kind == ProductKind::Tour).then(|| start_time.strftime("%H:%M").to_string()),
        ticket_status,
        events,
        sold_at: format_instant(sold.sold_at),
        canceled_at: canceled.as_ref().map(|event| format_instant(event.at)),
        canceled_by: canceled.map(|event| event.by),
        refunded_at: refund.map(|(at, _)| format_instant(at)),
        refund_amount: refund.map(|(_, amount)| amount),
        redeemed_at: redeemed_at.map(format_instant),
        unit_net: sold.net.map(|(net, _)| net),
        net_currency: sold.net.map(|(_, currency)| currency),
        mark_up: sold.mark_up.map(|mark_up| mark_up.to_string()),
        rate: sold.rate,
        unit_selling_price: sold.selling.0,
        currency: sold.selling.1,
    })
}

fn totals(lines: &[Line]) -> Vec<Total> {
    let mut totals = BTreeMap::<(Option<Currency>, Currency), Total>::new();
    for line in lines {
        let (net_currency, currency) = (line.net_currency, line.currency);
        let total = totals.entry((net_currency, currency)).or_insert_with(|| Total {
            net_currency,
            currency,
            sold: Sums::default(),
            canceled: Sums::default(),
            refunded: Sums::default(),
            refund_amount: Sum::default(),
            redeemed: Sums::default(),
        });
        for event in &line.events {
            let sums = match event {
                Happened::Sold => &mut total.sold,
                Happened::Canceled => &mut total.canceled,
                Happened::Refunded => &mut total.refunded,
                Happened::Redeemed => &mut total.redeemed,
            };
            sums.count += 1;
            sums.net = sums.net.plus(line.unit_net.unwrap_or_default());
            sums.selling = sums.selling.plus(line.unit_selling_price);
        }
        if line.events.contains(&Happened::Refunded) {
            total.refund_amount = total.refund_amount.plus(line.refund_amount.unwrap_or_default());
        }
    }
    totals.into_values().collect()
}

#[cfg(test)]
#[path = "statement_tests.rs"]
mod tests;
