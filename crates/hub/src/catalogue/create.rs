//! Making a product.

use axhub_domain::ids::{OptionId, PoolId, ProductId, SupplierId};
use axhub_domain::money::{Currency, Money};
use axhub_domain::pricing::NetPrice;
use axhub_domain::product::{Confirmation, Contents, Depth, OptionKind, Product, ProductKind, ProductOption, SalePeriod};
use axhub_domain::refusal::{FieldError, Reason};
use axhub_domain::time::parse_zone;
use axhub_store::Mode;
use axhub_store::products::{self, StoredOption};
use jiff::civil::Date;

use super::{ProductForSupplier, option_faults, store_version};
use crate::{Error, Hub, Result};

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
pub async fn create_product(hub: &Hub, supplier: SupplierId, new: NewProduct) -> Result<ProductForSupplier> {
    let now = hub.now();
    let faults = faults(&new);
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let product = Product {
        id: new.id.unwrap_or_else(|| hub.new_id()),
        supplier,
        kind: new.kind,
        category: new.category,
        detail_category: new.detail_category,
        time_zone: new.time_zone,
        base_currency: new.base_currency,
        version: 1,
        confirmation: new.confirmation,
        cut_off_minutes: new.cut_off_minutes,
        sale: new.sale,
        required_information: new.required_information,
        contents: new.contents,
        created_at: now,
        updated_at: now,
    };
    let (stored, pools) = with_ids(hub, product.id, &new.options);
    let prices =
        stored.iter().zip(&new.options).flat_map(|(stored, new)| net_prices(new).into_iter().map(|price| (stored.option.id, price)));
    let whole =
        ProductForSupplier { options: stored.iter().map(|stored| stored.option.clone()).collect(), prices: prices.collect(), product };
    let ids = hub.clone();
    hub.database()
        .run("product.create", Mode::Write, (whole, stored, pools), move |s, (whole, stored, pools)| {
            let ids = ids.clone();
            Box::pin(async move {
                products::insert(s, &whole.product).await?;
                products::insert_pools(s, whole.product.id, pools).await?;
                store_version(&ids, s, whole, stored).await?;
                Ok::<_, Error>(whole.clone())
            })
        })
        .await
}

fn faults(new: &NewProduct) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if parse_zone(&new.time_zone).is_none() {
        let reason = Reason::NotAChoice { value: new.time_zone.clone(), choices: vec!["Asia/Seoul".to_owned(), "Europe/Paris".to_owned()] };
        faults.push(FieldError::new("time_zone", reason));
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
        let sketch = sketch(OptionId(uuid::Uuid::nil()), option);
        faults.extend(option_faults(&format!("options[{at}]"), &sketch, &net_prices(option)));
    }
    faults
}

fn sketch(id: OptionId, new: &NewOption) -> ProductOption {
    ProductOption {
        id,
        depths: new.depths.clone(),
        kind: if new.stock_of.is_some() { OptionKind::Price } else { OptionKind::Quantity },
        stock_option: id,
        persons_per_unit: new.persons_per_unit,
        min_quantity: new.min_quantity,
        max_quantity: new.max_quantity,
        is_active: new.is_active,
    }
}

/// Gives the options their codes, and each that has stock a pool of its own.
fn with_ids(hub: &Hub, product: ProductId, new: &[NewOption]) -> (Vec<StoredOption>, Vec<PoolId>) {
    let ids: Vec<(OptionId, PoolId)> = new.iter().map(|option| (option.id.unwrap_or_else(|| hub.new_id()), hub.new_id())).collect();
    let stored = new.iter().zip(&ids).map(|(option, (id, own_pool))| {
        let (stock_option, pool) = option.stock_of.and_then(|of| ids.get(of)).copied().unwrap_or((*id, *own_pool));
        StoredOption { option: ProductOption { stock_option, ..sketch(*id, option) }, product, pool, weight: 1 }
    });
    let pools = new.iter().zip(&ids).filter(|(option, _)| option.stock_of.is_none()).map(|(_, (_, pool))| *pool);
    (stored.collect(), pools.collect())
}

fn net_prices(new: &NewOption) -> Vec<NetPrice> {
    let base = new.net.map(|net| NetPrice { net, dates: None });
    let seasons = new.seasons.iter().map(|(from, to, net)| NetPrice { net: *net, dates: Some((*from, *to)) });
    base.into_iter().chain(seasons).collect()
}
