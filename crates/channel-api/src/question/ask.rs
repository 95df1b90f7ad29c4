//! `POST /v1/channel/question/{kind}/{product_code}`: the channel brings a question.

use axhub_domain::feedback::Question;
use axhub_domain::ids::ProductId;
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Reason;
use axhub_hub::feedback::{self, Arrival};
use axhub_hub::{Hub, directory};
use axhub_web::{ApiError, ChannelCaller, Fields, JsonBody, Path};
use axum::extract::State;
use axum::response::Response;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::describe::{ChannelMoment, Code, with_aliases};
use crate::kinds::for_kinds;
use crate::replay;

/// The most characters of codes that channels make up.
pub const MAX_CODE: usize = 128;
const MAX_TITLE: usize = 255;
const MAX_BODY: usize = 20_000;

/// The names of the time, the newer one first.
const QUESTED_AT: &[&str] = &["quested_at", "question_at"];

/// A question. One of `title` and `body` is required, of `is_public` and `anonymous`, and of `quested_at` and
/// `question_at`. Of the two times the first counts when both are there; `is_public` and `anonymous` must not contradict
/// each other.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
struct NewQuestionFields {
    /// The channel's own code of the question, unique among its questions.
    #[schema(min_length = 1, max_length = 128, example = "QUESTION-1")]
    question_code: String,
    /// The option that it is about.
    #[schema(value_type = Option<Code>)]
    option_code: Option<String>,
    /// Its title.
    #[schema(max_length = 255, example = "Can children come?")]
    title: Option<String>,
    /// What it asks.
    #[schema(max_length = 20000, example = "Ours is two years old.")]
    body: Option<String>,
    /// Whether others may read it.
    #[schema(required = false, example = true)]
    is_public: bool,
    /// The old form of `is_public`: its negation.
    #[schema(required = false, example = false)]
    anonymous: bool,
    /// When it was asked.
    #[schema(value_type = ChannelMoment, required = false)]
    quested_at: String,
    /// The old name of `quested_at`.
    #[schema(value_type = ChannelMoment, required = false)]
    question_at: String,
}

/// A question.
pub struct NewQuestion;

impl PartialSchema for NewQuestion {
    fn schema() -> RefOr<Schema> {
        with_aliases(NewQuestionFields::schema(), &[&["title", "body"], &["is_public", "anonymous"], QUESTED_AT])
    }
}

impl ToSchema for NewQuestion {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        NewQuestionFields::schemas(schemas);
    }
}

/// A question that is known.
#[derive(Serialize, ToSchema)]
pub struct PostedQuestion {
    /// Its code.
    #[schema(example = "QUESTION-1")]
    question_code: String,
}

macro_rules! ask_about {
    ($handler:ident, $kind:ident, $word:literal, $id:literal, $_note:literal) => {
        #[utoipa::path(
            post,
            path = concat!("/v1/channel/question/", $word, "/{product_code}"),
            operation_id = concat!("ask_about_", $id),
            summary = concat!("Ask about a ", $word),
            description = "The same code with the same meaning again answers 200 with `Idempotent-Replayed: true`.",
            tag = "Channel: reviews and questions",
            params(("product_code" = Uuid, Path, description = "The product's code.")),
            request_body(content = NewQuestion, examples(
                ("current" = (summary = "Current names", value = json!({
                    "question_code": "QUESTION-1", "option_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02", "title": "Can children come?",
                    "body": "Ours is two years old.", "is_public": true, "quested_at": "2022-02-02 10:00:00",
                }))),
                ("legacy" = (summary = "Old names", value = json!({
                    "question_code": "QUESTION-1", "title": "Can children come?", "body": "Ours is two years old.", "anonymous": false,
                    "question_at": "2022-02-02 10:00:00",
                }))),
            )),
            responses(
                (
                    status = 201,
                    description = "It is known.",
                    body = PostedQuestion,
                    links(("answers" = (
                        operation_id = concat!("get_", $id, "_question"),
                        parameters(
                            ("product_code" = "$request.path.product_code"),
                            ("question_code" = "$response.body#/question_code")
                        )
                    ))),
                    example = json!({"question_code": "QUESTION-1"})
                ),
                (
                    status = 200,
                    description = "It had been known before.",
                    body = PostedQuestion,
                    headers(("Idempotent-Replayed" = bool, description = "Always `true`.")),
                    example = json!({"question_code": "QUESTION-1"})
                ),
                (status = 409, description = "`question_code_reused`: the same code came with another meaning before."),
            )
        )]
        pub async fn $handler(
            caller: ChannelCaller,
            State(hub): State<Hub>,
            Path(product): Path<ProductId>,
            body: JsonBody,
        ) -> Result<Response, ApiError> {
            ask(&hub, &caller, ProductKind::$kind, product, body).await
        }
    };
}

for_kinds!(ask_about: tour, day_ticket);

async fn ask(hub: &Hub, caller: &ChannelCaller, kind: ProductKind, product: ProductId, body: JsonBody) -> Result<Response, ApiError> {
    let clock = directory::zone_of_channel(hub, caller.id).await?;
    let question = body.read(|fields| read(fields, &clock))?;
    let question_code = question.question_code.clone();
    let arrival = feedback::ask(hub, caller.id, kind, product, question).await?;
    Ok(replay::render(arrival == Arrival::Replay, PostedQuestion { question_code }))
}

fn read(fields: &Fields<'_>, clock: &TimeZone) -> Question {
    let body = fields.optional("body").string(MAX_BODY);
    let title = match body {
        Some(_) => fields.optional("title").string(MAX_TITLE),
        None => Some(fields.required("title").string(MAX_TITLE)),
    };
    Question {
        question_code: fields.required("question_code").string(MAX_CODE),
        option: fields.optional("option_code").id(Reason::OptionUnknown),
        title,
        body,
        is_public: read_is_public(fields),
        quested_at: fields.required(QUESTED_AT).instant(clock),
    }
}

/// `is_public`, or what `anonymous` denies.
fn read_is_public(fields: &Fields<'_>) -> bool {
    if fields.name_used(&["is_public", "anonymous"]) == "anonymous" {
        return !fields.required("anonymous").boolean();
    }
    let anonymous = fields.optional("anonymous").boolean();
    // Read as one that may be absent, so that the placeholder of a wrong one is not compared.
    let is_public = fields.optional("is_public").boolean();
    if is_public.is_some() && is_public == anonymous {
        fields.wrong("anonymous", Reason::Disagrees { with: "is_public".to_owned() });
    }
    is_public.unwrap_or_else(|| fields.required("is_public").boolean())
}
