//! States of orders as requests write them.

use axhub_domain::state::OrderStatus;

/// Every state by its word.
pub const WORDS: [(&str, OrderStatus); 6] = [
    (OrderStatus::New.word(), OrderStatus::New),
    (OrderStatus::SupplierPending.word(), OrderStatus::SupplierPending),
    (OrderStatus::SupplierConfirm.word(), OrderStatus::SupplierConfirm),
    (OrderStatus::SupplierReject.word(), OrderStatus::SupplierReject),
    (OrderStatus::TravelerCancel.word(), OrderStatus::TravelerCancel),
    (OrderStatus::UnavoidableCancel.word(), OrderStatus::UnavoidableCancel),
];

/// The state of a digit of the old vocabulary.
pub fn of_digit(text: &str) -> Option<OrderStatus> {
    text.parse().ok().and_then(OrderStatus::from_digit)
}
