//! API keys. Only their hashes are stored.

use axhub_domain::ids::{ChannelId, KeyId, SupplierId};
use jiff::Timestamp;

use crate::directory::RateLimits;
use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;

/// Whose key it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyOwner {
    /// A channel's.
    Channel {
        /// The channel.
        id: ChannelId,
        /// Its code.
        code: String,
        /// How often its keys may be used.
        limits: RateLimits,
    },
    /// A supplier's.
    Supplier {
        /// The supplier.
        id: SupplierId,
        /// Its code.
        code: String,
    },
    /// An operator's.
    Operator {
        /// The operator's name.
        name: String,
    },
}

impl KeyOwner {
    /// `channel`, `supplier` or `operator`.
    pub fn kind(&self) -> &'static str {
        match self {
            KeyOwner::Channel { .. } => "channel",
            KeyOwner::Supplier { .. } => "supplier",
            KeyOwner::Operator { .. } => "operator",
        }
    }

    /// The owner's code or name.
    pub fn code(&self) -> &str {
        match self {
            KeyOwner::Channel { code, .. } | KeyOwner::Supplier { code, .. } => code,
            KeyOwner::Operator { name } => name,
        }
    }
}

/// A key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// Its id.
    pub id: KeyId,
    /// The part that may be shown and that finds it.
    pub prefix: String,
    /// SHA-256 of the whole key.
    pub hash: [u8; 32],
    /// Whose it is.
    pub owner: KeyOwner,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last seen, give or take a minute.
    pub last_used_at: Option<Timestamp>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl StoredKey {
    /// Whether it opens anything at `now`.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none_or(|at| now < at) && self.expires_at.is_none_or(|at| now < at)
    }
}

/// Adds a key; one of the same prefix is replaced.
///
/// # Errors
/// The database's.
pub async fn upsert(s: &Session, key: &StoredKey) -> Result<()> {
    let (mut channel, mut supplier, mut operator) = (None, None, None);
    match &key.owner {
        KeyOwner::Channel { id, .. } => channel = Some(*id),
        KeyOwner::Supplier { id, .. } => supplier = Some(*id),
        KeyOwner::Operator { name } => operator = Some(name.as_str()),
    }
    let sql = "INSERT INTO api_keys (id, prefix, hash, kind, channel_id, supplier_id, operator_name, created_at, expires_at, revoked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)
        ON CONFLICT (prefix) DO UPDATE SET hash = excluded.hash, kind = excluded.kind, channel_id = excluded.channel_id,
            supplier_id = excluded.supplier_id, operator_name = excluded.operator_name, expires_at = excluded.expires_at, revoked_at = NULL";
    let params = params![key.id, key.prefix, key.hash, key.owner.kind(), channel, supplier, operator, key.created_at, key.expires_at];
    s.execute_one(sql, &params).await
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT k.id, k.prefix, k.hash, k.channel_id, c.code, k.supplier_id, s.code, k.operator_name,
                k.created_at, k.last_used_at, k.expires_at, k.revoked_at, c.reads_per_minute, c.orders_per_minute
            FROM api_keys k LEFT JOIN channels c ON c.id = k.channel_id LEFT JOIN suppliers s ON s.id = k.supplier_id ",
            $rest
        )
    };
}

/// The key of a prefix, valid or not.
///
/// # Errors
/// The database's.
pub async fn by_prefix(s: &Session, prefix: &str) -> Result<Option<StoredKey>> {
    let row = s.query_opt(select!("WHERE k.prefix = $1"), &params![prefix]).await?;
    row.as_ref().map(stored_key).transpose()
}

/// The key of a prefix, valid or not, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock(s: &Session, prefix: &str) -> Result<Option<StoredKey>> {
    let row = s.query_opt(select!("WHERE k.prefix = $1 FOR UPDATE OF k"), &params![prefix]).await?;
    row.as_ref().map(stored_key).transpose()
}

/// All keys, newest first.
///
/// # Errors
/// The database's.
pub async fn list(s: &Session) -> Result<Vec<StoredKey>> {
    let rows = s.query(select!("ORDER BY k.created_at DESC, k.id"), &[]).await?;
    rows.iter().map(stored_key).collect()
}

fn stored_key(row: &Row) -> Result<StoredKey> {
    let mut r = row.reader();
    let (id, prefix, hash) = (r.take()?, r.take()?, r.take()?);
    let channel = r.take::<Option<ChannelId>>()?.zip(r.take::<Option<String>>()?);
    let supplier = r.take::<Option<SupplierId>>()?.zip(r.take::<Option<String>>()?);
    let operator = r.take::<Option<String>>()?;
    let (created_at, last_used_at, expires_at, revoked_at) = (r.take()?, r.take()?, r.take()?, r.take()?);
    let limits = RateLimits { reads_per_minute: r.take()?, orders_per_minute: r.take()? };
    let owner = match (channel, supplier) {
        (Some((id, code)), _) => KeyOwner::Channel { id, code, limits },
        (_, Some((id, code))) => KeyOwner::Supplier { id, code },
        _ => KeyOwner::Operator { name: operator.unwrap_or_default() },
    };
    Ok(StoredKey { id, prefix, hash, owner, created_at, last_used_at, expires_at, revoked_at })
}

/// Ends a key; `false` when there is none that is not revoked yet.
///
/// # Errors
/// The database's.
pub async fn revoke(s: &Session, prefix: &str, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE api_keys SET revoked_at = $2 WHERE prefix = $1 AND revoked_at IS NULL";
    Ok(s.execute(sql, &params![prefix, now]).await? == 1)
}

/// Lets a key end by itself at an instant.
///
/// # Errors
/// The database's.
pub async fn set_expiry(s: &Session, id: KeyId, at: Timestamp) -> Result<()> {
    s.execute_one("UPDATE api_keys SET expires_at = $2 WHERE id = $1", &params![id, at]).await
}

/// Notes when keys were last seen.
///
/// # Errors
/// The database's.
pub async fn touch(s: &Session, seen: &[(KeyId, Timestamp)]) -> Result<()> {
    let sql = "UPDATE api_keys SET last_used_at = k.at FROM {{k(id uuid, at instant)}} WHERE api_keys.id = k.id";
    s.execute_each(sql, seen.iter().map(|(id, at)| params![id, at]).collect()).await?;
    Ok(())
}
