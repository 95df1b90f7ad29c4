//! Refunds that a channel reports, and the policy it reports with them (contract 7, "report a refund").

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::inventory::UNDATED;
use crate::money::{Currency, Money};
use crate::number::without_zero_fraction;
use crate::refusal::Reason;

/// How much is given back when: percent → the least days before use for which it holds.
///
/// `{"0": "1", "50": "3", "100": "7"}` gives all back up to 7 days before, half from 3 on, nothing from 1 on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RefundPolicy {
    days_by_percent: BTreeMap<u32, u32>,
}

/// The most days before use that a policy may name: ten years.
pub const MAX_POLICY_DAYS: u32 = 3_660;

impl RefundPolicy {
    /// Reads any published spelling: percents with and without `%`, days as numbers, digits, or digits with `%`-free
    /// words for day behind them (`7 days`, `7일`).
    ///
    /// # Errors
    /// A percent above 100, days that are no number or below 0, the same percent twice, or more days that give less back.
    pub fn read(sent: &Map<String, Value>) -> Result<RefundPolicy, Reason> {
        if sent.is_empty() {
            return Err(Reason::EmptyList);
        }
        let mut days_by_percent = BTreeMap::new();
        for (percent, days) in sent {
            let percent = read_percent(percent)?;
            let days = read_days(days)?;
            if days_by_percent.insert(percent, days).is_some() {
                return Err(Reason::PolicyPercentRepeated { percent });
            }
        }
        let days: Vec<u32> = days_by_percent.values().copied().collect();
        if days.windows(2).any(|pair| pair[1] < pair[0]) {
            return Err(Reason::PolicyGivesLessForMore);
        }
        Ok(RefundPolicy { days_by_percent })
    }

    /// The percent that is given back so many days before use: the most that those days reach, else nothing.
    pub fn percent_at(&self, days_before: i64) -> u32 {
        let reached = |(_, days): &(&u32, &u32)| i64::from(**days) <= days_before;
        self.days_by_percent.iter().filter(reached).map(|(percent, _)| *percent).max().unwrap_or(0)
    }
}

fn read_percent(text: &str) -> Result<u32, Reason> {
    let digits = text.trim().trim_end_matches('%').trim();
    let percent: u32 = digits.parse().map_err(|_| Reason::NotAnInteger)?;
    if percent > 100 { Err(Reason::TooLarge { max: 100 }) } else { Ok(percent) }
}

fn read_days(value: &Value) -> Result<u32, Reason> {
    let text = match value {
        Value::Number(number) => without_zero_fraction(&number.to_string()).to_owned(),
        Value::String(text) => {
            let text = text.trim();
            let unit = ["days", "day", "일"].into_iter().find_map(|unit| text.strip_suffix(unit));
            unit.unwrap_or(text).trim().to_owned()
        }
        _ => return Err(Reason::NotAnInteger),
    };
    let days: i64 = text.parse().map_err(|_| Reason::NotAnInteger)?;
    match u32::try_from(days) {
        Ok(days) if days <= MAX_POLICY_DAYS => Ok(days),
        Ok(_) => Err(Reason::TooLarge { max: i64::from(MAX_POLICY_DAYS) }),
        Err(_) => Err(Reason::TooSmall { min: 0 }),
    }
}

/// A refund of one ticket as the channel reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundReport {
    /// What was given back.
    pub amount: Money,
    /// When the ticket was cancelled at the channel.
    pub canceled_at: Timestamp,
    /// When the money was given back.
    pub refunded_at: Timestamp,
    /// By which policy.
    pub policy: RefundPolicy,
}

/// What the policy says about a refund, beside what was really given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundByPolicy {
    /// Whole days from the cancellation to the date of use, both in the product's zone; below 0 after it.
    pub days_before: i64,
    /// The percent that the policy yields.
    pub percent: u32,
    /// That percent of what the ticket cost, half-up to the currency's places.
    pub amount: Money,
    /// Whether something else was given back: a channel may be generous, but somebody should see it.
    pub differs: bool,
}

/// What `report`'s policy yields for a ticket of this cost and date of use; nothing where there is no such date, since
/// there are no days before it.
pub fn by_policy(report: &RefundReport, cost: Money, currency: Currency, canceled_on: Date, used_on: Date) -> Option<RefundByPolicy> {
    if used_on == UNDATED {
        return None;
    }
    let days_before = i64::from((used_on - canceled_on).get_days());
    let percent = report.policy.percent_at(days_before);
    let exact = cost.to_decimal() * Decimal::from(percent) / Decimal::ONE_HUNDRED;
    let amount = Money::round(exact, currency).unwrap_or(cost);
    Some(RefundByPolicy { days_before, percent, amount, differs: amount != report.amount })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Result<RefundPolicy, Reason> {
        RefundPolicy::read(value.as_object().unwrap())
    }

    #[test]
    fn every_published_spelling_means_the_same() {
        let published = read(&json!({ "0": "1", "50": "3", "100": "7" })).unwrap();
        for same in [
            json!({ "0%": "1", "50%": "3", "100%": "7" }),
            json!({ "100": 7, "50": 3, "0": 1 }),
            json!({ "100": 7.0, "50": 3, "0": 1.00 }),
            json!({ " 0 %": " 1 ", "50": "3 days", "100": "7일" }),
        ] {
            assert_eq!(read(&same), Ok(published.clone()), "{same}");
        }
    }

    #[test]
    fn the_percent_follows_the_days() {
        let policy = read(&json!({ "0": "1", "50": "3", "100": "7" })).unwrap();
        let percents: Vec<u32> = [-1, 0, 1, 2, 3, 6, 7, 400].map(|days| policy.percent_at(days)).to_vec();
        assert_eq!(percents, [0, 0, 0, 0, 50, 50, 100, 100]);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (policy, reason) in [
            (json!({}), Reason::EmptyList),
            (json!({ "101": "1" }), Reason::TooLarge { max: 100 }),
            (json!({ "-1": "1" }), Reason::NotAnInteger),
            (json!({ "half": "1" }), Reason::NotAnInteger),
            (json!({ "50": "-1" }), Reason::TooSmall { min: 0 }),
            (json!({ "50": 1.5 }), Reason::NotAnInteger),
            (json!({ "50": null }), Reason::NotAnInteger),
            (json!({ "50": "99999" }), Reason::TooLarge { max: 3_660 }),
            (json!({ "50": "3", "50%": "3" }), Reason::PolicyPercentRepeated { percent: 50 }),
            (json!({ "100": "3", "50": "7" }), Reason::PolicyGivesLessForMore),
        ] {
            assert_eq!(read(&policy), Err(reason), "{policy}");
        }
    }

    #[test]
    fn a_generous_channel_is_noticed() {
        let at: Timestamp = "2026-07-01T00:00:00Z".parse().unwrap();
        let policy = read(&json!({ "0": 1, "50": 3, "100": 7 })).unwrap();
        let report =
            |amount: &str| RefundReport { amount: amount.parse().unwrap(), canceled_at: at, refunded_at: at, policy: policy.clone() };
        let cost = "71201".parse().unwrap();
        let yielded = |amount: &str| by_policy(&report(amount), cost, Currency::Krw, date(2026, 7, 1), date(2026, 7, 4)).unwrap();
        assert_eq!(yielded("35601"), RefundByPolicy { days_before: 3, percent: 50, amount: "35601".parse().unwrap(), differs: false });
        assert!(yielded("71201").differs);
        assert_eq!(by_policy(&report("71201"), cost, Currency::Krw, date(2026, 7, 1), UNDATED), None, "no date, no days before it");
    }

    proptest! {
        #[test]
        fn more_days_never_give_less(steps in proptest::collection::btree_map(0u32..=100, 0u32..=400, 1..6), a in -10i64..500, b in -10i64..500) {
            let sent: Map<String, Value> = steps.iter().map(|(percent, days)| (percent.to_string(), json!(days))).collect();
            if let Ok(policy) = RefundPolicy::read(&sent) {
                prop_assert!(policy.percent_at(a.min(b)) <= policy.percent_at(a.max(b)));
            }
        }

        #[test]
        fn any_object_is_read_or_refused(sent in proptest::collection::btree_map("\\PC{0,8}", "\\PC{0,8}", 0..5)) {
            let sent: Map<String, Value> = sent.into_iter().map(|(percent, days)| (percent, json!(days))).collect();
            let _ = RefundPolicy::read(&sent);
        }
    }
}
