//! The supplier's products, a page at a time.

use axhub_hub::{Hub, catalogue};
use axhub_web::{ApiError, Conditional, Fields, Query, SupplierCaller, paging};
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::Product;
use crate::words;
use axhub_web::paging::PageParameters;

/// Which products of the list are wanted.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of this kind.
    #[param(value_type = Option<words::ProductKind>, example = "tour")]
    pub kind: Option<String>,
    /// With these words in the name.
    #[param(max_length = 100, example = "산책")]
    pub q: Option<String>,
    /// Which stand there in their life, by the date in their own time zones.
    #[param(value_type = Option<words::ProductState>, example = "published")]
    pub state: Option<String>,
}

/// A page of products, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierProductList)]
pub struct ProductList {
    /// The products.
    pub products: Vec<Product>,
}

/// List products
///
/// The supplier's own, oldest first; one that was never published, as its draft has it. With the `ETag` of an earlier answer in `If-None-Match` the answer is 304 while nothing
/// has changed.
#[utoipa::path(
    get,
    path = "/v1/supplier/products",
    operation_id = "supplier_list_products",
    tag = "Supplier: products",
    params(Wanted, PageParameters),
    responses(
        (status = 200, description = "A page of products.", body = ProductList, example = json!(ProductList::sample())),
        (status = 304, description = "Nothing has changed."),
    ),
)]
pub async fn list(caller: SupplierCaller, State(hub): State<Hub>, query: Query, have: Conditional) -> Result<Response, ApiError> {
    let (filter, page) = query.read_strictly(|fields| (read(fields), paging::read(fields)))?;
    let found = catalogue::products_of_supplier(&hub, caller.id, filter, page).await?;
    let headers = paging::headers(&query, page, found.total);
    let products = found.items.iter().map(|listed| Product::new(&hub, &listed.product, listed.has_draft));
    have.json_with(headers, &ProductList { products: products.collect() })
}

fn read(fields: &Fields<'_>) -> catalogue::SupplierFilter {
    catalogue::SupplierFilter {
        kind: fields.optional("kind").choice(&words::PRODUCT_KINDS),
        q: fields.optional("q").string(100),
        state: fields.optional("state").choice(&words::PRODUCT_STATES),
    }
}
