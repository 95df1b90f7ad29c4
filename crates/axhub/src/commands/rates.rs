//! `axhub rate`: exchange rates.

use axhub_domain::money::Currency;
use axhub_hub::directory::{self, NewRate, RateFilter};
use axhub_operator_api::rates::ExchangeRate;
use axhub_operator_api::rates::list::ExchangeRateList;
use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::arguments::{ActArgs, PageArgs, ReadArgs, currency, instant, rate};
use super::failure::Told;
use super::output::{answer, minute};
use super::table::{Table, facts};

#[derive(Debug, Subcommand)]
pub(crate) enum RateCommand {
    /// Set how many QUOTE one BASE is worth, from now or from a later instant on.
    ///
    /// It holds until the next rate of the pair. One that was planned for the same instant is replaced; what held in the past
    /// never changes. Channels' feeds tell the new prices when it comes into force. A pair that is only known the other way
    /// round is inverted.
    #[command(after_help = "Examples:
  axhub rate set USD KRW 1380.50
  axhub rate set USD KRW 1392 --from 2030-01-01T00:00+09:00")]
    Set(Set),
    /// List all rates there ever were, the one that holds from the latest on first.
    #[command(after_help = "Examples:
  axhub rate list --in-force
  axhub rate list --base USD --quote KRW --json")]
    List(List),
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The currency of which there is one: KRW or USD.
    #[arg(value_parser = currency)]
    base: Currency,
    /// The currency it is worth, the other one.
    #[arg(value_parser = currency)]
    quote: Currency,
    /// How many. Above zero and at most 1,000,000,000, with up to 8 decimal places.
    #[arg(value_parser = rate)]
    rate: i64,
    /// From when on, never an instant that has passed; now when left out. Without an offset it is UTC.
    #[arg(long, value_parser = instant, value_name = "INSTANT")]
    from: Option<Timestamp>,
    #[command(flatten)]
    act: ActArgs,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only of this currency.
    #[arg(long, value_parser = currency, value_name = "CURRENCY")]
    base: Option<Currency>,
    /// Only into this currency.
    #[arg(long, value_parser = currency, value_name = "CURRENCY")]
    quote: Option<Currency>,
    /// Only those that hold now.
    #[arg(long)]
    in_force: bool,
    #[command(flatten)]
    pages: PageArgs,
    #[command(flatten)]
    read: ReadArgs,
}

impl RateCommand {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self {
            RateCommand::Set(set) => set.run().await,
            RateCommand::List(list) => list.run().await,
        }
    }
}

impl Set {
    async fn run(self) -> anyhow::Result<()> {
        let Set { base, quote, rate, from: valid_from, act } = self;
        let set = directory::add_rate(&act.hub().await?, act.by(), NewRate { base, quote, rate, valid_from }).await.told("rate")?;
        answer(act.read.json, &ExchangeRate::from(set), |rate| {
            facts(&[
                ("pair", pair(rate)),
                ("rate", rate.rate.clone()),
                ("holds from", minute(&rate.valid_from)),
                ("in force", yes(rate.is_in_force)),
            ])
        })
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let filter = RateFilter { base: self.base, quote: self.quote, is_in_force: self.in_force.then_some(true) };
        let found = directory::list_rates(&self.read.hub().await?, filter, self.pages.page()).await.told("rate")?;
        let list = ExchangeRateList { exchange_rates: found.items.into_iter().map(ExchangeRate::from).collect() };
        answer(self.read.json, &list, |list| {
            let mut table = Table::new(&["PAIR", "RATE", "HOLDS FROM", "IN FORCE"]);
            for rate in &list.exchange_rates {
                table.row([pair(rate), rate.rate.clone(), minute(&rate.valid_from), yes(rate.is_in_force)]);
            }
            table.or("There are no rates.")
        })?;
        self.pages.say_rest(found.total);
        Ok(())
    }
}

fn pair(rate: &ExchangeRate) -> String {
    format!("{}/{}", rate.base, rate.quote)
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}
