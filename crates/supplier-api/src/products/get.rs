//! One product, whole.

use axhub_domain::ids::ProductId;
use axhub_hub::{Hub, catalogue};
use axhub_web::{ApiError, Conditional, Path, SupplierCaller};
use axum::extract::State;
use axum::response::Response;

use super::ProductDetail;

/// Read a product
///
/// Its newest version whole: settings, contents, options with their net prices and seasons; of a product that was never
/// published, its draft. With the `ETag` of an earlier
/// answer in `If-None-Match` the answer is 304 while nothing has changed.
#[utoipa::path(
    get,
    path = "/v1/supplier/products/{product_code}",
    operation_id = "supplier_get_product",
    tag = "Supplier: products",
    params(("product_code" = Uuid, Path, description = "The product.")),
    responses(
        (status = 200, description = "The product.", body = ProductDetail, example = json!(ProductDetail::sample())),
        (status = 304, description = "Nothing has changed."),
    ),
)]
pub async fn get(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    have: Conditional,
) -> Result<Response, ApiError> {
    let found = catalogue::product_of_supplier(&hub, caller.id, product).await?;
    have.json(&ProductDetail::new(&hub, found))
}
