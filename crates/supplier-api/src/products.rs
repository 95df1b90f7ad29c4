//! Products of the supplier: settings, contents, options and net prices; drafts and versions of them.

pub mod change;
pub mod contents;
pub mod copy;
pub mod create;
pub mod draft;
pub mod end_sale;
pub mod get;
pub mod list;
pub mod options;
pub mod prices;
pub mod publish;
pub mod required_information;
pub mod versions;

use axhub_domain::edition::EditionOption;
use axhub_domain::money::Currency;
use axhub_domain::product::{self, Confirmation, ProductKind, ProductState};
use axhub_domain::reply::NoReply;
use axhub_domain::time::format_instant;
use axhub_hub::Hub;
use axhub_hub::catalogue::{ProductForSupplier, state_of};
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
    /// Its settings.
    #[serde(flatten)]
    pub settings: ProductSettings,
    /// Where it stands in its life.
    #[schema(value_type = words::ProductState)]
    pub state: ProductState,
    /// Whether a draft of it waits to be published.
    pub has_draft: bool,
}

/// The settings of a product in one version.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierProductSettings)]
pub struct ProductSettings {
    /// The product's code.
    pub product_code: Uuid,
    /// Its kind.
    #[schema(value_type = words::ProductKind)]
    pub kind: ProductKind,
    /// `Tour` or `Activity`, `Ticket-Day` or `Ticket`.
    pub category: String,
    /// A finer category, as `Museum`.
    #[schema(required)]
    pub detail_category: Option<String>,
    /// Its name, which stands in the contents too.
    #[schema(required)]
    pub product_name: Option<String>,
    /// Counted from 1; every change of what is published makes the next. 0 when it was never published.
    #[schema(minimum = 0)]
    pub version: i64,
    /// Who confirms orders.
    #[schema(value_type = words::Confirmation)]
    pub confirmation: Confirmation,
    /// How many minutes the supplier has to answer an order; null when there is no limit.
    #[schema(minimum = 1, required)]
    pub reply_minutes: Option<u32>,
    /// What happens to an order that was not answered by then.
    #[schema(value_type = Option<words::NoReply>, required)]
    pub on_no_reply: Option<NoReply>,
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
    /// When this version was made.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// A product whole.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierProductDetail)]
pub struct ProductDetail {
    /// What lists show of it.
    #[serde(flatten)]
    pub product: Product,
    /// Everything else.
    #[serde(flatten)]
    pub rest: ProductRest,
}

/// What a product says besides its settings.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierProductRest)]
pub struct ProductRest {
    /// What an order must bring of its travelers.
    pub required_traveler_information: RequiredInformation,
    /// What it says about itself.
    pub contents: Contents,
    /// Its options in order, those that are not sold too.
    pub options: Vec<ProductOption>,
}

impl From<&product::Product> for ProductSettings {
    fn from(product: &product::Product) -> Self {
        ProductSettings {
            product_code: product.id.into(),
            kind: product.kind,
            category: product.category.clone(),
            detail_category: product.detail_category.clone(),
            product_name: product.contents.text("product_name").map(str::to_owned),
            version: product.version,
            confirmation: product.confirmation,
            reply_minutes: product.reply.map(|reply| reply.minutes),
            on_no_reply: product.reply.map(|reply| reply.otherwise),
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

impl Product {
    /// A product as it stands now.
    pub(crate) fn new(hub: &Hub, product: &product::Product, has_draft: bool) -> Self {
        Product { settings: product.into(), state: state_of(hub, product), has_draft }
    }
}

impl ProductRest {
    pub(crate) fn new(product: product::Product, options: Vec<EditionOption>) -> Self {
        ProductRest {
            required_traveler_information: RequiredInformation::new(&product.required_information),
            contents: product.contents.into(),
            options: options.into_iter().map(ProductOption::from).collect(),
        }
    }
}

impl ProductDetail {
    /// A product as it stands now.
    pub(crate) fn new(hub: &Hub, found: ProductForSupplier) -> Self {
        let ProductForSupplier { product, options, has_draft } = found;
        ProductDetail { product: Product::new(hub, &product, has_draft), rest: ProductRest::new(product, options) }
    }
}
