//! Travelers' personal data, erased on demand.

use axhub_domain::ids::OrderId;
use axhub_domain::time::format_instant;
use axhub_hub::Hub;
use axhub_hub::privacy::{self, Erased};
use axhub_web::{ApiError, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// That the travelers of a channel's order were erased.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorErasedTravelers)]
pub struct ErasedTravelers {
    /// The channel's code of the order.
    pub channel_order_code: String,
    /// The orders that are part of it.
    pub ax_order_codes: Vec<Uuid>,
    /// When they were erased: earlier, when they were erased already.
    #[schema(format = DateTime)]
    pub erased_at: String,
    /// How many people were erased now.
    pub people: u64,
    /// How many reviewers were erased now.
    pub reviewers: u64,
}

impl From<Erased> for ErasedTravelers {
    fn from(erased: Erased) -> Self {
        ErasedTravelers {
            channel_order_code: erased.channel_order_code,
            ax_order_codes: erased.orders.into_iter().map(Uuid::from).collect(),
            erased_at: format_instant(erased.erased_at),
            people: erased.people,
            reviewers: erased.reviewers,
        }
    }
}

impl ErasedTravelers {
    fn sample() -> ErasedTravelers {
        ErasedTravelers {
            channel_order_code: "HT-20260702-1".to_owned(),
            ax_order_codes: vec![Uuid::from_u128(0x018f_4e2a_7b3c_7d4e_8f5a_6b7c_8d9e_0f10)],
            erased_at: "2026-08-03T09:00:00.000Z".to_owned(),
            people: 4,
            reviewers: 0,
        }
    }
}

/// Erase travelers' personal data
///
/// Erases everybody in the channel's order that this order is part of: names, telephone numbers, mail addresses and whatever
/// else was told of them, and who wrote reviews of it. The orders stay whole: states, stock, amounts and statements, and the
/// channel may send its order again. Remarks (`comment`) and the texts of reviews stay, too. Done again it erases nothing
/// more.
///
/// The setting `traveler_retention_days` does the same by itself, so many days after the last day of use.
#[utoipa::path(
    post,
    path = "/v1/operator/orders/{ax_order_code}/erase-travelers",
    operation_id = "operator_erase_travelers",
    tag = "Operator: personal data",
    params(("ax_order_code" = Uuid, Path, description = "The order.")),
    responses((status = 200, description = "They are erased.", body = ErasedTravelers, example = json!(ErasedTravelers::sample()))),
)]
pub async fn erase_travelers(
    caller: OperatorCaller,
    State(hub): State<Hub>,
    Path(order): Path<OrderId>,
) -> Result<Json<ErasedTravelers>, ApiError> {
    let erased = privacy::erase_travelers(&hub, (&caller).into(), order).await?;
    Ok(Json(erased.into()))
}
