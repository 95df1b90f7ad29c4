//! Everything about one stock row: why is nothing left?

use axhub_domain::ids::StockId;
use axhub_domain::product::{OptionKind, ProductKind};
use axhub_domain::time::format_instant;
use axhub_hub::Hub;
use axhub_hub::availability::{self, ExplainedChannel, ExplainedOption, Explanation, OrderedBy};
use axhub_web::{ApiError, Conditional, Language, Path, SupplierCaller, messages};
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::allotments::Share;
use super::{date, instant, start_time};
use crate::words;

/// A stock row, who has what of it, and what each channel can order. Quantities are units of the pool, except where it
/// says otherwise.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierStockExplanation)]
pub struct StockExplanation {
    /// The row's code.
    pub inventory_code: Uuid,
    /// The kind of the product.
    #[schema(value_type = words::ProductKind)]
    pub kind: ProductKind,
    /// The product.
    pub product_code: Uuid,
    /// The name of the pool that options share; null for an option with a pool of its own.
    #[schema(required)]
    pub pool: Option<String>,
    /// The date in the product's time zone; null for what has no date.
    #[schema(format = Date, required)]
    pub date: Option<String>,
    /// The start time in the product's time zone, `hh:mm`; null for what has only a date, or none.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", required)]
    pub start_time: Option<String>,
    /// The start in UTC; null for what has no date.
    #[schema(format = DateTime, required)]
    pub inventory_at: Option<String>,
    /// Whether it is open.
    pub on_sale: bool,
    /// The code of the supplier who closed it; null while it is open.
    #[schema(required)]
    pub closed_by: Option<String>,
    /// When it was closed; null while it is open.
    #[schema(format = DateTime, required)]
    pub closed_at: Option<String>,
    /// Units in all.
    #[schema(minimum = 0)]
    pub max_quantity: i64,
    /// The departure minimum.
    #[schema(minimum = 0)]
    pub min_quantity: i64,
    /// Units in holds.
    #[schema(minimum = 0)]
    pub held_quantity: i64,
    /// Until when the last of them is held; null when none is.
    #[schema(format = DateTime, required)]
    pub held_until: Option<String>,
    /// Units in orders.
    #[schema(minimum = 0)]
    pub ordered_quantity: i64,
    /// Units that are left.
    #[schema(minimum = 0)]
    pub remain_quantity: i64,
    /// Units of those that are left which are kept for single channels.
    #[schema(minimum = 0)]
    pub allotted_quantity: i64,
    /// Which channel ordered how much.
    pub ordered_by: Vec<OrderedByChannel>,
    /// What is allotted to whom.
    pub allotments: Vec<Share>,
    /// The options that draw from it, and what each channel can order of them.
    pub options: Vec<OptionExplanation>,
}

/// What a channel has of a stock row.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierOrderedBy)]
pub struct OrderedByChannel {
    /// The channel.
    pub channel_code: String,
    /// Units that its tickets take.
    #[schema(minimum = 1)]
    pub quantity: i64,
    /// Orders with such tickets.
    #[schema(minimum = 1)]
    pub orders: i64,
    /// Tickets that are not used yet.
    #[schema(minimum = 0)]
    pub open_tickets: i64,
    /// Tickets that are used.
    #[schema(minimum = 0)]
    pub used_tickets: i64,
}

/// An option that draws from a stock row.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierOptionExplanation)]
pub struct OptionExplanation {
    /// The option.
    pub option_code: Uuid,
    /// Its depths joined by ` - `.
    pub option_name: String,
    /// Whether it has stock of its own.
    #[schema(value_type = words::OptionKind)]
    pub kind: OptionKind,
    /// How many units of the pool one unit of the option takes.
    #[schema(minimum = 1)]
    pub weight: i64,
    /// Every channel that may sell the product, has ordered from the row, or has an allotment on it.
    pub channels: Vec<ChannelExplanation>,
}

/// What a channel can order of an option from a stock row.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierChannelExplanation)]
pub struct ChannelExplanation {
    /// The channel.
    pub channel_code: String,
    /// Whether it can order now.
    pub is_orderable: bool,
    /// Units of the option that are left for it.
    #[schema(minimum = 0)]
    pub remain_quantity: u32,
    /// Why it can order nothing; empty when it can.
    pub reasons: Vec<Why>,
}

/// A reason why a channel can order nothing.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierHindrance)]
pub struct Why {
    /// The stable code; where an order is refused for it, the code of that refusal. `allotted_to_others` is `sold_out` to
    /// the channel.
    pub code: &'static str,
    /// The same in words.
    pub message: String,
}

/// Explain stock
///
/// Answers why something is left or not: who ordered, what is held and what is allotted to whom, who closed the row, and
/// what each channel can order now, with every reason why it cannot. Reasons are in Korean; in English with
/// `Accept-Language: en`.
#[utoipa::path(
    get,
    path = "/v1/supplier/stock/{inventory_code}",
    operation_id = "supplier_explain_stock",
    tag = "Supplier: stock",
    params(("inventory_code" = Uuid, Path, description = "The stock row.")),
    responses(
        (status = 200, description = "Everything about the row.", body = StockExplanation, example = json!(StockExplanation::sample())),
        (status = 304, description = "Nothing has changed."),
    ),
)]
pub async fn explain(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(row): Path<StockId>,
    language: Language,
    have: Conditional,
) -> Result<Response, ApiError> {
    let explanation = availability::explain_stock(&hub, caller.id, row).await?;
    have.json_with(language.headers(), &StockExplanation::new(explanation, language))
}

impl StockExplanation {
    fn new(explanation: Explanation, language: Language) -> Self {
        let Explanation { as_of, whole, kind, kept, ordered_by, allotments, options } = explanation;
        let row = whole.row;
        let share = |(channel_code, allotment): (String, axhub_domain::allotment::Allotment)| Share {
            channel_code,
            quantity: allotment.quantity,
            taken_quantity: allotment.taken,
            kept_quantity: allotment.kept(as_of),
            release_at: format_instant(allotment.release_at),
            is_released: allotment.is_released(as_of),
        };
        StockExplanation {
            inventory_code: row.id.into(),
            kind,
            product_code: whole.product.into(),
            pool: whole.pool_name,
            date: date(row.date),
            start_time: start_time(kind, row.start_time),
            inventory_at: instant(row.starts_at),
            on_sale: row.on_sale,
            closed_by: whole.closed_by,
            closed_at: whole.closed_at.map(format_instant),
            max_quantity: row.max,
            min_quantity: row.min,
            held_quantity: row.held,
            // Nothing makes holds yet.
            held_until: None,
            ordered_quantity: row.ordered,
            remain_quantity: row.remain(),
            allotted_quantity: kept,
            ordered_by: ordered_by.into_iter().map(OrderedByChannel::from).collect(),
            allotments: allotments.into_iter().map(share).collect(),
            options: options.into_iter().map(|option| OptionExplanation::new(option, language)).collect(),
        }
    }
}

impl From<OrderedBy> for OrderedByChannel {
    fn from(ordered: OrderedBy) -> Self {
        OrderedByChannel {
            channel_code: ordered.code,
            quantity: ordered.units,
            orders: ordered.orders,
            open_tickets: ordered.open_tickets,
            used_tickets: ordered.used_tickets,
        }
    }
}

impl OptionExplanation {
    fn new(explained: ExplainedOption, language: Language) -> Self {
        let ExplainedOption { option, channels } = explained;
        OptionExplanation {
            option_code: option.id.into(),
            option_name: option.name,
            kind: option.kind,
            weight: option.weight,
            channels: channels.into_iter().map(|channel| ChannelExplanation::new(channel, language)).collect(),
        }
    }
}

impl ChannelExplanation {
    fn new(explained: ExplainedChannel, language: Language) -> Self {
        let why = |hindrance: &axhub_domain::hindrance::Hindrance| Why {
            code: hindrance.code(),
            message: messages::hindrance(language, hindrance),
        };
        ChannelExplanation {
            channel_code: explained.code,
            is_orderable: explained.hindrances.is_empty(),
            remain_quantity: explained.available,
            reasons: explained.hindrances.iter().map(why).collect(),
        }
    }
}
