//! Suppliers: who owns products.

pub mod change;
pub mod create;
pub mod get;
pub mod list;

use axhub_hub::directory;
use serde::Serialize;
use utoipa::ToSchema;

/// A supplier.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorSupplier)]
pub struct Supplier {
    /// Its code, which never changes.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What operators note about it; nobody else sees it.
    pub notes: String,
}

impl From<directory::Supplier> for Supplier {
    fn from(supplier: directory::Supplier) -> Self {
        Supplier { code: supplier.code, name: supplier.name, notes: supplier.notes }
    }
}

impl Supplier {
    pub(crate) fn sample() -> Supplier {
        Supplier {
            code: "lumiere".to_owned(),
            name: "Atelier Lumière".to_owned(),
            notes: "Answers within the hour. Ask for Camille.".to_owned(),
        }
    }
}
