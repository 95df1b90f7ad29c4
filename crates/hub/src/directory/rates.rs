//! Exchange rates, as operators set them: each holds from an instant on, and what held in the past never changes.

use axhub_domain::decimal::{MAX_RATE, rate_text};
use axhub_domain::money::Currency;
use axhub_domain::pricing::ExchangeRate;
use axhub_domain::refusal::{FieldError, Reason};
use axhub_store::{Mode, rates};
use jiff::Timestamp;
use serde_json::json;

use super::lists::cut;
use crate::audit::{Note, note};
use crate::{ByOperator, Error, Hub, Page, Paged, Result};

/// A rate to be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewRate {
    /// The currency of which there is one.
    pub base: Currency,
    /// The currency it is worth.
    pub quote: Currency,
    /// In 1/100 000 000.
    pub rate: i64,
    /// From when on; now when `None`.
    pub valid_from: Option<Timestamp>,
}

/// A rate as lists show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedRate {
    /// The rate.
    pub rate: ExchangeRate,
    /// Whether it holds now: the newest of its pair that has come into force.
    pub is_in_force: bool,
}

/// Which rates are wanted; all where `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateFilter {
    /// Only of this base.
    pub base: Option<Currency>,
    /// Only into this currency.
    pub quote: Option<Currency>,
    /// Only those that hold now, or only those that do not.
    pub is_in_force: Option<bool>,
}

/// Sets a rate. One that was planned for the same instant is replaced.
///
/// # Errors
/// Every wrong field; among them an instant that has passed, since it would change what was.
pub async fn add_rate(hub: &Hub, by: ByOperator, new: NewRate) -> Result<ListedRate> {
    let now = hub.now();
    let valid_from = new.valid_from.unwrap_or(now);
    let faults = faults(&new, valid_from < now);
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let rate = ExchangeRate { base: new.base, quote: new.quote, valid_from, rate: new.rate };
    let ids = hub.clone();
    hub.database()
        .run("rate.add", Mode::Write, by, move |s, by| {
            let ids = ids.clone();
            Box::pin(async move {
                let all = rates::all(s).await?;
                let of_instant = |known: &&ExchangeRate| (known.base, known.quote, known.valid_from) == (rate.base, rate.quote, valid_from);
                let before = all.iter().find(of_instant).map(|known| known.rate);
                if before != Some(rate.rate) {
                    super::store_rates(s, &[rate], now).await?;
                    let details = json!({
                        "rate": rate_text(rate.rate),
                        "valid_from": axhub_domain::time::format_instant(valid_from),
                        "from": before.map(rate_text),
                    });
                    let pair = format!("{}/{}", rate.base, rate.quote);
                    note(s, vec![Note::by_operator(&ids, by, "rate.set", "rate", pair).with(details)], now).await?;
                }
                Ok::<_, Error>(ListedRate { rate, is_in_force: rate.is_in_force(now) })
            })
        })
        .await
}

/// A page of the rates, the one that holds from the latest on first.
///
/// # Errors
/// The database's.
pub async fn list_rates(hub: &Hub, filter: RateFilter, page: Page) -> Result<Paged<ListedRate>> {
    let now = hub.now();
    let all =
        hub.database().run("rate.list", Mode::Read, (), |s, ()| Box::pin(async move { Ok::<_, Error>(rates::all(s).await?) })).await?;
    let is_wanted = |listed: &ListedRate| {
        filter.base.is_none_or(|base| base == listed.rate.base)
            && filter.quote.is_none_or(|quote| quote == listed.rate.quote)
            && filter.is_in_force.is_none_or(|wanted| wanted == listed.is_in_force)
    };
    Ok(cut(listed(&all, now).into_iter().filter(is_wanted).collect(), page))
}

/// Rates, newest first, and which of them hold.
fn listed(all: &[ExchangeRate], now: Timestamp) -> Vec<ListedRate> {
    let mut in_force: Vec<(Currency, Currency)> = Vec::new();
    let mut listed = Vec::with_capacity(all.len());
    for rate in all {
        let is_in_force = rate.is_in_force(now) && !in_force.contains(&(rate.base, rate.quote));
        if is_in_force {
            in_force.push((rate.base, rate.quote));
        }
        listed.push(ListedRate { rate: *rate, is_in_force });
    }
    listed
}

fn faults(new: &NewRate, is_past: bool) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if new.base == new.quote {
        let choices = Currency::ALL.iter().filter(|currency| **currency != new.base).map(ToString::to_string).collect();
        faults.push(FieldError::new("quote", Reason::NotAChoice { value: new.quote.to_string(), choices }));
    }
    if new.rate < 1 {
        faults.push(FieldError::new("rate", Reason::NotPositive));
    } else if new.rate / 100_000_000 > MAX_RATE {
        faults.push(FieldError::new("rate", Reason::TooLarge { max: MAX_RATE }));
    }
    if is_past {
        faults.push(FieldError::new("valid_from", Reason::InThePast));
    }
    faults
}
