//! `required_traveler_information`: which of the contract's names an order must bring, each true or false.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axhub_domain::product::TRAVELER_INFORMATION;
use axhub_web::Fields;
use serde::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// What an order must bring of its travelers, every name of the contract with true or false.
#[derive(Clone, Debug)]
pub struct RequiredInformation(Vec<(&'static str, bool)>);

impl RequiredInformation {
    /// Of the names that are required.
    pub fn new(required: &[String]) -> Self {
        RequiredInformation(TRAVELER_INFORMATION.iter().map(|name| (*name, required.iter().any(|known| known == name))).collect())
    }
}

impl Serialize for RequiredInformation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

impl PartialSchema for RequiredInformation {
    fn schema() -> RefOr<Schema> {
        let object = TRAVELER_INFORMATION.iter().fold(properties(), |object, name| object.required(*name));
        object.description(Some("What an order must bring of its travelers.")).into()
    }
}

impl ToSchema for RequiredInformation {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SupplierRequiredInformation")
    }
}

/// A change of what an order must bring: the names that are sent change, all others stay.
#[derive(Clone, Copy, Debug)]
pub struct RequiredInformationChange;

impl RequiredInformationChange {
    /// Reads the names that are there.
    pub(crate) fn read(fields: &Fields<'_>) -> BTreeMap<&'static str, bool> {
        let sent = TRAVELER_INFORMATION.iter().filter(|name| fields.has(name));
        sent.map(|name| (*name, fields.required(*name).boolean())).collect()
    }
}

impl PartialSchema for RequiredInformationChange {
    fn schema() -> RefOr<Schema> {
        properties().description(Some("The names that are sent change, all others stay.")).into()
    }
}

impl ToSchema for RequiredInformationChange {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SupplierRequiredInformationChange")
    }
}

fn properties() -> ObjectBuilder {
    TRAVELER_INFORMATION.iter().fold(ObjectBuilder::new(), |object, name| {
        let description = format!("Whether an order must bring `{name}` in `additional`.");
        object.property(*name, ObjectBuilder::new().schema_type(Type::Boolean).description(Some(description)))
    })
}
