//! Orders of all three generations and what they answer, for the API description: of tours with a start, of
//! day-tickets with a date, and of tickets with none, except in the old vocabularies, which know only dated ones.

use axhub_domain::product::ProductKind;
use serde_json::{Value, json};

const MAPPING: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f03";
const OPTION: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02";
const ORDER: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f05";
const TICKET: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f06";

/// How an order names its date in the current vocabulary.
fn start(kind: ProductKind) -> Option<&'static str> {
    match kind {
        ProductKind::Tour => Some("2022-02-01T13:00:00.000Z"),
        ProductKind::DayTicket => Some("2022-02-01"),
        ProductKind::Ticket => None,
    }
}

/// How it names it in the middle and in the old one.
fn old_starts(kind: ProductKind) -> (&'static str, &'static str) {
    match kind {
        ProductKind::Tour => ("2022-02-01T13:00:00.000Z", "2022-02-01 13:00"),
        ProductKind::DayTicket | ProductKind::Ticket => ("2022-01-31T23:00:00.000Z", "2022-02-01"),
    }
}

/// The start of what it names: of a date in Paris, the midnight there.
fn told_start(kind: ProductKind) -> &'static str {
    old_starts(kind).0
}

fn person() -> Value {
    json!({"name": "Kim Jiwoo", "national_code": "82", "phone": "010-0000-0000", "email": "jiwoo@example.com"})
}

fn purchaser() -> Value {
    let mut purchaser = person();
    purchaser["is_required_more_information"] = json!(false);
    purchaser
}

/// The current vocabulary.
pub fn current_request(kind: ProductKind) -> Value {
    let mut request = json!({
        "options": [{
            "channel_product_mapping_code": MAPPING,
            "option_code": OPTION,
            "quantity": 1,
            "unit_selling_price": "88000.00000",
            "amount_price": "88000.00000",
            "tickets": [person()],
        }],
        "order": {
            "channel_order_code": "ORDER-20220121-0001",
            "purchased_at": "2022-01-21T10:00:00.000Z",
            "sub_total": "88000.00000",
            "total": "88000.00000",
            "status": "New",
            "is_voucher": true,
            "currency": "KRW",
        },
        "purchaser": purchaser(),
        "representative": person(),
    });
    if let Some(start) = start(kind) {
        request["options"][0]["inventory_at"] = json!(start);
    }
    request
}

/// The middle generation.
pub fn middle_request(kind: ProductKind) -> Value {
    let mut request = current_request(kind);
    request["depth_combinations"] = request["options"].take();
    request["depth_combinations"][0]["inventory_at"] = json!(old_starts(kind).0);
    request["depth_combinations"][0]["dc_code"] = json!(OPTION);
    without(&mut request, "options");
    without(&mut request["depth_combinations"][0], "option_code");
    request
}

/// The old vocabulary.
pub fn legacy_request(kind: ProductKind) -> Value {
    json!({
        "depth_combinations": [{
            "channel_product_mapping_data_code": MAPPING,
            "dc_code": OPTION,
            "quantity": "1",
            "use_date": old_starts(kind).1,
            "unit_selling_price": "88000.00000",
            "discount": "0.00000",
            "amount_price": "88000.00000",
            "tickets": [person()],
        }],
        "order": {
            "channel_order_id": "ORDER-20220121-0001",
            "purchased_at": "2022-01-21 10:00:00.000",
            "sub_total": "88000.00000",
            "total": "88000.00000",
            "status": "1",
            "is_voucher": true,
            "currency": "1",
        },
        "purchaser": purchaser(),
        "representative": person(),
    })
}

/// The current vocabulary.
pub fn current_answer(kind: ProductKind) -> Value {
    json!({
        "channel_order_code": "ORDER-20220121-0001",
        "channel_order_status": "New",
        "options": [{
            "option_code": OPTION,
            "inventory_at": start(kind).map(|_| told_start(kind)),
            "ax_order_code": ORDER,
            "ax_order_status": "New",
            "quantity": 1,
            "tickets": [{"ax_ticket_code": TICKET, "ax_ticket_status": "New"}],
        }],
    })
}

/// The middle generation.
pub fn middle_answer(kind: ProductKind) -> Value {
    json!({
        "channel_order_code": "ORDER-20220121-0001",
        "channel_order_status": "New",
        "depth_combinations": [{
            "dc_code": OPTION,
            "inventory_at": told_start(kind),
            "ax_order_code": ORDER,
            "ax_order_status": "New",
            "quantity": 1,
            "tickets": [{"ax_ticket_code": TICKET, "ax_ticket_status": "New"}],
        }],
    })
}

/// The old vocabulary.
pub fn legacy_answer(kind: ProductKind) -> Value {
    json!({
        "channel_order_code": "ORDER-20220121-0001",
        "channel_order_status": "1",
        "depth_combinations": [{
            "dc_code": OPTION,
            "use_date": told_start(kind),
            "ax_order_code": ORDER,
            "ax_order_status": "1",
            "quantity": "1",
            "tickets": [{"ticket_code": TICKET, "ticket_status": "1"}],
        }],
    })
}

fn without(object: &mut Value, name: &str) {
    if let Some(members) = object.as_object_mut() {
        members.remove(name);
    }
}
