//! Channels, as operators keep them.

use axhub_domain::code;
use axhub_domain::refusal::{Conflict, FieldError, Reason};
use axhub_domain::time::parse_zone;
use axhub_store::Mode;
use axhub_store::directory::{self, Channel, RateLimits};
use serde_json::json;

use super::lists::searched;
use super::suppliers::{Differences, text_faults};
use crate::audit::{Note, note};
use crate::{ByOperator, Error, Hub, Page, Paged, Result};

/// The largest budget of a minute.
pub const MAX_PER_MINUTE: u32 = 1_000_000;

/// A channel to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChannel {
    /// Its code, for ever.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The IANA name of the zone its clocks show.
    pub time_zone: String,
    /// What operators note about it, such as the vocabulary it uses.
    pub notes: String,
    /// How often its keys may be used.
    pub limits: RateLimits,
}

/// What changes of a channel; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelChange {
    /// Its name.
    pub name: Option<String>,
    /// The IANA name of the zone its clocks show.
    pub time_zone: Option<String>,
    /// What operators note about it.
    pub notes: Option<String>,
    /// How often its keys may read in a minute; `Some(None)` without a bound.
    pub reads_per_minute: Option<Option<u32>>,
    /// How often they may order and write otherwise; `Some(None)` without a bound.
    pub orders_per_minute: Option<Option<u32>>,
}

/// Adds a channel.
///
/// # Errors
/// Every wrong field; [`Conflict::CodeTaken`].
pub async fn create_channel(hub: &Hub, by: ByOperator, new: NewChannel) -> Result<Channel> {
    let mut faults = Vec::new();
    faults.extend(code::check(&new.code).err().map(|reason| FieldError::new("code", reason)));
    faults.extend(text_faults(Some(&new.name), Some(&new.notes)));
    faults.extend(zone_fault(Some(&new.time_zone)));
    faults.extend(limit_faults(new.limits.reads_per_minute, new.limits.orders_per_minute));
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let NewChannel { code, name, time_zone, notes, limits } = new;
    let channel = Channel { id: hub.new_id(), code, name, time_zone, notes, limits };
    let (ids, now) = (hub.clone(), hub.now());
    hub.database()
        .run("channel.create", Mode::Write, (by, channel), move |s, (by, channel)| {
            let ids = ids.clone();
            Box::pin(async move {
                if !directory::insert_channel(s, channel, now).await? {
                    return Err(Conflict::CodeTaken.into());
                }
                let created = Note::by_operator(&ids, by, "channel.create", "channel", &channel.code);
                note(s, vec![created.with(json!({ "name": channel.name, "time_zone": channel.time_zone }))], now).await?;
                Ok(channel.clone())
            })
        })
        .await
}

/// Changes a channel. Other limits hold within a second, on every server.
///
/// # Errors
/// [`Error::NOT_FOUND`]; every wrong field.
pub async fn change_channel(hub: &Hub, by: ByOperator, code: &str, change: ChannelChange) -> Result<Channel> {
    let mut faults = text_faults(change.name.as_deref(), change.notes.as_deref());
    faults.extend(zone_fault(change.time_zone.as_deref()));
    faults.extend(limit_faults(change.reads_per_minute.flatten(), change.orders_per_minute.flatten()));
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let (ids, now) = (hub.clone(), hub.now());
    hub.database()
        .run("channel.change", Mode::Write, (by, code.to_owned(), change), move |s, (by, code, change)| {
            let ids = ids.clone();
            Box::pin(async move {
                let before = directory::lock_channel(s, code).await?.ok_or(Error::NOT_FOUND)?;
                let mut after = before.clone();
                after.name = change.name.clone().unwrap_or(after.name);
                after.time_zone = change.time_zone.clone().unwrap_or(after.time_zone);
                after.notes = change.notes.clone().unwrap_or(after.notes);
                after.limits.reads_per_minute = change.reads_per_minute.unwrap_or(after.limits.reads_per_minute);
                after.limits.orders_per_minute = change.orders_per_minute.unwrap_or(after.limits.orders_per_minute);
                if after != before {
                    directory::update_channel(s, &after).await?;
                    let mut changed = Differences::default();
                    changed.add("name", &before.name, &after.name);
                    changed.add("time_zone", &before.time_zone, &after.time_zone);
                    changed.add_text("notes", &before.notes, &after.notes);
                    changed.add("reads_per_minute", &before.limits.reads_per_minute, &after.limits.reads_per_minute);
                    changed.add("orders_per_minute", &before.limits.orders_per_minute, &after.limits.orders_per_minute);
                    let changed = Note::by_operator(&ids, by, "channel.change", "channel", code).with(changed.into_json());
                    note(s, vec![changed], now).await?;
                }
                Ok(after)
            })
        })
        .await
}

/// The channel of a code.
///
/// # Errors
/// [`Error::NOT_FOUND`].
pub async fn channel(hub: &Hub, code: &str) -> Result<Channel> {
    hub.database()
        .run("channel.read", Mode::Read, code.to_owned(), |s, code| {
            Box::pin(async move { directory::channel_by_code(s, code).await?.ok_or(Error::NOT_FOUND) })
        })
        .await
}

/// A page of the channels that have `q` in their code or name, in whatever case; by code.
///
/// # Errors
/// The database's.
pub async fn list_channels(hub: &Hub, q: Option<String>, page: Page) -> Result<Paged<Channel>> {
    let all = super::channels(hub).await?;
    Ok(searched(all, q.as_deref(), page, |channel| [&channel.code, &channel.name]))
}

/// What is wrong with the name of a zone.
pub(super) fn zone_fault(time_zone: Option<&str>) -> Option<FieldError> {
    let unknown = time_zone.is_some_and(|name| parse_zone(name).is_none());
    unknown.then(|| FieldError::new("time_zone", Reason::NotATimeZone))
}

fn limit_faults(reads: Option<u32>, orders: Option<u32>) -> Vec<FieldError> {
    let mut faults = Vec::new();
    for (field, limit) in [("reads_per_minute", reads), ("orders_per_minute", orders)] {
        match limit {
            Some(0) => faults.push(FieldError::new(field, Reason::TooSmall { min: 1 })),
            Some(limit) if limit > MAX_PER_MINUTE => {
                faults.push(FieldError::new(field, Reason::TooLarge { max: i64::from(MAX_PER_MINUTE) }));
            }
            _ => {}
        }
    }
    faults
}
