//! `GET /v1/channel/products/{kind}/update`: which registered products have a newer version.

use axhub_domain::ids::ProductId;
use axhub_domain::product::ProductKind;
use axhub_hub::Hub;
use axhub_hub::registration::{self, Outdated};
use axhub_web::{ApiError, ChannelCaller, Conditional};
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::kinds::for_kinds;

/// The registered products that have a newer version.
#[derive(Serialize, ToSchema)]
pub struct ProductUpdates {
    /// All of them, by creation time and code.
    data: Vec<ProductUpdate>,
}

/// A registered product that has a newer version.
#[derive(Serialize, ToSchema)]
pub struct ProductUpdate {
    /// The product.
    #[schema(value_type = Uuid)]
    product_code: ProductId,
    /// Its name today.
    #[schema(example = "Montmartre walk")]
    title: String,
    /// Its newest version.
    #[schema(example = 7, minimum = 1)]
    version: i64,
}

impl From<Outdated> for ProductUpdate {
    fn from(outdated: Outdated) -> Self {
        ProductUpdate { product_code: outdated.product, title: outdated.title, version: outdated.version }
    }
}

macro_rules! update_of {
    ($handler:ident, $kind:ident, $word:literal, $id:literal, $_note:literal) => {
        #[utoipa::path(
            get,
            path = concat!("/v1/channel/products/", $word, "/update"),
            operation_id = concat!("list_", $id, "_updates"),
            summary = concat!("Registered ", $word, "s with a newer version"),
            description = "Every registered product whose newest version is above the registered one. Read its detail, publish it, and \
                register it again; then it is gone from this list.",
            tag = "Channel: products",
            responses(
                (
                    status = 200,
                    description = "The products to be read again.",
                    body = ProductUpdates,
                    example = json!({"data": [{
                        "product_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01", "title": "몽마르트르 골목 산책", "version": 7,
                    }]})
                ),
                (status = 304, description = "Nothing has changed."),
            )
        )]
        pub async fn $handler(caller: ChannelCaller, State(hub): State<Hub>, have: Conditional) -> Result<Response, ApiError> {
            let outdated = registration::outdated(&hub, caller.id, ProductKind::$kind).await?;
            have.json(&ProductUpdates { data: outdated.into_iter().map(ProductUpdate::from).collect() })
        }
    };
}

for_kinds!(update_of: tour, day_ticket, ticket);
