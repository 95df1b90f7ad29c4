//! Typed identifiers. Each is a UUID; which one is made where is the caller's business.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A supplier: a tour operator or museum that owns products.
    SupplierId;
    /// A channel: an online travel agency or shop that sells.
    ChannelId;
    /// A product; the contract's `product_code`.
    ProductId;
    /// An option of a product; the contract's `option_code`. Survives version-ups.
    OptionId;
    /// A pool of stock that one or several options draw from.
    PoolId;
    /// One pool on one date and start time; the contract's `inventory_code`.
    StockId;
    /// A channel's registration of a product; the contract's `channel_product_mapping_code`.
    RegistrationId;
    /// A channel's order as a whole, which holds one order per option.
    ChannelOrderId;
    /// An order of one option; the contract's `ax_order_code`.
    OrderId;
    /// One unit of an order; the contract's `ax_ticket_code`.
    TicketId;
    /// An API key.
    KeyId;
    /// A review that a channel brought.
    ReviewId;
    /// A question that a channel brought.
    QuestionId;
    /// What a supplier says to a question or a review.
    AnswerId;
    /// One recorded change of an order or ticket.
    EventId;
    /// One entry of the audit log.
    AuditId;
    /// A rule of what a channel may sell.
    RuleId;
}
