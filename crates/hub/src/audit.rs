//! The audit log: every action of operators and suppliers, and of the hub's own tasks, noted in the action's transaction.

use axhub_domain::ids::SupplierId;
use axhub_store::audit::{self, NewEntry};
use axhub_store::{Mode, Session};
use jiff::Timestamp;
use serde_json::{Value, json};

pub use axhub_store::audit::{AuditFilter, Entry};

use crate::actor::{ByOperator, BySupplier};
use crate::{Hub, Page, Paged, Result};

/// What somebody did, to be noted.
#[derive(Debug)]
pub(crate) struct Note(NewEntry);

impl Note {
    /// A supplier did `action`, as `stock.set`, to the `object_kind` of this code.
    #[expect(clippy::needless_pass_by_value, reason = "callers give a code or an id as it is")]
    pub(crate) fn by_supplier(
        hub: &Hub,
        by: &BySupplier,
        action: &'static str,
        object_kind: &'static str,
        object_code: impl ToString,
    ) -> Note {
        let (actor_kind, actor_name) = ("supplier", String::new());
        let (supplier, key, object_code) = (Some(by.id), by.key, object_code.to_string());
        let id = hub.new_id();
        Note(NewEntry { id, actor_kind, actor_name, supplier, key, action, object_kind, object_code, details: json!({}) })
    }

    /// An operator did `action` to the `object_kind` of this code.
    #[expect(clippy::needless_pass_by_value, reason = "callers give a code or an id as it is")]
    pub(crate) fn by_operator(
        hub: &Hub,
        by: &ByOperator,
        action: &'static str,
        object_kind: &'static str,
        object_code: impl ToString,
    ) -> Note {
        let (actor_kind, actor_name, object_code) = ("operator", by.name.clone(), object_code.to_string());
        let id = hub.new_id();
        Note(NewEntry { id, actor_kind, actor_name, supplier: None, key: by.key, action, object_kind, object_code, details: json!({}) })
    }

    /// The background task `task` did `action` to the `object_kind` of this code, for a supplier or for nobody.
    #[expect(clippy::needless_pass_by_value, reason = "callers give a code or an id as it is")]
    pub(crate) fn by_hub(
        hub: &Hub,
        task: &'static str,
        supplier: Option<SupplierId>,
        action: &'static str,
        object_kind: &'static str,
        object_code: impl ToString,
    ) -> Note {
        let (actor_kind, actor_name, object_code) = ("hub", task.to_owned(), object_code.to_string());
        let id = hub.new_id();
        Note(NewEntry { id, actor_kind, actor_name, supplier, key: None, action, object_kind, object_code, details: json!({}) })
    }

    /// With what else explains it: no personal data, no secrets.
    pub(crate) fn with(mut self, details: Value) -> Note {
        self.0.details = details;
        self
    }
}

/// Notes actions in their own transaction, so that what was done and that it was done are stored together or not at all.
pub(crate) async fn note(s: &Session, notes: Vec<Note>, now: Timestamp) -> Result<()> {
    let entries: Vec<NewEntry> = notes.into_iter().map(|note| note.0).collect();
    Ok(audit::insert(s, &entries, now).await?)
}

/// A page of the log, newest first.
///
/// # Errors
/// The database's.
pub async fn list(hub: &Hub, filter: AuditFilter, page: Page) -> Result<Paged<Entry>> {
    hub.database()
        .run("audit.list", Mode::Snapshot, filter, move |s, filter| Box::pin(async move { Ok(audit::list(s, filter, page).await?) }))
        .await
}
