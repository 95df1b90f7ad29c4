//! The store on both engines: one suite that each must pass.

#![allow(clippy::unwrap_used, reason = "a test may fail by unwrapping")]

/// Runs `$body` over `$session` in a transaction, with `$input` lent to it. The body may run more than once.
macro_rules! tx {
    ($db:expr, $mode:ident, |$session:ident| $body:expr) => {
        tx!($db, $mode, (), |$session, _| $body)
    };
    ($db:expr, $mode:ident, $input:expr, |$session:ident, $given:pat_param| $body:expr) => {
        $db.run("test", axhub_store::Mode::$mode, $input, move |$session, $given| Box::pin(async move { $body })).await
    };
}

mod allotments;
mod assignments;
mod changes;
mod directory;
mod drafts;
mod engine;
mod events;
mod feedback;
mod fixture;
mod keys;
mod orders;
mod placing;
mod products;
mod refunds;
mod registrations;
mod schema;
mod search;
mod stock;
mod transfer;
mod travelers;
