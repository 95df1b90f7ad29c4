//! Only for tests: a database of either engine per test, a running app, builders of test data.
//!
//! A test of an address of the HTTP interface:
//!
//! ```no_run
//! # use axhub_testkit::{App, Engine, OrderBuilder};
//! # async fn test() {
//! let app = App::start(Engine::Sqlite).await;
//! let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
//! let mapping = app.register("alpha", paris).await;
//!
//! let order = OrderBuilder::new("A-1").line(mapping, paris.option(0), paris.at("2026-07-02", "09:00"), 2).json();
//! let reply = alpha.post("/v1/channel/orders/tour", &order).await;
//! assert_eq!(reply.status, 201);
//! assert_eq!(reply.body["options"][0]["tickets"].as_array().map(Vec::len), Some(2));
//!
//! app.assert_stock_is_sound().await;
//! # }
//! ```
//!
//! * [`App`] runs the whole program over a fresh [`TestDatabase`] in which a small [`World`] lives. Its [`TestClock`]
//!   stands at [`TestClock::start`] until the test moves it.
//! * [`Client`] calls it with somebody's key: [`App::channel`], [`App::supplier`], [`App::operator`], [`App::anonymous`].
//! * [`ProductBuilder`] makes further products, [`OrderBuilder`] orders, as JSON or as the hub takes them.
//!
//! Tests over both engines:
//!
//! ```ignore
//! #[rstest]
//! #[tokio::test]
//! async fn sells(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) { … }
//! ```

#[cfg(feature = "app")]
mod app;
mod check;
#[cfg(feature = "app")]
mod client;
mod clock;
mod contents;
mod database;
mod description;
mod order;
mod postgres;
mod product;
mod world;

#[cfg(feature = "app")]
pub use app::App;
pub use check::assert_stock_is_sound;
#[cfg(feature = "app")]
pub use client::{Client, Reply};
pub use clock::TestClock;
pub use contents::contents;
pub use database::{Engine, TestDatabase};
pub use description::Description;
pub use order::{OrderBuilder, person};
pub use product::{ProductBuilder, TestProduct};
pub use world::{Member, World};
