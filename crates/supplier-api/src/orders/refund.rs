//! What a channel gave back for a ticket.

use axhub_domain::money::{Currency, Money};
use axhub_domain::refund::RefundPolicy;
use axhub_domain::time::format_instant;
use axhub_hub::refunds;
use serde::Serialize;
use utoipa::ToSchema;

use crate::words;

/// What a channel gave back for a ticket, beside what its policy would have given.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierRefund)]
pub struct Refund {
    /// What was given back.
    #[schema(value_type = String, pattern = "^[0-9]+\\.[0-9]{5}$")]
    pub amount: Money,
    /// The currency of both amounts.
    #[schema(value_type = words::Currency)]
    pub currency: Currency,
    /// When the ticket was cancelled at the channel.
    #[schema(format = DateTime)]
    pub canceled_at: String,
    /// When the money was given back.
    #[schema(format = DateTime)]
    pub refunded_at: String,
    /// By which policy: percent, and the least days before use for which it holds.
    #[schema(value_type = BTreeMap<String, u32>)]
    pub policy: RefundPolicy,
    /// Whole days from the cancellation to the date of use, both in the product's time zone; below 0 after it. Null for what
    /// has no date.
    #[schema(required)]
    pub days_before: Option<i64>,
    /// The percent that the policy yields for so many days; null for what has no date.
    #[schema(required, minimum = 0, maximum = 100)]
    pub policy_percent: Option<u32>,
    /// That percent of what the ticket cost; null for what has no date.
    #[schema(required, value_type = Option<String>, pattern = "^[0-9]+\\.[0-9]{5}$")]
    pub policy_amount: Option<Money>,
    /// Whether something else was given back than the policy yields. A channel may be generous; it is only a warning. Never for
    /// what has no date.
    pub differs: bool,
}

impl From<&refunds::Refund> for Refund {
    fn from(refund: &refunds::Refund) -> Self {
        let (report, by_policy) = (&refund.report, refund.by_policy);
        Refund {
            amount: report.amount,
            currency: refund.currency,
            canceled_at: format_instant(report.canceled_at),
            refunded_at: format_instant(report.refunded_at),
            policy: report.policy.clone(),
            days_before: by_policy.map(|yielded| yielded.days_before),
            policy_percent: by_policy.map(|yielded| yielded.percent),
            policy_amount: by_policy.map(|yielded| yielded.amount),
            differs: by_policy.is_some_and(|yielded| yielded.differs),
        }
    }
}
