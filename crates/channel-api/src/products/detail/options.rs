//! `options`: the sale units of a product.

use axhub_domain::ids::OptionId;
use axhub_domain::product::{Depth, OptionKind, ProductOption};
use axhub_hub::pricing::OptionPrice;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::price::read::TourPrice;
use crate::void::{self, NumberOrVoid, OrVoid};

/// A sale unit of a product.
#[derive(Serialize, ToSchema)]
pub struct TourOption {
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
    prices: Vec<TourOptionPrice>,
    /// Whether it is sold.
    is_active: bool,
}

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

impl TourOption {
    /// An option with those of the product's prices that are its own.
    pub fn new(option: &ProductOption, prices: &[OptionPrice]) -> TourOption {
        let own = prices.iter().filter(|price| price.option == option.id);
        TourOption {
            option_code: option.id,
            option_name: void::text(Some(&option.name())),
            depths: option.depths.iter().map(OptionDepth::from).collect(),
            kind: option.kind,
            stock_option_code: option.stock_option,
            persons_per_unit: option.persons_per_unit,
            min_quantity: option.min_quantity,
            max_quantity: option.max_quantity,
            prices: own.map(TourPrice::from).map(TourOptionPrice::from).collect(),
            is_active: option.is_active,
        }
    }
}

/// An example of one option.
pub fn example() -> Value {
    let code = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02";
    json!([{
        "option_code": code,
        "option_name": "Paris - meal - summer - adult",
        "depths": [
            {"name": "City", "value": "Paris"},
            {"name": "Meal", "value": "meal"},
            {"name": "Season", "value": "summer"},
            {"name": "Person", "value": "adult"},
        ],
        "kind": "quantity",
        "stock_option_code": code,
        "persons_per_unit": 1,
        "min_quantity": 1,
        "max_quantity": 10,
        "prices": [{
            "option_code": code,
            "unit_selling_price_usd": 80.00,
            "selling_price_per_person_usd": 80.00,
            "unit_selling_price_krw": 88000.00,
            "selling_price_per_person_krw": 88000.00,
        }],
        "is_active": true,
    }])
}
