//! What is allotted to channels, a page at a time.

use axhub_domain::refusal::Reason;
use axhub_hub::Hub;
use axhub_hub::availability::{self, AllotmentFilter};
use axhub_web::{ApiError, Conditional, Fields, Query, SupplierCaller, paging};
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Allotment;
use crate::words;
use axhub_web::paging::PageParameters;

/// The most characters of a channel's code.
const MAX_CODE: usize = 100;

/// Which allotments are wanted.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// On the stock of this product; of all when absent.
    pub product_code: Option<Uuid>,
    /// For this channel; for all when absent.
    #[param(example = "mytravel")]
    pub channel_code: Option<String>,
    /// The first date, in each product's time zone; all dates when absent.
    #[param(format = Date, example = "2026-07-01")]
    pub from: Option<String>,
    /// The last date; no end when absent.
    #[param(format = Date, example = "2026-07-31")]
    pub to: Option<String>,
}

/// A page of allotments, by date, start time and channel.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierAllotmentList)]
pub struct AllotmentList {
    /// The allotments.
    pub allotments: Vec<Allotment>,
}

/// List allotments
///
/// What is kept for channels on your stock, also what is released by now. With the `ETag` of an earlier answer in
/// `If-None-Match` the answer is 304 while nothing has changed.
#[utoipa::path(
    get,
    path = "/v1/supplier/stock/allotments",
    operation_id = "supplier_list_allotments",
    tag = "Supplier: stock",
    params(Wanted, PageParameters),
    responses(
        (status = 200, description = "A page of allotments.", body = AllotmentList, example = json!(AllotmentList::sample())),
        (status = 304, description = "Nothing has changed."),
    ),
)]
pub async fn list(caller: SupplierCaller, State(hub): State<Hub>, query: Query, have: Conditional) -> Result<Response, ApiError> {
    let (filter, page) = query.read_strictly(|fields| (read(fields), paging::read(fields)))?;
    let found = availability::allotments_of_supplier(&hub, caller.id, filter, page).await?;
    let headers = paging::headers(&query, page, found.total);
    have.json_with(headers, &AllotmentList { allotments: found.items.into_iter().map(Allotment::from).collect() })
}

fn read(fields: &Fields<'_>) -> AllotmentFilter {
    let (from, to) = (fields.optional("from").date(), fields.optional("to").date());
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        fields.wrong("to", Reason::EndsBeforeStart);
    }
    AllotmentFilter { product: words::product(fields), channel: fields.optional("channel_code").string(MAX_CODE), from, to }
}
