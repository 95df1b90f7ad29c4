//! Options: the sale units of a product, with their net prices.

use axhub_domain::edition::{EditionOption, MAX_OPTIONS, MAX_WEIGHT};
use axhub_domain::ids::OptionId;
use axhub_domain::money::Money;
use axhub_domain::order::MAX_QUANTITY;
use axhub_domain::product::{self, MAX_DEPTHS, OptionKind};
use axhub_domain::refusal::Reason;
use axhub_hub::catalogue;
use axhub_web::Fields;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::words;

const MAX_SEASONS: usize = 400;
const MAX_POOL: usize = 60;

/// A sale unit of a product. Its code survives every change of the product.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierOption)]
pub struct ProductOption {
    /// The option's code.
    pub option_code: Uuid,
    /// Its depths joined by ` - `.
    pub option_name: String,
    /// One to five parts of its name.
    pub depths: Vec<Depth>,
    /// Whether it has stock of its own.
    #[schema(value_type = words::OptionKind)]
    pub kind: OptionKind,
    /// The option whose stock it draws from: itself, when it has stock.
    pub stock_option_code: Uuid,
    /// The name of the pool of stock that it shares with all options that name the same; null for a pool of its own.
    #[schema(required)]
    pub pool: Option<String>,
    /// How much of the pool one unit takes.
    #[schema(minimum = 1)]
    pub weight: u32,
    /// How many people one unit takes.
    #[schema(minimum = 1)]
    pub persons_per_unit: u32,
    /// The least units in one order.
    #[schema(minimum = 1)]
    pub min_quantity: u32,
    /// The most units in one order.
    #[schema(minimum = 1)]
    pub max_quantity: u32,
    /// Whether it is sold.
    pub is_active: bool,
    /// The net price of one unit where no season has another, in the product's base currency.
    #[schema(value_type = Option<String>, pattern = "^[0-9]+\\.[0-9]{5}$", required)]
    pub net: Option<Money>,
    /// Net prices of ranges of dates.
    pub seasons: Vec<Season>,
}

/// One part of an option's name.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierDepth)]
pub struct Depth {
    /// What the part is about, as `Person`.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    /// Its value, as `Adult`.
    #[schema(min_length = 1, max_length = 255, pattern = "\\S")]
    pub value: String,
}

/// A net price for a range of dates.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierSeason)]
pub struct Season {
    /// The first date, in the product's time zone.
    #[schema(format = Date)]
    pub from: String,
    /// The last date.
    #[schema(format = Date)]
    pub to: String,
    /// The net price of one unit, in the product's base currency.
    #[schema(value_type = String, pattern = "^[0-9]+\\.[0-9]{5}$")]
    pub net: Money,
}

impl From<EditionOption> for ProductOption {
    fn from(whole: EditionOption) -> Self {
        let net = whole.base_price().map(|price| price.net);
        let season = |(from, to): (Date, Date), net| Season { from: from.to_string(), to: to.to_string(), net };
        let seasons = whole.seasons().filter_map(|price| Some(season(price.dates?, price.net))).collect();
        let EditionOption { option, pool, weight, .. } = whole;
        ProductOption {
            option_code: option.id.into(),
            option_name: option.name(),
            depths: option.depths.into_iter().map(|depth| Depth { name: depth.name, value: depth.value }).collect(),
            kind: option.kind,
            stock_option_code: option.stock_option.into(),
            pool,
            weight,
            persons_per_unit: option.persons_per_unit,
            min_quantity: option.min_quantity,
            max_quantity: option.max_quantity,
            is_active: option.is_active,
            net,
            seasons,
        }
    }
}

/// A change of an option, or a new one. What is not sent stays; of a new option it is what is said here.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SupplierOptionChange)]
pub struct OptionChange {
    /// The option; without it, a new one.
    pub option_code: Option<Uuid>,
    /// Of a new option: whether it has stock of its own. Cannot change.
    #[schema(value_type = Option<words::OptionKind>)]
    pub kind: Option<OptionKind>,
    /// Of a new option of kind `price`: the option whose stock it draws from. Cannot change.
    pub stock_option_code: Option<Uuid>,
    /// The name of the pool of stock that it draws from, with all options that name the same: `bus` for the adults and
    /// children of one bus. Null for a pool of its own, which a new option has without it. Cannot change once the option was
    /// published. An option of kind `price` draws from the pool of the option that it names.
    #[schema(max_length = 60)]
    pub pool: Option<String>,
    /// How much of the pool one unit takes; 1 for a new option.
    #[schema(minimum = 1, maximum = 1000, nullable = false)]
    pub weight: Option<u32>,
    /// Takes an option away that was never published, with its stock. One that was is closed with `is_active`.
    #[schema(nullable = false, default = false)]
    pub remove: Option<bool>,
    /// The parts of its name; required for a new option.
    #[schema(min_items = 1, max_items = 5, nullable = false)]
    pub depths: Option<Vec<Depth>>,
    /// How many people one unit takes; 1 for a new option.
    #[schema(minimum = 1, maximum = 1000, nullable = false)]
    pub persons_per_unit: Option<u32>,
    /// The least units in one order; 1 for a new option.
    #[schema(minimum = 1, maximum = 1000, nullable = false)]
    pub min_quantity: Option<u32>,
    /// The most units in one order; 10 for a new option.
    #[schema(minimum = 1, maximum = 1000, nullable = false)]
    pub max_quantity: Option<u32>,
    /// Whether it is sold; true for a new option.
    #[schema(nullable = false)]
    pub is_active: Option<bool>,
    /// The net price of one unit where no season has another; required for an option that is sold, in a draft only when it is
    /// published.
    /// Null leaves it as it is.
    #[schema(value_type = Option<words::Amount>)]
    pub net: Option<String>,
    /// All net prices of ranges of dates; they replace those that were there.
    #[schema(max_items = 400)]
    pub seasons: Option<Vec<SeasonChange>>,
}

/// A net price for a range of dates.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SupplierSeasonChange)]
pub struct SeasonChange {
    /// The first date, in the product's time zone.
    #[schema(format = Date)]
    pub from: String,
    /// The last date.
    #[schema(format = Date)]
    pub to: String,
    /// The net price of one unit.
    #[schema(value_type = words::Amount)]
    pub net: String,
}

impl OptionChange {
    /// Reads a list of changes.
    pub(crate) fn read_all(fields: &Fields<'_>) -> Vec<catalogue::OptionChange> {
        let mut named: Vec<OptionId> = Vec::new();
        let changes = fields.optional("options").objects(MAX_OPTIONS, |fields| {
            let change = read(fields);
            if let Some(id) = change.id {
                if named.contains(&id) {
                    fields.wrong("option_code", Reason::Repeated);
                }
                named.push(id);
            }
            change
        });
        changes.unwrap_or_default()
    }
}

fn read(fields: &Fields<'_>) -> catalogue::OptionChange {
    let quantity = |name: &str| fields.has(name).then(|| fields.required(name).integer(1..=MAX_QUANTITY));
    catalogue::OptionChange {
        id: fields.optional("option_code").id(Reason::OptionUnknown),
        kind: fields.optional("kind").choice(&words::OPTION_KINDS),
        stock_option: fields.optional("stock_option_code").id(Reason::OptionUnknown),
        remove: fields.optional("remove").boolean().unwrap_or(false),
        pool: fields.has("pool").then(|| fields.optional("pool").string(MAX_POOL)),
        weight: fields.has("weight").then(|| fields.required("weight").integer(1..=MAX_WEIGHT)),
        depths: fields.has("depths").then(|| fields.required("depths").objects(MAX_DEPTHS, read_depth)),
        persons_per_unit: quantity("persons_per_unit"),
        min_quantity: quantity("min_quantity"),
        max_quantity: quantity("max_quantity"),
        is_active: fields.has("is_active").then(|| fields.required("is_active").boolean()),
        net: fields.optional("net").money(),
        seasons: fields.has("seasons").then(|| fields.optional("seasons").objects(MAX_SEASONS, read_season).unwrap_or_default()),
    }
}

fn read_depth(fields: &Fields<'_>) -> product::Depth {
    product::Depth { name: fields.required("name").string(100), value: fields.required("value").string(255) }
}

fn read_season(fields: &Fields<'_>) -> (Date, Date, Money) {
    (fields.required("from").date(), fields.required("to").date(), fields.required("net").money())
}
