//! All operations, and how each is asked for: the one table that a new operation must be added to.

use axhub_testkit::{Client, OrderBuilder, Reply};
use axum::http::Method;
use serde_json::{Map, Value, json};

use super::callers::Kind;
use super::stage::{Codes, Stage};

/// An operation of the description.
pub struct Operation {
    pub method: Method,
    pub path: String,
    pub id: String,
    /// Whether a list is asked for everything in it, where [`query`] would ask for what belongs to a product.
    pub is_whole: bool,
}

/// Lists that can be asked about a product, and are asked for everything, too.
const BY_PRODUCT: [&str; 4] = ["supplier_list_orders", "supplier_list_questions", "supplier_list_reviews", "supplier_list_allotments"];

/// What stands in no description, and is open to all.
const OPEN: [(&str, &str); 4] = [("/", "root"), ("/docs/", "docs"), ("/metrics", "metrics"), ("/openapi.json", "description")];

/// Every operation, in the order of the description, and what it leaves out.
pub fn all() -> Vec<Operation> {
    let description = serde_json::to_value(axhub::app::description()).expect("the description is JSON");
    let mut operations = Vec::new();
    for (path, item) in description["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let id = operation["operationId"].as_str().expect("an id");
            let asked = |is_whole| Operation {
                method: method.to_uppercase().parse().expect("a method"),
                path: path.clone(),
                id: id.to_owned(),
                is_whole,
            };
            operations.push(asked(false));
            if BY_PRODUCT.contains(&id) {
                operations.push(asked(true));
            }
        }
    }
    let open = |(path, id): (&str, &str)| Operation { method: Method::GET, path: path.to_owned(), id: id.to_owned(), is_whole: false };
    let open = OPEN.map(open);
    operations.extend(open);
    operations
}

impl Operation {
    /// How the matrix calls it.
    pub fn name(&self) -> String {
        let about = if !self.is_whole && BY_PRODUCT.contains(&self.id.as_str()) { "?product_code=" } else { "" };
        format!("{} {}{about}", self.method, self.path)
    }

    /// Whose it is, by its address.
    pub fn kind(&self) -> Option<Kind> {
        match self.path.split('/').nth(2) {
            Some("channel") => Some(Kind::Channel),
            Some("supplier") => Some(Kind::Supplier),
            Some("operator") => Some(Kind::Operator),
            None | Some("") => Some(Kind::Anyone),
            Some(_) => None,
        }
    }

    /// A code that its owner's answer must have, where there are lists of everything that somebody has: otherwise it says
    /// nothing that another's answer is without it.
    pub fn shows(&self) -> &'static str {
        match self.id.as_str() {
            "list_tour_orders" | "list_day_ticket_orders" | "list_ticket_orders" | "supplier_list_orders" | "list_changes" => {
                "ax_order_code"
            }
            "supplier_list_questions" => "question_id",
            "supplier_list_reviews" => "review_id",
            _ => "product_code",
        }
    }

    /// The kind of product that a channel's address is for.
    pub fn product_kind(&self) -> &'static str {
        let of = |kind: &&str| self.path.split('/').any(|part| part == *kind);
        ["tour", "day-ticket", "ticket"].into_iter().find(of).unwrap_or("tour")
    }
}

/// A request, ready to be sent by anybody.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    method: Method,
    address: String,
    body: Body,
}

#[derive(Clone, Debug, PartialEq)]
enum Body {
    Nothing,
    Json(Value),
    Csv(String),
    NotJson,
}

impl Request {
    /// The operation asked for as badly as can be.
    pub fn nonsense(operation: &Operation) -> Request {
        let parts = operation.path.split('/').map(|part| if part.starts_with('{') { "%00" } else { part });
        let address = format!("{}?page=x&%00=%ff", parts.collect::<Vec<_>>().join("/"));
        Request { method: operation.method.clone(), address, body: Body::NotJson }
    }

    pub async fn send(&self, client: &Client) -> Reply {
        let (content_type, body) = match &self.body {
            Body::Nothing => return client.send(self.method.clone(), &self.address, None).await,
            Body::Json(body) => ("application/json", body.to_string()),
            Body::Csv(table) => ("text/csv", table.clone()),
            Body::NotJson => ("application/json", "{\"\u{0}".to_owned()),
        };
        client.send_bytes(self.method.clone(), &self.address, Some(content_type), body).await
    }
}

/// An operation asked for as it should be, about these codes.
pub fn request(operation: &Operation, codes: &Codes, stage: &Stage) -> Request {
    let parts = operation.path.split('/').map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => codes.of(name),
        None => part,
    });
    let address = format!("{}{}", parts.collect::<Vec<_>>().join("/"), query(operation, codes));
    Request { method: operation.method.clone(), address, body: body(operation, codes, stage) }
}

/// What stands behind the address.
fn query(operation: &Operation, codes: &Codes) -> String {
    let product = || codes.of("product_code");
    match operation.id.as_str() {
        // A page that holds all that was made until now.
        _ if operation.is_whole => "?page_size=200".to_owned(),
        "list_tour_orders" | "list_day_ticket_orders" | "list_ticket_orders" | "supplier_list_products" => "?page_size=200".to_owned(),
        "list_changes" => "?limit=1000".to_owned(),
        "supplier_read_manifest" => format!("?product_code={}&date=2026-07-10", product()),
        id if BY_PRODUCT.contains(&id) => format!("?product_code={}", product()),
        "supplier_list_stock" => format!("?option_code={}", codes.of("option_code")),
        "operator_search" => "?q=alpha".to_owned(),
        _ => String::new(),
    }
}

fn body(operation: &Operation, codes: &Codes, stage: &Stage) -> Body {
    let option = || codes.of("option_code");
    let days = json!({ "from": "2026-07-20", "to": "2026-07-20", "start_times": ["10:00"] });
    let with_days = |mut body: Value| {
        body.as_object_mut().expect("an object").extend(days.as_object().cloned().unwrap_or_default());
        Body::Json(body)
    };
    let fresh = &codes.fresh;
    match operation.id.as_str() {
        "healthz" | "readyz" | "root" | "docs" | "metrics" | "description" => Body::Nothing,
        id if operation.method == Method::GET || operation.method == Method::DELETE => {
            assert!(id.contains('_'), "{id}");
            Body::Nothing
        }
        "create_tour_order" | "create_day_ticket_order" | "create_ticket_order" => Body::Json(order(operation, codes, stage)),
        "search_inventory" => Body::Json(
            json!({ "product_codes": [codes.of("product_code")], "option_codes": [option()], "from": "2026-07-02", "to": "2026-07-03" }),
        ),
        _ if operation.kind() == Some(Kind::Channel) => Body::Json(right_for_all_of_channels(operation, codes, stage)),

        "supplier_act_on_orders" => Body::Json(json!({ "action": "confirm", "order_codes": [codes.of("ax_order_code")] })),
        "supplier_set_stock" => with_days(json!({ "max_quantity": 20 })),
        "supplier_change_stock" => with_days(json!({ "option_codes": [option()], "max_quantity": 20 })),
        "supplier_set_allotments" => {
            with_days(json!({ "option_code": option(), "channel_code": "alpha", "quantity": 1, "release_minutes_before": 60 }))
        }
        "supplier_create_product" => {
            let contents = json!({ "product_name": "New walk" });
            Body::Json(json!({ "kind": "tour", "time_zone": "Asia/Seoul", "base_currency": "KRW", "contents": contents }))
        }
        "supplier_change_product" | "supplier_change_draft" => Body::Json(json!({ "contents": whole_contents() })),
        "supplier_comment_on_order" => Body::Json(json!({ "comment": "hello" })),
        "supplier_answer_question" | "supplier_answer_review" => Body::Json(json!({ "body": "네" })),
        "supplier_acknowledge_order" | "supplier_confirm_order" | "supplier_reject_order" | "supplier_cancel_order" => {
            Body::Json(json!({}))
        }
        "supplier_cancel_ticket" | "supplier_redeem_ticket" | "supplier_redeem_ticket_by_code" | "supplier_undo_redemption" => {
            Body::Json(json!({}))
        }
        "supplier_copy_product" | "supplier_publish_product" | "supplier_end_sale" => Body::Nothing,

        "operator_create_channel" => Body::Json(json!({ "code": format!("c-{fresh}"), "name": "New", "time_zone": "Asia/Seoul" })),
        "operator_create_supplier" => Body::Json(json!({ "code": format!("s-{fresh}"), "name": "New" })),
        "operator_change_channel" | "operator_change_supplier" => Body::Json(json!({ "notes": "x" })),
        "operator_create_rule" => Body::Json(json!({ "supplier_code": "lumiere", "country": "France", "mark_up": "1.12" })),
        "operator_change_rule" | "operator_set_assignment" => Body::Json(json!({ "mark_up": "1.15" })),
        "operator_set_exchange_rate" => Body::Json(json!({ "base": "USD", "quote": "KRW", "rate": "1380.50" })),
        "operator_create_key" => Body::Json(json!({ "kind": "channel", "owner": "alpha" })),
        "operator_rotate_key" => Body::Json(json!({ "overlap_hours": 1 })),
        "operator_change_settings" => Body::Json(json!({ "traveler_retention_days": 365 })),
        "operator_reconcile_statement" => Body::Csv("channel_order_code,channel_ticket_code,amount\nA-1,T-1,79\n".to_owned()),
        "operator_close_statement" | "operator_erase_travelers" => Body::Nothing,
        id => panic!("{id} is new: say here how it is asked for, and in `Stage::prepare` what must be there before"),
    }
}

/// An order of the product that only alpha may sell, with alpha's registration of it.
fn order(operation: &Operation, codes: &Codes, stage: &Stage) -> Value {
    let product = stage.alone(operation.product_kind());
    let (mapping, option) = (codes.id("mapping"), codes.id("option_code"));
    OrderBuilder::new(&codes.fresh).line_of(mapping.into(), option.into(), stage.some_day(product), 1).json()
}

/// A body that every other operation of channels takes.
fn right_for_all_of_channels(operation: &Operation, codes: &Codes, stage: &Stage) -> Value {
    let product = stage.alone(operation.product_kind());
    let names: Map<String, Value> = product.options.iter().map(|option| (option.to_string(), json!(option))).collect();
    let fresh = &codes.fresh;
    json!({
        "mapping_data": names, "channel_product_name": "x", "channel_product_link": "https://shop.example", "channel_product_id": "1",
        "channel_status": "Traveler cancel", "status": "Traveler canceled",
        "channel_refunded_price": "1", "channel_canceled_at": "2026-06-30T00:00:00Z", "channel_refunded_at": "2026-06-30T00:00:00Z",
        "channel_policy": { "0": "1", "100": "7" },
        "question_code": format!("Q-{fresh}"), "is_public": true, "quested_at": "2026-06-30T00:00:00Z",
        "review_code": format!("R-{fresh}"), "score_type": "NO_SCORE", "review_score_type": "NO_SCORE",
        "reviewed_at": "2026-06-30T00:00:00Z", "title": "x", "body": "x",
    })
}

/// What a draft needs to be published.
fn whole_contents() -> Value {
    json!({ "meeting_point": "Exit 2", "thumbnail_type_1": "https://pictures.example/1.jpg", "cancellation_type": "Free cancellation" })
}
