//! Scalars as responses write them.

use axhub_domain::money::Money;
use axhub_domain::time::format_instant;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Number;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A moment: RFC 3339 in UTC with milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant(pub Timestamp);

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format_instant(self.0))
    }
}

impl PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("A moment: RFC 3339 in UTC with milliseconds."))
            .examples(["2022-01-21T10:00:00.000Z"])
            .build()
            .into()
    }
}

impl ToSchema for Instant {}

/// An amount as a JSON number with exactly two places, as `80.00`.
///
/// The amount is whole in its currency, so nothing but zeros is cut off.
pub fn two_places(money: Money) -> Option<Number> {
    let five_places = money.to_string();
    let two_places = five_places.strip_suffix("000").unwrap_or(&five_places);
    two_places.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_two_places() {
        let written = |text: &str| two_places(text.parse().unwrap()).unwrap().to_string();
        assert_eq!(written("80"), "80.00");
        assert_eq!(written("88000"), "88000.00");
        assert_eq!(written("0.5"), "0.50");
        assert_eq!(written("9999999999.99"), "9999999999.99");
    }
}
