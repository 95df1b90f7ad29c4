//! `axhub traveler`: travelers' personal data, erased on demand.

use axhub_domain::ids::OrderId;
use axhub_hub::privacy;
use axhub_operator_api::privacy::ErasedTravelers;
use clap::{Args, Subcommand};

use super::arguments::{ActArgs, code};
use super::failure::Told;
use super::output::{answer, minute};
use super::table::facts;

#[derive(Debug, Subcommand)]
pub(crate) enum TravelerCommand {
    /// Erase everybody in an order. It cannot be undone.
    ///
    /// For when a traveler asks for it; `axhub settings set --traveler-retention-days` does the same by itself, so many days
    /// after the last use. It erases the people of the whole order of the channel that this order is part of: names, telephone
    /// numbers, mail addresses and whatever else was told of them, and who wrote reviews of it. The orders stay whole: states,
    /// stock, amounts and statements, and the channel may send its order again. Comments and the texts of reviews stay, too.
    /// Done again it erases nothing more.
    #[command(after_help = "Examples:
  axhub search HT-20260702-1
  axhub traveler erase 018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f30")]
    Erase(Erase),
}

#[derive(Debug, Args)]
pub(crate) struct Erase {
    /// The hub's code of the order; `axhub search` finds it by any other.
    #[arg(value_parser = code::<OrderId>)]
    ax_order_code: OrderId,
    #[command(flatten)]
    act: ActArgs,
}

impl TravelerCommand {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let TravelerCommand::Erase(Erase { ax_order_code, act }) = self;
        let erased = privacy::erase_travelers(&act.hub().await?, act.by(), ax_order_code).await;
        let erased = erased.told(format_args!("order {ax_order_code}"))?;
        answer(act.read.json, &ErasedTravelers::from(erased), |erased| {
            let orders: Vec<String> = erased.ax_order_codes.iter().map(ToString::to_string).collect();
            facts(&[
                ("channel's order", erased.channel_order_code.clone()),
                ("orders", orders.join("\n")),
                ("erased at", minute(&erased.erased_at)),
                ("people erased now", erased.people.to_string()),
                ("reviewers erased now", erased.reviewers.to_string()),
            ])
        })
    }
}
