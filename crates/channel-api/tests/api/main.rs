//! The channel contract over real HTTP, on both engines. The modules mirror `src`.

mod support;

mod access;
mod description;
mod inventory;
mod orders;
mod price;
mod products;
mod requests;
