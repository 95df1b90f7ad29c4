//! The stock of a product, a page at a time.

use axhub_domain::ids::{OptionId, ProductId};
use axhub_domain::refusal::Reason;
use axhub_hub::Hub;
use axhub_hub::availability::{self, DateRange};
use axhub_web::{ApiError, Conditional, Fields, Path, Query, SupplierCaller, paging};
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Stock;
use axhub_web::paging::PageParameters;

/// Which rows of the stock are wanted.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// The first date, in the product's time zone; today when absent.
    #[param(format = Date, example = "2026-07-01")]
    pub from: Option<String>,
    /// The last date; no end when absent.
    #[param(format = Date, example = "2026-07-31")]
    pub to: Option<String>,
    /// Of this option; of all when absent.
    pub option_code: Option<Uuid>,
}

/// A page of stock, by date, start time and option.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierStockList)]
pub struct StockList {
    /// The rows.
    pub stock: Vec<Stock>,
}

/// List stock
///
/// What the options of a product have, by date and start time. An option of kind `price` has no stock of its own, and
/// so no rows. With the `ETag` of an earlier answer in `If-None-Match` the answer is 304 while nothing has changed.
#[utoipa::path(
    get,
    path = "/v1/supplier/products/{product_code}/stock",
    operation_id = "supplier_list_stock",
    tag = "Supplier: stock",
    params(("product_code" = Uuid, Path, description = "The product."), Wanted, PageParameters),
    responses(
        (status = 200, description = "A page of stock.", body = StockList, example = json!(StockList::sample())),
        (status = 304, description = "Nothing has changed."),
    ),
)]
pub async fn list(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    query: Query,
    have: Conditional,
) -> Result<Response, ApiError> {
    let ((option, range), page) = query.read_strictly(|fields| (read(fields), paging::read(fields)))?;
    let found = availability::stock_of_supplier(&hub, caller.id, product, option, range, page).await?;
    let headers = paging::headers(&query, page, found.total);
    have.json_with(headers, &StockList { stock: found.items.into_iter().map(Stock::from).collect() })
}

fn read(fields: &Fields<'_>) -> (Option<OptionId>, DateRange) {
    let range = DateRange { from: fields.optional("from").date(), to: fields.optional("to").date() };
    if range.from.zip(range.to).is_some_and(|(from, to)| to < from) {
        fields.wrong("to", Reason::EndsBeforeStart);
    }
    (fields.optional("option_code").text_as(|text| Ok(code(text)), || OptionId(Uuid::nil())), range)
}

/// A code that is no UUID names nothing, like any other code that does not exist: the list is empty.
fn code(text: &str) -> OptionId {
    text.parse().unwrap_or(OptionId(Uuid::nil()))
}
