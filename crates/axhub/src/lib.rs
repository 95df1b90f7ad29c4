//! The pieces of the axhub program: its application, its commands and its sample data.
//!
//! [`app`] puts the adapters under one router; [`cli`] reads the command
//! line, whose commands for operators have a module each; [`demo`] and [`sample`] make the sandbox.

pub mod app;
pub mod cli;
mod commands;
mod connections;
mod database_address;
pub mod demo;
pub mod health;
pub mod sample;
pub mod simulator;
mod start;
pub mod telemetry;
