//! The operator's commands: what the API under `/v1/operator` does, through the same use cases.
//!
//! One file per group of commands. Each reads its arguments, calls one use case, and answers with [`output::answer`]: the
//! API's own document with `--json`, and otherwise what people read. What the hub refuses is told by [`failure`].

mod arguments;
mod assignments;
mod audit;
pub(crate) mod backup;
pub(crate) mod channels;
mod comparison;
mod failure;
mod keys;
mod output;
mod rates;
pub(crate) mod restore;
mod rules;
mod search;
mod settings;
mod statements;
mod suppliers;
mod table;
mod travelers;
pub(crate) mod verify;

use clap::Subcommand;

/// What operators do.
#[derive(Debug, Subcommand)]
pub(crate) enum OperatorCommand {
    /// Add, list and change suppliers: who owns products.
    ///
    /// A supplier needs a key before it can do anything: `axhub key create --supplier CODE`.
    #[command(subcommand)]
    Supplier(suppliers::SupplierCommand),
    /// Add, list and change channels: who sells.
    ///
    /// A channel needs a key (`axhub key create --channel CODE`) and something that it may sell (`axhub assignment`, or
    /// `axhub rule` for many products at once).
    #[command(subcommand)]
    Channel(channels::ChannelCommand),
    /// Say what a channel may sell, one product at a time, and at which mark-up.
    ///
    /// What is assigned one by one comes before what rules say (`axhub rule`).
    #[command(subcommand)]
    Assignment(assignments::AssignmentCommand),
    /// Say what a channel may sell by rule: a supplier's products, a country's, or all.
    ///
    /// A rule holds for what is published now and for what is published later. Of several rules that name a product the most
    /// specific decides: a supplier and a country before a supplier, that before a country, that before none; of two like
    /// these the newer. A product that is assigned by itself (`axhub assignment`) is no rule's.
    #[command(subcommand)]
    Rule(rules::RuleCommand),
    /// Set and list exchange rates.
    ///
    /// A rate holds from an instant on, until the next one of its pair. What was sold keeps the rate it was sold at.
    #[command(subcommand)]
    Rate(rates::RateCommand),
    /// Make, list, rotate and revoke API keys.
    ///
    /// A key is shown once, when it is made; the hub keeps only its hash. Everywhere else a key goes by its prefix, such as
    /// axh_c_Rk3v9QpL2xTa.
    #[command(subcommand)]
    Key(keys::KeyCommand),
    /// Show and change the settings of the whole hub.
    #[command(subcommand)]
    Settings(settings::SettingsCommand),
    /// Show who did what, newest first.
    ///
    /// Every action of operators and suppliers is there, and what the hub did by itself. The log cannot be changed, and has no personal data and no keys in it. Times are UTC.
    #[command(after_help = "Examples:
  axhub audit --object sunny-shop
  axhub audit --actor olivia --from 2026-07-01T00:00Z --to 2026-08-01T00:00Z --json")]
    Audit(audit::Audit),
    /// Find what a code is, and whose.
    ///
    /// For any code that somebody may read out on the phone: of an order, a ticket, a product, an option, stock, a
    /// registration, a question, a review, a rule, a supplier or a channel, be it the hub's or a channel's own; or the
    /// prefix of a key. When nothing has the code, that is the answer, and no failure.
    #[command(after_help = "Examples:
  axhub search HT-20260702-1
  axhub search axh_c_Rk3v --json")]
    Search(search::Search),
    /// Erase travelers' personal data.
    #[command(subcommand)]
    Traveler(travelers::TravelerCommand),
    /// Show, close and reconcile what a channel sold of a supplier in a month.
    ///
    /// Months are counted in the time zone that `axhub settings show` tells.
    #[command(subcommand)]
    Statement(statements::StatementCommand),
}

impl OperatorCommand {
    /// Does it.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self {
            OperatorCommand::Supplier(command) => command.run().await,
            OperatorCommand::Channel(command) => command.run().await,
            OperatorCommand::Assignment(command) => command.run().await,
            OperatorCommand::Rule(command) => command.run().await,
            OperatorCommand::Rate(command) => command.run().await,
            OperatorCommand::Key(command) => command.run().await,
            OperatorCommand::Settings(command) => command.run().await,
            OperatorCommand::Audit(command) => command.run().await,
            OperatorCommand::Search(command) => command.run().await,
            OperatorCommand::Traveler(command) => command.run().await,
            OperatorCommand::Statement(command) => command.run().await,
        }
    }
}
