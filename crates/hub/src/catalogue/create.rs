//! Making a product that is on sale at once, for programs that bring whole products.

use axhub_domain::difference::Difference;
use axhub_domain::edition::{Edition, EditionOption};
use axhub_domain::ids::{OptionId, ProductId};
use axhub_domain::money::{Currency, Money};
use axhub_domain::pricing::NetPrice;
use axhub_domain::product::{Confirmation, Contents, Depth, OptionKind, Product, ProductKind, ProductOption, SalePeriod};
use axhub_domain::refusal::{FieldError, Reason};
use axhub_domain::reply::ReplyLimit;
use axhub_domain::time::parse_zone;
use axhub_store::Mode;
use axhub_store::products;
use jiff::civil::Date;
use serde_json::json;

use super::ProductForSupplier;
use super::apply::option_faults;
use super::publish::store_version;
use super::workspace::Workspace;
use crate::audit::{Note, note};
use crate::directory::rules;
use crate::{BySupplier, Hub, Result};

/// A product to be made. Its first version is on sale at once.
#[derive(Clone, Debug)]
pub struct NewProduct {
    /// Its code, when it must be a certain one.
    pub id: Option<ProductId>,
    /// Its kind.
    pub kind: ProductKind,
    /// `Tour`, `Activity` or `Ticket-Day`.
    pub category: String,
    /// A finer category.
    pub detail_category: Option<String>,
    /// The IANA name of its zone.
    pub time_zone: String,
    /// The currency of its net prices.
    pub base_currency: Currency,
    /// Who confirms.
    pub confirmation: Confirmation,
    /// Until when the supplier must answer an order.
    pub reply: Option<ReplyLimit>,
    /// How many minutes before the start orders close.
    pub cut_off_minutes: u32,
    /// When it is sold.
    pub sale: SalePeriod,
    /// What travelers must tell.
    pub required_information: Vec<String>,
    /// What it says about itself.
    pub contents: Contents,
    /// Its options.
    pub options: Vec<NewOption>,
}

/// An option to be made.
#[derive(Clone, Debug)]
pub struct NewOption {
    /// Its code, when it must be a certain one.
    pub id: Option<OptionId>,
    /// One to five depths.
    pub depths: Vec<Depth>,
    /// For an option that only changes the price: the place in the list of the option whose stock it draws from.
    pub stock_of: Option<usize>,
    /// The name of the pool it draws from, with all options that name the same; none for a pool of its own.
    pub pool: Option<String>,
    /// How much of the pool one unit takes.
    pub weight: u32,
    /// How many people one unit takes.
    pub persons_per_unit: u32,
    /// The least units in one order.
    pub min_quantity: u32,
    /// The most units in one order.
    pub max_quantity: u32,
    /// Whether it is sold.
    pub is_active: bool,
    /// The base price.
    pub net: Option<Money>,
    /// Prices of ranges of dates.
    pub seasons: Vec<(Date, Date, Money)>,
}

/// Makes a product of the supplier.
///
/// # Errors
/// Every wrong field.
pub async fn create_product(hub: &Hub, by: impl Into<BySupplier>, new: NewProduct) -> Result<ProductForSupplier> {
    let (by, now) = (by.into(), hub.now());
    let faults = faults(&new);
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let options = options(hub, &new.options);
    let product = Product {
        id: new.id.unwrap_or_else(|| hub.new_id()),
        supplier: by.id,
        kind: new.kind,
        category: new.category,
        detail_category: new.detail_category,
        time_zone: new.time_zone,
        base_currency: new.base_currency,
        version: 1,
        confirmation: new.confirmation,
        reply: new.reply,
        cut_off_minutes: new.cut_off_minutes,
        sale: new.sale,
        required_information: new.required_information,
        contents: new.contents,
        created_at: now,
        updated_at: now,
    };
    let ids = hub.clone();
    hub.database()
        .run("product.create", Mode::Write, (product, options), move |s, (product, options)| {
            let hub = ids.clone();
            Box::pin(async move {
                let edition = Edition::of(product, options.clone());
                let placement = Workspace::new(product.clone()).place(&edition, || hub.new_id());
                products::insert(s, product).await?;
                products::insert_pools(s, product.id, &placement.new_pools).await?;
                store_version(&hub, s, product, &edition, &placement.rows, &[Difference::FirstVersion]).await?;
                rules::apply_for_product(s, product.id, now).await?;
                let made = Note::by_supplier(&hub, &by, "product.create", "product", product.id).with(json!({ "version": 1 }));
                note(s, vec![made], now).await?;
                Ok(ProductForSupplier { product: product.clone(), options: edition.options, has_draft: false })
            })
        })
        .await
}

fn faults(new: &NewProduct) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if parse_zone(&new.time_zone).is_none() {
        faults.push(FieldError::new("time_zone", Reason::NotATimeZone));
    }
    if new.sale.from.zip(new.sale.to).is_some_and(|(from, to)| to < from) {
        faults.push(FieldError::new("sale_to", Reason::EndsBeforeStart));
    }
    if new.options.is_empty() {
        faults.push(FieldError::new("options", Reason::EmptyList));
    }
    for (at, option) in new.options.iter().enumerate() {
        let draws_from_nothing = option.stock_of.is_some_and(|of| new.options.get(of).is_none_or(|other| other.stock_of.is_some()));
        if draws_from_nothing {
            faults.push(FieldError::new(format!("options[{at}].stock_option_code"), Reason::OptionUnknown));
        }
        if option.weight == 0 {
            faults.push(FieldError::new(format!("options[{at}].weight"), Reason::TooSmall { min: 1 }));
        }
        let nobody = OptionId(uuid::Uuid::nil());
        faults.extend(option_faults(&format!("options[{at}]"), &sketch(nobody, nobody, option), &net_prices(option), true));
    }
    faults
}

fn sketch(id: OptionId, stock_option: OptionId, new: &NewOption) -> ProductOption {
    ProductOption {
        id,
        depths: new.depths.clone(),
        kind: if new.stock_of.is_some() { OptionKind::Price } else { OptionKind::Quantity },
        stock_option,
        persons_per_unit: new.persons_per_unit,
        min_quantity: new.min_quantity,
        max_quantity: new.max_quantity,
        is_active: new.is_active,
    }
}

/// Gives the options their codes. One that only changes the price draws from the pool of the option that it names.
fn options(hub: &Hub, new: &[NewOption]) -> Vec<EditionOption> {
    let ids: Vec<OptionId> = new.iter().map(|option| option.id.unwrap_or_else(|| hub.new_id())).collect();
    let option = |(option, id): (&NewOption, &OptionId)| {
        let drawn_from = option.stock_of.and_then(|of| Some((ids.get(of)?, new.get(of)?)));
        let (stock_option, pool) = drawn_from.map_or((id, &option.pool), |(id, other)| (id, &other.pool));
        let (pool, weight, prices) = (pool.clone(), option.weight, net_prices(option));
        let mut option = EditionOption { option: sketch(*id, *stock_option, option), pool, weight, prices };
        option.sort_prices();
        option
    };
    new.iter().zip(&ids).map(option).collect()
}

fn net_prices(new: &NewOption) -> Vec<NetPrice> {
    let base = new.net.map(|net| NetPrice { net, dates: None });
    let seasons = new.seasons.iter().map(|(from, to, net)| NetPrice { net: *net, dates: Some((*from, *to)) });
    base.into_iter().chain(seasons).collect()
}
