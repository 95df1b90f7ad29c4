//! `axhub channel`: who sells.

use axhub_hub::directory::{self, ChannelChange, NewChannel, RateLimits};
use axhub_operator_api::channels::Channel;
use axhub_operator_api::channels::list::ChannelList;
use clap::{Args, Subcommand};

use super::arguments::{ActArgs, PageArgs, ReadArgs};
use super::failure::Told;
use super::output::answer;
use super::table::{Table, facts};

#[derive(Debug, Subcommand)]
pub(crate) enum ChannelCommand {
    /// Add a channel.
    ///
    /// It has no key yet, and may sell nothing. Its code is for ever. Times that it sends without an offset are meant in its
    /// time zone.
    #[command(after_help = "Examples:
  axhub channel create sunny-shop --name 'Sunny Shop' --time-zone Asia/Seoul
  axhub key create --channel sunny-shop")]
    Create(Create),
    /// List the channels, by code.
    #[command(after_help = "Examples:
  axhub channel list
  axhub channel list --search sunny --json")]
    List(List),
    /// Show a channel, with what operators note about it.
    #[command(after_help = "Example:
  axhub channel show sunny-shop")]
    Show(Show),
    /// Change a channel's name or time zone, or what operators note about it.
    ///
    /// What is left out stays as it is. Another time zone holds for what the channel sends from now on. The code never
    /// changes.
    #[command(after_help = "Example:
  axhub channel set sunny-shop --notes 'Sends the old names: dc_code, use_date.'")]
    Set(Set),
    /// Set how often a channel's keys may be used in a minute.
    ///
    /// It holds within a second, on every server. Reading and ordering have a budget each, so that polling can never starve
    /// orders. Both are set at once: one that is left out has no bound any more.
    #[command(after_help = "Examples:
  axhub channel limits sunny-shop --reads-per-minute 600 --orders-per-minute 120
  axhub channel limits sunny-shop")]
    Limits(Limits),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Its code for ever: 2 to 40 lower-case letters and digits of any script, with `-`, `_` and `.` only between them.
    code: String,
    /// Its name.
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// The IANA name of the zone that its clocks show, such as Asia/Seoul.
    #[arg(long, value_name = "ZONE")]
    time_zone: String,
    /// What operators note about it, such as the vocabulary it uses; nobody else sees it.
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    notes: String,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    act: ActArgs,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those with this in their code or name, in upper or lower case.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    #[command(flatten)]
    pages: PageArgs,
    #[command(flatten)]
    read: ReadArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The channel's code.
    code: String,
    #[command(flatten)]
    read: ReadArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The channel's code.
    code: String,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    act: ActArgs,
}

/// What changes.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct ChangeArgs {
    /// Its name.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// The IANA name of the zone that its clocks show, such as Asia/Seoul.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// What operators note about it; an empty text removes it.
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Limits {
    /// The channel's code.
    code: String,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    act: ActArgs,
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
        match self {
            ChannelCommand::Create(create) => create.run().await,
            ChannelCommand::List(list) => list.run().await,
            ChannelCommand::Show(show) => show.run().await,
            ChannelCommand::Set(Set { code, change: ChangeArgs { name, time_zone, notes }, act }) => {
                change(&act, &code, ChannelChange { name, time_zone, notes, ..ChannelChange::default() }).await
            }
            ChannelCommand::Limits(Limits { code, limits, act }) => {
                let (reads_per_minute, orders_per_minute) = (Some(limits.reads_per_minute), Some(limits.orders_per_minute));
                change(&act, &code, ChannelChange { reads_per_minute, orders_per_minute, ..ChannelChange::default() }).await
            }
        }
    }
}

impl Create {
    async fn run(self) -> anyhow::Result<()> {
        let Create { code, name, time_zone, notes, limits, act } = self;
        let new = NewChannel { code, name, time_zone, notes, limits: limits.limits() };
        let made = directory::create_channel(&act.hub().await?, act.by(), new).await.told("channel")?;
        answer(act.read.json, &Channel::from(made), sheet)
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let found = directory::list_channels(&self.read.hub().await?, self.search, self.pages.page()).await.told("channel")?;
        let list = ChannelList { channels: found.items.into_iter().map(Channel::from).collect() };
        answer(self.read.json, &list, |list| {
            let mut table = Table::new(&["CODE", "NAME", "TIME ZONE", "READS/MIN", "ORDERS/MIN", "NOTES"]);
            for channel in &list.channels {
                let Channel { code, name, time_zone, notes, reads_per_minute, orders_per_minute } = channel.clone();
                table.row([code, name, time_zone, bound(reads_per_minute), bound(orders_per_minute), notes]);
            }
            table.or("There are no channels.")
        })?;
        self.pages.say_rest(found.total);
        Ok(())
    }
}

impl Show {
    async fn run(self) -> anyhow::Result<()> {
        let found = directory::channel(&self.read.hub().await?, &self.code).await.told(format_args!("channel {}", self.code))?;
        answer(self.read.json, &Channel::from(found), sheet)
    }
}

async fn change(act: &ActArgs, code: &str, change: ChannelChange) -> anyhow::Result<()> {
    let changed = directory::change_channel(&act.hub().await?, act.by(), code, change).await;
    answer(act.read.json, &Channel::from(changed.told(format_args!("channel {code}"))?), sheet)
}

fn sheet(channel: &Channel) -> String {
    facts(&[
        ("code", channel.code.clone()),
        ("name", channel.name.clone()),
        ("time zone", channel.time_zone.clone()),
        ("reads per minute", bound(channel.reads_per_minute)),
        ("orders per minute", bound(channel.orders_per_minute)),
        ("notes", channel.notes.clone()),
    ])
}

fn bound(limit: Option<u32>) -> String {
    limit.map_or_else(|| "unbounded".to_owned(), |limit| limit.to_string())
}
