//! What a version of a product changed, in words.

use axhub_domain::difference::Difference;
use axhub_domain::product::{TEXT_FIELDS, TRAVELER_INFORMATION};
use fluent_bundle::FluentArgs;

use super::{list, text};
use crate::language::Language;

/// Fields that are neither texts of the contents nor traveler information.
const OTHER_FIELDS: &[&str] = &[
    "category",
    "detail_category",
    "confirmation",
    "reply_minutes",
    "on_no_reply",
    "cut_off_minutes",
    "sale_from",
    "sale_to",
    "required_traveler_information",
    "keyword_others",
    "poi",
    "inclusions",
    "exclusions",
    "faq",
    "course",
    "cancellation_policy",
    "depths",
    "persons_per_unit",
    "min_quantity",
    "max_quantity",
    "pool",
    "weight",
];

/// A difference in a sentence.
pub fn difference(language: Language, difference: &Difference) -> String {
    text(language, "difference", difference.code(), &args(language, difference))
}

/// What a field of a product is called: the label of the last part of its name.
pub fn label(language: Language, field: &str) -> String {
    let name = field.rsplit('.').next().unwrap_or(field);
    if fields().any(|known| known == name) { text(language, "label", name, &FluentArgs::new()) } else { name.to_owned() }
}

/// Every field that has a label.
pub(super) fn fields() -> impl Iterator<Item = &'static str> {
    OTHER_FIELDS.iter().chain(TEXT_FIELDS).chain(TRAVELER_INFORMATION).copied()
}

pub(super) fn args(language: Language, difference: &Difference) -> FluentArgs<'static> {
    let mut args = FluentArgs::new();
    if let Some(field) = difference.field() {
        args.set("field", label(language, field));
    }
    if let Some(option) = difference.option() {
        args.set("option", option.name.clone());
    }
    match difference {
        Difference::Set { to, .. } => args.set("to", to.clone()),
        Difference::Changed { from, to, .. } | Difference::OptionChanged { from, to, .. } => {
            args.set("from", from.clone());
            args.set("to", to.clone());
        }
        Difference::ListChanged { field, added, removed } => {
            args.set(
                "kind",
                if removed.is_empty() {
                    "added"
                } else if added.is_empty() {
                    "removed"
                } else {
                    "both"
                },
            );
            args.set("added", entries(language, field, added));
            args.set("removed", entries(language, field, removed));
        }
        Difference::OptionRenamed { from, .. } => args.set("from", from.clone()),
        Difference::PriceSet { to, .. } => args.set("to", to.to_string()),
        Difference::PriceChanged { from, to, .. } => {
            args.set("from", from.amount());
            args.set("to", to.to_string());
        }
        Difference::SeasonAdded { dates, to, .. } => {
            set_dates(&mut args, dates);
            args.set("to", to.to_string());
        }
        Difference::SeasonChanged { dates, from, to, .. } => {
            set_dates(&mut args, dates);
            args.set("from", from.amount());
            args.set("to", to.to_string());
        }
        Difference::SeasonRemoved { dates, from, .. } => {
            set_dates(&mut args, dates);
            args.set("from", from.to_string());
        }
        Difference::FirstVersion
        | Difference::Removed { .. }
        | Difference::Rewritten { .. }
        | Difference::OptionAdded { .. }
        | Difference::OptionRemoved { .. }
        | Difference::OptionOpened { .. }
        | Difference::OptionClosed { .. } => {}
    }
    args
}

fn set_dates(args: &mut FluentArgs<'static>, (first, last): &(jiff::civil::Date, jiff::civil::Date)) {
    args.set("first", first.to_string());
    args.set("last", last.to_string());
}

/// The entries of a list: what travelers must tell has labels, all others are the supplier's own words.
fn entries(language: Language, field: &str, entries: &[String]) -> String {
    if field == "required_traveler_information" {
        return list(entries.iter().map(|entry| label(language, entry)));
    }
    list(entries)
}

#[cfg(test)]
mod tests {
    use axhub_domain::difference::{NamedOption, Price};
    use axhub_domain::ids::OptionId;
    use axhub_domain::money::Currency;
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;

    /// One of each, in the order of their codes.
    fn samples() -> Vec<Difference> {
        let option = NamedOption { code: OptionId(Uuid::nil()), name: "Adult".to_owned() };
        let price = |net: &str| Price { net: net.parse().unwrap(), currency: Currency::Usd };
        let dates = (date(2026, 7, 1), date(2026, 8, 31));
        let text = str::to_owned;
        vec![
            Difference::FirstVersion,
            Difference::Set { field: text("sale_to"), to: text("2026-12-31") },
            Difference::Changed { field: text("contents.meeting_point"), from: text("A"), to: text("B") },
            Difference::Removed { field: text("detail_category") },
            Difference::Rewritten { field: text("contents.faq") },
            Difference::ListChanged {
                field: text("required_traveler_information"),
                added: vec![text("passport_id"), text("gender")],
                removed: vec![text("language")],
            },
            Difference::OptionAdded { option: option.clone() },
            Difference::OptionRemoved { option: option.clone() },
            Difference::OptionOpened { option: option.clone() },
            Difference::OptionClosed { option: option.clone() },
            Difference::OptionRenamed { option: option.clone(), from: text("Grown-up") },
            Difference::OptionChanged { option: option.clone(), field: text("options.max_quantity"), from: text("10"), to: text("4") },
            Difference::PriceSet { option: option.clone(), to: price("75") },
            Difference::PriceChanged { option: option.clone(), from: price("75"), to: price("80") },
            Difference::SeasonAdded { option: option.clone(), dates, to: price("90") },
            Difference::SeasonChanged { option: option.clone(), dates, from: price("90"), to: price("95.5") },
            Difference::SeasonRemoved { option, dates, from: price("95.5") },
        ]
    }

    #[test]
    fn every_difference_has_words() {
        let samples = samples();
        assert_eq!(samples.iter().map(Difference::code).collect::<Vec<_>>(), Difference::CODES);
        for language in Language::ALL {
            for sample in &samples {
                let (text, errors) = super::super::format(language, "difference", sample.code(), &args(language, sample));
                assert_eq!(errors, Vec::<String>::new(), "{language:?} {sample:?}");
                assert!(!text.contains(['{', '}', '$', '_']), "{text}");
            }
        }
    }

    #[test]
    fn differences_in_words() {
        let told: Vec<String> = samples().iter().map(|sample| difference(Language::English, sample)).collect();
        let expected = [
            "The first version.",
            "Last day of sale: 2026-12-31.",
            "Meeting point: A → B.",
            "Detail category: removed.",
            "Questions and answers: changed.",
            "Required traveler information: Passport number, Gender added, Language spoken removed.",
            "New option Adult.",
            "Option Adult: removed.",
            "Adult is on sale again.",
            "Adult is no longer on sale.",
            "Option Grown-up is called Adult now.",
            "Most units in an order of Adult: 10 → 4.",
            "The price of Adult: 75.00 USD.",
            "The price of Adult: 75.00 → 80.00 USD.",
            "The price of Adult from 2026-07-01 to 2026-08-31: 90.00 USD.",
            "The price of Adult from 2026-07-01 to 2026-08-31: 90.00 → 95.50 USD.",
            "The price of Adult from 2026-07-01 to 2026-08-31 (95.50 USD): removed.",
        ];
        assert_eq!(told, expected);
        assert_eq!(difference(Language::Korean, &samples()[13]), "옵션 Adult의 가격: 75.00 → 80.00 USD.");
        assert_eq!(difference(Language::Korean, &samples()[5]), "필요한 여행자 정보: 여권 번호, 성별 추가, 사용 언어 삭제.");
    }
}
