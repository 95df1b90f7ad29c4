//! Changing the draft of a product, or beginning one.

use axhub_domain::ids::ProductId;
use axhub_hub::{Hub, catalogue};
use axhub_web::{ApiError, JsonBody, Language, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;

use super::Draft;
use crate::products::change::{self, ProductChange};
use crate::samples;

/// Change a draft
///
/// As a change of the product, but channels see nothing of it until it is published, and it may lack anything so far. Where
/// the product has no draft, this begins one with its newest version. A new option has a code at once, so that its stock can
/// be set; `remove` takes it away again.
#[utoipa::path(
    patch,
    path = "/v1/supplier/products/{product_code}/draft",
    operation_id = "supplier_change_draft",
    tag = "Supplier: products",
    params(("product_code" = Uuid, Path, description = "The product.")),
    request_body(content = ProductChange, example = json!(samples::product_change())),
    responses(
        (status = 200, description = "The draft as it is now.", body = Draft, example = json!(Draft::sample())),
        (status = 409, description = "The draft was made of another version than `version`: `version_changed`."),
    ),
)]
pub async fn change(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    language: Language,
    body: JsonBody,
) -> Result<(HeaderMap, Json<Draft>), ApiError> {
    let change = body.read(change::read)?;
    let changed = catalogue::change_draft(&hub, &caller, product, change).await?;
    Ok((language.headers(), Json(Draft::new(&hub, language, changed))))
}
