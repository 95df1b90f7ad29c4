//! Stock and prices of many products and options in one answer.

use std::collections::{BTreeMap, HashMap};

use axhub_domain::allotment::Allotments;
use axhub_domain::ids::{ChannelId, OptionId, PoolId, ProductId, StockId};
use axhub_domain::inventory::{SaleTerms, StockRow, UNDATED};
use axhub_domain::pricing::{NetPrice, Rates, SellingPrice};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::{FieldError, Reason};
use axhub_store::products::{Sellable, StoredOption};
use axhub_store::{Mode, allotments, directory, products, stock};
use futures_util::try_join;
use jiff::Timestamp;
use jiff::civil::Date;

use super::{Availability, Offer, terms_of};
use crate::pricing::option_price;
use crate::{Hub, Result};

/// The most days one search may span.
pub const MAX_SEARCH_DAYS: u32 = 92;

/// The most rows of stock that one search answers with, over all options.
pub const MAX_SEARCH_ROWS: usize = 50_000;

/// The most allotments that it reads to say what is left.
const MAX_SEARCH_ALLOTMENTS: usize = 200_000;

/// What a channel wants to know about.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Products, with all their active options.
    pub products: Vec<ProductId>,
    /// Single options.
    pub options: Vec<OptionId>,
    /// The first date, in each product's zone.
    pub from: Date,
    /// The last date.
    pub to: Date,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The moment that all of it holds for.
    pub as_of: Timestamp,
    /// The active options, product by product.
    pub options: Vec<FoundOption>,
    /// Products that do not exist or that the channel may not sell.
    pub unknown_products: Vec<ProductId>,
    /// Options that do not exist, are no longer sold, or whose product the channel may not sell.
    pub unknown_options: Vec<OptionId>,
}

/// An option's stock and prices.
#[derive(Clone, Debug)]
pub struct FoundOption {
    /// Its product.
    pub product: ProductId,
    /// The kind of that.
    pub kind: ProductKind,
    /// The option.
    pub option: OptionId,
    /// The option whose stock it draws from: itself, when it has stock.
    pub stock_option: OptionId,
    /// Base prices, the product's own currency first.
    pub prices: Vec<SellingPrice>,
    /// Its stock: of an option that only changes the price, the stock that it draws from.
    pub rows: Vec<FoundRow>,
}

/// An option on one date and start time.
#[derive(Clone, Debug)]
pub struct FoundRow {
    /// What is left.
    pub stock: Availability,
    /// What it costs on that date.
    pub prices: Vec<SellingPrice>,
}

/// Stock and prices of products and options, all as of one moment.
///
/// # Errors
/// A range that ends before it starts or is longer than [`MAX_SEARCH_DAYS`]; more than [`MAX_SEARCH_ROWS`].
pub async fn search(hub: &Hub, channel: ChannelId, wanted: Search) -> Result<Found> {
    check_range(wanted.from, wanted.to)?;
    let now = hub.now();
    hub.database()
        .run("inventory.search", Mode::Snapshot, wanted, move |s, wanted| {
            Box::pin(async move {
                let sellable = products::sellable_of(s, channel, &wanted.products, &wanted.options).await?;
                let ids: Vec<ProductId> = sellable.iter().map(|product| product.id).collect();
                let (options, net, rates) = try_join!(products::options_of(s, &ids), products::prices_of(s, &ids), directory::rates(s))?;
                let options: Vec<StoredOption> = options.into_iter().filter(|stored| is_wanted(stored, wanted)).collect();
                let mut pools: Vec<PoolId> = options.iter().map(|stored| stored.pool).collect();
                pools.sort_unstable();
                pools.dedup();
                // One more than there may be tells that there are too many.
                let (range, most) = ((wanted.from, wanted.to), |rows: usize| i64::try_from(rows + 1).unwrap_or(i64::MAX));
                let rows = stock::in_range(s, &pools, range, most(MAX_SEARCH_ROWS));
                let allotted = allotments::in_range(s, &pools, range, most(MAX_SEARCH_ALLOTMENTS));
                let (rows, allotted) = try_join!(rows, allotted)?;
                if allotted.len() > MAX_SEARCH_ALLOTMENTS || !has_room_for(&rows, &options) {
                    return Err(FieldError::new("to", Reason::TooManyRows { max: MAX_SEARCH_ROWS }).into());
                }
                let stock = (rows, Allotments::by_row(allotted));
                Ok(Shelf::new(&sellable, net, rates, stock, (channel, now)).find(wanted, &options))
            })
        })
        .await
}

fn check_range(from: Date, to: Date) -> std::result::Result<(), FieldError> {
    if to < from {
        return Err(FieldError::new("to", Reason::EndsBeforeStart));
    }
    let days = (to - from).get_days().unsigned_abs() + 1;
    if days > MAX_SEARCH_DAYS {
        return Err(FieldError::new("to", Reason::RangeTooLong { max_days: MAX_SEARCH_DAYS }));
    }
    Ok(())
}

/// Whether there are no more rows than there may be, those counted several times that several options draw from.
fn has_room_for(rows: &[StockRow], options: &[StoredOption]) -> bool {
    let mut of_pool: HashMap<PoolId, usize> = HashMap::new();
    for row in rows {
        *of_pool.entry(row.pool).or_default() += 1;
    }
    let answered: usize = options.iter().filter_map(|stored| of_pool.get(&stored.pool)).sum();
    rows.len().max(answered) <= MAX_SEARCH_ROWS
}

fn is_wanted(stored: &StoredOption, wanted: &Search) -> bool {
    stored.option.is_active && (wanted.products.contains(&stored.product) || wanted.options.contains(&stored.option.id))
}

/// Everything that was loaded, by what it is looked up by.
struct Shelf<'a> {
    products: HashMap<ProductId, (&'a Sellable, SaleTerms)>,
    net: BTreeMap<OptionId, Vec<NetPrice>>,
    rates: Rates,
    rows: HashMap<PoolId, Vec<StockRow>>,
    allotments: HashMap<StockId, Allotments>,
    channel: ChannelId,
    now: Timestamp,
}

impl<'a> Shelf<'a> {
    fn new(
        sellable: &'a [Sellable],
        net: Vec<(OptionId, NetPrice)>,
        rates: Rates,
        (rows, allotments): (Vec<StockRow>, HashMap<StockId, Allotments>),
        (channel, now): (ChannelId, Timestamp),
    ) -> Self {
        let mut shelf = Shelf {
            products: sellable.iter().map(|product| (product.id, (product, terms_of(product)))).collect(),
            net: BTreeMap::new(),
            rates,
            rows: HashMap::new(),
            allotments,
            channel,
            now,
        };
        for (option, price) in net {
            shelf.net.entry(option).or_default().push(price);
        }
        for row in rows {
            shelf.rows.entry(row.pool).or_default().push(row);
        }
        shelf
    }

    fn find(&self, wanted: &Search, options: &[StoredOption]) -> Found {
        let is_known = |id: &OptionId| options.iter().any(|stored| stored.option.id == *id);
        Found {
            as_of: self.now,
            options: options.iter().filter_map(|stored| self.option(stored)).collect(),
            unknown_products: wanted.products.iter().filter(|id| !self.products.contains_key(id)).copied().collect(),
            unknown_options: wanted.options.iter().filter(|id| !is_known(id)).copied().collect(),
        }
    }

    fn option(&self, stored: &StoredOption) -> Option<FoundOption> {
        let (product, terms) = self.products.get(&stored.product)?;
        let rows = self.rows.get(&stored.pool);
        Some(FoundOption {
            product: product.id,
            kind: product.kind,
            option: stored.option.id,
            stock_option: stored.option.stock_option,
            prices: self.prices(stored, None),
            rows: rows.into_iter().flatten().map(|row| self.row(terms, stored, row)).collect(),
        })
    }

    fn row(&self, terms: &SaleTerms, stored: &StoredOption, row: &StockRow) -> FoundRow {
        let allotments = self.allotments.get(&row.id).unwrap_or(Allotments::NONE);
        let offer = Offer { terms: Some(terms), allotments, channel: self.channel, now: self.now };
        let stock = offer.of_option(stored, terms.kind, row);
        let date = (row.date != UNDATED).then_some(row.date);
        FoundRow { stock, prices: self.prices(stored, date) }
    }

    fn prices(&self, stored: &StoredOption, date: Option<Date>) -> Vec<SellingPrice> {
        let Some((product, _)) = self.products.get(&stored.product) else { return Vec::new() };
        let net = self.net.get(&stored.option.id).map_or(&[][..], Vec::as_slice);
        let price = option_price(&stored.option, net, product.base_currency, product.mark_up, &self.rates, date, self.now);
        price.map(|price| price.prices).unwrap_or_default()
    }
}
