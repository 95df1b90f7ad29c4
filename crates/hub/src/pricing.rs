//! What a channel pays.

use std::collections::BTreeMap;

use axhub_domain::ids::{ChannelId, OptionId, ProductId};
use axhub_domain::money::Currency;
use axhub_domain::pricing::{MarkUp, NetPrice, Rates, SellingPrice, net_price, selling_price};
use axhub_domain::product::{Product, ProductKind, ProductOption};
use axhub_store::products::StoredOption;
use axhub_store::{Mode, Session, directory, products};
use futures_util::try_join;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Error, Hub, Result};

/// What one option costs a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionPrice {
    /// The option.
    pub option: OptionId,
    /// In every currency that there is a rate for; the product's own first.
    pub prices: Vec<SellingPrice>,
    /// When a rate that is set already may change it.
    pub until: Option<Timestamp>,
}

impl OptionPrice {
    /// The price in a currency.
    pub fn in_currency(&self, currency: Currency) -> Option<&SellingPrice> {
        self.prices.iter().find(|price| price.currency == currency)
    }
}

/// When a rate that is set already may change one of these prices.
pub fn until(prices: &[OptionPrice]) -> Option<Timestamp> {
    prices.iter().filter_map(|price| price.until).min()
}

/// What the active options of a product cost the channel on a date, or at the base price. With the product.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the channel may not sell it.
pub async fn prices_for_channel(
    hub: &Hub,
    channel: ChannelId,
    kind: ProductKind,
    id: ProductId,
    date: Option<Date>,
) -> Result<(Product, Vec<OptionPrice>)> {
    let now = hub.now();
    hub.database()
        .run("price.read", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let product = products::of_channel(s, channel, kind, id).await?.ok_or(Error::NOT_FOUND)?;
                let options = products::options(s, id).await?;
                let prices = load(s, channel, &product, &options, date, now).await?;
                Ok((product, prices))
            })
        })
        .await
}

/// Prices of a product that is loaded already.
pub(crate) async fn load(
    s: &Session,
    channel: ChannelId,
    product: &Product,
    options: &[StoredOption],
    date: Option<Date>,
    now: Timestamp,
) -> Result<Vec<OptionPrice>> {
    let (mark_up, net, rates) =
        try_join!(directory::mark_up(s, channel, product.id), products::prices(s, product.id), directory::rates(s))?;
    let mark_up = mark_up.ok_or(Error::NOT_FOUND)?;
    let mut by_option = BTreeMap::<OptionId, Vec<NetPrice>>::new();
    for (option, price) in net {
        by_option.entry(option).or_default().push(price);
    }
    let price = |stored: &StoredOption| {
        let net = by_option.get(&stored.option.id).map_or(&[][..], Vec::as_slice);
        option_price(&stored.option, net, product.base_currency, mark_up, &rates, date, now)
    };
    Ok(options.iter().filter(|stored| stored.option.is_active).filter_map(price).collect())
}

/// What one option costs at a mark-up, in every currency that there is a rate for; the product's own first.
pub(crate) fn option_price(
    option: &ProductOption,
    net: &[NetPrice],
    base: Currency,
    mark_up: MarkUp,
    rates: &Rates,
    date: Option<Date>,
    now: Timestamp,
) -> Option<OptionPrice> {
    let net = net_price(net, date)?;
    let others = Currency::ALL.into_iter().filter(|currency| *currency != base);
    let currencies = std::iter::once(base).chain(others);
    let price = |currency| selling_price(net, base, mark_up, option.persons_per_unit, currency, rates, now);
    Some(OptionPrice { option: option.id, prices: currencies.filter_map(price).collect(), until: rates.next_after(now) })
}
