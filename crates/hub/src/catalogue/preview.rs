//! What each channel that sells a product sees of its prices.

use axhub_domain::edition::EditionOption;
use axhub_domain::ids::{ProductId, SupplierId};
use axhub_domain::money::Currency;
use axhub_domain::pricing::{ExchangeRate, MarkUp};
use axhub_domain::product::Product;
use axhub_store::{Mode, directory, products};
use futures_util::try_join;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::pricing::{OptionPrice, option_price};
use crate::{Error, Hub, Result};

/// Prices of a product, on a date or the base prices.
#[derive(Clone, Debug)]
pub struct PricePreview {
    /// The product.
    pub product: Product,
    /// Its options, in order.
    pub options: Vec<EditionOption>,
    /// The rates in force between its currency and others, as the operator set them.
    pub rates: Vec<ExchangeRate>,
    /// Each channel that sells it, by code.
    pub channels: Vec<ChannelPrices>,
    /// When the rates were looked up.
    pub at: Timestamp,
}

/// What a channel sees.
#[derive(Clone, Debug)]
pub struct ChannelPrices {
    /// The channel's code.
    pub channel: String,
    /// Its factor on net prices.
    pub mark_up: MarkUp,
    /// What the options on sale cost it: what the channel's own price call says.
    pub prices: Vec<OptionPrice>,
}

/// What channels see, or will see when the draft is published.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the product is not the supplier's, or has no draft where that is asked for.
pub async fn preview_prices(hub: &Hub, supplier: SupplierId, id: ProductId, date: Option<Date>, of_draft: bool) -> Result<PricePreview> {
    let at = hub.now();
    hub.database()
        .run("price.preview", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let product = products::of_supplier(s, supplier, id).await?.ok_or(Error::NOT_FOUND)?;
                let options = if of_draft || product.version == 0 {
                    products::draft(s, id).await?.ok_or(Error::NOT_FOUND)?.edition.options
                } else {
                    super::published_options(s, id).await?
                };
                let (rates, sold_by) = try_join!(directory::rates(s), products::sold_by(s, supplier, id))?;
                let base = product.base_currency;
                let prices = |mark_up| {
                    let on_sale = options.iter().filter(|option| option.option.is_active);
                    on_sale.filter_map(|o| option_price(&o.option, &o.prices, base, mark_up, &rates, date, at)).collect()
                };
                let channels: Vec<ChannelPrices> =
                    sold_by.into_iter().map(|(channel, mark_up)| ChannelPrices { channel, mark_up, prices: prices(mark_up) }).collect();
                let in_force = Currency::ALL.into_iter().filter_map(|other| rates.in_force(base, other, at)).collect();
                Ok(PricePreview { product, options, rates: in_force, channels, at })
            })
        })
        .await
}
