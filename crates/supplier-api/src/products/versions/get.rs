//! One version of a product, whole.

use axhub_domain::ids::ProductId;
use axhub_domain::time::format_instant;
use axhub_hub::Hub;
use axhub_hub::catalogue::{self, WholeVersion};
use axhub_web::{ApiError, Conditional, Path, SupplierCaller};
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::products::{ProductRest, ProductSettings};

/// A version whole, as it was published.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierVersionDetail)]
pub struct VersionDetail {
    /// Its settings.
    #[serde(flatten)]
    pub settings: ProductSettings,
    /// Everything else.
    #[serde(flatten)]
    pub rest: ProductRest,
    /// When it was published.
    #[schema(format = DateTime)]
    pub published_at: String,
}

impl From<WholeVersion> for VersionDetail {
    fn from(whole: WholeVersion) -> Self {
        let WholeVersion { product, options, published_at } = whole;
        let settings = ProductSettings::from(&product);
        VersionDetail { settings, rest: ProductRest::new(product, options), published_at: format_instant(published_at) }
    }
}

/// Read a version
///
/// A version as it was published, whole: what an order of that time was sold under. With the `ETag` of an earlier answer in
/// `If-None-Match` the answer is 304, since a version never changes.
#[utoipa::path(
    get,
    path = "/v1/supplier/products/{product_code}/versions/{version}",
    operation_id = "supplier_get_version",
    tag = "Supplier: products",
    params(
        ("product_code" = Uuid, Path, description = "The product."),
        ("version" = i64, Path, description = "The number of the version.", minimum = 1),
    ),
    responses(
        (status = 200, description = "The version.", body = VersionDetail, example = json!(VersionDetail::sample())),
        (status = 304, description = "Nothing has changed."),
    ),
)]
pub async fn get(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path((product, version)): Path<(ProductId, i64)>,
    have: Conditional,
) -> Result<Response, ApiError> {
    let found = catalogue::version_of_product(&hub, caller.id, product, version).await?;
    have.json(&VersionDetail::from(found))
}
