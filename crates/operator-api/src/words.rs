//! Codes in addresses, and numbers that are no money, as requests write and the API description shows them.

use std::borrow::Cow;

use axhub_domain::code;
use axhub_domain::decimal::{MAX_MARK_UP, MAX_RATE, read_rate};
use axhub_domain::pricing::MarkUp as DomainMarkUp;
use axhub_web::Fields;
use serde::{Deserialize, Deserializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// The most characters of a text in an address.
const MAX_IN_ADDRESS: usize = 255;

/// A code in an address. What no code can be names nothing, and is the same 404.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code(pub String);

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_code = !text.contains('\0') && text.chars().count() <= MAX_IN_ADDRESS;
        if is_code { Ok(Code(text)) } else { Err(serde::de::Error::custom("no code")) }
    }
}

/// The code of a supplier or channel that is to be made.
pub(crate) fn new_code(fields: &Fields<'_>) -> String {
    fields.required("code").text_as(|text| code::check(text).map(|()| text.to_owned()), String::new)
}

/// A text that stays as it is when it is absent or null. A blank one is refused rather than taken for absent.
pub(crate) fn given(fields: &Fields<'_>, name: &str, max: usize) -> Option<String> {
    let is_given = fields.optional(name).value().is_some_and(|value| !value.is_null());
    is_given.then(|| fields.required(name).string(max))
}

/// A mark-up that must be there.
pub(crate) fn mark_up(fields: &Fields<'_>) -> DomainMarkUp {
    fields.required("mark_up").text_as(DomainMarkUp::read, || DomainMarkUp::NONE)
}

/// A rate that must be there.
pub(crate) fn rate(fields: &Fields<'_>) -> i64 {
    fields.required("rate").text_as(read_rate, || 1)
}

macro_rules! factors {
    ($($(#[doc = $doc:literal])* $name:ident = $shown:literal, $max:expr, $pattern:literal, $example:literal;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some($pattern));
                let number = ObjectBuilder::new().schema_type(Type::Number).exclusive_minimum(Some(0.0)).maximum(Some($max as f64));
                let factor = AnyOfBuilder::new().item(text).item(number).examples([$example]);
                RefOr::T(Schema::AnyOf(factor.description(Some(concat!($($doc),*).trim())).build()))
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($shown)
            }
        }
    )*};
}

factors! {
    /// A factor on the net price: `1.12` is +12 %. Above zero, at most 100, with up to 5 decimal places; a text or a number.
    MarkUp = "OperatorMarkUp", MAX_MARK_UP, r"^[0-9]{1,3}(\.[0-9]{1,5})?$", "1.12";
    /// How many `quote` one `base` is worth. Above zero, at most 1,000,000,000, with up to 8 decimal places; a text or a
    /// number.
    Rate = "OperatorRate", MAX_RATE, r"^[0-9]{1,10}(\.[0-9]{1,8})?$", "1380.50";
}
