//! Taking a redemption back that was a mistake.

use axhub_domain::ids::TicketId;
use axhub_hub::{Hub, fulfilment};
use axhub_web::{ApiError, JsonBody, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;

use super::use_of::TicketUse;
use crate::orders::Comment;

/// Take a redemption back
///
/// A ticket that was used no more than 15 minutes ago becomes `New` again. Of a ticket that is `New`, this is 200 and
/// changes nothing.
#[utoipa::path(
    post,
    path = "/v1/supplier/tickets/{ax_ticket_code}/undo-redemption",
    operation_id = "supplier_undo_redemption",
    tag = "Supplier: orders",
    params(("ax_ticket_code" = Uuid, Path, description = "The ticket.")),
    request_body = Option<Comment>,
    responses(
        (status = 200, description = "The ticket as it is now.", body = TicketUse, example = json!(TicketUse::sample_unused())),
        (status = 409, description = "It was used too long ago: `undo_too_late`; it is cancelled: `transition_not_allowed`."),
    ),
)]
pub async fn undo(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(ticket): Path<TicketId>,
    body: Option<JsonBody>,
) -> Result<Json<TicketUse>, ApiError> {
    let comment = Comment::read(body)?;
    let unused = fulfilment::undo_redemption(&hub, (&caller, caller.code.clone()), ticket, comment).await?;
    Ok(Json(unused.into()))
}
