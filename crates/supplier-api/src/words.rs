//! The words of the contract as the API description shows them. The lists come from the domain.

use std::borrow::Cow;

use axhub_domain::money::Currency as DomainCurrency;
use axhub_domain::product::{Confirmation as DomainConfirmation, OptionKind as DomainOptionKind, ProductKind as DomainProductKind};
use axhub_domain::state::{OrderStatus as DomainOrderStatus, TicketStatus as DomainTicketStatus};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! words {
    ($($(#[doc = $doc:literal])* $name:ident = $list:expr;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words: Vec<&'static str> = $list;
                let description = concat!($($doc),*).trim();
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).description(Some(description)).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

words! {
    /// The state of an order.
    OrderStatus = DomainOrderStatus::ALL.iter().map(|status| status.word()).collect();
    /// The state of a ticket.
    TicketStatus = DomainTicketStatus::ALL.iter().map(|status| status.word()).collect();
    /// The kind of a product: `tour` has dates and start times, `day-ticket` dates, `ticket` neither.
    ProductKind = PRODUCT_KINDS.iter().map(|(word, _)| *word).collect();
    /// Who confirms orders: the hub at once, or the supplier one by one.
    Confirmation = CONFIRMATIONS.iter().map(|(word, _)| *word).collect();
    /// `quantity` has stock of its own; `price` only changes the price and draws from another option's stock.
    OptionKind = OPTION_KINDS.iter().map(|(word, _)| *word).collect();
    /// The currency of amounts.
    Currency = DomainCurrency::ALL.iter().map(|currency| currency.code()).collect();
}

/// The words of the kinds of products.
pub const PRODUCT_KINDS: [(&str, DomainProductKind); 3] = [
    (DomainProductKind::Tour.as_str(), DomainProductKind::Tour),
    (DomainProductKind::DayTicket.as_str(), DomainProductKind::DayTicket),
    (DomainProductKind::Ticket.as_str(), DomainProductKind::Ticket),
];

/// The words of the ways to confirm.
pub const CONFIRMATIONS: [(&str, DomainConfirmation); 2] = [
    (DomainConfirmation::Instant.as_str(), DomainConfirmation::Instant),
    (DomainConfirmation::Manual.as_str(), DomainConfirmation::Manual),
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
