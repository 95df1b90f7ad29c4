//! `GET /v1/channel/review/{kind}/{product_code}`: the channel's reviews of a product.

use axhub_domain::ids::ProductId;
use axhub_domain::product::ProductKind;
use axhub_hub::{Hub, feedback};
use axhub_web::{ApiError, ChannelCaller, Path, Query, paging};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::posted::PostedReview;
use axhub_web::paging::PageParameters;

/// The channel's reviews of a product.
#[derive(Serialize, ToSchema)]
pub struct ChannelReviewList {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// One page, oldest first.
    reviews: Vec<PostedReview>,
}

#[rustfmt::skip] // It moves the attribute to the right each time.
macro_rules! reviews_of {
    ($handler:ident, $kind:ident, $word:literal, $id:literal, $example:tt) => {
        #[utoipa::path(
            get,
            path = concat!("/v1/channel/review/", $word, "/{product_code}"),
            operation_id = concat!("list_", $id, "_reviews"),
            summary = concat!("The channel's reviews of a ", $word),
            description = "A page of them with what suppliers said to them, oldest first. `X-Total-Count` has the number of all, `Link` \
                the addresses of other pages.",
            tag = "Channel: reviews and questions",
            params(
                ("product_code" = Uuid, Path, description = "The product's code."),
                ("is_answered" = Option<bool>, Query, description = "Only those with an answer, or only those without."),
                PageParameters,
            ),
            responses((
                status = 200,
                description = "A page of the reviews.",
                body = ChannelReviewList,
                example = json!({"status_code": 200, "reviews": [$example]})
            ))
        )]
        pub async fn $handler(
            caller: ChannelCaller,
            State(hub): State<Hub>,
            Path(product): Path<ProductId>,
            query: Query,
        ) -> Result<(HeaderMap, Json<ChannelReviewList>), ApiError> {
            list(&hub, &caller, ProductKind::$kind, product, &query).await
        }
    };
}

reviews_of!(tour, Tour, "tour", "tour", {
    "review_code": "REVIEW-1", "is_answered": true,
    "answers": [{"body": "Thank you. See you again!", "answered_at": "2022-02-03T01:00:00.000Z"}],
    "option_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02", "score_type": "ONE_FIVE_STAR", "score": 5, "title": "Lovely alleys",
    "body": "We would come again.", "reviewed_at": "2022-02-02T01:00:00.000Z",
});

reviews_of!(day_ticket, DayTicket, "day-ticket", "day_ticket", {
    "review_code": "ORDER-20220121-0001", "is_answered": true,
    "answers": [{"body": "Thank you. See you again!", "answered_at": "2022-02-03T01:00:00.000Z"}],
    "channel_order_code": "ORDER-20220121-0001", "review_score_type": "ZERO_FIVE_STAR", "review_score": 80,
    "title": "Worth a morning", "body": "We would come again.", "reviewed_at": "2022-02-02T01:00:00.000Z",
});

async fn list(
    hub: &Hub,
    caller: &ChannelCaller,
    kind: ProductKind,
    product: ProductId,
    query: &Query,
) -> Result<(HeaderMap, Json<ChannelReviewList>), ApiError> {
    let (is_answered, page) = query.read(|fields| (fields.optional("is_answered").boolean(), paging::read(fields)))?;
    let found = feedback::reviews_of_channel(hub, caller.id, kind, product, is_answered, page).await?;
    let reviews = found.items.iter().map(|review| PostedReview::new(kind, review)).collect();
    Ok((paging::headers(query, page, found.total), Json(ChannelReviewList { status_code: 200, reviews })))
}
