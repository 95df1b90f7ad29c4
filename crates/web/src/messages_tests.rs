use std::collections::BTreeSet;

use axhub_domain::difference::Difference;
use axhub_domain::ids::{OptionId, TicketId};
use axhub_domain::state::{OrderStatus, TicketStatus};
use fluent_syntax::ast::Entry;
use jiff::Timestamp;
use jiff::civil;
use rstest::rstest;
use uuid::Uuid;

use super::*;
use crate::error::Kind;
use crate::samples;

/// The ids of all messages in these files.
fn ids(files: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for file in files {
        let resource = FluentResource::try_new((*file).to_owned()).unwrap();
        for entry in resource.entries() {
            if let Entry::Message(message) = entry {
                ids.push(message.id.name.to_owned());
            }
        }
    }
    ids
}

#[test]
fn the_files_have_no_faults() {
    assert_eq!(bundle("ko-KR", &KOREAN).1, Vec::<String>::new());
    assert_eq!(bundle("en-US", &ENGLISH).1, Vec::<String>::new());
}

#[test]
fn every_code_has_one_message_in_each_language_and_every_message_a_code() {
    let with = |prefix: &str, codes: &[&str]| codes.iter().map(|code| format!("{prefix}-{code}")).collect::<Vec<_>>();
    let (reasons, conflicts) = (with("reason", Reason::CODES), with("conflict", Conflict::CODES));
    let labels: Vec<&str> = difference::fields().collect();
    let of_products = [with("difference", Difference::CODES), with("label", &labels)].concat();
    let wanted: Vec<String> =
        [reasons, conflicts, with("web", Kind::WEB_CODES), with("hindrance", &Hindrance::CODES), of_products].concat();
    let wanted_set: BTreeSet<&String> = wanted.iter().collect();
    for files in [KOREAN, ENGLISH] {
        let found = ids(&files);
        assert_eq!(found.iter().collect::<BTreeSet<_>>(), wanted_set);
        assert_eq!(found.len(), wanted_set.len(), "an id stands twice");
    }
}

/// Formats and panics when an argument is missing.
fn formatted(language: Language, prefix: &str, code: &str, args: &FluentArgs<'_>) -> String {
    let (text, errors) = format(language, prefix, code, args);
    assert_eq!(errors, Vec::<String>::new(), "{language:?} {prefix}-{code}");
    assert!(!text.contains(['{', '}', '$']), "{text}");
    assert!(text.len() > 5, "{text}");
    text
}

#[test]
fn every_message_finds_its_arguments() {
    for language in Language::ALL {
        for reason in samples::reasons() {
            formatted(language, "reason", reason.code(), &reason_args(&reason));
        }
        for conflict in samples::conflicts() {
            formatted(language, "conflict", conflict.code(), &conflict_args(&conflict));
        }
        for hindrance in samples::hindrances() {
            formatted(language, "hindrance", hindrance.code(), &hindrance_args(&hindrance));
        }
    }
}

#[test]
fn an_unknown_message_is_told_by_its_code() {
    let (text, errors) = format(Language::English, "web", "nonsense", &FluentArgs::new());
    assert_eq!(text, "nonsense");
    assert_eq!(errors, ["no message web-nonsense"]);
}

#[rstest]
#[case(Reason::Required, "이 필드는 필수 항목입니다.", "This field is required.")]
#[case(Reason::Null, "이 필드는 null일 수 없습니다.", "This field may not be null.")]
#[case(Reason::Blank, "이 필드는 blank일 수 없습니다.", "This field may not be blank.")]
#[case(Reason::EmptyList, "이 리스트는 비워 둘 수 없습니다.", "This list may not be empty.")]
#[case(Reason::NullCharacter, "null 문자는 사용할 수 없습니다.", "Null characters are not allowed.")]
#[case(Reason::NotAString, "유효한 문자열이 아닙니다.", "Not a valid string.")]
#[case(Reason::NotAnInteger, "유효한 정수(integer)를 넣어주세요.", "A valid integer is required.")]
#[case(Reason::NotANumber, "유효한 숫자를 넣어주세요.", "A valid number is required.")]
#[case(Reason::NotABoolean, "유효한 불리언이어야 합니다.", "Must be a valid boolean.")]
#[case(Reason::NotAUrl, "유효한 URL을 입력하십시오.", "Enter a valid URL.")]
#[case(
    Reason::TooLong { max: 255 },
    "이 필드의 글자 수가 255 이하인지 확인하십시오.",
    "Ensure this field has no more than 255 characters."
)]
#[case(
    Reason::TooMany { max: 1000 },
    "이 필드가 최대 1000 개의 요소를 가지는지 확인하세요.",
    "Ensure this field has no more than 1000 elements."
)]
#[case(
    Reason::TooSmall { min: 1 },
    "이 값이 1보다 크거나 같은지 확인하십시오.",
    "Ensure this value is greater than or equal to 1."
)]
#[case(
    Reason::TooLarge { max: i64::MAX },
    "이 값이 9223372036854775807보다 작거나 같은지 확인하십시오.",
    "Ensure this value is less than or equal to 9223372036854775807."
)]
#[case(
    Reason::NotADate,
    "Date의 포멧이 잘못되었습니다. 이 형식들 중 한가지를 사용하세요: YYYY-MM-DD.",
    "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."
)]
#[case(
    Reason::NotAChoice { value: "EUR".into(), choices: vec!["KRW".into(), "USD".into()] },
    "\"EUR\"이 유효하지 않은 선택(choice)입니다. 가능한 값: KRW, USD.",
    "\"EUR\" is not a valid choice. Accepted: KRW, USD."
)]
#[case(
    Reason::NotAChoice { value: "{ $x }".into(), choices: vec![] },
    "\"{ $x }\"이 유효하지 않은 선택(choice)입니다.",
    "\"{ $x }\" is not a valid choice."
)]
#[case(
    Reason::QuantityOutOfRange { min: 2, max: 12345 },
    "이 옵션은 한 주문에 2개 이상 12345개 이하로 주문할 수 있습니다.",
    "One order may have 2 to 12345 units of this option."
)]
#[case(
    Reason::TicketCountMismatch { quantity: 2, tickets: 1 },
    "티켓 수(1)가 수량(2)과 같아야 합니다.",
    "There is 1 ticket, but the quantity is 2. Send one ticket per unit."
)]
#[case(
    Reason::SubTotalMismatch { expected: axhub_domain::money::Money::from_parts(7_120_050_000) },
    "단가 × 수량의 합과 다릅니다. 71200.50000이어야 합니다.",
    "This is not the sum of unit price × quantity, which is 71200.50000."
)]
fn reasons_read_like_this(#[case] reason: Reason, #[case] korean: &str, #[case] english: &str) {
    assert_eq!(super::reason(Language::Korean, &reason), korean);
    assert_eq!(super::reason(Language::English, &reason), english);
}

#[rstest]
#[case(0, "재고가 부족합니다. 남은 수량: 0.", "Sold out.")]
#[case(1, "재고가 부족합니다. 남은 수량: 1.", "Not enough stock: 1 unit is left.")]
#[case(12, "재고가 부족합니다. 남은 수량: 12.", "Not enough stock: 12 units are left.")]
fn sold_out_names_what_is_left(#[case] remain: u32, #[case] korean: &str, #[case] english: &str) {
    let sold_out = Conflict::SoldOut { option: OptionId(Uuid::nil()), inventory_at: Timestamp::UNIX_EPOCH, remain, line: 0 };
    assert_eq!(conflict(Language::Korean, &sold_out), korean);
    assert_eq!(conflict(Language::English, &sold_out), english);
}

#[test]
fn a_sale_period_may_be_open_at_either_end() {
    let day = Some(civil::date(2026, 3, 1));
    let text = |from, to| conflict(Language::English, &Conflict::ProductNotOnSale { from, to, line: 0 });
    assert_eq!(text(day, None), "The product is not on sale. Its sale starts on 2026-03-01.");
    assert_eq!(text(None, day), "The product is not on sale. Its sale ended on 2026-03-01.");
    assert_eq!(text(day, day), "The product is not on sale. Its sale period is 2026-03-01 to 2026-03-01.");
    assert_eq!(text(None, None), "The product is not on sale.");
}

#[test]
fn a_refused_transition_names_the_present_states() {
    let order = axhub_domain::ids::OrderId(Uuid::nil());
    let text = |ticket| {
        let refused = Conflict::TransitionNotAllowed { order, order_status: OrderStatus::SupplierReject, ticket };
        conflict(Language::Korean, &refused)
    };
    assert_eq!(text(None), "지금 상태에서는 할 수 없습니다. 주문 상태: Supplier reject.");
    let ticket = Some((TicketId(Uuid::nil()), TicketStatus::TravelerCanceled));
    assert_eq!(text(ticket), "지금 상태에서는 할 수 없습니다. 주문 상태: Supplier reject, 티켓 상태: Traveler canceled.");
}

#[test]
fn a_long_list_is_cut() {
    let names: Vec<String> = (1..=21).map(|n| n.to_string()).collect();
    let text = reason(Language::English, &Reason::MappingNameRepeated { names: names.clone() });
    assert!(text.ends_with("18, 19, 20, …."), "{text}");
    let text = reason(Language::English, &Reason::MappingNameRepeated { names: names[..20].to_vec() });
    assert!(text.ends_with("18, 19, 20."), "{text}");
}

#[test]
fn messages_can_be_said_from_many_threads() {
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..100 {
                    let text = reason(Language::English, &Reason::TicketCountMismatch { quantity: 3, tickets: 1 });
                    assert!(text.starts_with("There is 1 ticket"));
                }
            });
        }
    });
}
