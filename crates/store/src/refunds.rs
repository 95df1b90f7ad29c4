//! Refunds that channels reported, one per ticket.

use axhub_domain::ids::{OrderId, TicketId};
use axhub_domain::money::{Currency, Money};
use axhub_domain::refund::{RefundByPolicy, RefundPolicy, RefundReport};
use jiff::Timestamp;

use crate::engine::Session;
use crate::error::Result;
use crate::params;
use crate::products::{from_json, to_json};

/// A refund as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// The ticket.
    pub ticket: TicketId,
    /// Its order.
    pub order: OrderId,
    /// What the channel reported.
    pub report: RefundReport,
    /// In which currency.
    pub currency: Currency,
    /// What its policy would have given; nothing for what has no date.
    pub by_policy: Option<RefundByPolicy>,
    /// When it was reported.
    pub created_at: Timestamp,
}

/// Adds a refund; `false` when the ticket has one already.
///
/// # Errors
/// The database's.
pub async fn insert(s: &Session, refund: &Refund) -> Result<bool> {
    let sql = "INSERT INTO refunds (ticket_id, order_id, amount, currency, canceled_at, refunded_at, policy, days_before, policy_percent,
            policy_amount, differs, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (ticket_id) DO NOTHING";
    let (r, p) = (&refund.report, refund.by_policy);
    let params = params![
        refund.ticket,
        refund.order,
        r.amount,
        refund.currency,
        r.canceled_at,
        r.refunded_at,
        to_json(&r.policy)?,
        p.map(|p| p.days_before),
        p.map(|p| p.percent),
        p.map(|p| p.amount),
        p.is_some_and(|p| p.differs),
        refund.created_at
    ];
    Ok(s.execute(sql, &params).await? == 1)
}

/// The refunds of an order's tickets.
///
/// # Errors
/// The database's.
pub async fn of_order(s: &Session, order: OrderId) -> Result<Vec<Refund>> {
    let sql = "SELECT r.ticket_id, r.order_id, r.amount, r.canceled_at, r.refunded_at, r.policy, r.currency, r.days_before,
            r.policy_percent, r.policy_amount, r.differs, r.created_at
        FROM refunds r JOIN tickets t ON t.id = r.ticket_id WHERE r.order_id = $1 ORDER BY t.position";
    let mut refunds = Vec::new();
    for row in s.query(sql, &params![order]).await? {
        let mut r = row.reader();
        let (ticket, order, amount): (_, _, Money) = (r.take()?, r.take()?, r.take()?);
        let (canceled_at, refunded_at) = (r.take()?, r.take()?);
        let policy: RefundPolicy = from_json(r.take()?)?;
        let currency = r.take()?;
        let (days_before, percent, yielded, differs): (Option<i64>, Option<u32>, Option<Money>, bool) =
            (r.take()?, r.take()?, r.take()?, r.take()?);
        // The schema has all three or none.
        let by_policy = days_before.zip(percent).zip(yielded);
        refunds.push(Refund {
            ticket,
            order,
            report: RefundReport { amount, canceled_at, refunded_at, policy },
            currency,
            by_policy: by_policy.map(|((days_before, percent), amount)| RefundByPolicy { days_before, percent, amount, differs }),
            created_at: r.take()?,
        });
    }
    Ok(refunds)
}
