//! The versions of a product, a page at a time.

use axhub_domain::ids::ProductId;
use axhub_domain::time::format_instant;
use axhub_hub::{Hub, catalogue};
use axhub_web::{ApiError, Conditional, Language, Path, Query, SupplierCaller, paging};
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::Change;
use axhub_web::paging::PageParameters;

/// A version in the history of a product.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierVersion)]
pub struct Version {
    /// Its number, counted from 1.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was published.
    #[schema(format = DateTime)]
    pub published_at: String,
    /// What it changed of the version before.
    pub changes: Vec<Change>,
}

/// A page of versions, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierVersionList)]
pub struct VersionList {
    /// The versions.
    pub versions: Vec<Version>,
}

/// List versions
///
/// The history of a product, newest first, with what each version changed in words. With the `ETag` of an earlier answer in
/// `If-None-Match` the answer is 304 while nothing has changed.
#[utoipa::path(
    get,
    path = "/v1/supplier/products/{product_code}/versions",
    operation_id = "supplier_list_versions",
    tag = "Supplier: products",
    params(("product_code" = Uuid, Path, description = "The product."), PageParameters),
    responses(
        (status = 200, description = "A page of versions.", body = VersionList, example = json!(VersionList::sample())),
        (status = 304, description = "Nothing has changed."),
    ),
)]
pub async fn list(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    query: Query,
    language: Language,
    have: Conditional,
) -> Result<Response, ApiError> {
    let page = query.read_strictly(paging::read)?;
    let found = catalogue::versions_of_product(&hub, caller.id, product, page).await?;
    let mut headers = paging::headers(&query, page, found.total);
    headers.extend(language.headers());
    have.json_with(headers, &VersionList { versions: found.items.iter().map(|version| Version::new(language, version)).collect() })
}

impl Version {
    fn new(language: Language, version: &catalogue::Version) -> Self {
        Version {
            version: version.version,
            published_at: format_instant(version.published_at),
            changes: version.changes.iter().map(|change| Change::new(language, change)).collect(),
        }
    }
}
