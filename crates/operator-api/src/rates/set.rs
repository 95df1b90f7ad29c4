//! Setting an exchange rate.

use axhub_hub::directory::{self, NewRate as AskedRate};
use axhub_hub::{ByOperator, Hub};
use axhub_web::words::CURRENCIES;
use axhub_web::{ApiError, Fields, JsonBody, OperatorCaller};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::tz::TimeZone;
use utoipa::ToSchema;

use super::ExchangeRate;
use crate::words;

/// A rate to be set.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = OperatorNewExchangeRate)]
pub struct NewExchangeRate {
    /// The currency of which there is one.
    #[schema(value_type = axhub_web::words::Currency)]
    pub base: String,
    /// The currency it is worth, another one.
    #[schema(value_type = axhub_web::words::Currency)]
    pub quote: String,
    /// How many.
    #[schema(value_type = words::Rate)]
    pub rate: String,
    /// From when on: now when absent, never an instant that has passed. Without an offset it is UTC.
    #[schema(format = DateTime)]
    pub valid_from: Option<String>,
}

/// Set an exchange rate
///
/// It holds from its instant on until the next rate of the pair. One that was planned for the same instant is replaced.
/// What held in the past never changes. Channels' feeds tell the new prices when it comes into force. A pair that is only
/// known the other way round is inverted.
#[utoipa::path(
    post,
    path = "/v1/operator/exchange-rates",
    operation_id = "operator_set_exchange_rate",
    tag = "Operator: rates and settings",
    request_body(content = NewExchangeRate, example = json!({ "base": "USD", "quote": "KRW", "rate": "1380.50" })),
    responses((status = 201, description = "The rate is set.", body = ExchangeRate, example = json!(ExchangeRate::sample()))),
)]
pub async fn set(caller: OperatorCaller, State(hub): State<Hub>, body: JsonBody) -> Result<(StatusCode, Json<ExchangeRate>), ApiError> {
    let new = body.read(read)?;
    let rate = directory::add_rate(&hub, ByOperator::from(&caller), new).await?;
    Ok((StatusCode::CREATED, Json(rate.into())))
}

fn read(fields: &Fields<'_>) -> AskedRate {
    AskedRate {
        base: fields.required("base").choice(&CURRENCIES),
        quote: fields.required("quote").choice(&CURRENCIES),
        rate: words::rate(fields),
        valid_from: fields.optional("valid_from").instant(&TimeZone::UTC),
    }
}
