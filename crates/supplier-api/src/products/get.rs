//! One product, whole.

use axhub_domain::ids::ProductId;
use axhub_hub::{Hub, catalogue};
use axhub_web::{ApiError, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;

use super::ProductDetail;

/// Read a product
///
/// Its newest version whole: settings, contents, options with their net prices and seasons.
#[utoipa::path(
    get,
    path = "/v1/supplier/products/{product_code}",
    operation_id = "supplier_get_product",
    tag = "Supplier: products",
    params(("product_code" = Uuid, Path, description = "The product.")),
    responses((status = 200, description = "The product.", body = ProductDetail, example = json!(ProductDetail::sample()))),
)]
pub async fn get(caller: SupplierCaller, State(hub): State<Hub>, Path(product): Path<ProductId>) -> Result<Json<ProductDetail>, ApiError> {
    let found = catalogue::product_of_supplier(&hub, caller.id, product).await?;
    Ok(Json(found.into()))
}
