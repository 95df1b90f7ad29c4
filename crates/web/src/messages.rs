//! Every sentence that axhub says over HTTP, in every language (`locales/{ko,en}/*.ftl`).
//!
//! A message's id is a prefix and the stable code: `reason-required`, `conflict-sold_out`, `web-not_found`. To add a
//! code, add its message to both languages and a sample of it to [`crate::samples`]; the tests below name what is
//! missing.

mod difference;

use std::fmt::Display;
use std::sync::LazyLock;

use axhub_domain::hindrance::Hindrance;
use axhub_domain::inventory::UNDATED;
use axhub_domain::refusal::{Conflict, Reason};
use axhub_domain::time::format_instant;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource};
use jiff::civil::{Date, Time};
use unic_langid::LanguageIdentifier;

use crate::language::Language;

pub use difference::{difference, label};

const KOREAN: [&str; 6] = [
    include_str!("../locales/ko/reasons.ftl"),
    include_str!("../locales/ko/conflicts.ftl"),
    include_str!("../locales/ko/web.ftl"),
    include_str!("../locales/ko/stock.ftl"),
    include_str!("../locales/ko/differences.ftl"),
    include_str!("../locales/ko/labels.ftl"),
];
const ENGLISH: [&str; 6] = [
    include_str!("../locales/en/reasons.ftl"),
    include_str!("../locales/en/conflicts.ftl"),
    include_str!("../locales/en/web.ftl"),
    include_str!("../locales/en/stock.ftl"),
    include_str!("../locales/en/differences.ftl"),
    include_str!("../locales/en/labels.ftl"),
];

static KOREAN_BUNDLE: LazyLock<Bundle> = LazyLock::new(|| bundle("ko-KR", &KOREAN).0);
static ENGLISH_BUNDLE: LazyLock<Bundle> = LazyLock::new(|| bundle("en-US", &ENGLISH).0);

type Bundle = FluentBundle<FluentResource>;

/// How many culprits a sentence names at most.
const MAX_NAMED: usize = 20;

/// What is wrong with one field.
pub fn reason(language: Language, reason: &Reason) -> String {
    text(language, "reason", reason.code(), &reason_args(reason))
}

/// What about the state of the world does not allow a request.
pub fn conflict(language: Language, conflict: &Conflict) -> String {
    text(language, "conflict", conflict.code(), &conflict_args(conflict))
}

/// Why a channel cannot order something from a stock row, for its supplier.
pub fn hindrance(language: Language, hindrance: &Hindrance) -> String {
    text(language, "hindrance", hindrance.code(), &hindrance_args(hindrance))
}

/// A sentence about HTTP itself.
pub(crate) fn web(language: Language, code: &str, args: &FluentArgs<'_>) -> String {
    text(language, "web", code, args)
}

fn text(language: Language, prefix: &str, code: &str, args: &FluentArgs<'_>) -> String {
    let (text, errors) = format(language, prefix, code, args);
    if !errors.is_empty() {
        tracing::error!(prefix, code, ?errors, "a message is missing or needs another argument");
    }
    text
}

/// The sentence and all that is wrong with it; the code stands in for a sentence that does not exist.
fn format(language: Language, prefix: &str, code: &str, args: &FluentArgs<'_>) -> (String, Vec<String>) {
    let bundle = match language {
        Language::Korean => &*KOREAN_BUNDLE,
        Language::English => &*ENGLISH_BUNDLE,
    };
    let id = format!("{prefix}-{code}");
    let Some(pattern) = bundle.get_message(&id).and_then(|message| message.value()) else {
        return (code.to_owned(), vec![format!("no message {id}")]);
    };
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
    (text, errors.iter().map(FluentError::to_string).collect())
}

/// The bundle of a language and all that is wrong with its files.
fn bundle(tag: &str, files: &[&str]) -> (Bundle, Vec<String>) {
    let mut faults = Vec::new();
    let language = tag.parse().unwrap_or_else(|error| {
        faults.push(format!("{tag}: {error}"));
        LanguageIdentifier::default()
    });
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    for file in files {
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(resource, errors)| {
            faults.extend(errors.iter().map(ToString::to_string));
            resource
        });
        if let Err(errors) = bundle.add_resource(resource) {
            faults.extend(errors.iter().map(ToString::to_string));
        }
    }
    (bundle, faults)
}

/// The arguments of a reason's message. Only small numbers go in as numbers, because Fluent keeps them as floats.
fn reason_args(reason: &Reason) -> FluentArgs<'static> {
    let mut args = FluentArgs::new();
    match reason {
        Reason::NotAChoice { value, choices } => {
            args.set("value", value.clone());
            args.set("count", choices.len());
            args.set("choices", list(choices));
        }
        Reason::UnknownParameter { known } => args.set("known", list(known)),
        Reason::TooLong { max } | Reason::TooMany { max } | Reason::TooDeep { max } => args.set("max", *max),
        Reason::TooSmall { min } => args.set("min", min.to_string()),
        Reason::TooLarge { max } => args.set("max", max.to_string()),
        Reason::TooManyPlaces { places } => args.set("places", *places),
        Reason::QuantityOutOfRange { min, max } => {
            args.set("min", *min);
            args.set("max", *max);
        }
        Reason::TicketCountMismatch { quantity, tickets } => {
            args.set("quantity", *quantity);
            args.set("tickets", *tickets);
        }
        Reason::TravelerInformationMissing { key } => args.set("key", key.clone()),
        Reason::SubTotalMismatch { expected } => args.set("expected", expected.to_string()),
        Reason::TotalAboveSubTotal { sub_total } => args.set("sub_total", sub_total.to_string()),
        Reason::MappingIncomplete { options } => args.set("options", list(options)),
        Reason::MappingOptionUnknown { options } => args.set("options", list(options)),
        Reason::MappingNameRepeated { names } => args.set("names", list(names)),
        Reason::OptionDrawnFrom { options } => args.set("options", list(options)),
        Reason::OptionWithoutPrice { option } => args.set("option", option.clone()),
        Reason::OptionNameRepeated { name } => args.set("name", name.clone()),
        Reason::Disagrees { with } => args.set("with", with.clone()),
        Reason::PolicyPercentRepeated { percent } => args.set("percent", *percent),
        Reason::RefundAboveCost { cost } => args.set("cost", cost.to_string()),
        Reason::RangeTooLong { max_days } => args.set("max_days", *max_days),
        Reason::SkippedByDaylightSaving { dates } | Reason::NoStockYet { dates } => args.set("dates", list(dates)),
        Reason::TooManyRows { max } => args.set("max", *max),
        _ => {}
    }
    args
}

/// The arguments of a conflict's message.
fn conflict_args(conflict: &Conflict) -> FluentArgs<'static> {
    let mut args = FluentArgs::new();
    match conflict {
        Conflict::SoldOut { remain, .. } => args.set("remain", *remain),
        Conflict::ProductNotOnSale { from, to, .. } => {
            let period = match (from, to) {
                (Some(_), Some(_)) => "both",
                (Some(_), None) => "from",
                (None, Some(_)) => "to",
                (None, None) => "none",
            };
            args.set("period", period);
            args.set("from", date(*from));
            args.set("to", date(*to));
        }
        Conflict::CutOffPassed { closed_at, .. } => args.set("closed_at", format_instant(*closed_at)),
        Conflict::TransitionNotAllowed { order_status, ticket, .. } => {
            args.set("subject", if ticket.is_some() { "ticket" } else { "order" });
            args.set("order_status", order_status.word());
            args.set("ticket_status", ticket.map_or("", |(_, status)| status.word()));
        }
        Conflict::TicketNotCanceled { ticket: (_, status), .. } => args.set("ticket_status", status.word()),
        Conflict::UndoTooLate { used_at, .. } => args.set("used_at", format_instant(*used_at)),
        Conflict::RefundReported { amount, .. } => args.set("amount", amount.to_string()),
        Conflict::TicketUsed { tickets, .. } => args.set("tickets", list(tickets)),
        Conflict::StockBelowSold { rows, .. } | Conflict::StockBelowAllotted { rows, .. } => {
            args.set("rows", list(rows.iter().map(|row| stock_row(row.date, row.start_time, row.in_use))));
        }
        Conflict::AllotmentExceedsStock { rows, .. } => {
            args.set("rows", list(rows.iter().map(|row| stock_row(row.date, row.start_time, row.most))));
        }
        Conflict::MonthNotOver { closes_from } => args.set("closes_from", format_instant(*closes_from)),
        Conflict::VersionChanged { version } | Conflict::NoDraft { version } => args.set("version", version.to_string()),
        Conflict::AssignedByRule { rule } => args.set("rule", rule.to_string()),
        _ => {}
    }
    args
}

/// The arguments of a hindrance's message.
fn hindrance_args(hindrance: &Hindrance) -> FluentArgs<'static> {
    let mut args = FluentArgs::new();
    match hindrance {
        Hindrance::CutOffPassed { closed_at } => args.set("closed_at", format_instant(*closed_at)),
        Hindrance::AllottedToOthers { units } => args.set("units", *units),
        _ => {}
    }
    args
}

fn date(date: Option<Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// `2026-05-01 14:00 (3)`; what has no date is only its number.
fn stock_row(date: Date, start_time: Option<Time>, units: i64) -> String {
    match start_time {
        _ if date == UNDATED => units.to_string(),
        Some(start_time) => format!("{date} {} ({units})", start_time.strftime("%H:%M")),
        None => format!("{date} ({units})"),
    }
}

/// `a, b, c`, cut where it would become a page.
fn list(items: impl IntoIterator<Item = impl Display>) -> String {
    let mut items = items.into_iter();
    let named: Vec<String> = items.by_ref().take(MAX_NAMED).map(|item| item.to_string()).collect();
    let rest = if items.next().is_some() { ", …" } else { "" };
    named.join(", ") + rest
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
