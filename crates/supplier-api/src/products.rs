//! Products of the supplier: settings, contents, options and net prices.

pub mod change;
pub mod contents;
pub mod get;
pub mod list;
pub mod options;
pub mod required_information;

use axhub_domain::money::Currency;
use axhub_domain::product::{self, Confirmation, ProductKind};
use axhub_domain::time::format_instant;
use axhub_hub::catalogue::ProductForSupplier;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::words;
use contents::Contents;
use options::ProductOption;
use required_information::RequiredInformation;

/// A product without its contents and options.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierProduct)]
pub struct Product {
    /// The product's code.
    pub product_code: Uuid,
    /// Its kind.
    #[schema(value_type = words::ProductKind)]
    pub kind: ProductKind,
    /// `Tour`, `Activity` or `Ticket-Day`.
    pub category: String,
    /// A finer category, as `Museum`.
    #[schema(required)]
    pub detail_category: Option<String>,
    /// Its name, which stands in the contents too.
    #[schema(required)]
    pub product_name: Option<String>,
    /// Counted from 1; every change of the product makes the next.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Who confirms orders.
    #[schema(value_type = words::Confirmation)]
    pub confirmation: Confirmation,
    /// How many minutes before the start orders close.
    #[schema(minimum = 0)]
    pub cut_off_minutes: u32,
    /// The first day of sale, in the product's time zone; null when there is no bound.
    #[schema(format = Date, required)]
    pub sale_from: Option<String>,
    /// The last day of sale.
    #[schema(format = Date, required)]
    pub sale_to: Option<String>,
    /// The IANA name of its time zone.
    pub time_zone: String,
    /// The currency of its net prices.
    #[schema(value_type = words::Currency)]
    pub base_currency: Currency,
    /// When it was created.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When its newest version was made.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// A product whole.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierProductDetail)]
pub struct ProductDetail {
    /// Its settings.
    #[serde(flatten)]
    pub product: Product,
    /// What an order must bring of its travelers.
    pub required_traveler_information: RequiredInformation,
    /// What it says about itself.
    pub contents: Contents,
    /// Its options in order, those that are not sold too.
    pub options: Vec<ProductOption>,
}

impl From<&product::Product> for Product {
    fn from(product: &product::Product) -> Self {
        Product {
            product_code: product.id.into(),
            kind: product.kind,
            category: product.category.clone(),
            detail_category: product.detail_category.clone(),
            product_name: product.contents.text("product_name").map(str::to_owned),
            version: product.version,
            confirmation: product.confirmation,
            cut_off_minutes: product.cut_off_minutes,
            sale_from: product.sale.from.map(|date| date.to_string()),
            sale_to: product.sale.to.map(|date| date.to_string()),
            time_zone: product.time_zone.clone(),
            base_currency: product.base_currency,
            created_at: format_instant(product.created_at),
            updated_at: format_instant(product.updated_at),
        }
    }
}

impl From<ProductForSupplier> for ProductDetail {
    fn from(found: ProductForSupplier) -> Self {
        let ProductForSupplier { product, options, prices } = found;
        let prices_of = |option| prices.iter().filter(move |(of, _)| *of == option).map(|(_, price)| price);
        ProductDetail {
            product: Product::from(&product),
            required_traveler_information: RequiredInformation::new(&product.required_information),
            contents: product.contents.into(),
            options: options.into_iter().map(|option| ProductOption::new(prices_of(option.id), option)).collect(),
        }
    }
}
