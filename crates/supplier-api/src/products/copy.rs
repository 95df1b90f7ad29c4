//! Copying a product.

use axhub_domain::ids::ProductId;
use axhub_hub::{Hub, catalogue};
use axhub_web::{ApiError, Language, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::draft::Draft;

/// Copy a product
///
/// Begins a new product with everything that this one says, under `{name} (copy)`: a draft with codes of its own, open dates
/// of sale and no stock, which no channel sells. Of a product that was never published, its draft is copied.
#[utoipa::path(
    post,
    path = "/v1/supplier/products/{product_code}/copy",
    operation_id = "supplier_copy_product",
    tag = "Supplier: products",
    params(("product_code" = Uuid, Path, description = "The product to copy.")),
    responses((status = 201, description = "The draft of the new product.", body = Draft, example = json!(Draft::sample_copy()))),
)]
pub async fn copy(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    language: Language,
) -> Result<(StatusCode, HeaderMap, Json<Draft>), ApiError> {
    let draft = catalogue::copy_product(&hub, &caller, product).await?;
    Ok((StatusCode::CREATED, language.headers(), Json(Draft::new(&hub, language, draft))))
}
