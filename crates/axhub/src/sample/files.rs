//! The sample's files, which are embedded in the program.

use anyhow::Context;
use axhub_domain::money::{Currency, Money};
use axhub_domain::pricing::{ExchangeRate, MarkUp};
use axhub_domain::product::{Confirmation, Contents, Depth, ProductKind};
use axhub_domain::time::parse_time_of_day;
use include_dir::{Dir, include_dir};
use jiff::civil::{Time, Weekday};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/sample");

/// Everything in the sample.
pub(super) struct Files {
    pub(super) suppliers: Vec<Supplier>,
    pub(super) channels: Vec<Channel>,
    pub(super) rates: Vec<Rate>,
    /// By key.
    pub(super) products: Vec<Product>,
}

pub(super) type OptionKey = String;

#[derive(Deserialize)]
pub(super) struct Supplier {
    pub(super) code: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Channel {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) time_zone: String,
    markup: Money,
}

impl Channel {
    /// A factor, kept in the same 1/100 000 as money.
    pub(super) fn mark_up(&self) -> MarkUp {
        MarkUp(self.markup.parts())
    }
}

#[derive(Deserialize)]
pub(super) struct Rate {
    base: Currency,
    quote: Currency,
    rate: Money,
    from_days_ago: i64,
}

impl Rate {
    pub(super) fn dated(&self, now: Timestamp) -> ExchangeRate {
        let valid_from = now - SignedDuration::from_hours(24 * self.from_days_ago);
        // From 1/100 000 to 1/100 000 000.
        ExchangeRate { base: self.base, quote: self.quote, valid_from, rate: self.rate.parts() * 1_000 }
    }
}

#[derive(Deserialize)]
pub(super) struct Product {
    pub(super) key: String,
    pub(super) supplier: String,
    pub(super) kind: ProductKind,
    pub(super) category: String,
    pub(super) detail_category: Option<String>,
    pub(super) time_zone: String,
    pub(super) base_currency: Currency,
    pub(super) confirmation: Confirmation,
    pub(super) cutoff_minutes: u32,
    pub(super) sale_days: Days,
    pub(super) not_for: Vec<String>,
    pub(super) required_traveler_information: Vec<String>,
    pub(super) contents: Contents,
    pub(super) options: Vec<ProductOption>,
    pub(super) stock: Vec<StockLevel>,
    pub(super) sold_out: Vec<OnDays>,
    pub(super) closed: Vec<OnDays>,
}

#[derive(Deserialize)]
pub(super) struct Days {
    pub(super) from: i64,
    pub(super) to: i64,
}

#[derive(Deserialize)]
pub(super) struct ProductOption {
    pub(super) key: OptionKey,
    pub(super) depths: Vec<Depth>,
    pub(super) stock_option: Option<OptionKey>,
    pub(super) persons_per_unit: u32,
    pub(super) min_quantity: u32,
    pub(super) max_quantity: u32,
    pub(super) net: Money,
    pub(super) seasons: Vec<Season>,
    pub(super) active: bool,
}

#[derive(Deserialize)]
pub(super) struct Season {
    pub(super) from_day: i64,
    pub(super) to_day: i64,
    pub(super) net: Money,
}

#[derive(Deserialize)]
pub(super) struct StockLevel {
    pub(super) options: Vec<OptionKey>,
    start_times: Vec<String>,
    weekdays: Vec<String>,
    pub(super) max: i64,
    pub(super) min: i64,
}

impl StockLevel {
    pub(super) fn start_times(&self) -> anyhow::Result<Vec<Time>> {
        self.start_times.iter().map(|text| Ok(parse_time_of_day(text)?)).collect()
    }

    pub(super) fn weekdays(&self) -> anyhow::Result<Vec<Weekday>> {
        self.weekdays.iter().map(|word| weekday(word).with_context(|| format!("no weekday {word}"))).collect()
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    const WORDS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let place = WORDS.iter().position(|known| *known == word)?;
    Weekday::from_monday_zero_offset(i8::try_from(place).ok()?).ok()
}

/// Some days of an option, counted from today.
#[derive(Deserialize)]
pub(super) struct OnDays {
    pub(super) option: OptionKey,
    start_time: Option<String>,
    pub(super) days: Vec<i64>,
}

impl OnDays {
    pub(super) fn start_time(&self) -> anyhow::Result<Option<Time>> {
        self.start_time.as_deref().map(|text| Ok(parse_time_of_day(text)?)).transpose()
    }
}

impl Product {
    /// The rule that gives the option stock at this time.
    pub(super) fn level_of(&self, on: &OnDays) -> anyhow::Result<&StockLevel> {
        let covers = |level: &&StockLevel| {
            let time_fits = on.start_time.as_ref().is_none_or(|time| level.start_times.contains(time));
            level.options.contains(&on.option) && time_fits
        };
        self.stock.iter().find(covers).with_context(|| format!("no stock rule for {}", on.option))
    }
}

impl Files {
    /// The sample that is embedded in this program.
    ///
    /// # Errors
    /// When a file is not what it must be, which a test rules out.
    pub(super) fn embedded() -> anyhow::Result<Files> {
        let mut products: Vec<Product> = Vec::new();
        for file in FILES.get_dir("products").context("no folder products")?.files() {
            products.push(read(file)?);
        }
        products.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(Files { suppliers: named("suppliers.json")?, channels: named("channels.json")?, rates: named("exchange_rates.json")?, products })
    }
}

fn named<T: DeserializeOwned>(name: &str) -> anyhow::Result<T> {
    read(FILES.get_file(name).with_context(|| format!("no file {name}"))?)
}

fn read<T: DeserializeOwned>(file: &include_dir::File<'_>) -> anyhow::Result<T> {
    serde_json::from_slice(file.contents()).with_context(|| format!("sample file {}", file.path().display()))
}
