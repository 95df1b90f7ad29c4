//! `GET /v1/channel/products/tour/{product_code}`: a product whole.

mod contents;
mod options;
mod traveler_information;

use axhub_domain::ids::ProductId;
use axhub_domain::product::ProductKind;
use axhub_hub::Hub;
use axhub_hub::catalogue::{self, ProductForChannel};
use axhub_web::{ApiError, ChannelCaller, Conditional, Path};
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use contents::TourContents;
use options::TourOption;
use traveler_information::TravelerInformation;

/// A tour whole. An empty scalar is the text `Void`, an empty list is `[]`.
#[derive(Serialize, ToSchema)]
pub struct TourDetail {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// What an order must bring of its travelers.
    required_traveler_information: TravelerInformation,
    /// What the product says about itself.
    contents: TourContents,
    /// The sale units, in order; inactive ones too.
    options: Vec<TourOption>,
}

impl From<&ProductForChannel> for TourDetail {
    fn from(found: &ProductForChannel) -> Self {
        TourDetail {
            status_code: 200,
            required_traveler_information: TravelerInformation::of(&found.product.required_information),
            contents: TourContents::from(&found.product),
            options: found.options.iter().map(|option| TourOption::new(option, &found.prices)).collect(),
        }
    }
}

/// A tour with its contents and options
///
/// Everything that a channel needs to publish it. With the `ETag` of an earlier answer in `If-None-Match` the answer is
/// 304 while nothing has changed.
#[utoipa::path(
    get,
    path = "/v1/channel/products/tour/{product_code}",
    operation_id = "get_tour",
    tag = "Channel: products",
    params(("product_code" = Uuid, Path, description = "The product's code.")),
    responses(
        (status = 200, description = "The tour.", body = TourDetail, example = json!(example())),
        (status = 304, description = "Nothing has changed."),
    )
)]
pub async fn tour(
    caller: ChannelCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    have: Conditional,
) -> Result<Response, ApiError> {
    let found = catalogue::product_for_channel(&hub, caller.id, ProductKind::Tour, product).await?;
    have.json(&TourDetail::from(&found))
}

fn example() -> serde_json::Value {
    use serde_json::json;
    json!({
        "status_code": 200,
        "required_traveler_information": traveler_information::example(),
        "contents": contents::example(),
        "options": options::example(),
    })
}
