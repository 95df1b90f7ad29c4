//! An edition: everything of a product that may differ from version to version, as drafts and versions keep it.

use serde::{Deserialize, Serialize};

use crate::ids::OptionId;
use crate::pricing::NetPrice;
use crate::product::{Confirmation, Contents, Product, ProductOption, SalePeriod};
use crate::reply::ReplyLimit;

/// The most options of a product, those that are no longer sold among them.
pub const MAX_OPTIONS: usize = 200;
/// The most units of a pool that one unit of an option takes.
pub const MAX_WEIGHT: u32 = 1_000;

/// A product's settings, contents and options in one version or draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    /// `Tour`, `Activity` or `Ticket-Day`.
    pub category: String,
    /// A finer category, as `Museum`.
    pub detail_category: Option<String>,
    /// Who confirms orders.
    pub confirmation: Confirmation,
    /// Until when the supplier must answer an order; no limit when `None`.
    pub reply: Option<ReplyLimit>,
    /// How many minutes before the start orders close.
    pub cut_off_minutes: u32,
    /// When it is sold.
    pub sale: SalePeriod,
    /// What travelers must tell.
    pub required_information: Vec<String>,
    /// What it says about itself.
    pub contents: Contents,
    /// Its options in order.
    pub options: Vec<EditionOption>,
}

/// An option in one version or draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionOption {
    /// What everybody sees of it.
    pub option: ProductOption,
    /// The name of the pool it draws from, which it shares with all options that name the same; none for a pool of its own.
    pub pool: Option<String>,
    /// How much of the pool one unit takes.
    pub weight: u32,
    /// Its net prices, the base price first and then by date.
    pub prices: Vec<NetPrice>,
}

impl Edition {
    /// The edition that a product is in, with these options.
    pub fn of(product: &Product, options: Vec<EditionOption>) -> Edition {
        Edition {
            category: product.category.clone(),
            detail_category: product.detail_category.clone(),
            confirmation: product.confirmation,
            reply: product.reply,
            cut_off_minutes: product.cut_off_minutes,
            sale: product.sale,
            required_information: product.required_information.clone(),
            contents: product.contents.clone(),
            options,
        }
    }

    /// The product in this edition.
    pub fn of_product(&self, product: &Product) -> Product {
        Product {
            category: self.category.clone(),
            detail_category: self.detail_category.clone(),
            confirmation: self.confirmation,
            reply: self.reply,
            cut_off_minutes: self.cut_off_minutes,
            sale: self.sale,
            required_information: self.required_information.clone(),
            contents: self.contents.clone(),
            ..product.clone()
        }
    }

    /// The option of this code.
    pub fn option(&self, id: OptionId) -> Option<&EditionOption> {
        self.options.iter().find(|other| other.option.id == id)
    }
}

impl EditionOption {
    /// The price where no season has another.
    pub fn base_price(&self) -> Option<&NetPrice> {
        self.prices.iter().find(|price| price.dates.is_none())
    }

    /// The prices of ranges of dates.
    pub fn seasons(&self) -> impl Iterator<Item = &NetPrice> {
        self.prices.iter().filter(|price| price.dates.is_some())
    }

    /// Puts the prices into their order, so that equal options are equal.
    pub fn sort_prices(&mut self) {
        self.prices.sort_by_key(|price| price.dates);
    }
}

/// A whole edition, for tests.
#[cfg(test)]
pub(crate) mod samples {
    use uuid::Uuid;

    use super::*;
    use crate::product::{Depth, OptionKind};

    /// A tour that lacks nothing, with one option.
    pub(crate) fn edition() -> Edition {
        let texts = [
            ("product_name", "Paris walk"),
            ("product_listing_language", "English"),
            ("main_country_and_city", "France - Paris"),
            ("departure_city", "France - Paris"),
            ("transportation", "Walking"),
            ("tour_guide_certification", "Yes"),
            ("separate_driver_included", "No"),
            ("cancellation_type", "Free cancellation"),
            ("meeting_point", "Under the tower"),
            ("thumbnail_type_1", "https://images.example.com/paris.jpg"),
        ];
        Edition {
            category: "Tour".to_owned(),
            detail_category: None,
            confirmation: Confirmation::Manual,
            reply: None,
            cut_off_minutes: 60,
            sale: SalePeriod::default(),
            required_information: Vec::new(),
            contents: Contents { texts: texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into(), ..Contents::default() },
            options: vec![option(1, "Adult", Some("75"))],
        }
    }

    /// An option with a pool of its own.
    pub(crate) fn option(n: u128, name: &str, net: Option<&str>) -> EditionOption {
        let id = OptionId(Uuid::from_u128(n));
        let option = ProductOption {
            id,
            depths: vec![Depth { name: "Person".to_owned(), value: name.to_owned() }],
            kind: OptionKind::Quantity,
            stock_option: id,
            persons_per_unit: 1,
            min_quantity: 1,
            max_quantity: 10,
            is_active: true,
        };
        let prices = net.map(|net| NetPrice { net: net.parse().unwrap(), dates: None }).into_iter().collect();
        EditionOption { option, pool: None, weight: 1, prices }
    }
}
