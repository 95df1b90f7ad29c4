//! One of each reason and conflict: for the examples of the API description, and for tests that need them all.

use axhub_domain::hindrance::Hindrance;
use axhub_domain::ids::{OptionId, OrderId, RuleId, TicketId};
use axhub_domain::money::Money;
use axhub_domain::refusal::{Conflict, Reason, StockInUse, StockLeft};
use axhub_domain::state::{OrderStatus, TicketStatus};
use jiff::Timestamp;
use jiff::civil::{date, time};
use uuid::Uuid;

/// The request id of examples.
pub const REQUEST_ID: &str = "018f4e2a7b3c7d4e8f5a6b7c8d9e0f1a";

/// One of each reason, in the order of [`Reason::CODES`].
pub fn reasons() -> Vec<Reason> {
    let option = OptionId(uuid(1));
    vec![
        Reason::Required,
        Reason::Null,
        Reason::Blank,
        Reason::EmptyList,
        Reason::NullCharacter,
        Reason::NotAString,
        Reason::NotAnInteger,
        Reason::NotANumber,
        Reason::NotABoolean,
        Reason::NotAList,
        Reason::NotAnObject,
        Reason::NotADateTime,
        Reason::NotADate,
        Reason::NotATimeOfDay,
        Reason::NotAMonth,
        Reason::NotAUrl,
        Reason::NotAChoice { value: "EUR".to_owned(), choices: vec!["KRW".to_owned(), "USD".to_owned()] },
        Reason::NotATimeZone,
        Reason::NotACode,
        Reason::RepeatedMember,
        Reason::Repeated,
        Reason::UnknownParameter { known: vec!["status".to_owned(), "page".to_owned(), "page_size".to_owned()] },
        Reason::TooLong { max: 255 },
        Reason::TooMany { max: 50 },
        Reason::TooDeep { max: 4 },
        Reason::TooSmall { min: 1 },
        Reason::TooLarge { max: 1000 },
        Reason::TooPrecise,
        Reason::TooManyPlaces { places: 5 },
        Reason::NotPositive,
        Reason::InThePast,
        Reason::OptionRepeated,
        Reason::MappingUnknown,
        Reason::OptionUnknown,
        Reason::InventoryUnknown,
        Reason::QuantityOutOfRange { min: 1, max: 10 },
        Reason::TicketCountMismatch { quantity: 2, tickets: 1 },
        Reason::TravelerInformationMissing { key: "english_name".to_owned() },
        Reason::SubTotalMismatch { expected: won(71_200) },
        Reason::TotalAboveSubTotal { sub_total: won(71_200) },
        Reason::AmountTooLarge,
        Reason::MappingIncomplete { options: vec![option] },
        Reason::MappingOptionUnknown { options: vec![option.to_string()] },
        Reason::MappingNameRepeated { names: vec!["성인".to_owned()] },
        Reason::Disagrees { with: "channel_status".to_owned() },
        Reason::EndsBeforeStart,
        Reason::RangeTooLong { max_days: 366 },
        Reason::SkippedByDaylightSaving { dates: vec![date(2026, 3, 29)] },
        Reason::NoSuchOption,
        Reason::NoStockYet { dates: vec![date(2026, 8, 2)] },
        Reason::TooManyRows { max: 50_000 },
        Reason::NotForThisKind,
        Reason::CannotChange,
        Reason::OptionPublished,
        Reason::OptionDrawnFrom { options: vec!["어린이".to_owned()] },
        Reason::OnlyManual,
        Reason::MissingForChannels,
        Reason::NoThumbnail,
        Reason::NoOption,
        Reason::OptionWithoutPrice { option: "어린이".to_owned() },
        Reason::OptionNameRepeated { name: "성인".to_owned() },
        Reason::NoCancellationPolicy,
        Reason::RangesOverlap,
        Reason::PolicyPercentRepeated { percent: 50 },
        Reason::PolicyGivesLessForMore,
        Reason::RefundAboveCost { cost: won(71_200) },
        Reason::ScoreNotAllowed,
        Reason::CursorUnknown,
    ]
}

/// One of each conflict, in the order of [`Conflict::CODES`].
pub fn conflicts() -> Vec<Conflict> {
    let option = OptionId(uuid(1));
    let order = OrderId(uuid(2));
    let ticket = TicketId(uuid(3));
    // 2026-05-01T05:00:00Z, and the day before it.
    let inventory_at = Timestamp::constant(1_777_611_600, 0);
    let closed_at = Timestamp::constant(1_777_525_200, 0);
    vec![
        Conflict::SoldOut { option, inventory_at, remain: 1, line: 0 },
        Conflict::ProductNotAssigned { line: 0 },
        Conflict::ProductNotOnSale { from: Some(date(2026, 3, 1)), to: Some(date(2026, 4, 30)), line: 0 },
        Conflict::OptionInactive { option, line: 0 },
        Conflict::InventoryClosed { option, inventory_at, line: 0 },
        Conflict::InventoryPast { option, inventory_at, line: 0 },
        Conflict::CutOffPassed { option, inventory_at, closed_at, line: 0 },
        Conflict::OrderCodeReused,
        Conflict::TransitionNotAllowed {
            order,
            order_status: OrderStatus::SupplierReject,
            ticket: Some((ticket, TicketStatus::SupplierCanceled)),
        },
        Conflict::TicketUsed { order, order_status: OrderStatus::SupplierConfirm, tickets: vec![ticket] },
        Conflict::UndoTooLate { ticket, used_at: closed_at },
        Conflict::TicketNotCanceled { order, order_status: OrderStatus::SupplierConfirm, ticket: (ticket, TicketStatus::New) },
        Conflict::RefundReported { ticket, amount: won(71_200) },
        Conflict::ReviewCodeReused,
        Conflict::QuestionCodeReused,
        Conflict::StockBelowSold { rows: vec![in_use(option, 3)], more: 0 },
        Conflict::StockBelowAllotted { rows: vec![in_use(option, 8)], more: 0 },
        Conflict::AllotmentExceedsStock {
            rows: vec![StockLeft { option, date: date(2026, 5, 1), start_time: Some(time(14, 0, 0, 0)), most: 4 }],
            more: 0,
        },
        Conflict::VersionChanged { version: 4 },
        // 2026-08-01T01:00:00Z.
        Conflict::MonthNotOver { closes_from: Timestamp::constant(1_785_546_000, 0) },
        Conflict::DraftOpen,
        Conflict::NoDraft { version: 4 },
        Conflict::NotPublished,
        Conflict::CodeTaken,
        Conflict::AssignedByRule { rule: RuleId(uuid(4)) },
        Conflict::KeyEnded,
    ]
}

/// One of each hindrance, in the order of [`Hindrance::CODES`].
pub fn hindrances() -> Vec<Hindrance> {
    vec![
        Hindrance::NotAssigned,
        Hindrance::NotPublished,
        Hindrance::OptionInactive,
        Hindrance::NotOnSale,
        Hindrance::Past,
        Hindrance::Closed,
        // 2026-04-30T05:00:00Z.
        Hindrance::CutOffPassed { closed_at: Timestamp::constant(1_777_525_200, 0) },
        Hindrance::SoldOut,
        Hindrance::AllottedToOthers { units: 4 },
    ]
}

/// The sample of a code, when it is one of [`Conflict::CODES`].
pub fn conflict(code: &str) -> Option<Conflict> {
    conflicts().into_iter().find(|conflict| conflict.code() == code)
}

fn in_use(option: OptionId, in_use: i64) -> StockInUse {
    StockInUse { option, date: date(2026, 5, 1), start_time: Some(time(14, 0, 0, 0)), in_use }
}

fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(0x018f_4e2a_7b3c_7d4e_8f5a_6b7c_8d9e_0f00 + n)
}

fn won(amount: i64) -> Money {
    Money::from_parts(amount * 100_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_sample_of_every_code() {
        let codes: Vec<&str> = reasons().iter().map(Reason::code).collect();
        assert_eq!(codes, Reason::CODES);
        let codes: Vec<&str> = conflicts().iter().map(Conflict::code).collect();
        assert_eq!(codes, Conflict::CODES);
        let codes: Vec<&str> = hindrances().iter().map(Hindrance::code).collect();
        assert_eq!(codes, Hindrance::CODES);
    }

    #[test]
    fn samples_are_found_by_their_codes() {
        assert_eq!(conflict("sold_out").map(|conflict| conflict.code()), Some("sold_out"));
        assert_eq!(conflict("nonsense"), None);
    }
}
