//! Products: their kinds, contents and options.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{OptionId, ProductId, SupplierId};
use crate::money::Currency;
use crate::reply::ReplyLimit;

/// What is sold, and how its stock is dated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProductKind {
    /// On a date and a start time.
    Tour,
    /// On a date.
    DayTicket,
    /// Undated, the oldest kind.
    Ticket,
}

impl ProductKind {
    /// The word in paths, in the database and in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            ProductKind::Tour => "tour",
            ProductKind::DayTicket => "day-ticket",
            ProductKind::Ticket => "ticket",
        }
    }

    /// The categories that products of this kind may have.
    pub const fn categories(self) -> &'static [&'static str] {
        match self {
            ProductKind::Tour => &["Tour", "Activity"],
            ProductKind::DayTicket => &["Ticket-Day"],
            ProductKind::Ticket => &["Ticket"],
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<ProductKind> {
        [ProductKind::Tour, ProductKind::DayTicket, ProductKind::Ticket].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Who confirms an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confirmation {
    /// The hub, at once.
    Instant,
    /// The supplier, order by order.
    Manual,
}

impl Confirmation {
    /// The word in the database and in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Confirmation::Instant => "instant",
            Confirmation::Manual => "manual",
        }
    }

    /// The confirmation of a word.
    pub fn from_word(word: &str) -> Option<Confirmation> {
        [Confirmation::Instant, Confirmation::Manual].into_iter().find(|confirmation| confirmation.as_str() == word)
    }
}

/// Whether an option has stock of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptionKind {
    /// It has stock.
    Quantity,
    /// It only changes the price and draws from another option's stock.
    Price,
}

impl OptionKind {
    /// The word in the database and in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            OptionKind::Quantity => "quantity",
            OptionKind::Price => "price",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<OptionKind> {
        [OptionKind::Quantity, OptionKind::Price].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A product in its newest version.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// Its code.
    pub id: ProductId,
    /// Whose it is.
    pub supplier: SupplierId,
    /// Its kind.
    pub kind: ProductKind,
    /// `Tour`, `Activity` or `Ticket-Day`.
    pub category: String,
    /// A finer category, as `Museum`.
    pub detail_category: Option<String>,
    /// The IANA name of its zone.
    pub time_zone: String,
    /// The currency of its net prices.
    pub base_currency: Currency,
    /// Counted from 1; grows with every change of contents, options or prices. 0 when it was never published.
    pub version: i64,
    /// Who confirms orders.
    pub confirmation: Confirmation,
    /// Until when the supplier must answer an order; no limit when `None`.
    pub reply: Option<ReplyLimit>,
    /// How many minutes before the start orders close.
    pub cut_off_minutes: u32,
    /// When it is sold.
    pub sale: SalePeriod,
    /// What travelers must tell, by the names in [`TRAVELER_INFORMATION`].
    pub required_information: Vec<String>,
    /// What it says about itself.
    pub contents: Contents,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its newest version was published.
    pub updated_at: Timestamp,
}

impl Product {
    /// The name that people know it by.
    pub fn name(&self) -> &str {
        self.contents.text("product_name").unwrap_or_default()
    }

    /// The country it is in, as `France`: the first part of where it is. Empty when it does not say.
    pub fn country(&self) -> &str {
        let place = self.contents.text("main_country_and_city").unwrap_or_default();
        place.split(" - ").next().unwrap_or_default().trim()
    }

    /// Where it stands in its life on a day, as a clock in its zone shows it.
    pub fn state(&self, today: Date) -> ProductState {
        if self.version == 0 {
            ProductState::Draft
        } else if self.sale.to.is_some_and(|last_day| last_day < today) {
            ProductState::Ended
        } else {
            ProductState::Published
        }
    }
}

/// Where a product stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProductState {
    /// It was never published.
    Draft,
    /// It was published, and its last day of sale has not passed.
    Published,
    /// Its last day of sale has passed.
    Ended,
}

impl ProductState {
    /// The word in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            ProductState::Draft => "draft",
            ProductState::Published => "published",
            ProductState::Ended => "ended",
        }
    }
}

/// One of the up to five parts of an option's name, as `Person: Adult`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Depth {
    /// What the part is about.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The most depths an option may have.
pub const MAX_DEPTHS: usize = 5;

/// The name of an option: its depths' values, joined.
pub fn option_name(depths: &[Depth]) -> String {
    depths.iter().map(|depth| depth.value.as_str()).collect::<Vec<_>>().join(" - ")
}

/// An option as channels and suppliers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductOption {
    /// Its code, which survives version-ups.
    pub id: OptionId,
    /// One to five depths.
    pub depths: Vec<Depth>,
    /// Whether it has stock of its own.
    pub kind: OptionKind,
    /// The option whose stock it draws from: itself, when it has stock.
    pub stock_option: OptionId,
    /// How many people one unit takes.
    pub persons_per_unit: u32,
    /// The least units in one order.
    pub min_quantity: u32,
    /// The most units in one order.
    pub max_quantity: u32,
    /// Whether it is sold.
    pub is_active: bool,
}

impl ProductOption {
    /// The depths' values, joined.
    pub fn name(&self) -> String {
        option_name(&self.depths)
    }
}

/// What a product says about itself: the texts, pictures and lists of the contract's `contents`.
///
/// The names are the contract's. A scalar that is `None` or empty is shown as `"Void"` by the channel API.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contents {
    /// The scalar texts by their names in [`TEXT_FIELDS`].
    #[serde(flatten)]
    pub texts: BTreeMap<String, String>,
    /// Words that the product is found by, besides the city.
    pub keyword_others: Vec<String>,
    /// Points of interest.
    pub poi: Vec<String>,
    /// What the price includes.
    pub inclusions: Vec<String>,
    /// What it does not include.
    pub exclusions: Vec<String>,
    /// Questions that travelers ask.
    pub faq: Vec<Faq>,
    /// The stops, in order.
    pub course: Vec<Stop>,
    /// How much is given back when.
    pub cancellation_policy: Vec<RefundStep>,
}

impl Contents {
    /// A text by its contract name; `None` when it is empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }
}

/// The scalar texts of [`Contents`], in the order in which channels see them.
pub const TEXT_FIELDS: &[&str] = &[
    "product_listing_language",
    "tour_guide_certification",
    "separate_driver_included",
    "main_country_and_city",
    "country_and_city",
    "keyword_city",
    "course_main_title",
    "departure_city",
    "transportation",
    "product_name",
    "product_title_type_1",
    "product_title_type_2",
    "product_title_type_3",
    "product_title_type_4",
    "product_title_type_5",
    "product_sub_title",
    "event_special_giving",
    "tour_guide_strength",
    "product_differentiation",
    "target_customer",
    "thumbnail_type_1",
    "thumbnail_type_2",
    "thumbnail_type_3",
    "thumbnail_type_4",
    "thumbnail_type_5",
    "thumbnail_type_6",
    "thumbnail_type_7",
    "sub_thumbnail_type_1",
    "sub_thumbnail_type_2",
    "sub_thumbnail_type_3",
    "sub_thumbnail_type_4",
    "sub_thumbnail_type_5",
    "cancellation_type",
    "meeting_point",
    "voucher_information",
];

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faq {
    /// What travelers ask.
    pub question: String,
    /// What the supplier answers.
    pub answer: String,
}

/// One stop of a tour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// Its place in the tour, from 1.
    pub order: u32,
    /// Its name.
    pub title: String,
    /// Its address.
    #[serde(default)]
    pub address: String,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// What happens there.
    #[serde(default)]
    pub description: String,
}

/// So much is given back up to so many days before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundStep {
    /// Days before the date of use.
    pub days_before: u32,
    /// Percent given back, 0 to 100.
    pub refund_percent: u32,
}

/// The days on which a product may be ordered; open where there is no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SalePeriod {
    /// The first day, in the product's zone.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

impl SalePeriod {
    /// Whether orders are taken on this day.
    pub fn contains(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// What a supplier may require of travelers: the names that an order's `additional` must bring.
pub const TRAVELER_INFORMATION: &[&str] = &[
    "english_name",
    "chinese_name",
    "nationality",
    "language",
    "gender",
    "date_of_birth",
    "passport_id",
    "passport_expiry",
    "drivers_license_id",
    "drivers_license_expiry",
    "weights",
    "heights",
    "vegetarian",
    "sns_for_communication",
    "arrival_flight_detail_airline",
    "arrival_flight_detail_flight_number",
    "arrival_flight_detail_arrival_date",
    "arrival_flight_detail_arrival_time",
    "departure_flight_detail_airline_name",
    "departure_flight_detail_flight_number",
    "departure_flight_detail_departure_date",
    "departure_flight_detail_departure_time",
    "pickup_hotel_details_pickup_hotel_name",
    "pickup_hotel_details_pickup_hotel_address",
    "pickup_hotel_details_pickup_hotel_room_number",
    "drop_off_hotel_details_drop_off_hotel_name",
    "drop_off_hotel_details_drop_off_hotel_address",
    "drop_off_hotel_details_drop_off_hotel_number",
    "arrival_ship_details_arrival_ship_name",
    "arrival_ship_details_arrival_date",
    "arrival_ship_details_arrival_time",
    "departure_ship_details_departure_ship_name",
    "departure_ship_details_departure_date",
    "departure_ship_details_departure_time",
];

/// The name in [`TRAVELER_INFORMATION`] that equals `word`.
pub fn traveler_information(word: &str) -> Option<&'static str> {
    TRAVELER_INFORMATION.iter().copied().find(|name| *name == word)
}
