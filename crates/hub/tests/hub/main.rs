//! The use cases over real databases of both engines.

#![allow(clippy::unwrap_used, reason = "a test may fail by unwrapping")]

mod allotments;
mod catalogue;
mod changes;
mod desk;
mod directory;
mod drafts;
mod explain;
mod feedback;
mod fights;
mod fulfilment;
mod histories;
mod key_rotation;
mod keys;
mod order_lists;
mod ordering;
mod plans;
mod pools;
mod pricing;
mod privacy;
mod rates;
mod refunds;
mod registration;
mod replies;
mod rules;
mod search;
mod stage;
mod statements;
mod stock;
mod stock_rules;
mod verify;
mod versions;
