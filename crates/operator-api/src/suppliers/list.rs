//! The suppliers, a page at a time.

use axhub_hub::{Hub, directory};
use axhub_web::paging::{self, PageParameters};
use axhub_web::{ApiError, OperatorCaller, Query};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::Supplier;

/// Which suppliers are wanted.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only those with this in their code or name, in upper or lower case.
    #[param(max_length = 255)]
    pub q: Option<String>,
}

/// A page of suppliers.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorSupplierList)]
pub struct SupplierList {
    /// The suppliers, by code.
    pub suppliers: Vec<Supplier>,
}

/// List suppliers
///
/// By code.
#[utoipa::path(
    get,
    path = "/v1/operator/suppliers",
    operation_id = "operator_list_suppliers",
    tag = "Operator: directory",
    params(Wanted, PageParameters),
    responses((status = 200, description = "A page of suppliers.", body = SupplierList, example = json!(SupplierList { suppliers: vec![Supplier::sample()] }))),
)]
pub async fn list(_caller: OperatorCaller, State(hub): State<Hub>, query: Query) -> Result<(HeaderMap, Json<SupplierList>), ApiError> {
    let (q, page) = query.read_strictly(|fields| (fields.optional("q").string(255), paging::read(fields)))?;
    let found = directory::list_suppliers(&hub, q, page).await?;
    let headers = paging::headers(&query, page, found.total);
    Ok((headers, Json(SupplierList { suppliers: found.items.into_iter().map(Supplier::from).collect() })))
}
