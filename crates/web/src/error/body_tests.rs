use std::time::Duration;

use axhub_domain::csv::{CsvFault, CsvProblem};
use axhub_domain::ids::TicketId;
use axhub_domain::refusal::{FieldPath, OrderField, Reason};
use axhub_domain::state::OrderStatus;
use rstest::rstest;
use uuid::Uuid;

use super::super::{JsonFault, JsonProblem};
use super::*;
use crate::samples;

fn text(error: &ApiError, language: Language) -> String {
    serde_json::to_string(&error.body(Context { language, request_id: "r-1", method: "PUT" })).unwrap()
}

fn korean(error: impl Into<ApiError>) -> String {
    text(&error.into(), Language::Korean)
}

fn english(error: impl Into<ApiError>) -> String {
    text(&error.into(), Language::English)
}

/// The body with the texts, which other tests read, left out.
fn facts(conflict: Conflict, vocabulary: Vocabulary) -> Value {
    let error = ApiError::from(conflict).in_vocabulary(vocabulary);
    let mut value = error.body(Context { language: Language::Korean, request_id: "r-1", method: "POST" }).into_value();
    let members = value.as_object_mut().unwrap();
    assert_eq!(members.remove("message"), members.remove("detail"));
    assert_eq!(members.remove("request_id"), Some("r-1".into()));
    value
}

#[test]
fn the_contracts_own_examples() {
    assert_eq!(
        korean(ApiError::permission_denied()),
        r#"{"message":"이 작업을 수행할 권한(permission)이 없습니다.","detail":"이 작업을 수행할 권한(permission)이 없습니다.","code":"permission_denied","request_id":"r-1"}"#
    );
    assert_eq!(
        korean(ApiError::not_found()),
        r#"{"message":"찾을 수 없습니다.","detail":"찾을 수 없습니다.","code":"not_found","request_id":"r-1"}"#
    );
    assert_eq!(
        korean(FieldError::new("depth_combinations", Reason::Null)),
        r#"{"depth_combinations":"이 필드는 null일 수 없습니다.","error":{"code":"null","request_id":"r-1"}}"#
    );
    assert_eq!(
        english(ApiError::permission_denied()),
        r#"{"message":"You do not have permission to perform this action.","detail":"You do not have permission to perform this action.","code":"permission_denied","request_id":"r-1"}"#
    );
    assert_eq!(english(ApiError::not_found()), r#"{"message":"Not found.","detail":"Not found.","code":"not_found","request_id":"r-1"}"#);
}

#[test]
fn a_bad_query_names_its_parameters() {
    let error = ApiError::new(Kind::InvalidQuery(vec![
        FieldError::new("page_size", Reason::TooLarge { max: 200 }),
        FieldError::new("page", Reason::NotAnInteger),
    ]));
    assert_eq!(
        text(&error, Language::Korean),
        r#"{"message":"유효하지 않은 query입니다.","detail":"유효하지 않은 query입니다.","code":"invalid_query","request_id":"r-1","errors":{"page":"유효한 정수(integer)를 넣어주세요.","page_size":"이 값이 200보다 작거나 같은지 확인하십시오."}}"#
    );
    assert!(text(&error, Language::English).starts_with(r#"{"message":"Invalid query.","detail":"Invalid query.","code""#));
}

#[test]
fn field_errors_keep_their_order_and_those_of_one_path_are_joined() {
    let errors = vec![
        FieldError::new(FieldPath::Line(0, LineField::Quantity), Reason::NotAnInteger),
        FieldError::new(FieldPath::Order(OrderField::Total), Reason::Required),
        FieldError::new("mapping_data", Reason::EmptyList),
        FieldError::new("mapping_data", Reason::Null),
        FieldError::new("mapping_data", Reason::Null),
    ];
    assert_eq!(
        english(errors),
        r#"{"options[0].quantity":"A valid integer is required.","order.total":"This field is required.","mapping_data":"This list may not be empty. This field may not be null.","error":{"code":"invalid_fields","request_id":"r-1"}}"#
    );
}

#[test]
fn fields_with_one_reason_share_its_code() {
    let errors = vec![FieldError::new("a", Reason::TooSmall { min: 1 }), FieldError::new("b", Reason::TooSmall { min: 2 })];
    let body = english(errors);
    assert!(body.ends_with(r#""error":{"code":"too_small","request_id":"r-1"}}"#), "{body}");
    assert!(english(Vec::new()).ends_with(r#"{"error":{"code":"invalid_fields","request_id":"r-1"}}"#));
}

#[test]
fn what_is_not_listed_is_counted() {
    let error = ApiError::new(Kind::Fields { errors: vec![FieldError::new("a", Reason::Null)], more: 7 });
    assert!(text(&error, Language::English).ends_with(r#""error":{"code":"null","more":7,"request_id":"r-1"}}"#));
}

#[test]
fn field_paths_follow_the_vocabulary() {
    let error = ApiError::from(FieldError::new(FieldPath::Line(1, LineField::Option), Reason::OptionRepeated));
    assert!(text(&error, Language::English).starts_with(r#"{"options[1].option_code":"#));
    let legacy = error.in_vocabulary(Vocabulary::legacy());
    assert!(text(&legacy, Language::English).starts_with(r#"{"depth_combinations[1].dc_code":"#));
}

#[rstest]
#[case(JsonProblem::Empty, "JSON 본문이 비어 있습니다.", "The JSON body is empty.")]
#[case(JsonProblem::Encoding, "본문이 UTF-8이 아닙니다(3행 17열).", "The body is not UTF-8 (line 3, column 17).")]
#[case(JsonProblem::Incomplete, "JSON 본문이 중간에 끝났습니다(3행 17열).", "The JSON body ends too early (line 3, column 17).")]
#[case(
    JsonProblem::TooDeep,
    "JSON 본문이 너무 깊게 중첩되어 있습니다(3행 17열).",
    "The JSON body is nested too deeply (line 3, column 17)."
)]
#[case(
    JsonProblem::TooManyValues,
    "JSON 본문에 값이 너무 많습니다(3행 17열). 나누어 보내 주세요.",
    "The JSON body has too many values (line 3, column 17). Send it in parts."
)]
#[case(JsonProblem::Syntax, "JSON 문법이 잘못되었습니다(3행 17열).", "The body is not valid JSON (line 3, column 17).")]
fn malformed_json_tells_where(#[case] problem: JsonProblem, #[case] in_korean: &str, #[case] in_english: &str) {
    let error = ApiError::new(Kind::MalformedJson(JsonFault { problem, line: 3, column: 17 }));
    let expected =
        |text: &str| format!(r#"{{"message":"{text}","detail":"{text}","code":"malformed_json","request_id":"r-1","line":3,"column":17}}"#);
    assert_eq!(text(&error, Language::Korean), expected(in_korean));
    assert_eq!(text(&error, Language::English), expected(in_english));
}

#[test]
fn malformed_csv_tells_where() {
    for problem in CsvProblem::ALL {
        let error = ApiError::new(Kind::MalformedCsv(CsvFault { problem, line: 3, column: 17 }));
        let place = if problem == CsvProblem::Encoding { "byte" } else { "column" };
        for language in [Language::Korean, Language::English] {
            let body = text(&error, language);
            assert!(body.ends_with(&format!(r#""code":"malformed_csv","request_id":"r-1","line":3,"{place}":17}}"#)), "{body}");
            assert!(!body.contains("web-malformed_csv"), "{body}");
        }
    }
    let error = ApiError::new(Kind::MalformedCsv(CsvFault { problem: CsvProblem::Unclosed, line: 3, column: 17 }));
    assert!(text(&error, Language::English).contains(r#""message":"A quote is never closed (line 3, column 17).""#));
}

#[rstest]
#[case(Kind::MalformedRequest, "잘못된 요청입니다.", "Malformed request.")]
#[case(
    Kind::BodyNotAnObject { found: "list" },
    "유효하지 않은 데이터. 딕셔너리(dictionary)대신 list를 받았습니다.",
    "Invalid data. Expected a dictionary, but got list."
)]
#[case(Kind::MethodNotAllowed, "메소드(Method) \\\"PUT\\\"는 허용되지 않습니다.", "Method \\\"PUT\\\" not allowed.")]
#[case(
    Kind::BodyTooLarge { limit: 2_097_152 },
    "본문이 너무 큽니다. 2097152바이트 이하로 보내 주세요.",
    "The body is too large. Send at most 2097152 bytes."
)]
#[case(
    Kind::UnsupportedMediaType { media_type: "text/xml".into() },
    "요청된 \\\"text/xml\\\"가 지원되지 않는 미디어 형태입니다.",
    "Unsupported media type \\\"text/xml\\\" in request."
)]
#[case(
    Kind::RateLimited { retry_after: Duration::from_millis(1001) },
    "요청이 지연(throttled)되었습니다. 2 초 후에 사용 가능합니다.",
    "Request was throttled. Expected available in 2 seconds."
)]
#[case(
    Kind::RateLimited { retry_after: Duration::ZERO },
    "요청이 지연(throttled)되었습니다. 1 초 후에 사용 가능합니다.",
    "Request was throttled. Expected available in 1 second."
)]
#[case(Kind::InternalError { cause: "secret".into() }, "서버 장애가 발생했습니다.", "A server error occurred.")]
#[case(
    Kind::Unavailable { cause: "secret".into() },
    "잠시 서비스를 사용할 수 없습니다. 같은 요청을 잠시 후 다시 보내 주세요.",
    "The service is not available at the moment. Send the same request again soon."
)]
#[case(
    Kind::Overloaded,
    "요청이 너무 많아 지금은 처리할 수 없습니다. 같은 요청을 잠시 후 다시 보내 주세요.",
    "There are too many requests at the moment. Send the same request again soon."
)]
#[case(
    Kind::RequestTimeout,
    "요청을 제시간에 처리하지 못했습니다. 같은 요청을 다시 보내 주세요.",
    "The request took too long. Send the same request again."
)]
fn errors_of_http_itself(#[case] kind: Kind, #[case] in_korean: &str, #[case] in_english: &str) {
    let error = ApiError::new(kind);
    let code = error.code();
    let expected = |text: &str| format!(r#"{{"message":"{text}","detail":"{text}","code":"{code}","request_id":"r-1"}}"#);
    assert_eq!(text(&error, Language::Korean), expected(in_korean));
    assert_eq!(text(&error, Language::English), expected(in_english));
}

#[test]
fn sold_out_tells_what_the_channel_needs() {
    let sold_out = samples::conflict("sold_out").unwrap();
    assert_eq!(
        korean(sold_out.clone()),
        r#"{"message":"재고가 부족합니다. 남은 수량: 1.","detail":"재고가 부족합니다. 남은 수량: 1.","code":"sold_out","request_id":"r-1","option_code":"018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01","inventory_at":"2026-05-01T05:00:00.000Z","remain_quantity":1,"field":"options[0].quantity"}"#
    );
    assert_eq!(
        facts(sold_out, Vocabulary::legacy()),
        json!({
            "code": "sold_out",
            "dc_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01",
            "option_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01",
            "use_date": "2026-05-01T05:00:00.000Z",
            "inventory_at": "2026-05-01T05:00:00.000Z",
            "remain_quantity": 1,
            "field": "depth_combinations[0].quantity",
        })
    );
}

#[test]
fn every_other_conflict_tells_what_the_channel_needs() {
    let told = |code: &str| facts(samples::conflict(code).unwrap(), Vocabulary::current());
    let option = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01";
    let order = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02";
    let ticket = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f03";
    let at = "2026-05-01T05:00:00.000Z";
    assert_eq!(told("product_not_assigned"), json!({ "code": "product_not_assigned", "field": "options[0].channel_product_mapping_code" }));
    assert_eq!(
        told("product_not_on_sale"),
        json!({
            "code": "product_not_on_sale",
            "start_date_of_the_sale": "2026-03-01",
            "end_date_of_the_sale": "2026-04-30",
            "field": "options[0].channel_product_mapping_code",
        })
    );
    assert_eq!(told("option_inactive"), json!({ "code": "option_inactive", "option_code": option, "field": "options[0].option_code" }));
    for code in ["inventory_closed", "inventory_past"] {
        assert_eq!(told(code), json!({ "code": code, "option_code": option, "inventory_at": at, "field": "options[0].inventory_at" }));
    }
    assert_eq!(
        told("cut_off_passed"),
        json!({
            "code": "cut_off_passed",
            "option_code": option,
            "inventory_at": at,
            "closed_at": "2026-04-30T05:00:00.000Z",
            "field": "options[0].inventory_at",
        })
    );
    assert_eq!(told("order_code_reused"), json!({ "code": "order_code_reused" }));
    assert_eq!(
        told("stock_below_sold"),
        json!({
            "code": "stock_below_sold", "more": 0,
            "rows": [{ "option_code": option, "date": "2026-05-01", "start_time": "14:00", "in_use": 3 }],
        })
    );
    assert_eq!(told("version_changed"), json!({ "code": "version_changed", "version": 4 }));
    assert_eq!(
        told("transition_not_allowed"),
        json!({
            "code": "transition_not_allowed",
            "ax_order_code": order,
            "ax_order_status": "Supplier reject",
            "ax_ticket_code": ticket,
            "ax_ticket_status": "Supplier canceled",
        })
    );
    assert_eq!(
        told("ticket_used"),
        json!({
            "code": "ticket_used",
            "ax_order_code": order,
            "ax_order_status": "Supplier confirm",
            "ax_ticket_code": ticket,
            "ax_ticket_status": "Used",
            "tickets": [{ "ax_ticket_code": ticket, "ax_ticket_status": "Used" }],
        })
    );
}

#[test]
fn the_old_vocabulary_tells_digits_and_its_own_names() {
    let Some(Conflict::TicketUsed { order, tickets, .. }) = samples::conflict("ticket_used") else { panic!() };
    let two =
        Conflict::TicketUsed { order, order_status: OrderStatus::SupplierConfirm, tickets: vec![tickets[0], TicketId(Uuid::from_u128(9))] };
    assert_eq!(
        facts(two, Vocabulary::legacy()),
        json!({
            "code": "ticket_used",
            "ax_order_code": order.to_string(),
            "ax_order_status": "3",
            "tickets": [
                { "ticket_code": tickets[0].to_string(), "ticket_status": "2" },
                { "ticket_code": "00000000-0000-0000-0000-000000000009", "ticket_status": "2" },
            ],
        })
    );
    let refused = samples::conflict("transition_not_allowed").unwrap();
    let told = facts(refused, Vocabulary::legacy());
    assert_eq!(told["ax_order_status"], "4");
    assert_eq!(told["ticket_status"], "4");
    assert_eq!(told.get("ax_ticket_status"), None);
}

#[test]
fn an_open_sale_period_is_null_at_its_open_end() {
    let told = facts(Conflict::ProductNotOnSale { from: None, to: None, line: 3 }, Vocabulary::current());
    assert_eq!(told["start_date_of_the_sale"], Value::Null);
    assert_eq!(told["end_date_of_the_sale"], Value::Null);
    assert_eq!(told["field"], "options[3].channel_product_mapping_code");
}
