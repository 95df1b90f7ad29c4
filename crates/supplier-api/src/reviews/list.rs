//! The reviews of the supplier's products, a page at a time.

use axhub_hub::{Hub, feedback};
use axhub_web::{ApiError, Query, SupplierCaller, paging};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Review;
use crate::words;
use axhub_web::paging::PageParameters;

/// Which reviews of the list are wanted; all where the parameter is absent.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of this product.
    pub product_code: Option<Uuid>,
}

/// A page of reviews, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierReviewList)]
pub struct ReviewList {
    /// The reviews.
    pub reviews: Vec<Review>,
}

/// List reviews
///
/// Of the supplier's products, oldest first.
#[utoipa::path(
    get,
    path = "/v1/supplier/reviews",
    operation_id = "supplier_list_reviews",
    tag = "Supplier: questions and reviews",
    params(Wanted, PageParameters),
    responses((status = 200, description = "A page of reviews.", body = ReviewList, example = json!(ReviewList::sample()))),
)]
pub async fn list(caller: SupplierCaller, State(hub): State<Hub>, query: Query) -> Result<(HeaderMap, Json<ReviewList>), ApiError> {
    let (product, page) = query.read_strictly(|fields| (words::product(fields), paging::read(fields)))?;
    let found = feedback::reviews_of_supplier(&hub, caller.id, product, page).await?;
    let headers = paging::headers(&query, page, found.total);
    Ok((headers, Json(ReviewList { reviews: found.items.into_iter().map(Review::from).collect() })))
}
