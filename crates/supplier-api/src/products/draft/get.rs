//! The draft of a product, whole.

use axhub_domain::ids::ProductId;
use axhub_hub::{Hub, catalogue};
use axhub_web::{ApiError, Conditional, Language, Path, SupplierCaller};
use axum::extract::State;
use axum::response::Response;

use super::Draft;

/// Read a draft
///
/// What it will be when it is published, what it changes, and what channels would miss. 404 when the product has no draft.
/// With the `ETag` of an earlier answer in `If-None-Match` the answer is 304 while nothing has changed.
#[utoipa::path(
    get,
    path = "/v1/supplier/products/{product_code}/draft",
    operation_id = "supplier_get_draft",
    tag = "Supplier: products",
    params(("product_code" = Uuid, Path, description = "The product.")),
    responses(
        (status = 200, description = "The draft.", body = Draft, example = json!(Draft::sample())),
        (status = 304, description = "Nothing has changed."),
    ),
)]
pub async fn get(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    language: Language,
    have: Conditional,
) -> Result<Response, ApiError> {
    let found = catalogue::draft_of_supplier(&hub, caller.id, product).await?;
    have.json_with(language.headers(), &Draft::new(&hub, language, found))
}
