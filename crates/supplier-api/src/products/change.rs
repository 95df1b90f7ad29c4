//! Changing a published product, which makes its next version at once.

use axhub_domain::ids::ProductId;
use axhub_domain::product::Confirmation;
use axhub_domain::reply::{MAX_REPLY_MINUTES, NoReply};
use axhub_hub::{Hub, catalogue};
use axhub_web::{ApiError, Fields, JsonBody, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use super::ProductDetail;
use super::contents::ContentsChange;
use super::options::OptionChange;
use super::required_information::RequiredInformationChange;
use crate::{samples, words};

/// The most minutes before the start at which orders may close: a year.
const MAX_CUT_OFF: u32 = 366 * 24 * 60;

/// What is to change of a product. What is not sent stays.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SupplierProductChange)]
pub struct ProductChange {
    /// The version that the change was made for. When there is another one, nothing changes and the answer is 409
    /// `version_changed`; without it, the change is made whatever the version is. Of a draft it is the version that the draft
    /// was made of.
    #[schema(minimum = 0)]
    pub version: Option<i64>,
    /// What is to change.
    #[serde(flatten)]
    pub settings: SettingsChange,
    /// What it says about itself.
    #[schema(nullable = false)]
    pub contents: Option<ContentsChange>,
    /// Options to change, by their codes, and options to add, without a code. Others stay.
    #[schema(max_items = 200)]
    pub options: Option<Vec<OptionChange>>,
}

/// Settings that a change may name, and that a new product may begin with.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SupplierSettingsChange)]
pub struct SettingsChange {
    /// `Tour` or `Activity` for a tour, `Ticket-Day` for a day-ticket, `Ticket` for a ticket. A new product begins with the
    /// first of its kind.
    #[schema(value_type = Option<words::Category>, nullable = false)]
    pub category: Option<String>,
    /// A finer category; null removes it.
    #[schema(max_length = 100)]
    pub detail_category: Option<String>,
    /// Who confirms orders; `instant` for a new product.
    #[schema(value_type = Option<words::Confirmation>, nullable = false)]
    pub confirmation: Option<Confirmation>,
    /// How many minutes the supplier has to answer an order, up to two weeks; only with `manual` confirmation, and together
    /// with `on_no_reply`. Null removes both.
    #[schema(minimum = 1, maximum = 20160)]
    pub reply_minutes: Option<u32>,
    /// What happens to an order that was not answered by then.
    #[schema(value_type = Option<words::NoReply>)]
    pub on_no_reply: Option<NoReply>,
    /// How many minutes before the start orders close; 0 for a new product.
    #[schema(minimum = 0, maximum = 527040, nullable = false)]
    pub cut_off_minutes: Option<u32>,
    /// The first day of sale, in the product's time zone; null removes the bound.
    #[schema(format = Date)]
    pub sale_from: Option<String>,
    /// The last day of sale; null removes the bound.
    #[schema(format = Date)]
    pub sale_to: Option<String>,
    /// What an order must bring of its travelers.
    #[schema(nullable = false)]
    pub required_traveler_information: Option<RequiredInformationChange>,
}

/// Change a product
///
/// Contents are merged field by field, options by `option_code`. When anything really changes, that is the product's
/// next version, which channels find in their list of updates; orders that run keep theirs. Otherwise there is no new
/// version. What channels need cannot be taken away. While the product has a draft, only the draft can change.
#[utoipa::path(
    patch,
    path = "/v1/supplier/products/{product_code}",
    operation_id = "supplier_change_product",
    tag = "Supplier: products",
    params(("product_code" = Uuid, Path, description = "The product.")),
    request_body(content = ProductChange, example = json!(samples::product_change())),
    responses(
        (status = 200, description = "The product as it is now.", body = ProductDetail, example = json!(ProductDetail::sample())),
        (
            status = 409,
            description = "There is another version than `version`: `version_changed`. Or the product has a draft, as one that was \
                never published does: `draft_open`.",
        ),
    ),
)]
pub async fn change(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    body: JsonBody,
) -> Result<Json<ProductDetail>, ApiError> {
    let change = body.read(read)?;
    let changed = catalogue::change_product(&hub, &caller, product, change).await?;
    Ok(Json(ProductDetail::new(&hub, changed)))
}

/// Reads what is to change of a product or its draft.
pub(super) fn read(fields: &Fields<'_>) -> catalogue::ProductChange {
    let object = |name: &str| fields.has(name).then(|| fields.required(name).object());
    catalogue::ProductChange {
        expected_version: fields.optional("version").integer(0..=i64::MAX),
        category: fields.has("category").then(|| fields.required("category").string(100)),
        detail_category: fields.has("detail_category").then(|| fields.optional("detail_category").string(100)),
        confirmation: fields.has("confirmation").then(|| fields.required("confirmation").choice(&words::CONFIRMATIONS)),
        reply_minutes: fields.has("reply_minutes").then(|| fields.optional("reply_minutes").integer(1..=MAX_REPLY_MINUTES)),
        on_no_reply: fields.has("on_no_reply").then(|| fields.optional("on_no_reply").choice(&words::NO_REPLIES)),
        cut_off_minutes: fields.has("cut_off_minutes").then(|| fields.required("cut_off_minutes").integer(0..=MAX_CUT_OFF)),
        sale_from: fields.has("sale_from").then(|| fields.optional("sale_from").date()),
        sale_to: fields.has("sale_to").then(|| fields.optional("sale_to").date()),
        required_information: object("required_traveler_information")
            .map(|fields| RequiredInformationChange::read(&fields))
            .unwrap_or_default(),
        contents: object("contents").map(|fields| ContentsChange::read(&fields)).unwrap_or_default(),
        options: OptionChange::read_all(fields),
    }
}
