//! What a new order answers, in the dialect of the request.

use axhub_domain::ids::{OptionId, OrderId};
use axhub_domain::inventory::dated;
use axhub_domain::state::{OrderStatus, TicketStatus, channel_order_status};
use axhub_hub::ordering::{PlacedOrder, PlacedOrderLine};
use axhub_web::{StatusWords, Vocabulary};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::describe::{OrderStatusText, QuantityText};
use crate::dialect::{Dialect, Generation};
use crate::orders::order::Ticket;
use crate::replay;
use crate::wire::Instant;

/// A placed order. `options`, or `depth_combinations` when the request said so.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedOrder {
    /// The channel's code of the order.
    #[schema(example = "ORDER-20220121-0001")]
    channel_order_code: String,
    /// The state of the order as a whole: the one that its options share, or the least advanced of them.
    #[schema(value_type = OrderStatusText)]
    channel_order_status: String,
    /// One per option, in the order of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    options: Option<Vec<CreatedOption>>,
    /// One per option, in the order of the request; in the old vocabulary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    depth_combinations: Option<Vec<CreatedOption>>,
}

/// The AX order of one option.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedOption {
    /// The option.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    option_code: Option<OptionId>,
    /// The option, in the old vocabulary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    dc_code: Option<OptionId>,
    /// The start; of what has only a date, the beginning of that; `null` for what has no date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Instant>)]
    inventory_at: Option<Option<Instant>>,
    /// The start, in the old vocabulary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Instant>)]
    use_date: Option<Option<Instant>>,
    /// The code of the AX order, which all later calls need.
    #[schema(value_type = Uuid)]
    ax_order_code: OrderId,
    /// Its state: `New`, or `Supplier confirm` when the product is confirmed at once.
    #[schema(value_type = OrderStatusText)]
    ax_order_status: String,
    /// How many units.
    #[schema(value_type = QuantityText)]
    quantity: Quantity,
    /// One per unit.
    tickets: Vec<Ticket>,
}

/// A number of units in the words of a vocabulary.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Quantity {
    Number(usize),
    Text(String),
}

/// The response: 201, or 200 with `Idempotent-Replayed` when it is the first answer again.
pub fn render(placed: &PlacedOrder) -> Response {
    replay::render(placed.is_replay, CreatedOrder::from(placed))
}

impl From<&PlacedOrder> for CreatedOrder {
    fn from(placed: &PlacedOrder) -> Self {
        let dialect = Dialect::stored(&placed.dialect);
        let status: OrderStatus = channel_order_status(placed.lines.iter().map(|line| line.status));
        let lines = placed.lines.iter().map(|line| CreatedOption::new(line, dialect)).collect();
        let (options, depth_combinations) = dialect.list.place(lines);
        CreatedOrder {
            channel_order_code: placed.channel_order_code.clone(),
            channel_order_status: dialect.vocabulary().order_status(status),
            options,
            depth_combinations,
        }
    }
}

impl CreatedOption {
    fn new(line: &PlacedOrderLine, dialect: Dialect) -> CreatedOption {
        let vocabulary = dialect.vocabulary();
        let (option_code, dc_code) = dialect.list.place(line.option);
        let (inventory_at, use_date) = dialect.date.place(dated(line.inventory_at).map(Instant));
        CreatedOption {
            option_code,
            dc_code,
            inventory_at,
            use_date,
            ax_order_code: line.order,
            ax_order_status: vocabulary.order_status(line.status),
            quantity: Quantity::new(line.tickets.len(), vocabulary),
            tickets: line.tickets.iter().map(|id| Ticket::new(*id, TicketStatus::New, vocabulary)).collect(),
        }
    }
}

impl Quantity {
    /// In the vocabulary of digits, all numbers are texts.
    fn new(units: usize, vocabulary: Vocabulary) -> Quantity {
        match vocabulary.statuses {
            StatusWords::Words => Quantity::Number(units),
            StatusWords::Digits => Quantity::Text(units.to_string()),
        }
    }
}

impl Generation {
    /// A value under its current name, or under its old one.
    fn place<T>(self, value: T) -> (Option<T>, Option<T>) {
        match self {
            Generation::Current => (Some(value), None),
            Generation::Legacy => (None, Some(value)),
        }
    }
}
