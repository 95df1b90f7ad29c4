//! Marking a ticket used by its code alone.

use axhub_domain::ids::TicketId;
use axhub_hub::{Hub, fulfilment};
use axhub_web::{ApiError, JsonBody, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;

use super::use_of::{Redemption, TicketUse};

/// Redeem a ticket by its code
///
/// For a gate that knows the ticket's code and nothing else. A ticket of a confirmed order that is `New` becomes `Used`.
/// Asking again is 200 as well, changes nothing, and tells when and where it was used the first time.
#[utoipa::path(
    post,
    path = "/v1/supplier/tickets/{ax_ticket_code}/redeem",
    operation_id = "supplier_redeem_ticket_by_code",
    tag = "Supplier: orders",
    params(("ax_ticket_code" = Uuid, Path, description = "The ticket.")),
    request_body = Option<Redemption>,
    responses(
        (status = 200, description = "The ticket as it is now.", body = TicketUse, example = json!(TicketUse::sample())),
        (status = 409, description = "The order is not confirmed, or the ticket is cancelled: `transition_not_allowed`."),
    ),
)]
pub async fn redeem(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(ticket): Path<TicketId>,
    body: Option<JsonBody>,
) -> Result<Json<TicketUse>, ApiError> {
    let (used_where, comment) = Redemption::read(body)?;
    let redeemed = fulfilment::redeem(&hub, (&caller, caller.code.clone()), ticket, used_where, comment).await?;
    Ok(Json(redeemed.into()))
}
