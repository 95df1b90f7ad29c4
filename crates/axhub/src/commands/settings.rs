//! `axhub settings`: settings of the whole hub.

use std::str::FromStr;

use axhub_hub::settings::{self, SettingsChange};
use axhub_operator_api::settings::Settings;
use clap::{Args, Subcommand};

use super::arguments::{ActArgs, ReadArgs};
use super::failure::Told;
use super::output::answer;
use super::table::facts;

/// What stands for no end.
const FOR_EVER: &str = "forever";

#[derive(Debug, Subcommand)]
pub(crate) enum SettingsCommand {
    /// Show the settings of the whole hub.
    #[command(after_help = "Example:
  axhub settings show")]
    Show(Show),
    /// Change settings. They hold at once, on every server.
    ///
    /// What is left out stays as it is.
    #[command(after_help = "Examples:
  axhub settings set --traveler-retention-days 365
  axhub settings set --traveler-retention-days forever --statement-time-zone Asia/Seoul")]
    Set(Set),
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    read: ReadArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    act: ActArgs,
}

/// What changes.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct ChangeArgs {
    /// For how many days after the last date of use travelers' personal data is kept, from 1 to 3650; or `forever`. What is
    /// older is erased by the servers that run, and is gone.
    #[arg(long, value_name = "DAYS")]
    traveler_retention_days: Option<Days>,
    /// The IANA name of the zone in which months of statements begin and end. Closed months stay as they are.
    #[arg(long, value_name = "ZONE")]
    statement_time_zone: Option<String>,
}

/// A number of days, or no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Days(Option<u32>);

impl FromStr for Days {
    type Err = String;

    fn from_str(text: &str) -> Result<Days, String> {
        if text == FOR_EVER {
            return Ok(Days(None));
        }
        text.parse().map(|days| Days(Some(days))).map_err(|_| format!("write a number of days, or {FOR_EVER}"))
    }
}

impl SettingsCommand {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self {
            SettingsCommand::Show(Show { read }) => {
                answer(read.json, &Settings::from(settings::read(&read.hub().await?).await.told("setting")?), sheet)
            }
            SettingsCommand::Set(Set { change: ChangeArgs { traveler_retention_days, statement_time_zone }, act }) => {
                let change = SettingsChange { traveler_retention_days: traveler_retention_days.map(|days| days.0), statement_time_zone };
                let changed = settings::change(&act.hub().await?, act.by(), change).await.told("setting")?;
                answer(act.read.json, &Settings::from(changed), sheet)
            }
        }
    }
}

fn sheet(settings: &Settings) -> String {
    let days = settings.traveler_retention_days.map_or_else(|| FOR_EVER.to_owned(), |days| days.to_string());
    facts(&[("traveler retention days", days), ("statement time zone", settings.statement_time_zone.clone())])
}
