//! Keys as operators keep them: made, rotated with an overlap, ended, listed. Their secrets are in no log.

use axhub_domain::ids::KeyId;
use axhub_domain::refusal::{Conflict, FieldError, Reason, Refusal};
use axhub_store::keys::{self, KeyOwner, StoredKey};
use axhub_store::{Mode, Session};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Key, KeyFor, NewKey, Secret, owner_of, prefix_of};
use crate::audit::{Note, note};
use crate::directory::lists::cut;
use crate::{ByOperator, Error, Hub, Page, Paged, Result};

/// The most days after which a key ends by itself.
pub const MAX_EXPIRES_IN_DAYS: u32 = 36_500;
/// The most hours for which a rotated key still works beside its successor.
pub const MAX_OVERLAP_HOURS: u32 = 720;
/// The hours for which it does so unless somebody says otherwise.
pub const DEFAULT_OVERLAP_HOURS: u32 = 24;
/// The most characters of an operator's name.
pub const MAX_NAME: usize = 100;

/// Which keys are wanted; all where `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyFilter {
    /// Only of `channel`, `supplier` or `operator`.
    pub kind: Option<String>,
    /// Only of the owner of this code or name.
    pub owner: Option<String>,
    /// Only those that open something now, or only those that do not.
    pub is_valid: Option<bool>,
}

/// A new key, and how lists show it.
#[derive(Clone, Debug)]
pub struct MadeKey {
    /// The only time that its secret is seen.
    pub new: NewKey,
    /// The key without it.
    pub key: Key,
    /// The key that it takes over from, with its new end.
    pub replaces: Option<Key>,
}

/// Makes a key that ends by itself after so many days, or never.
///
/// # Errors
/// Every wrong field; an owner who is not there is one.
pub async fn make_key(hub: &Hub, by: ByOperator, owner: KeyFor, expires_in_days: Option<u32>) -> Result<MadeKey> {
    let faults = faults(&owner, expires_in_days);
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let now = hub.now();
    let expires_at = expires_in_days.and_then(|days| after_hours(now, i64::from(days) * 24));
    let (ids, id, secret) = (hub.clone(), hub.new_id::<KeyId>(), Secret::new(&owner));
    let new = secret.new_key();
    let key = hub
        .database()
        .run("key.make", Mode::Write, (by, owner, secret), move |s, (by, owner, secret)| {
            let ids = ids.clone();
            Box::pin(async move {
                let key = secret.stored(id, known_owner(s, owner).await?, now, expires_at);
                keys::upsert(s, &key).await?;
                let made = Note::by_operator(&ids, by, "key.create", "key", &key.prefix).with(details(&key, None));
                note(s, vec![made], now).await?;
                Ok::<_, Error>(key)
            })
        })
        .await?;
    Ok(MadeKey { new, key, replaces: None })
}

/// Makes a key for the owner of another, which ends after so many hours, so that programs can be moved from one to the
/// other. The new one lives as long as the old one was made to live, or as many days as are said.
///
/// # Errors
/// [`Error::NOT_FOUND`]; [`Conflict::KeyEnded`]; every wrong field.
pub async fn rotate_key(hub: &Hub, by: ByOperator, prefix: &str, overlap_hours: u32, expires_in_days: Option<u32>) -> Result<MadeKey> {
    let mut faults = expiry_fault(expires_in_days);
    if overlap_hours > MAX_OVERLAP_HOURS {
        faults.push(FieldError::new("overlap_hours", Reason::TooLarge { max: i64::from(MAX_OVERLAP_HOURS) }));
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let now = hub.now();
    let prefix = prefix_of(prefix).unwrap_or(prefix).to_owned();
    let (ids, id, random) = (hub.clone(), hub.new_id::<KeyId>(), Secret::for_any());
    let made = hub
        .database()
        .run("key.rotate", Mode::Write, (by, prefix, random), move |s, (by, prefix, random)| {
            let ids = ids.clone();
            Box::pin(async move {
                let old = keys::lock(s, prefix).await?.ok_or(Error::NOT_FOUND)?;
                if !old.is_valid(now) {
                    return Err(Conflict::KeyEnded.into());
                }
                let lifetime = || old.expires_at.map(|at| now.saturating_add(at.duration_since(old.created_at)).unwrap_or(Timestamp::MAX));
                let expires_at = match expires_in_days {
                    Some(days) => after_hours(now, i64::from(days) * 24),
                    None => lifetime(),
                };
                let secret = random.of_kind(&old.owner);
                let key = secret.stored(id, old.owner.clone(), now, expires_at);
                keys::upsert(s, &key).await?;
                let overlap = after_hours(now, i64::from(overlap_hours)).unwrap_or(Timestamp::MAX);
                let ends_at = old.expires_at.map_or(overlap, |at| at.min(overlap));
                keys::set_expiry(s, old.id, ends_at).await?;
                let rotated = Note::by_operator(&ids, by, "key.rotate", "key", &old.prefix).with(json!({
                    "kind": old.owner.kind(),
                    "owner": old.owner.code(),
                    "new_prefix": key.prefix,
                    "ends_at": axhub_domain::time::format_instant(ends_at),
                }));
                let made = Note::by_operator(&ids, by, "key.create", "key", &key.prefix).with(details(&key, Some(&old.prefix)));
                note(s, vec![rotated, made], now).await?;
                let replaces = keys::by_prefix(s, prefix).await?;
                Ok::<_, Error>(MadeKey { new: secret.new_key(), key, replaces })
            })
        })
        .await?;
    hub.keys().forget();
    Ok(made)
}

/// Ends a key, named by its prefix or by the whole of it. One that was ended before stays as it is.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such key.
pub async fn end_key(hub: &Hub, by: ByOperator, key: &str) -> Result<Key> {
    let prefix = prefix_of(key).unwrap_or(key).to_owned();
    let (ids, now) = (hub.clone(), hub.now());
    let ended = hub
        .database()
        .run("key.end", Mode::Write, (by, prefix), move |s, (by, prefix)| {
            let ids = ids.clone();
            Box::pin(async move {
                let key = keys::lock(s, prefix).await?.ok_or(Error::NOT_FOUND)?;
                if keys::revoke(s, prefix, now).await? {
                    let details = json!({ "kind": key.owner.kind(), "owner": key.owner.code() });
                    note(s, vec![Note::by_operator(&ids, by, "key.revoke", "key", prefix).with(details)], now).await?;
                }
                keys::by_prefix(s, prefix).await?.ok_or(Error::NOT_FOUND)
            })
        })
        .await?;
    hub.keys().forget();
    Ok(ended)
}

/// A key, named by its prefix.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such key.
pub async fn key(hub: &Hub, prefix: &str) -> Result<Key> {
    hub.database()
        .run("key.read", Mode::Read, prefix.to_owned(), |s, prefix| {
            Box::pin(async move { keys::by_prefix(s, prefix).await?.ok_or(Error::NOT_FOUND) })
        })
        .await
}

/// A page of the keys, newest first.
///
/// # Errors
/// The database's.
pub async fn find_keys(hub: &Hub, filter: KeyFilter, page: Page) -> Result<Paged<Key>> {
    let now = hub.now();
    let is_wanted = |key: &Key| {
        filter.kind.as_deref().is_none_or(|kind| kind == key.owner.kind())
            && filter.owner.as_deref().is_none_or(|owner| owner == key.owner.code())
            && filter.is_valid.is_none_or(|wanted| wanted == key.is_valid(now))
    };
    Ok(cut(super::list_keys(hub).await?.into_iter().filter(is_wanted).collect(), page))
}

/// The owner of these names, who must be there.
async fn known_owner(s: &Session, owner: &KeyFor) -> Result<KeyOwner> {
    owner_of(s, owner).await.map_err(|error| match error {
        Error::Refused(Refusal::NotFound) => {
            let (KeyFor::Channel(code) | KeyFor::Supplier(code) | KeyFor::Operator(code)) = owner;
            FieldError::new("owner", Reason::NotAChoice { value: code.chars().take(64).collect(), choices: Vec::new() }).into()
        }
        error => error,
    })
}

fn after_hours(now: Timestamp, hours: i64) -> Option<Timestamp> {
    now.checked_add(SignedDuration::from_hours(hours)).ok()
}

fn details(key: &StoredKey, replaces: Option<&str>) -> serde_json::Value {
    let expires_at = key.expires_at.map(axhub_domain::time::format_instant);
    json!({ "kind": key.owner.kind(), "owner": key.owner.code(), "expires_at": expires_at, "replaces": replaces })
}

fn faults(owner: &KeyFor, expires_in_days: Option<u32>) -> Vec<FieldError> {
    let mut faults = expiry_fault(expires_in_days);
    if let KeyFor::Operator(name) = owner {
        if name.trim().is_empty() {
            faults.push(FieldError::new("owner", Reason::Blank));
        } else if name.contains('\0') {
            faults.push(FieldError::new("owner", Reason::NullCharacter));
        } else if name.chars().count() > MAX_NAME {
            faults.push(FieldError::new("owner", Reason::TooLong { max: MAX_NAME }));
        }
    }
    faults
}

fn expiry_fault(expires_in_days: Option<u32>) -> Vec<FieldError> {
    let reason = match expires_in_days {
        Some(0) => Reason::TooSmall { min: 1 },
        Some(days) if days > MAX_EXPIRES_IN_DAYS => Reason::TooLarge { max: i64::from(MAX_EXPIRES_IN_DAYS) },
        _ => return Vec::new(),
    };
    vec![FieldError::new("expires_in_days", reason)]
}
