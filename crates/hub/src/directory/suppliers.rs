//! Suppliers, as operators keep them.

use axhub_domain::code;
use axhub_domain::refusal::{Conflict, FieldError, Reason};
use axhub_store::directory::{self, Supplier};
use axhub_store::{Mode, Session};
use serde_json::{Map, Value, json};

use super::lists::searched;
use crate::audit::{Note, note};
use crate::{ByOperator, Error, Hub, Page, Paged, Result};

/// The most characters of a name.
pub const MAX_NAME: usize = 255;
/// The most characters of notes.
pub const MAX_NOTES: usize = 5000;

/// A supplier to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSupplier {
    /// Its code, for ever.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What operators note about it.
    pub notes: String,
}

/// What changes of a supplier; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupplierChange {
    /// Its name.
    pub name: Option<String>,
    /// What operators note about it.
    pub notes: Option<String>,
}

/// Adds a supplier.
///
/// # Errors
/// Every wrong field; [`Conflict::CodeTaken`].
pub async fn create_supplier(hub: &Hub, by: ByOperator, new: NewSupplier) -> Result<Supplier> {
    let mut faults = Vec::new();
    faults.extend(code::check(&new.code).err().map(|reason| FieldError::new("code", reason)));
    faults.extend(text_faults(Some(&new.name), Some(&new.notes)));
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let supplier = Supplier { id: hub.new_id(), code: new.code, name: new.name, notes: new.notes };
    let (ids, now) = (hub.clone(), hub.now());
    hub.database()
        .run("supplier.create", Mode::Write, (by, supplier), move |s, (by, supplier)| {
            let ids = ids.clone();
            Box::pin(async move {
                if !directory::insert_supplier(s, supplier, now).await? {
                    return Err(Conflict::CodeTaken.into());
                }
                let created = Note::by_operator(&ids, by, "supplier.create", "supplier", &supplier.code);
                note(s, vec![created.with(json!({ "name": supplier.name }))], now).await?;
                Ok(supplier.clone())
            })
        })
        .await
}

/// Changes a supplier.
///
/// # Errors
/// [`Error::NOT_FOUND`]; every wrong field.
pub async fn change_supplier(hub: &Hub, by: ByOperator, code: &str, change: SupplierChange) -> Result<Supplier> {
    let faults = text_faults(change.name.as_deref(), change.notes.as_deref());
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let (ids, now) = (hub.clone(), hub.now());
    hub.database()
        .run("supplier.change", Mode::Write, (by, code.to_owned(), change), move |s, (by, code, change)| {
            let ids = ids.clone();
            Box::pin(async move {
                let before = directory::lock_supplier(s, code).await?.ok_or(Error::NOT_FOUND)?;
                let mut after = before.clone();
                after.name = change.name.clone().unwrap_or(after.name);
                after.notes = change.notes.clone().unwrap_or(after.notes);
                if after != before {
                    directory::update_supplier(s, &after).await?;
                    let mut changed = Differences::default();
                    changed.add("name", &before.name, &after.name);
                    changed.add_text("notes", &before.notes, &after.notes);
                    let changed = Note::by_operator(&ids, by, "supplier.change", "supplier", code).with(changed.into_json());
                    note(s, vec![changed], now).await?;
                }
                Ok(after)
            })
        })
        .await
}

/// The supplier of a code.
///
/// # Errors
/// [`Error::NOT_FOUND`].
pub async fn supplier(hub: &Hub, code: &str) -> Result<Supplier> {
    hub.database()
        .run("supplier.read", Mode::Read, code.to_owned(), |s, code| {
            Box::pin(async move { directory::supplier_by_code(s, code).await?.ok_or(Error::NOT_FOUND) })
        })
        .await
}

/// A page of the suppliers that have `q` in their code or name, in whatever case; by code.
///
/// # Errors
/// The database's.
pub async fn list_suppliers(hub: &Hub, q: Option<String>, page: Page) -> Result<Paged<Supplier>> {
    let all = super::suppliers(hub).await?;
    Ok(searched(all, q.as_deref(), page, |supplier| [&supplier.code, &supplier.name]))
}

/// The id of a supplier that a request names in a field.
pub(super) async fn named(s: &Session, field: &str, code: &str) -> Result<Supplier> {
    let unknown = || FieldError::new(field, Reason::NotAChoice { value: code.chars().take(64).collect(), choices: Vec::new() });
    Ok(directory::supplier_by_code(s, code).await?.ok_or_else(unknown)?)
}

/// What is wrong with a name and notes.
pub(super) fn text_faults(name: Option<&str>, notes: Option<&str>) -> Vec<FieldError> {
    let mut faults = Vec::new();
    for (field, text, max) in [("name", name, MAX_NAME), ("notes", notes, MAX_NOTES)] {
        let Some(text) = text else { continue };
        if text.contains('\0') {
            faults.push(FieldError::new(field, Reason::NullCharacter));
        } else if text.chars().count() > max {
            faults.push(FieldError::new(field, Reason::TooLong { max }));
        } else if field == "name" && text.trim().is_empty() {
            faults.push(FieldError::new(field, Reason::Blank));
        }
    }
    faults
}

/// What was and what is, of each value that is another now.
#[derive(Default)]
pub(super) struct Differences(Map<String, Value>);

impl Differences {
    pub(super) fn add<T: PartialEq + serde::Serialize>(&mut self, name: &str, from: &T, to: &T) {
        if from != to {
            self.0.insert(name.to_owned(), json!({ "from": from, "to": to }));
        }
    }

    /// Only that it changed: notes may be long.
    pub(super) fn add_text(&mut self, name: &str, from: &str, to: &str) {
        if from != to {
            self.0.insert(name.to_owned(), json!("changed"));
        }
    }

    pub(super) fn into_json(self) -> Value {
        Value::Object(self.0)
    }
}
