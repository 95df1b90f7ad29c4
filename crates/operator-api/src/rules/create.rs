//! Making a rule.

use axhub_hub::directory::rules::MAX_COUNTRY;
use axhub_hub::directory::{self, NewRule as AskedRule};
use axhub_hub::{ByOperator, Hub};
use axhub_web::{ApiError, Fields, JsonBody, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Rule, except};
use crate::words::{self, Code};

/// A rule to be made. Without a supplier and a country it names all products.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = OperatorNewRule)]
pub struct NewRule {
    /// Only products of this supplier.
    #[schema(max_length = 40)]
    pub supplier_code: Option<String>,
    /// Only products of this country, as they write it, in upper or lower case: the part before the hyphen of
    /// `main_country_and_city`.
    #[schema(max_length = 100)]
    pub country: Option<String>,
    /// The factor on the net price.
    #[schema(value_type = words::MarkUp)]
    pub mark_up: String,
    /// Products that it does not mean.
    #[schema(max_items = 1000)]
    pub except: Option<Vec<Uuid>>,
}

/// Make a rule
///
/// The channel may sell all published products that the rule names, at once, and others as soon as they are published.
/// A product that was assigned by itself stays as it is. Of several rules that name a product the most specific decides,
/// then the newest.
#[utoipa::path(
    post,
    path = "/v1/operator/channels/{channel_code}/assignment-rules",
    operation_id = "operator_create_rule",
    tag = "Operator: directory",
    params(("channel_code" = String, Path, description = "The channel.")),
    request_body(content = NewRule, example = json!({ "supplier_code": "lumiere", "country": "France", "mark_up": "1.12" })),
    responses((status = 201, description = "The rule is made, and holds.", body = Rule, example = json!(Rule::sample()))),
)]
pub async fn create(
    caller: OperatorCaller,
    State(hub): State<Hub>,
    Path(Code(channel)): Path<Code>,
    body: JsonBody,
) -> Result<(StatusCode, Json<Rule>), ApiError> {
    let new = body.read(read)?;
    let rule = directory::create_rule(&hub, ByOperator::from(&caller), &channel, new).await?;
    Ok((StatusCode::CREATED, Json(rule.into())))
}

fn read(fields: &Fields<'_>) -> AskedRule {
    AskedRule {
        supplier_code: words::given(fields, "supplier_code", 255),
        country: words::given(fields, "country", MAX_COUNTRY),
        mark_up: words::mark_up(fields),
        except: except(fields).unwrap_or_default(),
    }
}
