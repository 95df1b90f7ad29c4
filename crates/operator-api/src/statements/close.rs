//! Closing a month.

use axhub_domain::time::format_instant;
use axhub_hub::Hub;
use axhub_hub::statements::{self, Closure, StatementOf};
use axhub_web::{ApiError, OperatorCaller};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, of};

/// That a month is closed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorClosedStatement)]
pub struct ClosedStatement {
    /// The channel.
    pub channel_code: String,
    /// The supplier.
    pub supplier_code: String,
    /// The month.
    pub month: String,
    /// The SHA-256 of the statement's JSON, in hexadecimal digits.
    pub hash: String,
    /// When it was closed.
    #[schema(format = DateTime)]
    pub closed_at: String,
    /// The operator who closed it.
    pub closed_by: String,
}

impl ClosedStatement {
    /// That this month is closed.
    pub fn new(of: StatementOf, closed: Closure) -> ClosedStatement {
        ClosedStatement {
            channel_code: of.channel,
            supplier_code: of.supplier,
            month: of.month.to_string(),
            hash: closed.hash,
            closed_at: format_instant(closed.closed_at),
            closed_by: closed.closed_by,
        }
    }

    fn sample() -> ClosedStatement {
        ClosedStatement {
            channel_code: "hanatrip".to_owned(),
            supplier_code: "lumiere".to_owned(),
            month: "2026-07".to_owned(),
            hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            closed_at: "2026-08-03T09:00:00.000Z".to_owned(),
            closed_by: "olivia".to_owned(),
        }
    }
}

/// Close a month
///
/// Keeps the statement as it is, for ever: from now on the address answers exactly these bytes. What is recorded later
/// stands in the month in which it was recorded. A month can be closed from an hour after its end, when nothing can come
/// into it any more. Closing it again changes nothing and answers the same.
#[utoipa::path(
    post,
    path = "/v1/operator/statements/{channel_code}/{supplier_code}/{month}/close",
    operation_id = "operator_close_statement",
    tag = "Operator: statements",
    params(
        ("channel_code" = String, Path, description = "The channel."),
        ("supplier_code" = String, Path, description = "The supplier."),
        ("month" = String, Path, description = "The month, as `2026-07`."),
    ),
    responses(
        (status = 200, description = "The month is closed.", body = ClosedStatement, example = json!(ClosedStatement::sample())),
        (status = 409, description = "month_not_over: it is not over yet, or ended less than an hour ago."),
    ),
)]
pub async fn close(caller: OperatorCaller, State(hub): State<Hub>, address: Address) -> Result<Json<ClosedStatement>, ApiError> {
    let of = of(address);
    let closed = statements::close(&hub, (&caller).into(), of.clone()).await?;
    Ok(Json(ClosedStatement::new(of, closed)))
}
