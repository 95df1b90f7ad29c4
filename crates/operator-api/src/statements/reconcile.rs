//! A channel's own list held against a statement.

use axhub_domain::reconcile::{Difference, DifferenceKind, Reconciliation};
use axhub_hub::Hub;
use axhub_hub::statements::{self, StatementOf};
use axhub_web::{ApiError, CsvBody, OperatorCaller};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, of, their_list};

/// How a list and a statement compare.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorReconciliation)]
pub struct Comparison {
    /// The channel.
    pub channel_code: String,
    /// The supplier.
    pub supplier_code: String,
    /// The month.
    pub month: String,
    /// Tickets of the list.
    pub listed: usize,
    /// Tickets of the statement.
    pub stated: usize,
    /// Tickets that both have and say the same of.
    pub agreeing: usize,
    /// How many differences there are in all.
    pub total_differences: usize,
    /// How many there are of each kind.
    pub counts: DifferenceCounts,
    /// The differences in the order of the list, and then what it has not. At most 10,000; the counts are complete.
    pub differences: Vec<ListedDifference>,
}

/// How many differences there are of each kind.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = OperatorDifferenceCounts)]
pub struct DifferenceCounts {
    /// The list has a ticket that the statement has not.
    pub missing_here: usize,
    /// The statement has a ticket that the list has not.
    pub missing_there: usize,
    /// The list has a ticket again.
    pub repeated: usize,
    /// The ticket belongs to another of the channel's orders.
    pub order_differs: usize,
    /// The states differ.
    pub status_differs: usize,
    /// The amounts differ.
    pub amount_differs: usize,
    /// The currencies differ.
    pub currency_differs: usize,
}

/// One difference between a list and a statement.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorDifference)]
pub struct ListedDifference {
    /// Which, by the names in `counts`.
    #[schema(value_type = String)]
    pub kind: DifferenceKind,
    /// The line of the list, counted from 1; null for what it has not.
    #[schema(required)]
    pub line: Option<usize>,
    /// Of a repeated ticket, the line that has it first.
    #[schema(required)]
    pub first_line: Option<usize>,
    /// The channel's code of the order.
    pub channel_order_code: String,
    /// The hub's code of the ticket, as far as it is known.
    #[schema(required)]
    pub ax_ticket_code: Option<String>,
    /// The channel's code of the ticket, as far as it is known.
    #[schema(required)]
    pub channel_ticket_code: Option<String>,
    /// What the statement says: for what the list has not, what happened in the month.
    #[schema(required)]
    pub here: Option<String>,
    /// What the list says.
    #[schema(required)]
    pub there: Option<String>,
}

impl From<Difference> for ListedDifference {
    fn from(difference: Difference) -> Self {
        let Difference { kind, line, first_line, channel_order_code, ax_ticket_code, channel_ticket_code, here, there } = difference;
        ListedDifference { kind, line, first_line, channel_order_code, ax_ticket_code, channel_ticket_code, here, there }
    }
}

impl Comparison {
    /// What was found for this month.
    pub fn new(of: StatementOf, found: Reconciliation) -> Comparison {
        let count = |kind| found.counts.get(&kind).copied().unwrap_or_default();
        Comparison {
            channel_code: of.channel,
            supplier_code: of.supplier,
            month: of.month.to_string(),
            listed: found.listed,
            stated: found.stated,
            agreeing: found.agreeing,
            total_differences: found.total(),
            counts: DifferenceCounts {
                missing_here: count(DifferenceKind::MissingHere),
                missing_there: count(DifferenceKind::MissingThere),
                repeated: count(DifferenceKind::Repeated),
                order_differs: count(DifferenceKind::OrderDiffers),
                status_differs: count(DifferenceKind::StatusDiffers),
                amount_differs: count(DifferenceKind::AmountDiffers),
                currency_differs: count(DifferenceKind::CurrencyDiffers),
            },
            differences: found.differences.into_iter().map(ListedDifference::from).collect(),
        }
    }

    fn sample() -> Comparison {
        let statement = super::document::sample();
        let list = their_list::read(LIST.as_bytes()).unwrap_or_default();
        let of = StatementOf { channel: statement.channel_code.clone(), supplier: statement.supplier_code.clone(), month: statement.month };
        Comparison::new(of, axhub_domain::reconcile::reconcile(&statement, &list))
    }
}

/// A list for the description.
const LIST: &str = "channel_order_code,channel_ticket_code,status,amount,currency\r\n\
                    HT-20260702-1,HT-20260702-1-1,Used,115962,KRW\r\n\
                    HT-20260702-1,HT-20260702-1-3,New,115962,KRW\r\n";

/// Reconcile a channel's own list
///
/// Holds the tickets that a channel lists of its own against the statement of the month, and changes nothing. The body is a
/// table of up to 200,000 lines and 32 MiB, in UTF-8, whose first line names the columns, in any order:
///
/// * `channel_order_code`, and `ax_ticket_code` or `channel_ticket_code`, say which ticket it is;
/// * `status` (a state as the contract writes it, its digit, or `sold`, `redeemed`, `canceled`), `amount` (what one unit was
///   sold for) and `currency` are compared where they are filled in;
/// * other columns are passed over, and our own table is such a list.
#[utoipa::path(
    post,
    path = "/v1/operator/statements/{channel_code}/{supplier_code}/{month}/reconcile",
    operation_id = "operator_reconcile_statement",
    tag = "Operator: statements",
    params(
        ("channel_code" = String, Path, description = "The channel."),
        ("supplier_code" = String, Path, description = "The supplier."),
        ("month" = String, Path, description = "The month, as `2026-07`."),
    ),
    request_body(content = String, content_type = "text/csv", description = "The channel's list.", example = json!(LIST)),
    responses((status = 200, description = "How they compare.", body = Comparison, example = json!(Comparison::sample()))),
)]
pub async fn reconcile(
    _caller: OperatorCaller,
    State(hub): State<Hub>,
    address: Address,
    body: CsvBody,
) -> Result<Json<Comparison>, ApiError> {
    let of = of(address);
    let bytes = body.into_bytes();
    // A long list takes a while, in which others should not have to wait.
    let list = tokio::task::spawn_blocking(move || their_list::read(&bytes)).await.map_err(ApiError::internal)??;
    let found = statements::reconcile(&hub, of.clone(), list).await?;
    Ok(Json(Comparison::new(of, found)))
}
