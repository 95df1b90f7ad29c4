//! `GET /v1/channel/products/{kind}/{product_code}`: a product whole.

mod contents;
mod options;
mod traveler_information;

use axhub_domain::ids::ProductId;
use axhub_domain::product::ProductKind;
use axhub_hub::catalogue::{self, ProductForChannel};
use axhub_hub::{Hub, freshness, pricing};
use axhub_web::{ApiError, ChannelCaller, Keep, Made, Path};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use contents::Contents;
use options::{DayTicketOption, TicketOption, TourOption};
use traveler_information::TravelerInformation;

/// The detail of a kind of product: its shape and its address.
macro_rules! detail_of {
    ($handler:ident: $kind:ident, $detail:ident of $option:ident, $path:literal, $id:literal, $summary:literal) => {
        /// A product whole. An empty scalar is the text `Void`, an empty list is `[]`.
        #[derive(Serialize, ToSchema)]
        pub struct $detail {
            /// The status of the response.
            #[schema(example = 200)]
            status_code: u16,
            /// What an order must bring of its travelers.
            required_traveler_information: TravelerInformation,
            /// What the product says about itself.
            contents: Contents,
            /// The sale units, in order; inactive ones too.
            options: Vec<$option>,
        }

        impl From<&ProductForChannel> for $detail {
            fn from(found: &ProductForChannel) -> Self {
                $detail {
                    status_code: 200,
                    required_traveler_information: TravelerInformation::of(&found.product.required_information),
                    contents: Contents::from(&found.product),
                    options: found.options.iter().map(|option| $option::new(option, found)).collect(),
                }
            }
        }

        #[utoipa::path(
            get,
            path = $path,
            operation_id = $id,
            summary = $summary,
            description = "Everything that a channel needs to publish it. With the `ETag` of an earlier answer in `If-None-Match` the \
                answer is 304 while nothing has changed.",
            tag = "Channel: products",
            params(("product_code" = Uuid, Path, description = "The product's code.")),
            responses(
                (status = 200, description = "The product.", body = $detail, example = json!(example(&$option::example()))),
                (status = 304, description = "Nothing has changed."),
            )
        )]
        pub async fn $handler(
            caller: ChannelCaller,
            State(hub): State<Hub>,
            Path(product): Path<ProductId>,
            keep: Keep,
        ) -> Result<Response, ApiError> {
            let made = async || {
                let found = catalogue::product_for_channel(&hub, caller.id, ProductKind::$kind, product).await?;
                Ok(Made::json(HeaderMap::new(), &$detail::from(&found))?.until(pricing::until(&found.prices)))
            };
            keep.answer(&hub, caller.id, [freshness::product(product)], made).await
        }
    };
}

detail_of!(tour: Tour, TourDetail of TourOption, "/v1/channel/products/tour/{product_code}", "get_tour", "A tour with its contents and options");
detail_of!(
    day_ticket: DayTicket,
    DayTicketDetail of DayTicketOption,
    "/v1/channel/products/day-ticket/{product_code}",
    "get_day_ticket",
    "A day-ticket with its contents and options"
);
detail_of!(
    ticket: Ticket,
    UndatedTicketDetail of TicketOption,
    "/v1/channel/products/ticket/{product_code}",
    "get_ticket",
    "A ticket with its contents and options"
);

fn example(option: &Value) -> Value {
    json!({
        "status_code": 200,
        "required_traveler_information": traveler_information::example(),
        "contents": contents::example(),
        "options": [option],
    })
}
