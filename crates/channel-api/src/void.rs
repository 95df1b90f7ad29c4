//! `"Void"`: how product list and detail, and nothing else, write a scalar that is empty (contract 3).

use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{AnyOfBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// What stands for nothing.
pub const VOID: &str = "Void";

/// A scalar, or `"Void"` when there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct OrVoid<T>(Option<T>);

impl<T> From<Option<T>> for OrVoid<T> {
    fn from(value: Option<T>) -> Self {
        OrVoid(value)
    }
}

/// A text; an empty one is `"Void"`.
pub fn text(text: Option<&str>) -> OrVoid<String> {
    OrVoid(text.filter(|text| !text.trim().is_empty()).map(str::to_owned))
}

impl<T: Serialize> Serialize for OrVoid<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(value) => value.serialize(serializer),
            None => serializer.serialize_str(VOID),
        }
    }
}

fn or_void(description: &str, value: ObjectBuilder) -> RefOr<Schema> {
    let void = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([VOID]));
    Schema::AnyOf(AnyOfBuilder::new().description(Some(description)).item(value).item(void).build()).into()
}

/// Describes a date or `"Void"`.
pub struct DateOrVoid;

impl PartialSchema for DateOrVoid {
    fn schema() -> RefOr<Schema> {
        let date = ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
        or_void("A date, or `Void` when there is none.", date)
    }
}

impl ToSchema for DateOrVoid {}

/// Describes a number or `"Void"`.
pub struct NumberOrVoid;

impl PartialSchema for NumberOrVoid {
    fn schema() -> RefOr<Schema> {
        or_void("A number, or `Void` when there is none.", ObjectBuilder::new().schema_type(Type::Number))
    }
}

impl ToSchema for NumberOrVoid {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_empty_is_void() {
        assert_eq!(json!(text(Some("Walking"))), "Walking");
        assert_eq!(json!(text(Some(" "))), "Void");
        assert_eq!(json!(text(Some(""))), "Void");
        assert_eq!(json!(text(None)), "Void");
        assert_eq!(json!(OrVoid::from(Some(0.0))), json!(0.0));
        assert_eq!(json!(OrVoid::<f64>::from(None)), "Void");
    }
}
