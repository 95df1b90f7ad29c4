//! The data set: its size, its ids, and filling a database with it.
//!
//! Every id is arithmetic: a prefix for the kind of thing, and a number. So a load tool names a row without asking for it, and
//! SQL makes the same id from the same number.

mod fill;
mod kept;
mod orders;
mod product;
mod progress;
mod size;

use std::sync::Arc;

use anyhow::{Context, bail};
use axhub_domain::ids::{ChannelId, OptionId, PoolId, ProductId, RegistrationId, StockId, SupplierId};
use axhub_domain::money::{Currency, Money};
use axhub_domain::pricing::{ExchangeRate, MarkUp, Rates, selling_price};
use axhub_domain::time::{parse_zone, to_instant};
use axhub_hub::{Clock, SystemClock};
use axhub_store::Database;
use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

pub use orders::order;
pub use progress::{Progress, Silent};
pub use size::Size;

/// The currency in which orders are made. The products' own is another, so that every price is converted.
pub const ORDER_CURRENCY: Currency = Currency::Krw;

/// The currency of net prices.
const BASE_CURRENCY: Currency = Currency::Usd;
/// What one dollar is worth, in 1/100 000 000.
const RATE: i64 = 138_050_000_000;
/// Since when it is: long ago.
const RATE_SINCE: Timestamp = Timestamp::constant(1_735_689_600, 0);
/// What the channel adds.
const MARK_UP: MarkUp = MarkUp(120_000);

/// Of the products. Without daylight saving, so that every day starts 24 hours after the one before it.
const ZONE: &str = "Asia/Seoul";
/// When every tour starts.
const START: Time = time(10, 0, 0, 0);
/// How many days lie between the loading and the first day of stock. After those the database is of no more use.
const DAYS_AHEAD: i32 = 30;

/// The most units of a stock row: it never sells out.
const MAX_UNITS: i64 = 1_000_000;
/// The most units of the row that everybody wants.
const MAX_HOT_UNITS: i64 = 1_000_000_000;

/// What an id is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Supplier = 1,
    Channel,
    Product,
    Pool,
    Option,
    Price,
    Stock,
    Registration,
}

/// The first number in an id, so that all of them have twelve digits.
pub(crate) const FIRST_NUMBER: u64 = 100_000_000_000;

impl Kind {
    pub(crate) const ALL: [Kind; 8] =
        [Kind::Supplier, Kind::Channel, Kind::Product, Kind::Pool, Kind::Option, Kind::Price, Kind::Stock, Kind::Registration];

    /// An id that looks like those that the hub makes, and sorts by its number.
    ///
    /// Its last twelve characters are the number plus [`FIRST_NUMBER`] in decimal digits, so that SQL makes it by putting a
    /// number behind a text.
    pub(crate) fn id<T: From<Uuid>>(self, number: u64) -> T {
        let mut digits = 0;
        let mut rest = FIRST_NUMBER + number;
        for place in 0..12 {
            digits |= u128::from(rest % 10) << (4 * place);
            rest /= 10;
        }
        Uuid::from_u128(self.base() | digits).into()
    }

    /// The number of an id; `None` when it is of another kind.
    pub(crate) fn number_of(self, id: Uuid) -> Option<u64> {
        let text = id.to_string();
        let number = text.strip_prefix(&self.prefix())?.parse::<u64>().ok()?;
        number.checked_sub(FIRST_NUMBER)
    }

    /// What all ids of this kind begin with: all but the last twelve characters.
    pub(crate) fn prefix(self) -> String {
        let mut text = Uuid::from_u128(self.base()).to_string();
        text.truncate(24);
        text
    }

    /// An instant of the year 2025, version 7, the kind, and the variant.
    fn base(self) -> u128 {
        0x0197_0000_0000_7000_8000_0000_0000_0000 | (self as u128) << 64
    }
}

/// A database that was filled.
#[derive(Clone, Debug)]
pub struct World {
    /// How much is in it.
    pub size: Size,
    /// The one channel.
    pub channel: ChannelId,
    /// Its code.
    pub channel_code: String,
    /// Its key.
    pub channel_key: String,
    /// The one supplier.
    pub supplier: SupplierId,
    /// Its key.
    pub supplier_key: String,
    /// The first date of stock.
    pub first_day: Date,
    /// Of all products.
    pub zone: TimeZone,
}

impl World {
    fn new(size: Size, first_day: Date) -> anyhow::Result<World> {
        Ok(World {
            size,
            channel: Kind::Channel.id(0),
            channel_code: "bench-channel".to_owned(),
            channel_key: "axh_c_benchchannel_onlyForMeasuringNeverForRealSales".to_owned(),
            supplier: Kind::Supplier.id(0),
            supplier_key: "axh_s_benchsupplier_onlyForMeasuringNeverForRealSales".to_owned(),
            first_day,
            zone: parse_zone(ZONE).with_context(|| format!("no time zone {ZONE}"))?,
        })
    }

    /// A product, counted from 0 as everything is.
    pub fn product(&self, product: u32) -> ProductId {
        Kind::Product.id(product.into())
    }

    /// The channel's registration of a product.
    pub fn registration(&self, product: u32) -> RegistrationId {
        Kind::Registration.id(product.into())
    }

    /// An option of a product.
    pub fn option(&self, product: u32, option: u32) -> OptionId {
        Kind::Option.id(self.size.option_number(product, option))
    }

    /// The pool that the option draws from.
    pub(crate) fn pool(&self, product: u32, option: u32) -> PoolId {
        Kind::Pool.id(self.size.option_number(product, option))
    }

    /// An option's stock on a day.
    pub fn stock(&self, product: u32, option: u32, day: u32) -> StockId {
        Kind::Stock.id(self.size.stock_number(product, option, day))
    }

    /// The row that `orders-hot` wants: product, option and day.
    pub const fn hot(&self) -> (u32, u32, u32) {
        (0, 0, 0)
    }

    /// The date of a day.
    pub fn date(&self, day: u32) -> Date {
        self.first_day.saturating_add(i64::from(day).days())
    }

    /// The start of an option's stock on a day.
    pub fn starts_at(&self, _product: u32, _option: u32, day: u32) -> Timestamp {
        to_instant(self.date(day), START, &self.zone).unwrap_or(Timestamp::MAX)
    }

    /// What one unit costs the channel, in [`ORDER_CURRENCY`].
    pub fn unit_price(&self, product: u32, option: u32) -> Money {
        let price = selling_price(net(product, option), BASE_CURRENCY, MARK_UP, 1, ORDER_CURRENCY, &Rates::new(vec![rate()]), RATE_SINCE);
        price.map_or(Money::ZERO, |price| price.unit)
    }
}

/// The supplier's price of one unit: 40 dollars and more.
fn net(product: u32, option: u32) -> Money {
    let dollars = 40 + product % 60 + 5 * (option % 20);
    Money::from_parts(i64::from(dollars) * 100_000)
}

fn rate() -> ExchangeRate {
    ExchangeRate { base: BASE_CURRENCY, quote: ORDER_CURRENCY, valid_from: RATE_SINCE, rate: RATE }
}

/// Fills an empty database; leaves one as it is that holds exactly this much already.
///
/// # Errors
/// When it holds something else, or its days of stock have come; the database's.
pub async fn ensure(database: &Database, size: &Size, progress: &dyn Progress) -> anyhow::Result<World> {
    ensure_at(database, size, Arc::new(SystemClock), progress).await
}

async fn ensure_at(database: &Database, size: &Size, clock: Arc<dyn Clock>, progress: &dyn Progress) -> anyhow::Result<World> {
    database.migrate().await?;
    let zone = parse_zone(ZONE).with_context(|| format!("no time zone {ZONE}"))?;
    let today = clock.now().to_zoned(zone).date();
    match kept::read(database).await? {
        Some((kept, first_day)) if kept == *size && first_day > today => World::new(kept, first_day),
        Some((kept, first_day)) if kept == *size => {
            bail!("the database was filled with {kept}, but its first day of stock, {first_day}, has come; give an empty one")
        }
        Some((kept, _)) => bail!("the database is filled with {kept}, not with {size}; give an empty one"),
        None => {
            if !kept::is_empty(database).await? {
                bail!("the database holds something else, or an unfinished load; it is left as it is. Give an empty one");
            }
            let world = World::new(*size, today.checked_add(DAYS_AHEAD.days())?)?;
            fill::fill(database, &world, clock, progress).await?;
            kept::write(database, &world).await?;
            fill::settle(database, progress).await?;
            Ok(world)
        }
    }
}

#[cfg(test)]
mod tests;
