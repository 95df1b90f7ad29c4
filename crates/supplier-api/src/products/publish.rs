//! Publishing the draft of a product.

use axhub_domain::ids::ProductId;
use axhub_hub::{Hub, catalogue};
use axhub_web::{ApiError, JsonBody, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use super::ProductDetail;

/// Which draft is meant.
#[derive(Clone, Copy, Debug, ToSchema)]
#[schema(as = SupplierPublish, example = json!({ "version": 3 }))]
pub struct Publish {
    /// The version that the draft was made of, its `based_on_version`. When it was made of another, nothing is published and
    /// the answer is 409 `version_changed`.
    #[schema(minimum = 0)]
    pub version: Option<i64>,
}

/// Publish a draft
///
/// The draft becomes the product's next version, all at once: settings, contents, options and prices. Channels find it in
/// their list of updates; orders that run keep their version. A draft that changes nothing makes no version. 400 names
/// every field that channels would miss, as the draft's `problems` do.
#[utoipa::path(
    post,
    path = "/v1/supplier/products/{product_code}/publish",
    operation_id = "supplier_publish_product",
    tag = "Supplier: products",
    params(("product_code" = Uuid, Path, description = "The product.")),
    request_body = Option<Publish>,
    responses(
        (status = 200, description = "The product as it is now.", body = ProductDetail, example = json!(ProductDetail::sample())),
        (
            status = 409,
            description = "The product has no draft, maybe because it was published a moment ago: `no_draft`. Or the draft was made \
                of another version than `version`: `version_changed`.",
        ),
    ),
)]
pub async fn publish(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    body: Option<JsonBody>,
) -> Result<Json<ProductDetail>, ApiError> {
    let version = body.map(|body| body.read(|fields| fields.optional("version").integer(0..=i64::MAX))).transpose()?.flatten();
    let published = catalogue::publish_draft(&hub, &caller, product, version).await?;
    Ok(Json(ProductDetail::new(&hub, published)))
}
