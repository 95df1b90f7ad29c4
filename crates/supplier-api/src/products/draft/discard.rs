//! Discarding the draft of a product.

use axhub_domain::ids::ProductId;
use axhub_hub::{Hub, catalogue};
use axhub_web::{ApiError, Path, SupplierCaller};
use axum::extract::State;
use axum::http::StatusCode;

/// Discard a draft
///
/// The options that it added go with it, and their stock. What was published stays as it is; of a product that was never
/// published, nothing is left.
#[utoipa::path(
    delete,
    path = "/v1/supplier/products/{product_code}/draft",
    operation_id = "supplier_discard_draft",
    tag = "Supplier: products",
    params(("product_code" = Uuid, Path, description = "The product.")),
    responses((status = 204, description = "The draft is gone.")),
)]
pub async fn discard(caller: SupplierCaller, State(hub): State<Hub>, Path(product): Path<ProductId>) -> Result<StatusCode, ApiError> {
    catalogue::discard_draft(&hub, &caller, product).await?;
    Ok(StatusCode::NO_CONTENT)
}
