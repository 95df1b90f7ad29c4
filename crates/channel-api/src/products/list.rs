//! `GET /v1/channel/products/{kind}`: what this channel may sell.

pub mod ticket;

use axhub_domain::ids::ProductId;
use axhub_domain::product::{Product, ProductKind};
use axhub_hub::Hub;
use axhub_hub::catalogue::{self, ProductFilter};
use axhub_web::{ApiError, ChannelCaller, Conditional, Fields, Query, paging};
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use crate::describe::Moment;
use crate::void::{self, DateOrVoid, OrVoid};
use axhub_web::paging::PageParameters;

/// Which products are wanted.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described")]
pub struct Params {
    /// Only products that changed, or that the channel was allowed to sell, at or after this moment: RFC 3339 with any
    /// offset, or `YYYY-MM-DD hh:mm[:ss]` in UTC.
    #[param(value_type = Option<Moment>)]
    updated_since: Option<String>,
    /// Only products with this text in their name; upper and lower case are the same.
    #[param(example = "walk", max_length = 100)]
    q: Option<String>,
    /// Only products with this text in the names of their cities or countries.
    #[param(example = "Paris", max_length = 100)]
    city: Option<String>,
}

/// The tours that the channel may sell.
#[derive(Serialize, ToSchema)]
pub struct TourList {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// One page, by creation time and code. An empty scalar is the text `Void`.
    products: Vec<ListedTour>,
}

/// A tour in the list. An empty scalar is the text `Void`.
#[derive(Serialize, ToSchema)]
pub struct ListedTour {
    /// The code that all other calls name the product by.
    #[schema(value_type = Uuid)]
    product_code: ProductId,
    /// `Tour` or `Activity`.
    #[schema(value_type = String, example = "Tour")]
    category: OrVoid<String>,
    /// The language of the product's texts.
    #[schema(value_type = String, example = "Korean")]
    product_listing_language: OrVoid<String>,
    /// Whether the guide is certified: `Yes` or `No`.
    #[schema(value_type = String, example = "Yes")]
    tour_guide_certification: OrVoid<String>,
    /// Whether there is a driver besides the guide: `Yes` or `No`.
    #[schema(value_type = String, example = "No")]
    separate_driver_included: OrVoid<String>,
    /// The name.
    #[schema(value_type = String, example = "Montmartre walk")]
    product_name: OrVoid<String>,
    /// Where it starts: country and city.
    #[schema(value_type = String, example = "France - Paris")]
    departure_city: OrVoid<String>,
    /// `Walking` or `Vehicle`.
    #[schema(value_type = String, example = "Walking")]
    transportation: OrVoid<String>,
    /// `Free cancellation`, `Conditional refund` or `Non-refundable`.
    #[schema(value_type = String, example = "Free cancellation")]
    cancellation_type: OrVoid<String>,
    /// Grows with every change of contents, options or prices.
    #[schema(example = 3, minimum = 1)]
    version: i64,
    /// The first day on which it is sold, in the product's time zone.
    #[schema(value_type = DateOrVoid, example = "2026-01-01")]
    start_date_of_the_sale: OrVoid<Date>,
    /// The last day on which it is sold, in the product's time zone.
    #[schema(value_type = DateOrVoid, example = "2026-12-31")]
    end_date_of_the_sale: OrVoid<Date>,
}

impl From<&Product> for ListedTour {
    fn from(product: &Product) -> Self {
        let text = |name| void::text(product.contents.text(name));
        ListedTour {
            product_code: product.id,
            category: void::text(Some(&product.category)),
            product_listing_language: text("product_listing_language"),
            tour_guide_certification: text("tour_guide_certification"),
            separate_driver_included: text("separate_driver_included"),
            product_name: text("product_name"),
            departure_city: text("departure_city"),
            transportation: text("transportation"),
            cancellation_type: text("cancellation_type"),
            version: product.version,
            start_date_of_the_sale: product.sale.from.into(),
            end_date_of_the_sale: product.sale.to.into(),
        }
    }
}

/// Tours that this channel may sell
///
/// A page of them, oldest first. `X-Total-Count` has the number of all, `Link` the addresses of other pages. With the
/// `ETag` of an earlier answer in `If-None-Match` the answer is 304 while nothing has changed.
#[utoipa::path(
    get,
    path = "/v1/channel/products/tour",
    operation_id = "list_tours",
    tag = "Channel: products",
    params(Params, PageParameters),
    responses(
        (
            status = 200,
            description = "A page of the tours.",
            body = TourList,
            links(
                ("detail" = (
                    operation_id = "get_tour",
                    parameters(("product_code" = "$response.body#/products/0/product_code"))
                )),
                ("prices" = (
                    operation_id = "get_tour_prices",
                    parameters(("product_code" = "$response.body#/products/0/product_code"))
                )),
                ("inventory" = (
                    operation_id = "get_tour_inventory",
                    parameters(("product_code" = "$response.body#/products/0/product_code"))
                )),
                ("register" = (
                    operation_id = "register_tour",
                    parameters(("product_code" = "$response.body#/products/0/product_code"))
                )),
            ),
            example = json!({"status_code": 200, "products": [{
                "product_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01", "category": "Tour", "product_listing_language": "Korean",
                "tour_guide_certification": "Yes", "separate_driver_included": "No", "product_name": "몽마르트르 골목 산책",
                "departure_city": "France - Paris", "transportation": "Walking", "cancellation_type": "Free cancellation",
                "version": 3, "start_date_of_the_sale": "2026-01-01", "end_date_of_the_sale": "Void",
            }]})
        ),
        (status = 304, description = "Nothing has changed."),
    )
)]
pub async fn tour(caller: ChannelCaller, State(hub): State<Hub>, query: Query, have: Conditional) -> Result<Response, ApiError> {
    let (filter, page) = query.read(|fields| (filter(fields), paging::read(fields)))?;
    let found = catalogue::list_for_channel(&hub, caller.id, ProductKind::Tour, filter, page).await?;
    let body = TourList { status_code: 200, products: found.items.iter().map(ListedTour::from).collect() };
    have.json_with(paging::headers(&query, page, found.total), &body)
}

fn filter(fields: &Fields<'_>) -> ProductFilter {
    ProductFilter {
        updated_since: fields.optional("updated_since").instant(&TimeZone::UTC),
        q: fields.optional("q").string(100),
        city: fields.optional("city").string(100),
    }
}
