//! Ending the sale of a product.

use axhub_domain::ids::ProductId;
use axhub_domain::refusal::Reason;
use axhub_domain::time::parse_date;
use axhub_hub::Hub;
use axhub_hub::catalogue::{self, LastDay};
use axhub_web::{ApiError, Fields, JsonBody, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use super::ProductDetail;

/// When the sale ends.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SupplierEndSale, example = json!({ "last_day": "2026-09-30" }))]
pub struct EndSale {
    /// The last day of sale, in the product's time zone, or `today`. Without it that was yesterday: no more orders from now
    /// on. Later than the sale ends already, it changes nothing.
    #[schema(max_length = 10, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2}|today)$")]
    pub last_day: Option<String>,
}

/// End the sale
///
/// Makes the next version, with `sale_to` set. Orders that are there keep their dates. A draft of the product ends, too; a
/// later last day, or none, is a change of the product.
#[utoipa::path(
    post,
    path = "/v1/supplier/products/{product_code}/end-sale",
    operation_id = "supplier_end_sale",
    tag = "Supplier: products",
    params(("product_code" = Uuid, Path, description = "The product.")),
    request_body = Option<EndSale>,
    responses(
        (status = 200, description = "The product as it is now.", body = ProductDetail, example = json!(ProductDetail::sample_ended())),
        (status = 409, description = "There is nothing to end: `not_published`."),
    ),
)]
pub async fn end_sale(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    body: Option<JsonBody>,
) -> Result<Json<ProductDetail>, ApiError> {
    let day = body.map_or(Ok(LastDay::Yesterday), |body| body.read(read))?;
    let ended = catalogue::end_sale(&hub, &caller, product, day).await?;
    Ok(Json(ProductDetail::new(&hub, ended)))
}

/// A body that says something says when: a misspelt `last_day` must not end the sale at once.
fn read(fields: &Fields<'_>) -> LastDay {
    if fields.is_empty() || fields.has("last_day") {
        fields.optional("last_day").text_as(last_day, || LastDay::Yesterday).unwrap_or(LastDay::Yesterday)
    } else {
        fields.required("last_day").text_as(last_day, || LastDay::Yesterday)
    }
}

fn last_day(text: &str) -> Result<LastDay, Reason> {
    match text {
        "today" => Ok(LastDay::Today),
        text => parse_date(text).map(LastDay::On).map_err(|_| Reason::NotADate),
    }
}
