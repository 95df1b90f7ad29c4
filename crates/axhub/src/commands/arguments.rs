//! Arguments that several commands have: where the hub is, who acts, which page of a list; and how values are read.

use std::str::FromStr;

use axhub_domain::decimal::read_rate;
use axhub_domain::money::Currency;
use axhub_domain::month::Month;
use axhub_domain::pricing::MarkUp;
use axhub_domain::refusal::Reason;
use axhub_domain::time::parse_instant;
use axhub_hub::access::MAX_NAME;
use axhub_hub::{ByOperator, Hub, Page};
use axhub_web::Language;
use axhub_web::messages;
use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cli::{COMMON, DatabaseArgs};

/// Who acts when nobody says who, and the machine does not know either.
const NOBODY: &str = "command-line";

/// What every command takes that only reads.
#[derive(Debug, Args)]
pub(crate) struct ReadArgs {
    /// Print one JSON document, the same as the API answers, instead of a table.
    #[arg(long, help_heading = COMMON)]
    pub(crate) json: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl ReadArgs {
    /// The hub as it is: nothing of it changes, not even a file beside it.
    pub(crate) async fn hub(&self) -> anyhow::Result<Hub> {
        self.database.hub_to_look().await
    }
}

/// What every command takes that changes something.
#[derive(Debug, Args)]
pub(crate) struct ActArgs {
    /// Who does it, for the audit log; when left out, the user of this machine ($USER), or else `command-line`.
    #[arg(id = "as", long = "as", env = "AXHUB_OPERATOR", value_name = "NAME", value_parser = operator_name, help_heading = COMMON)]
    name: Option<String>,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
}

impl ActArgs {
    /// The hub, to change something.
    pub(crate) async fn hub(&self) -> anyhow::Result<Hub> {
        self.read.database.hub().await
    }

    /// Who acts.
    pub(crate) fn by(&self) -> ByOperator {
        let user = || std::env::var("USER").ok().and_then(|user| operator_name(&user).ok());
        ByOperator::command_line(self.name.clone().or_else(user).unwrap_or_else(|| NOBODY.to_owned()))
    }
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct PageArgs {
    /// Which page of the list, from 1.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..), value_name = "N")]
    page: u32,
    /// How many entries there are on a page.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000), value_name = "N")]
    page_size: u32,
}

impl PageArgs {
    /// The page.
    pub(crate) fn page(self) -> Page {
        Page { number: self.page, size: self.page_size }
    }

    /// Says on standard error that there is more than this page, so that nobody takes it for all.
    pub(crate) fn say_rest(self, total: u64) {
        let pages = total.div_ceil(u64::from(self.page_size)).max(1);
        if pages > 1 || self.page > 1 {
            eprintln!("This is page {} of {pages}, of {total} in all; another is shown with --page.", self.page);
        }
    }
}

/// What is wrong with a value.
pub(crate) fn sentence(reason: &Reason) -> String {
    messages::reason(Language::English, reason)
}

fn operator_name(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err(sentence(&Reason::Blank)),
        name if name.chars().count() > MAX_NAME => Err(sentence(&Reason::TooLong { max: MAX_NAME })),
        name => Ok(name.to_owned()),
    }
}

/// Reads a factor on the net price.
pub(crate) fn mark_up(text: &str) -> Result<MarkUp, String> {
    MarkUp::read(text).map_err(|reason| sentence(&reason))
}

/// Reads a rate, as a whole number of its last decimal place.
pub(crate) fn rate(text: &str) -> Result<i64, String> {
    read_rate(text).map_err(|reason| sentence(&reason))
}

/// Reads an instant; without an offset it is UTC.
pub(crate) fn instant(text: &str) -> Result<Timestamp, String> {
    parse_instant(text, &TimeZone::UTC).map_err(|_| sentence(&Reason::NotADateTime))
}

/// Reads a month.
pub(crate) fn month(text: &str) -> Result<Month, String> {
    text.parse().map_err(|_| sentence(&Reason::NotAMonth))
}

/// Reads a currency in capitals or not.
pub(crate) fn currency(text: &str) -> Result<Currency, String> {
    Currency::from_code(&text.to_ascii_uppercase()).ok_or_else(|| {
        let choices = Currency::ALL.iter().map(ToString::to_string).collect();
        sentence(&Reason::NotAChoice { value: text.to_owned(), choices })
    })
}

/// Reads one of the hub's own codes.
pub(crate) fn code<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "The hub's codes look like 018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f10.".to_owned())
}
