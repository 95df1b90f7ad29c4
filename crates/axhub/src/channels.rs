//! `axhub channel`: settings of channels.

use anyhow::Context;
use axhub_hub::directory::{self, RateLimits};
use clap::{Args, Subcommand};

use crate::cli::DatabaseArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum ChannelCommand {
    /// Set how often a channel's keys may be used in a minute. It holds within a second, on every server.
    Limits(Limits),
}

#[derive(Debug, Args)]
pub(crate) struct Limits {
    /// The channel's code.
    code: String,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// Two budgets, so that polling can never starve orders.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct LimitArgs {
    /// Reading calls in a minute; no bound when left out.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000), value_name = "N")]
    reads_per_minute: Option<u32>,
    /// Orders and all other writing calls in a minute; no bound when left out.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000), value_name = "N")]
    orders_per_minute: Option<u32>,
}

impl LimitArgs {
    pub(crate) fn limits(self) -> RateLimits {
        RateLimits { reads_per_minute: self.reads_per_minute, orders_per_minute: self.orders_per_minute }
    }
}

impl ChannelCommand {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let ChannelCommand::Limits(Limits { code, limits, database }) = self;
        let hub = database.hub().await?;
        let channels = directory::channels(&hub).await?;
        let channel = channels.iter().find(|channel| channel.code == code).with_context(|| format!("there is no channel {code}"))?;
        directory::set_rate_limits(&hub, channel.id, limits.limits()).await?;
        let said = |bound: Option<u32>| bound.map_or_else(|| "unbounded".to_owned(), |bound| format!("{bound} a minute"));
        println!("{code}: reading {}, ordering {}.", said(limits.reads_per_minute), said(limits.orders_per_minute));
        Ok(())
    }
}
