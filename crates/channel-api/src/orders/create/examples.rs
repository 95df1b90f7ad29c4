//! Orders of all three generations and what they answer, for the API description.

use serde_json::{Value, json};

const MAPPING: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f03";
const OPTION: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02";
const ORDER: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f05";
const TICKET: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f06";
const START: &str = "2022-02-01T13:00:00.000Z";

fn person() -> Value {
    json!({"name": "Kim Jiwoo", "national_code": "82", "phone": "010-0000-0000", "email": "jiwoo@example.com"})
}

fn purchaser() -> Value {
    let mut purchaser = person();
    purchaser["is_required_more_information"] = json!(false);
    purchaser
}

/// The current vocabulary.
pub fn current_request() -> Value {
    json!({
        "options": [{
            "channel_product_mapping_code": MAPPING,
            "option_code": OPTION,
            "quantity": 1,
            "inventory_at": START,
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
    })
}

/// The middle generation.
pub fn middle_request() -> Value {
    let mut request = current_request();
    request["depth_combinations"] = request["options"].take();
    request["depth_combinations"][0]["dc_code"] = json!(OPTION);
    without(&mut request, "options");
    without(&mut request["depth_combinations"][0], "option_code");
    request
}

/// The old vocabulary.
pub fn legacy_request() -> Value {
    json!({
        "depth_combinations": [{
            "channel_product_mapping_data_code": MAPPING,
            "dc_code": OPTION,
            "quantity": "1",
            "use_date": "2022-02-01 13:00",
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
pub fn current_answer() -> Value {
    json!({
        "channel_order_code": "ORDER-20220121-0001",
        "channel_order_status": "New",
        "options": [{
            "option_code": OPTION,
            "inventory_at": START,
            "ax_order_code": ORDER,
            "ax_order_status": "New",
            "quantity": 1,
            "tickets": [{"ax_ticket_code": TICKET, "ax_ticket_status": "New"}],
        }],
    })
}

/// The middle generation.
pub fn middle_answer() -> Value {
    json!({
        "channel_order_code": "ORDER-20220121-0001",
        "channel_order_status": "New",
        "depth_combinations": [{
            "dc_code": OPTION,
            "inventory_at": START,
            "ax_order_code": ORDER,
            "ax_order_status": "New",
            "quantity": 1,
            "tickets": [{"ax_ticket_code": TICKET, "ax_ticket_status": "New"}],
        }],
    })
}

/// The old vocabulary.
pub fn legacy_answer() -> Value {
    json!({
        "channel_order_code": "ORDER-20220121-0001",
        "channel_order_status": "1",
        "depth_combinations": [{
            "dc_code": OPTION,
            "use_date": START,
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
