//! Which statements there are: closed ones, and months in which something happened.

use std::collections::BTreeMap;

use axhub_domain::month::Month;
use axhub_domain::refusal::{FieldError, Reason};
use axhub_store::Mode;
use axhub_store::statements::{self, MonthOf, StatementFilter};
use jiff::Timestamp;

use super::Closure;
use crate::{Error, Hub, Page, Paged, Result, settings};

/// The most months of one list.
pub const MAX_MONTHS: u32 = 24;

/// How many months a list goes back when nobody says from when.
const USUAL_MONTHS: i32 = 3;

/// Which months are wanted.
#[derive(Clone, Debug, Default)]
pub struct MonthFilter {
    /// The first month; two before the last when `None`.
    pub from: Option<Month>,
    /// The last month; the present one when `None`.
    pub to: Option<Month>,
    /// Only of this channel.
    pub channel: Option<String>,
    /// Only of this supplier.
    pub supplier: Option<String>,
    /// Only closed ones, or only open ones.
    pub is_closed: Option<bool>,
}

/// A month of a channel with a supplier, in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMonth {
    /// Which.
    pub of: MonthOf,
    /// From when on it can be closed.
    pub closes_from: Timestamp,
    /// Whether and how it was closed.
    pub closed: Option<Closure>,
}

/// A page of the months that are closed or in which something happened, the last first.
///
/// # Errors
/// When the months are too many or end before they begin.
pub async fn list(hub: &Hub, filter: MonthFilter, page: Page) -> Result<Paged<ListedMonth>> {
    let now = hub.now();
    hub.database()
        .run("statement.list", Mode::Snapshot, filter, move |s, wanted| {
            Box::pin(async move {
                let zone = settings::load(s).await?.statement_zone();
                let filter = bounds(wanted, Month::of(now, &zone))?;
                let months = std::iter::successors(Some(filter.from), |month| month.plus(1)).take_while(|month| *month <= filter.to);
                let months: Vec<_> = months.map(|month| (month, month.period(&zone))).collect();
                let mut all: BTreeMap<MonthOf, Option<Closure>> =
                    statements::months_with_events(s, &months, &filter).await?.into_iter().map(|of| (of, None)).collect();
                for (of, (hash, closed_at, closed_by)) in statements::closed_months(s, &filter).await? {
                    all.insert(of, Some(Closure { hash, closed_at, closed_by }));
                }
                all.retain(|_, closed| wanted.is_closed.is_none_or(|is_closed| is_closed == closed.is_some()));
                let mut found: Vec<ListedMonth> = all
                    .into_iter()
                    .map(|(of, closed)| ListedMonth { closes_from: of.month.period(&zone).settled_at(), of, closed })
                    .collect();
                // A stable sort: within a month they stay in the order of their codes.
                found.sort_by_key(|listed| std::cmp::Reverse(listed.of.month));
                let total = found.len() as u64;
                let skipped = usize::try_from(page.offset()).unwrap_or(usize::MAX);
                let items = found.into_iter().skip(skipped).take(page.size as usize).collect();
                Ok::<_, Error>(Paged { items, total })
            })
        })
        .await
}

fn bounds(wanted: &MonthFilter, present: Month) -> Result<StatementFilter> {
    let to = wanted.to.unwrap_or_else(|| wanted.from.map_or(present, |from| from.max(present)));
    let from = wanted.from.unwrap_or_else(|| to.plus(1 - USUAL_MONTHS).unwrap_or(to));
    if to < from {
        return Err(FieldError::new("to", Reason::EndsBeforeStart).into());
    }
    if to.since(from) >= i32::try_from(MAX_MONTHS).unwrap_or(i32::MAX) {
        return Err(FieldError::new("to", Reason::RangeTooLong { max_days: MAX_MONTHS * 31 }).into());
    }
    Ok(StatementFilter { from, to, channel: wanted.channel.clone(), supplier: wanted.supplier.clone() })
}
