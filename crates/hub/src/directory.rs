//! Suppliers, channels, what channels may sell, and exchange rates.
//!
//! Operators work through the modules. The functions right here are for the program itself, which fills databases with
//! samples and looks up what it needs: nobody acts, so nothing of it stands in the audit log.

pub mod assignments;
pub mod channels;
pub(crate) mod lists;
pub mod rates;
pub mod rules;
pub mod suppliers;

use axhub_domain::assignment::{Assigned, Assignment, Plan};
use axhub_domain::ids::{ChannelId, ProductId, SupplierId};
use axhub_domain::pricing::{ExchangeRate, MarkUp};
use axhub_domain::time::parse_zone;
use axhub_store::{Mode, Session, assignments as stored, changes as change_rows, directory};
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use assignments::{AssignmentFilter, assignment, list_assignments, remove_assignment, set_assignment};
pub use axhub_store::assignments::AssignedProduct;
pub use axhub_store::directory::{Channel, RateLimits, Supplier};
pub use axhub_store::rules::ListedRule;
pub use channels::{ChannelChange, NewChannel, change_channel, channel, create_channel, list_channels};
pub use rates::{ListedRate, NewRate, RateFilter, add_rate, list_rates};
pub use rules::{NewRule, RuleChange, RuleRemoved, change_rule, create_rule, delete_rule, list_rules, rule};
pub use suppliers::{NewSupplier, SupplierChange, change_supplier, create_supplier, list_suppliers, supplier};

use crate::changes::all_prices_changed;
use crate::{Error, Hub, Result};

/// Adds a supplier, or finds the one that has this code.
///
/// # Errors
/// The database's.
pub async fn ensure_supplier(hub: &Hub, code: &str, name: &str) -> Result<SupplierId> {
    let supplier = Supplier { id: hub.new_id(), code: code.to_owned(), name: name.to_owned(), notes: String::new() };
    let now = hub.now();
    hub.database()
        .run("supplier.ensure", Mode::Write, supplier, move |s, supplier| {
            Box::pin(async move {
                directory::insert_supplier(s, supplier, now).await?;
                let known = directory::supplier_by_code(s, &supplier.code).await?;
                known.map(|known| known.id).ok_or(Error::NOT_FOUND)
            })
        })
        .await
}

/// Adds a channel, or finds the one that has this code.
///
/// # Errors
/// When the zone has no such name.
pub async fn ensure_channel(hub: &Hub, code: &str, name: &str, time_zone: &str) -> Result<ChannelId> {
    if let Some(fault) = channels::zone_fault(Some(time_zone)) {
        return Err(fault.into());
    }
    let (notes, limits) = (String::new(), RateLimits::default());
    let channel =
        Channel { id: hub.new_id(), code: code.to_owned(), name: name.to_owned(), time_zone: time_zone.to_owned(), notes, limits };
    let now = hub.now();
    hub.database()
        .run("channel.ensure", Mode::Write, channel, move |s, channel| {
            Box::pin(async move {
                directory::insert_channel(s, channel, now).await?;
                let known = directory::channel_by_code(s, &channel.code).await?;
                known.map(|known| known.id).ok_or(Error::NOT_FOUND)
            })
        })
        .await
}

/// All suppliers, by code.
///
/// # Errors
/// The database's.
pub async fn suppliers(hub: &Hub) -> Result<Vec<Supplier>> {
    hub.database().run("supplier.list", Mode::Read, (), |s, ()| Box::pin(async move { Ok(directory::suppliers(s).await?) })).await
}

/// All channels, by code.
///
/// # Errors
/// The database's.
pub async fn channels(hub: &Hub) -> Result<Vec<Channel>> {
    hub.database().run("channel.list", Mode::Read, (), |s, ()| Box::pin(async move { Ok(directory::channels(s).await?) })).await
}

/// The zone that the channel's clocks show.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such channel.
pub async fn zone_of_channel(hub: &Hub, channel: ChannelId) -> Result<TimeZone> {
    hub.database()
        .run("channel.zone", Mode::Read, (), move |s, ()| {
            Box::pin(async move {
                let name = directory::zone_of_channel(s, channel).await?.ok_or(Error::NOT_FOUND)?;
                // Only names that were known are stored; a zone that the world has abolished since counts as UTC.
                Ok(parse_zone(&name).unwrap_or(TimeZone::UTC))
            })
        })
        .await
}

/// Lets a channel sell products, each by itself.
///
/// # Errors
/// The database's.
pub async fn assign(hub: &Hub, channel: ChannelId, products: Vec<(ProductId, MarkUp)>) -> Result<()> {
    let now = hub.now();
    hub.database()
        .run("assignment.set", Mode::Write, products, move |s, products| {
            Box::pin(async move {
                let present = stored::present(s, Some(channel), None).await?;
                let mut plan = Plan::default();
                for &(product, mark_up) in products {
                    let (to, before) =
                        (Assignment { channel, product, mark_up, rule: None }, present.iter().find(|one| one.product == product));
                    if before != Some(&to) {
                        plan.assign.push(Assigned { to, from: before.map(|before| before.mark_up) });
                    }
                }
                assignments::store(s, &plan, now).await
            })
        })
        .await
}

/// Forbids a channel to sell a product.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it could not anyway.
pub async fn unassign(hub: &Hub, channel: ChannelId, product: ProductId) -> Result<()> {
    let now = hub.now();
    hub.database()
        .run("assignment.remove", Mode::Write, (), move |s, ()| {
            Box::pin(async move {
                if stored::present(s, Some(channel), Some(product)).await?.is_empty() {
                    return Err(Error::NOT_FOUND);
                }
                assignments::store(s, &Plan { assign: Vec::new(), unassign: vec![(channel, product)] }, now).await
            })
        })
        .await
}

/// Sets how often the channel's keys may read and order in a minute; no bound where `None`.
///
/// # Errors
/// The database's.
pub async fn set_rate_limits(hub: &Hub, channel: ChannelId, limits: RateLimits) -> Result<()> {
    hub.database()
        .run("channel.set-rate-limits", Mode::Write, limits, move |s, limits| {
            Box::pin(async move { Ok(directory::set_rate_limits(s, channel, *limits).await?) })
        })
        .await
}

/// Sets exchange rates. The feed tells that prices changed: of a rate in force at once, of a later one when it comes into
/// force ([`crate::changes`]).
///
/// # Errors
/// The database's.
pub async fn set_rates(hub: &Hub, rates: Vec<ExchangeRate>) -> Result<()> {
    let now = hub.now();
    hub.database().run("rate.set", Mode::Write, rates, move |s, rates| Box::pin(async move { store_rates(s, rates, now).await })).await
}

/// Stores rates, and tells that prices changed when one of them holds already.
async fn store_rates(s: &Session, rates: &[ExchangeRate], now: Timestamp) -> Result<()> {
    for rate in rates {
        directory::set_rate(s, rate, rate.is_in_force(now)).await?;
    }
    if rates.iter().any(|rate| rate.is_in_force(now)) {
        change_rows::record(s, &all_prices_changed(s).await?, now).await?;
    }
    Ok(())
}
