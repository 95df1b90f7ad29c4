//! Beginning a product.

use axhub_domain::money::Currency;
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Reason;
use axhub_hub::{Hub, catalogue};
use axhub_web::words::CURRENCIES;
use axhub_web::{ApiError, Fields, JsonBody, Language, SupplierCaller};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use utoipa::ToSchema;

use super::change::{self, SettingsChange};
use super::contents::NewContents;
use super::draft::Draft;
use super::options::OptionChange;
use crate::{samples, words};

/// A product to be begun. What may be left out can come later.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SupplierNewProduct)]
pub struct NewProduct {
    /// Its kind, for ever.
    #[schema(value_type = words::ProductKind)]
    pub kind: ProductKind,
    /// The IANA name of its time zone, for ever: that of its dates and start times.
    #[schema(min_length = 1, max_length = 64)]
    pub time_zone: String,
    /// The currency of its net prices, for ever.
    #[schema(value_type = words::Currency)]
    pub base_currency: Currency,
    /// What it begins with.
    #[serde(flatten)]
    pub settings: SettingsChange,
    /// What it says about itself: at least its name.
    pub contents: NewContents,
    /// Its options, which have codes from now on. Adults and children of one bus name the same `pool`.
    #[schema(max_items = 200)]
    pub options: Option<Vec<OptionChange>>,
}

/// Create a product
///
/// It begins as a draft that only its supplier sees: fill it in with `PATCH …/draft`, set stock for its options, which have
/// codes at once, and publish it with `POST …/publish`. Ask the operator which channels sell it.
#[utoipa::path(
    post,
    path = "/v1/supplier/products",
    operation_id = "supplier_create_product",
    tag = "Supplier: products",
    request_body(content = NewProduct, example = json!(samples::new_product())),
    responses((status = 201, description = "The draft of the product.", body = Draft, example = json!(Draft::sample_new()))),
)]
pub async fn create(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    language: Language,
    body: JsonBody,
) -> Result<(StatusCode, HeaderMap, Json<Draft>), ApiError> {
    let new = body.read(read)?;
    let draft = catalogue::create_draft(&hub, &caller, new).await?;
    Ok((StatusCode::CREATED, language.headers(), Json(Draft::new(&hub, language, draft))))
}

fn read(fields: &Fields<'_>) -> catalogue::NewDraft {
    let contents = fields.has("contents").then(|| fields.optional("contents").object()).flatten();
    match contents {
        None => fields.wrong("contents", Reason::Required),
        Some(contents) if !contents.has("product_name") => contents.wrong("product_name", Reason::Required),
        Some(_) => {}
    }
    catalogue::NewDraft {
        kind: fields.required("kind").choice(&words::PRODUCT_KINDS),
        time_zone: fields.required("time_zone").string(64),
        base_currency: fields.required("base_currency").choice(&CURRENCIES),
        change: catalogue::ProductChange { expected_version: None, ..change::read(fields) },
    }
}
