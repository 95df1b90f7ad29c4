//! The document of a statement as the API description tells it. What is sent is made by [`axhub_domain::statement`], which
//! has the same members; the tests hold one against the other.

use axhub_domain::ids::{OptionId, OrderId, ProductId, TicketId};
use axhub_domain::money::{Currency, Money};
use axhub_domain::month::Month;
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::ProductKind;
use axhub_domain::state::TicketStatus;
use axhub_domain::statement::{Head, SoldTicket, Statement, TicketEvent};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A month of a channel with a supplier. Nobody's name is in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorStatement)]
pub struct StatementDocument {
    /// The channel.
    #[schema(example = "hanatrip")]
    pub channel_code: String,
    /// The supplier.
    #[schema(example = "lumiere")]
    pub supplier_code: String,
    /// The month.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}$", example = "2026-07")]
    pub month: String,
    /// The IANA name of the zone in which months are counted: the setting `statement_time_zone`.
    #[schema(example = "Asia/Seoul")]
    pub time_zone: String,
    /// The first instant of the month.
    #[schema(format = DateTime)]
    pub from: String,
    /// The first instant after it.
    #[schema(format = DateTime)]
    pub to: String,
    /// Whether it is closed. A closed statement never changes.
    pub is_closed: bool,
    /// The sums, one for each pair of currencies.
    pub totals: Vec<StatementTotal>,
    /// One for each ticket with which something happened in the month, in the order in which they were sold.
    pub lines: Vec<StatementLine>,
}

/// A ticket with which something happened in the month, as it was when the month ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorStatementLine)]
pub struct StatementLine {
    /// The ticket.
    pub ax_ticket_code: Uuid,
    /// The channel's own code of it, when it sent one.
    #[schema(required)]
    pub channel_ticket_code: Option<String>,
    /// The order of one option.
    pub ax_order_code: Uuid,
    /// The channel's own code of the whole order.
    pub channel_order_code: String,
    /// The product.
    pub product_code: Uuid,
    /// What it was called when the ticket was sold.
    pub product_name: String,
    /// The option.
    pub option_code: Uuid,
    /// What it was called when the ticket was sold.
    pub option_name: String,
    /// The local date of use; null for undated tickets.
    #[schema(required, format = Date)]
    pub date: Option<String>,
    /// The local start time; null for what has none.
    #[schema(required)]
    pub start_time: Option<String>,
    /// Its state: `New`, `Used`, `Traveler canceled` or `Supplier canceled`.
    pub ticket_status: String,
    /// What happened with it in this month: `sold`, `canceled`, `refunded`, `redeemed`.
    pub events: Vec<String>,
    /// When it was sold: when the order was placed.
    #[schema(format = DateTime)]
    pub sold_at: String,
    /// When it was cancelled or its order rejected; null when it is not.
    #[schema(required, format = DateTime)]
    pub canceled_at: Option<String>,
    /// Who did that: `channel`, `supplier` or `hub`.
    #[schema(required)]
    pub canceled_by: Option<String>,
    /// When the channel reported what it gave back; null when it has not.
    #[schema(required, format = DateTime)]
    pub refunded_at: Option<String>,
    /// How much that was, in the order's currency.
    #[schema(required)]
    pub refund_amount: Option<String>,
    /// When it was used; null when it is not, or the use was undone.
    #[schema(required, format = DateTime)]
    pub redeemed_at: Option<String>,
    /// The supplier's price of a unit when it was sold; null when it had none.
    #[schema(required)]
    pub unit_net: Option<String>,
    /// The currency of that.
    #[schema(required)]
    pub net_currency: Option<String>,
    /// The channel's mark-up when it was sold: `1.12000` is +12 %.
    #[schema(required)]
    pub mark_up: Option<String>,
    /// The rate from `net_currency` to `currency` when it was sold, with all its places; null when they are the same, or no
    /// rate was in force.
    #[schema(required)]
    pub rate: Option<String>,
    /// What the channel sold a unit for.
    pub unit_selling_price: String,
    /// The currency of the order: `KRW` or `USD`.
    pub currency: String,
}

/// What the tickets of one pair of currencies add up to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorStatementTotal)]
pub struct StatementTotal {
    /// The currency of the net prices; null of tickets without one.
    #[schema(required)]
    pub net_currency: Option<String>,
    /// The currency of the selling prices.
    pub currency: String,
    /// What was sold in the month.
    pub sold: StatementSums,
    /// What was cancelled in the month, whenever it was sold.
    pub canceled: StatementSums,
    /// What a refund was reported of in the month.
    pub refunded: StatementSums,
    /// How much was given back for that, which may be less than the selling prices.
    pub refund_amount: String,
    /// What was redeemed in the month, whenever it was sold.
    pub redeemed: StatementSums,
}

/// How many tickets, and what their prices add up to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorStatementSums)]
pub struct StatementSums {
    /// How many tickets.
    pub count: u64,
    /// Σ `unit_net`.
    pub net: String,
    /// Σ `unit_selling_price`.
    pub selling: String,
}

/// A statement for the description: one ticket sold and used, one cancelled and given back.
pub(crate) fn sample() -> Statement {
    let id = |n: u128| Uuid::from_u128(0x018f_4e2a_7b3c_7d4e_8f5a_6b7c_8d9e_0f00 + n);
    let at = |seconds| Timestamp::constant(seconds, 0);
    let ticket = |n: u128, to, history_at| SoldTicket {
        ticket: TicketId(id(n)),
        channel_ticket_code: Some(format!("HT-20260702-1-{n}")),
        order: OrderId(id(0x10)),
        channel_order_code: "HT-20260702-1".to_owned(),
        product: (ProductId(id(0x20)), ProductKind::Tour, "Paris walk".to_owned()),
        option: (OptionId(id(0x30)), "Adult".to_owned()),
        starts: (Date::constant(2026, 7, 14), Time::constant(9, 0, 0, 0)),
        // 2026-07-02T01:00:00Z
        sold_at: at(1_782_954_000),
        net: Some((Money::from_parts(7_500_000), Currency::Usd)),
        mark_up: Some(MarkUp(112_000)),
        rate: Some("1380.5".to_owned()),
        selling: (Money::from_parts(11_596_200_000), Currency::Krw),
        refund: (to == TicketStatus::TravelerCanceled).then(|| (at(history_at + 60), Money::from_parts(5_798_100_000))),
        history: vec![TicketEvent { at: at(history_at), to, by: if to == TicketStatus::Used { "supplier" } else { "channel" }.to_owned() }],
    };
    let month = Month::of(at(1_782_954_000), &TimeZone::UTC);
    let head = Head {
        channel_code: "hanatrip".to_owned(),
        supplier_code: "lumiere".to_owned(),
        month,
        time_zone: "UTC".to_owned(),
        period: month.period(&TimeZone::UTC),
    };
    Statement::make(head, true, [ticket(1, TicketStatus::Used, 1_784_012_400), ticket(2, TicketStatus::TravelerCanceled, 1_783_000_000)])
}
