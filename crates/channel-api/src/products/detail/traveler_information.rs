//! `required_traveler_information`: a boolean for everything that a supplier may require.

use axhub_domain::product::TRAVELER_INFORMATION;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// What travelers of a product must tell: every name there is, and whether it is required.
pub struct TravelerInformation(Vec<(&'static str, bool)>);

impl TravelerInformation {
    /// All names; true are those of `required`.
    pub fn of(required: &[String]) -> TravelerInformation {
        let is_required = |name: &&'static str| (*name, required.iter().any(|key| key == name));
        TravelerInformation(TRAVELER_INFORMATION.iter().map(is_required).collect())
    }
}

impl Serialize for TravelerInformation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

impl PartialSchema for TravelerInformation {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new().description(Some(
            "What an order must bring of its travelers: for every name that is true, a non-empty text of that name in \
             `representative.additional` or in the `additional` of every ticket.",
        ));
        let describe = |object: ObjectBuilder, name: &&str| {
            let text = format!("Whether an order must bring `{name}`.");
            object.property(*name, ObjectBuilder::new().schema_type(Type::Boolean).description(Some(text))).required(*name)
        };
        TRAVELER_INFORMATION.iter().fold(object, describe).build().into()
    }
}

impl ToSchema for TravelerInformation {}

/// An example: nothing but the English name is required.
pub fn example() -> Value {
    let entry = |name: &&str| ((*name).to_owned(), Value::Bool(*name == "english_name"));
    Value::Object(TRAVELER_INFORMATION.iter().map(entry).collect::<Map<_, _>>())
}
