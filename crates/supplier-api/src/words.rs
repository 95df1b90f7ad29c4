//! The words of the contract as the API description shows them. The lists come from the domain.

use std::borrow::Cow;

use axhub_domain::feedback::ScoreType as DomainScoreType;
use axhub_domain::ids::ProductId;
use axhub_domain::money::MAX_UNITS;
use axhub_domain::product::{Confirmation as DomainConfirmation, OptionKind as DomainOptionKind, ProductState as DomainProductState};
use axhub_domain::reply::NoReply as DomainNoReply;
use axhub_domain::state::{OrderStatus as DomainOrderStatus, TicketStatus as DomainTicketStatus};
use axhub_web::{Fields, words};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

pub use axhub_web::words::{Currency, PRODUCT_KINDS, ProductKind};

words! {
    /// The state of an order.
    OrderStatus = DomainOrderStatus::ALL.iter().map(|status| status.word()).collect();
    /// The state of a ticket.
    TicketStatus = DomainTicketStatus::ALL.iter().map(|status| status.word()).collect();
    /// Who confirms orders: the hub at once, or the supplier one by one.
    Confirmation = CONFIRMATIONS.iter().map(|(word, _)| *word).collect();
    /// What the hub does with an order that was not answered in time.
    NoReply = NO_REPLIES.iter().map(|(word, _)| *word).collect();
    /// `draft` was never published; the last day of sale of what has `ended` has passed.
    ProductState = PRODUCT_STATES.iter().map(|(word, _)| *word).collect();
    /// `quantity` has stock of its own; `price` only changes the price and draws from another option's stock.
    OptionKind = OPTION_KINDS.iter().map(|(word, _)| *word).collect();
    /// `Tour` or `Activity` for a tour, `Ticket-Day` for a day-ticket.
    Category = PRODUCT_KINDS.iter().flat_map(|(_, kind)| kind.categories()).copied().collect();
    /// How a score counts: 0 to 5 stars, 1 to 5 stars, 1 good and 0 bad, or no score.
    ScoreType = DomainScoreType::ALL.iter().map(|score_type| score_type.word()).collect();
}

macro_rules! texts {
    ($($(#[doc = $doc:literal])* $name:ident = $shown:literal, $max:literal, $pattern:literal;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some($max));
                text.pattern(Some($pattern)).description(Some(concat!($($doc),*).trim())).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($shown)
            }
        }
    )*};
}

texts! {
    /// A word or two that are not blank.
    Keyword = "SupplierKeyword", 100, r"\S";
    /// A line that is not blank.
    Line = "SupplierLine", 255, r"\S";
    /// A paragraph that is not blank.
    Paragraph = "SupplierParagraph", 1000, r"\S";
    /// A text that is not blank.
    Answer = "SupplierAnswerText", 5000, r"\S";
    /// A time of day, `hh:mm`.
    TimeOfDay = "SupplierTimeOfDay", 5, "^([01][0-9]|2[0-3]):[0-5][0-9]$";
}

/// An amount in a request: a decimal number of at least zero, as a text or as a number.
#[derive(Clone, Copy, Debug)]
pub struct Amount;

impl PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^[0-9]{1,13}(\.[0-9]{1,5})?$"));
        let number = ObjectBuilder::new().schema_type(Type::Number).minimum(Some(0.0)).maximum(Some(MAX_UNITS as f64));
        let amount = AnyOfBuilder::new().item(text).item(number).examples(["71200.00000"]);
        let description = "A decimal number of at least zero, with up to 13 digits before and 5 after the point, as a text or as a number.";
        RefOr::T(Schema::AnyOf(amount.description(Some(description)).build()))
    }
}

impl ToSchema for Amount {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SupplierAmount")
    }
}

/// The words of the ways to confirm.
pub const CONFIRMATIONS: [(&str, DomainConfirmation); 2] = [
    (DomainConfirmation::Instant.as_str(), DomainConfirmation::Instant),
    (DomainConfirmation::Manual.as_str(), DomainConfirmation::Manual),
];

/// The words of what happens to an order that was not answered in time.
pub const NO_REPLIES: [(&str, DomainNoReply); 2] =
    [(DomainNoReply::Confirm.as_str(), DomainNoReply::Confirm), (DomainNoReply::Reject.as_str(), DomainNoReply::Reject)];

/// The words of where a product stands in its life.
pub const PRODUCT_STATES: [(&str, DomainProductState); 3] = [
    (DomainProductState::Draft.as_str(), DomainProductState::Draft),
    (DomainProductState::Published.as_str(), DomainProductState::Published),
    (DomainProductState::Ended.as_str(), DomainProductState::Ended),
];

/// The words of the kinds of options.
pub const OPTION_KINDS: [(&str, DomainOptionKind); 2] =
    [(DomainOptionKind::Quantity.as_str(), DomainOptionKind::Quantity), (DomainOptionKind::Price.as_str(), DomainOptionKind::Price)];

/// The words of the states of orders; digits are understood besides.
pub const ORDER_STATUSES: [(&str, DomainOrderStatus); 6] = [
    (DomainOrderStatus::New.word(), DomainOrderStatus::New),
    (DomainOrderStatus::SupplierPending.word(), DomainOrderStatus::SupplierPending),
    (DomainOrderStatus::SupplierConfirm.word(), DomainOrderStatus::SupplierConfirm),
    (DomainOrderStatus::SupplierReject.word(), DomainOrderStatus::SupplierReject),
    (DomainOrderStatus::TravelerCancel.word(), DomainOrderStatus::TravelerCancel),
    (DomainOrderStatus::UnavoidableCancel.word(), DomainOrderStatus::UnavoidableCancel),
];

/// The `product_code` of a list. A code that is no UUID names nothing, like any other code that does not exist: the
/// list is empty.
pub(crate) fn product(fields: &Fields<'_>) -> Option<ProductId> {
    let nothing = || ProductId(Uuid::nil());
    fields.optional("product_code").text_as(|text| Ok(text.parse().unwrap_or_else(|_| nothing())), nothing)
}

/// The `product_code` that an address needs; what is no UUID names nothing.
pub(crate) fn required_product(fields: &Fields<'_>) -> ProductId {
    let nothing = || ProductId(Uuid::nil());
    fields.required("product_code").text_as(|text| Ok(text.parse().unwrap_or_else(|_| nothing())), nothing)
}
