//! What a code is, and whose.

use axhub_domain::ids::{OrderId, ProductId};
use axhub_hub::Hub;
use axhub_hub::search::{self, Found as FoundCode, FoundKind, MAX_CODE};
use axhub_web::{ApiError, OperatorCaller, Query};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is looked for.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// The code, whole; of a key its prefix, or the beginning of it.
    #[param(required, min_length = 1, max_length = 255, example = "A-20260701-17")]
    pub q: String,
}

/// Something that has the code.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorFound)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Its own code: the hub's where it has one, whichever code was looked for.
    pub code: String,
    /// The contract's name of the code that was looked for, as `channel_order_code`.
    pub found_by: String,
    /// The supplier whose it is.
    #[schema(required)]
    pub supplier_code: Option<String>,
    /// The channel whose it is.
    #[schema(required)]
    pub channel_code: Option<String>,
    /// The product that it belongs to.
    #[schema(required, value_type = Option<Uuid>)]
    pub product_code: Option<ProductId>,
    /// The order that it belongs to.
    #[schema(required, value_type = Option<Uuid>)]
    pub ax_order_code: Option<OrderId>,
    /// Where it is read: the operators' own address of it, or else the supplier's.
    pub address: String,
    /// What was done to it.
    pub audit_address: String,
}

/// What something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = OperatorFoundKind)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    Supplier,
    Channel,
    Key,
    Rule,
    Product,
    Option,
    Inventory,
    Registration,
    Order,
    Ticket,
    Question,
    Review,
}

/// Everything that has the code.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorSearchResult)]
pub struct SearchResult {
    /// What was found; empty when nothing has the code.
    pub results: Vec<Found>,
}

/// Search for a code
///
/// Any code that somebody may read out on the phone: of an order, a ticket, a product, an option, stock, a registration, a
/// question, a review, a rule, a supplier or a channel, be it the hub's or a channel's own; or the prefix of a key. At
/// most 50 of a kind.
#[utoipa::path(
    get,
    path = "/v1/operator/search",
    operation_id = "operator_search",
    tag = "Operator: audit log and search",
    params(Wanted),
    responses((status = 200, description = "What has the code.", body = SearchResult, example = json!(SearchResult { results: vec![Found::sample()] }))),
)]
pub async fn search(_caller: OperatorCaller, State(hub): State<Hub>, query: Query) -> Result<Json<SearchResult>, ApiError> {
    let code = query.read_strictly(|fields| fields.required("q").string(MAX_CODE))?;
    let results = search::search(&hub, &code).await?.into_iter().map(Found::from).collect();
    Ok(Json(SearchResult { results }))
}

impl From<FoundCode> for Found {
    fn from(found: FoundCode) -> Self {
        Found {
            kind: kind(found.kind),
            address: address(&found),
            audit_address: format!("/v1/operator/audit?object_code={}", escaped(&found.code)),
            code: found.code,
            found_by: found.by.to_owned(),
            supplier_code: found.supplier_code,
            channel_code: found.channel_code,
            product_code: found.product,
            ax_order_code: found.order,
        }
    }
}

impl Found {
    fn sample() -> Found {
        let order = OrderId(Uuid::from_u128(0x018f_4e2a_7b3c_7d4e_8f5a_6b7c_8d9e_0f30));
        Found::from(FoundCode {
            kind: FoundKind::Order,
            code: order.to_string(),
            by: "channel_order_code",
            supplier_code: Some("lumiere".to_owned()),
            channel_code: Some("hanatrip".to_owned()),
            product: Some(ProductId(Uuid::from_u128(0x018f_4e2a_7b3c_7d4e_8f5a_6b7c_8d9e_0f10))),
            order: Some(order),
        })
    }
}

fn kind(kind: FoundKind) -> Kind {
    match kind {
        FoundKind::Supplier => Kind::Supplier,
        FoundKind::Channel => Kind::Channel,
        FoundKind::Key => Kind::Key,
        FoundKind::Rule => Kind::Rule,
        FoundKind::Product => Kind::Product,
        FoundKind::Option => Kind::Option,
        FoundKind::Inventory => Kind::Inventory,
        FoundKind::Registration => Kind::Registration,
        FoundKind::Order => Kind::Order,
        FoundKind::Ticket => Kind::Ticket,
        FoundKind::Question => Kind::Question,
        FoundKind::Review => Kind::Review,
    }
}

/// Where it is read.
fn address(found: &FoundCode) -> String {
    let text = |code: Option<String>| code.unwrap_or_default();
    let code = escaped(&found.code);
    let channel = escaped(found.channel_code.as_deref().unwrap_or_default());
    let product = text(found.product.map(|product| product.to_string()));
    let order = text(found.order.map(|order| order.to_string()));
    match found.kind {
        FoundKind::Supplier => format!("/v1/operator/suppliers/{code}"),
        FoundKind::Channel => format!("/v1/operator/channels/{code}"),
        FoundKind::Key => format!("/v1/operator/keys/{code}"),
        FoundKind::Rule => format!("/v1/operator/channels/{channel}/assignment-rules/{code}"),
        FoundKind::Registration => format!("/v1/operator/channels/{channel}/products/{product}"),
        FoundKind::Product | FoundKind::Option => format!("/v1/supplier/products/{product}"),
        FoundKind::Inventory => format!("/v1/supplier/stock/{code}"),
        FoundKind::Order | FoundKind::Ticket => format!("/v1/supplier/orders/{order}"),
        FoundKind::Question => format!("/v1/supplier/questions/{code}"),
        FoundKind::Review => format!("/v1/supplier/reviews/{code}"),
    }
}

/// A code as a part of an address.
fn escaped(code: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    code.bytes().map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
