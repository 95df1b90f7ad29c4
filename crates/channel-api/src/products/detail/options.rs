//! `options`: the sale units of a product.

use axhub_domain::ids::OptionId;
use axhub_domain::product::{Depth, OptionKind, ProductOption};
use axhub_hub::catalogue::ProductForChannel;
use axhub_hub::pricing::OptionPrice;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::price::read::TourPrice;
use crate::price::read::day_ticket::DayTicketPrice;
use crate::price::read::ticket::{self, PricesByOption, TicketPrice};
use crate::void::{self, NumberOrVoid, OrVoid};

/// The shape of an option, which differs by how the price call of its kind gives prices.
macro_rules! option_of {
    ($name:ident, $(#[$prices_attribute:meta])* prices: $prices:ty = $read_prices:expr, example $example:expr) => {
        /// A sale unit of a product.
        #[derive(Serialize, ToSchema)]
        pub struct $name {
            /// Its code, which survives new versions of the product.
            #[schema(value_type = Uuid)]
            option_code: OptionId,
            /// The values of its depths, joined by ` - `.
            #[schema(value_type = String, example = "Paris - meal - summer - adult")]
            option_name: OrVoid<String>,
            /// The parts of its name.
            #[schema(min_items = 1, max_items = 5)]
            depths: Vec<OptionDepth>,
            /// `quantity` has stock; `price` only changes the price and shares the stock of another option.
            #[schema(value_type = String, pattern = "^(quantity|price)$", example = "quantity")]
            kind: OptionKind,
            /// The option whose stock it takes: itself, when its kind is `quantity`.
            #[schema(value_type = Uuid)]
            stock_option_code: OptionId,
            /// How many people one unit takes.
            #[schema(minimum = 1, example = 1)]
            persons_per_unit: u32,
            /// The least units in one order.
            #[schema(minimum = 1, example = 1)]
            min_quantity: u32,
            /// The most units in one order.
            #[schema(minimum = 1, example = 10)]
            max_quantity: u32,
            /// What it costs, as the price call gives it; nothing while it is inactive.
            $(#[$prices_attribute])*
            prices: $prices,
            /// Whether it is sold.
            is_active: bool,
        }

        impl $name {
            /// An option with those of the product's prices that are its own.
            pub fn new(option: &ProductOption, found: &ProductForChannel) -> $name {
                let own: Vec<&OptionPrice> = found.prices.iter().filter(|price| price.option == option.id).collect();
                $name {
                    option_code: option.id,
                    option_name: void::text(Some(&option.name())),
                    depths: option.depths.iter().map(OptionDepth::from).collect(),
                    kind: option.kind,
                    stock_option_code: option.stock_option,
                    persons_per_unit: option.persons_per_unit,
                    min_quantity: option.min_quantity,
                    max_quantity: option.max_quantity,
                    prices: $read_prices(own, found.product.base_currency),
                    is_active: option.is_active,
                }
            }

            /// An example.
            pub fn example() -> Value {
                example_with(&$example)
            }
        }
    };
}

option_of!(
    TourOption,
    prices: Vec<TourOptionPrice> = |own: Vec<&OptionPrice>, _| own.into_iter().map(TourPrice::from).map(TourOptionPrice::from).collect(),
    example json!([{
        "option_code": OPTION,
        "unit_selling_price_usd": 80.00,
        "selling_price_per_person_usd": 80.00,
        "unit_selling_price_krw": 88000.00,
        "selling_price_per_person_krw": 88000.00,
    }])
);
option_of!(
    DayTicketOption,
    prices: Vec<DayTicketPrice> = |own: Vec<&OptionPrice>, currency| {
        own.into_iter().filter_map(|price| DayTicketPrice::new(price, currency)).collect()
    },
    example json!([{ "option_code": OPTION, "currency": "KRW", "price": "71200.00000" }])
);
option_of!(
    TicketOption,
    #[schema(value_type = BTreeMap<String, TicketPrice>)]
    prices: PricesByOption = |own: Vec<&OptionPrice>, currency| ticket::by_option(own, currency),
    example json!({ OPTION: { "currency": "1", "price": "12345678.00000" } })
);

/// One part of an option's name.
#[derive(Serialize, ToSchema)]
pub struct OptionDepth {
    /// What the part is about.
    #[schema(value_type = String, example = "Person")]
    name: OrVoid<String>,
    /// Its value.
    #[schema(value_type = String, example = "adult")]
    value: OrVoid<String>,
}

/// What one unit costs, in both currencies; an amount without an exchange rate is the text `Void`.
#[derive(Serialize, ToSchema)]
pub struct TourOptionPrice {
    /// The option.
    #[schema(value_type = Uuid)]
    option_code: OptionId,
    /// One unit in US dollars.
    #[schema(value_type = NumberOrVoid, example = 80.00)]
    unit_selling_price_usd: OrVoid<serde_json::Number>,
    /// One person in US dollars.
    #[schema(value_type = NumberOrVoid, example = 75.00)]
    selling_price_per_person_usd: OrVoid<serde_json::Number>,
    /// One unit in Korean won.
    #[schema(value_type = NumberOrVoid, example = 88000.00)]
    unit_selling_price_krw: OrVoid<serde_json::Number>,
    /// One person in Korean won.
    #[schema(value_type = NumberOrVoid, example = 82500.00)]
    selling_price_per_person_krw: OrVoid<serde_json::Number>,
}

impl From<TourPrice> for TourOptionPrice {
    fn from(price: TourPrice) -> Self {
        TourOptionPrice {
            option_code: price.option_code,
            unit_selling_price_usd: price.unit_selling_price_usd.into(),
            selling_price_per_person_usd: price.selling_price_per_person_usd.into(),
            unit_selling_price_krw: price.unit_selling_price_krw.into(),
            selling_price_per_person_krw: price.selling_price_per_person_krw.into(),
        }
    }
}

impl From<&Depth> for OptionDepth {
    fn from(depth: &Depth) -> Self {
        OptionDepth { name: void::text(Some(&depth.name)), value: void::text(Some(&depth.value)) }
    }
}

const OPTION: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02";

/// An example of an option with these prices.
fn example_with(prices: &Value) -> Value {
    json!({
        "option_code": OPTION,
        "option_name": "Paris - meal - summer - adult",
        "depths": [
            {"name": "City", "value": "Paris"},
            {"name": "Meal", "value": "meal"},
            {"name": "Season", "value": "summer"},
            {"name": "Person", "value": "adult"},
        ],
        "kind": "quantity",
        "stock_option_code": OPTION,
        "persons_per_unit": 1,
        "min_quantity": 1,
        "max_quantity": 10,
        "prices": prices,
        "is_active": true,
    })
}
