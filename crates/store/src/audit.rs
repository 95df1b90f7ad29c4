//! The audit log: what operators and suppliers did, and what the hub did for them.

use axhub_domain::ids::{AuditId, KeyId, SupplierId};
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::paging::{Page, Paged, count};
use crate::params;

/// An action to be noted.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// Its id.
    pub id: AuditId,
    /// `supplier`, `operator` or `hub`.
    pub actor_kind: &'static str,
    /// The operator's name; of suppliers it is looked up when the log is read.
    pub actor_name: String,
    /// The supplier who acted, or for whom the hub did.
    pub supplier: Option<SupplierId>,
    /// The key the action came with; none for the command line and background tasks.
    pub key: Option<KeyId>,
    /// What was done, as `product.publish`.
    pub action: &'static str,
    /// What it was done to, as `product`.
    pub object_kind: &'static str,
    /// The code of that.
    pub object_code: String,
    /// Whatever else explains it. No personal data and no secrets.
    pub details: Json,
}

/// Adds entries.
///
/// # Errors
/// The database's.
pub async fn insert(s: &Session, entries: &[NewEntry], now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO audit_log (id, at, actor_kind, actor_name, supplier_id, key_id, action, object_kind, object_code, details)
        SELECT k.id, k.at, k.actor_kind, k.actor_name, k.supplier_id, k.key_id, k.action, k.object_kind, k.object_code, k.details
        FROM {{k(id uuid, at instant, actor_kind text, actor_name text, supplier_id uuid, key_id uuid, action text, object_kind text, object_code text, details json)}}";
    let row = |entry: &NewEntry| {
        params![
            entry.id,
            now,
            entry.actor_kind,
            entry.actor_name,
            entry.supplier,
            entry.key,
            entry.action,
            entry.object_kind,
            entry.object_code,
            entry.details
        ]
    };
    s.execute_each(sql, entries.iter().map(row).collect()).await?;
    Ok(())
}

/// An action that was noted.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// `supplier`, `operator` or `hub`.
    pub actor_kind: String,
    /// The operator's name, the supplier's code, or the name of the background task.
    pub actor_name: String,
    /// The code of the supplier whom it concerns.
    pub supplier_code: Option<String>,
    /// The prefix of the key that it came with.
    pub key_prefix: Option<String>,
    /// What was done.
    pub action: String,
    /// What it was done to.
    pub object_kind: String,
    /// The code of that.
    pub object_code: String,
    /// Whatever else explains it.
    pub details: Json,
}

/// Which entries are wanted; all where `None`.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Only this supplier's.
    pub supplier: Option<SupplierId>,
    /// Only of this kind of actor.
    pub actor_kind: Option<String>,
    /// Only of the operator of this name.
    pub actor_name: Option<String>,
    /// Only this action.
    pub action: Option<String>,
    /// Only on the object of this code.
    pub object_code: Option<String>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
}

/// A page of the log, newest first.
///
/// # Errors
/// The database's.
pub async fn list(s: &Session, filter: &AuditFilter, page: Page) -> Result<Paged<Entry>> {
    macro_rules! wanted {
        () => {
            " FROM audit_log l LEFT JOIN suppliers s ON s.id = l.supplier_id LEFT JOIN api_keys k ON k.id = l.key_id
              WHERE (l.supplier_id = $1 OR $1 IS NULL) AND (l.actor_kind = $2 OR $2 IS NULL) AND (l.actor_name = $3 OR $3 IS NULL)
                AND (l.action = $4 OR $4 IS NULL) AND (l.object_code = $5 OR $5 IS NULL)
                AND (l.at >= $6 OR $6 IS NULL) AND (l.at < $7 OR $7 IS NULL)"
        };
    }
    let params = params![filter.supplier, filter.actor_kind, filter.actor_name, filter.action, filter.object_code, filter.from, filter.to];
    let total = s.query_one(concat!("SELECT COUNT(*)", wanted!()), &params).await?;
    let sql = concat!(
        "SELECT l.id, l.at, l.actor_kind, CASE WHEN l.actor_kind = 'supplier' THEN COALESCE(s.code, '') ELSE l.actor_name END,
            s.code, k.prefix, l.action, l.object_kind, l.object_code, l.details",
        wanted!(),
        " ORDER BY l.at DESC, l.id DESC LIMIT $8 OFFSET $9"
    );
    let mut params = params.to_vec();
    params.extend(params![page.limit(), page.offset()]);
    let rows = s.query(sql, &params).await?;
    let entry = |row: &Row| {
        let mut r = row.reader();
        Ok(Entry {
            id: r.take()?,
            at: r.take()?,
            actor_kind: r.take()?,
            actor_name: r.take()?,
            supplier_code: r.take()?,
            key_prefix: r.take()?,
            action: r.take()?,
            object_kind: r.take()?,
            object_code: r.take()?,
            details: r.take()?,
        })
    };
    Ok(Paged { items: rows.iter().map(entry).collect::<Result<_>>()?, total: count(&total)? })
}
