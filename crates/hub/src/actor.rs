//! Who does something: the supplier or operator behind an action, for the audit log.

use axhub_domain::ids::{KeyId, SupplierId};

/// A supplier who acts, and the key that it does it with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BySupplier {
    /// The supplier: it touches nothing but its own.
    pub id: SupplierId,
    /// The key; none when the program itself acts for the supplier, as the sample does.
    pub key: Option<KeyId>,
}

impl From<SupplierId> for BySupplier {
    fn from(id: SupplierId) -> Self {
        BySupplier { id, key: None }
    }
}

/// An operator who acts, and the key that they do it with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByOperator {
    /// Who it is.
    pub name: String,
    /// The key; none on the command line.
    pub key: Option<KeyId>,
}

impl ByOperator {
    /// Somebody at the command line.
    pub fn command_line(name: impl Into<String>) -> Self {
        ByOperator { name: name.into(), key: None }
    }
}
