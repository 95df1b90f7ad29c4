//! Suppliers, channels, what channels may sell, and exchange rates: the operator's side, as far as a sale needs it.

use axhub_domain::ids::{ChannelId, ProductId, SupplierId};
use axhub_domain::pricing::{ExchangeRate, MarkUp};
use axhub_domain::refusal::{FieldError, Reason};
use axhub_domain::time::parse_zone;
use axhub_store::changes::{self as change_rows, NewChange};
use axhub_store::directory::{self, Channel, Supplier};
use axhub_store::{Mode, Session, products};
use jiff::tz::TimeZone;

pub use axhub_store::directory::RateLimits;

use crate::changes::{ProductChanged, price_changed, product_changed};
use crate::{Error, Hub, Result};

/// Adds a supplier, or finds the one that has this code.
///
/// # Errors
/// The database's.
pub async fn ensure_supplier(hub: &Hub, code: &str, name: &str) -> Result<SupplierId> {
    let supplier = Supplier { id: hub.new_id(), code: code.to_owned(), name: name.to_owned() };
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
    if parse_zone(time_zone).is_none() {
        let reason = Reason::NotAChoice { value: time_zone.to_owned(), choices: vec!["Asia/Seoul".to_owned(), "Europe/Paris".to_owned()] };
        return Err(FieldError::new("time_zone", reason).into());
    }
    let channel = Channel { id: hub.new_id(), code: code.to_owned(), name: name.to_owned(), time_zone: time_zone.to_owned() };
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

/// Lets a channel sell products.
///
/// # Errors
/// The database's.
pub async fn assign(hub: &Hub, channel: ChannelId, products: Vec<(ProductId, MarkUp)>) -> Result<()> {
    let now = hub.now();
    hub.database()
        .run("assignment.set", Mode::Write, products, move |s, products| {
            Box::pin(async move {
                directory::assign(s, channel, products, now).await?;
                let ids: Vec<ProductId> = products.iter().map(|(product, _)| *product).collect();
                let changes = assignment_changes(s, channel, &ids, true).await?;
                Ok(change_rows::record(s, &changes, now).await?)
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
                if !directory::unassign(s, channel, product).await? {
                    return Err(Error::NOT_FOUND);
                }
                let changes = assignment_changes(s, channel, &[product], false).await?;
                Ok(change_rows::record(s, &changes, now).await?)
            })
        })
        .await
}

/// That a channel may sell products from now on, at a price that may be new to it; or that it may not.
async fn assignment_changes(s: &Session, channel: ChannelId, ids: &[ProductId], is_assigned: bool) -> Result<Vec<NewChange>> {
    let mut changes = Vec::new();
    for (product, kind, version) in products::versions(s, ids).await? {
        changes.push(product_changed(kind, product, Some(channel), &ProductChanged { version, is_assigned })?);
        if is_assigned {
            changes.push(price_changed(kind, product, Some(channel)));
        }
    }
    Ok(changes)
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

/// Sets exchange rates. The feed tells that all prices changed, since every price is shown converted.
///
/// # Errors
/// The database's.
pub async fn set_rates(hub: &Hub, rates: Vec<ExchangeRate>) -> Result<()> {
    let now = hub.now();
    hub.database()
        .run("rate.set", Mode::Write, rates, move |s, rates| {
            Box::pin(async move {
                for rate in rates {
                    directory::set_rate(s, rate).await?;
                }
                let all = products::kinds(s).await?;
                let changes: Vec<NewChange> = all.into_iter().map(|(product, kind)| price_changed(kind, product, None)).collect();
                Ok(change_rows::record(s, &changes, now).await?)
            })
        })
        .await
}
