//! The supplier's products, a page at a time.

use axhub_hub::{Hub, catalogue};
use axhub_web::{ApiError, Query, SupplierCaller, paging};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::Product;
use crate::paging::PageParameters;
use crate::words;

/// Which products of the list are wanted.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of this kind.
    #[param(value_type = Option<words::ProductKind>, example = "tour")]
    pub kind: Option<String>,
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
/// The supplier's own, oldest first.
#[utoipa::path(
    get,
    path = "/v1/supplier/products",
    operation_id = "supplier_list_products",
    tag = "Supplier: products",
    params(Wanted, PageParameters),
    responses((status = 200, description = "A page of products.", body = ProductList, example = json!(ProductList::sample()))),
)]
pub async fn list(caller: SupplierCaller, State(hub): State<Hub>, query: Query) -> Result<(HeaderMap, Json<ProductList>), ApiError> {
    let (kind, page) = query.read(|fields| (fields.optional("kind").choice(&words::PRODUCT_KINDS), paging::read(fields)))?;
    let found = catalogue::products_of_supplier(&hub, caller.id, kind, page).await?;
    let headers = paging::headers(&query, page, found.total);
    Ok((headers, Json(ProductList { products: found.items.iter().map(Product::from).collect() })))
}
