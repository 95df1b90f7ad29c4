//! The exchange rates, a page at a time.

use axhub_hub::Hub;
use axhub_hub::directory::{self, RateFilter};
use axhub_web::paging::{self, PageParameters};
use axhub_web::words::{self, CURRENCIES};
use axhub_web::{ApiError, Fields, OperatorCaller, Query};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::ExchangeRate;

/// Which rates are wanted; all where a parameter is absent.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only of this currency.
    #[param(value_type = Option<words::Currency>, example = "USD")]
    pub base: Option<String>,
    /// Only into this currency.
    #[param(value_type = Option<words::Currency>, example = "KRW")]
    pub quote: Option<String>,
    /// Only those that hold now (`true`), or only the others.
    #[param(example = true)]
    pub is_in_force: Option<bool>,
}

/// A page of exchange rates.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorExchangeRateList)]
pub struct ExchangeRateList {
    /// The rates, the one that holds from the latest on first.
    pub exchange_rates: Vec<ExchangeRate>,
}

/// List exchange rates
///
/// All there ever were, the latest first. Those that hold now: `is_in_force=true`.
#[utoipa::path(
    get,
    path = "/v1/operator/exchange-rates",
    operation_id = "operator_list_exchange_rates",
    tag = "Operator: rates and settings",
    params(Wanted, PageParameters),
    responses((status = 200, description = "A page of rates.", body = ExchangeRateList, example = json!(ExchangeRateList { exchange_rates: vec![ExchangeRate::sample()] }))),
)]
pub async fn list(_caller: OperatorCaller, State(hub): State<Hub>, query: Query) -> Result<(HeaderMap, Json<ExchangeRateList>), ApiError> {
    let (filter, page) = query.read_strictly(|fields| (read(fields), paging::read(fields)))?;
    let found = directory::list_rates(&hub, filter, page).await?;
    let headers = paging::headers(&query, page, found.total);
    Ok((headers, Json(ExchangeRateList { exchange_rates: found.items.into_iter().map(ExchangeRate::from).collect() })))
}

fn read(fields: &Fields<'_>) -> RateFilter {
    RateFilter {
        base: fields.optional("base").choice(&CURRENCIES),
        quote: fields.optional("quote").choice(&CURRENCIES),
        is_in_force: fields.optional("is_in_force").boolean(),
    }
}
