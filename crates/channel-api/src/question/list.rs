//! `GET /v1/channel/question/{kind}/{product_code}`: the channel's questions about a product.

use axhub_domain::ids::ProductId;
use axhub_domain::product::ProductKind;
use axhub_hub::{Hub, feedback};
use axhub_web::{ApiError, ChannelCaller, Path, Query, paging};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::asked::AskedQuestion;
use crate::kinds::for_kinds;
use axhub_web::paging::PageParameters;

/// The channel's questions about a product.
#[derive(Serialize, ToSchema)]
pub struct ChannelQuestionList {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// One page, oldest first.
    questions: Vec<AskedQuestion>,
}

macro_rules! questions_about {
    ($handler:ident, $kind:ident, $word:literal, $id:literal, $_note:literal) => {
        #[utoipa::path(
            get,
            path = concat!("/v1/channel/question/", $word, "/{product_code}"),
            operation_id = concat!("list_", $id, "_questions"),
            summary = concat!("The channel's questions about a ", $word),
            description = "A page of them with their answers, oldest first. `X-Total-Count` has the number of all, `Link` the addresses of \
                other pages.",
            tag = "Channel: reviews and questions",
            params(
                ("product_code" = Uuid, Path, description = "The product's code."),
                ("is_answered" = Option<bool>, Query, description = "Only those with an answer, or only those without."),
                PageParameters,
            ),
            responses((
                status = 200,
                description = "A page of the questions.",
                body = ChannelQuestionList,
                example = json!({"status_code": 200, "questions": [{
                    "question_code": "QUESTION-1", "is_answered": true,
                    "answers": [{"body": "Yes, with a pushchair too.", "answered_at": "2022-02-03T01:00:00.000Z"}],
                    "option_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02", "title": "Can children come?",
                    "body": "Ours is two years old.", "is_public": true, "quested_at": "2022-02-02T01:00:00.000Z",
                }]})
            ))
        )]
        pub async fn $handler(
            caller: ChannelCaller,
            State(hub): State<Hub>,
            Path(product): Path<ProductId>,
            query: Query,
        ) -> Result<(HeaderMap, Json<ChannelQuestionList>), ApiError> {
            list(&hub, &caller, ProductKind::$kind, product, &query).await
        }
    };
}

for_kinds!(questions_about: tour, day_ticket);

async fn list(
    hub: &Hub,
    caller: &ChannelCaller,
    kind: ProductKind,
    product: ProductId,
    query: &Query,
) -> Result<(HeaderMap, Json<ChannelQuestionList>), ApiError> {
    let (is_answered, page) = query.read(|fields| (fields.optional("is_answered").boolean(), paging::read(fields)))?;
    let found = feedback::questions_of_channel(hub, caller.id, kind, product, is_answered, page).await?;
    let questions = found.items.iter().map(AskedQuestion::from).collect();
    Ok((paging::headers(query, page, found.total), Json(ChannelQuestionList { status_code: 200, questions })))
}
