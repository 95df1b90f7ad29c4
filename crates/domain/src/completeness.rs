//! What a product must have before it is published: whatever a channel would miss.
//!
//! A draft may lack anything; [`problems`] names what stands between it and its channels. A text is wanted when channels
//! show it in their lists of products, or cannot sell well without it.

use std::collections::HashSet;

use crate::edition::{Edition, EditionOption};
use crate::product::ProductKind;
use crate::refusal::{FieldError, Reason};

/// The texts that every product must have: those of the channels' list of day-tickets.
const OF_ALL: &[&str] = &["product_name", "main_country_and_city", "cancellation_type"];
/// The texts that a tour must have besides: those of the channels' list of tours, and where one meets.
const OF_TOURS: &[&str] = &[
    "product_listing_language",
    "tour_guide_certification",
    "separate_driver_included",
    "departure_city",
    "transportation",
    "meeting_point",
];
const PICTURE: &str = "thumbnail_type_1";
/// The word of `cancellation_type` that means nothing without the steps of a policy.
const CONDITIONAL: &str = "Conditional refund";

/// What channels would miss, each at the field where the supplier mends it; nothing when it may be published.
pub fn problems(kind: ProductKind, edition: &Edition) -> Vec<FieldError> {
    let mut problems = problems_of_contents(kind, edition);
    problems.extend(problems_of_options(&edition.options));
    problems
}

/// The problems of `after` that `before` does not have, but for having no option on sale: whoever stops selling for a
/// while closes the options.
pub fn new_problems(kind: ProductKind, before: &Edition, after: &Edition) -> Vec<FieldError> {
    let known = problems(kind, before);
    let mut new = problems(kind, after);
    new.retain(|problem| problem.reason != Reason::NoOption && !known.contains(problem));
    new
}

fn problems_of_contents(kind: ProductKind, edition: &Edition) -> Vec<FieldError> {
    let contents = &edition.contents;
    let mut problems = Vec::new();
    if contents.text(PICTURE).is_none() {
        problems.push(FieldError::new(format!("contents.{PICTURE}"), Reason::NoThumbnail));
    }
    let of_kind = if kind == ProductKind::Tour { OF_TOURS } else { &[] };
    for name in OF_ALL.iter().chain(of_kind) {
        if contents.text(name).is_none() {
            problems.push(FieldError::new(format!("contents.{name}"), Reason::MissingForChannels));
        }
    }
    if contents.text("cancellation_type") == Some(CONDITIONAL) && contents.cancellation_policy.is_empty() {
        problems.push(FieldError::new("contents.cancellation_policy", Reason::NoCancellationPolicy));
    }
    problems
}

fn problems_of_options(options: &[EditionOption]) -> Vec<FieldError> {
    let mut problems = Vec::new();
    if !options.iter().any(|option| option.option.is_active) {
        problems.push(FieldError::new("options", Reason::NoOption));
    }
    let mut names = HashSet::new();
    for (at, option) in options.iter().enumerate().filter(|(_, option)| option.option.is_active) {
        let name = option.option.name();
        if option.base_price().is_none() {
            problems.push(FieldError::new(format!("options[{at}].net"), Reason::OptionWithoutPrice { option: name.clone() }));
        }
        if !names.insert(name.clone()) {
            problems.push(FieldError::new(format!("options[{at}].depths"), Reason::OptionNameRepeated { name }));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::samples::{edition, option};
    use crate::product::RefundStep;

    fn codes(kind: ProductKind, edition: &Edition) -> Vec<String> {
        problems(kind, edition).iter().map(|problem| format!("{:?} {}", problem.path, problem.reason.code())).collect()
    }

    #[test]
    fn a_whole_tour_has_no_problem() {
        assert_eq!(problems(ProductKind::Tour, &edition()), vec![]);
    }

    #[test]
    fn everything_that_channels_show_is_wanted() {
        let empty = Edition { contents: Default::default(), options: vec![], ..edition() };
        let expected = [
            "Text(\"contents.thumbnail_type_1\") no_thumbnail",
            "Text(\"contents.product_name\") missing_for_channels",
            "Text(\"contents.main_country_and_city\") missing_for_channels",
            "Text(\"contents.cancellation_type\") missing_for_channels",
            "Text(\"contents.product_listing_language\") missing_for_channels",
            "Text(\"contents.tour_guide_certification\") missing_for_channels",
            "Text(\"contents.separate_driver_included\") missing_for_channels",
            "Text(\"contents.departure_city\") missing_for_channels",
            "Text(\"contents.transportation\") missing_for_channels",
            "Text(\"contents.meeting_point\") missing_for_channels",
            "Text(\"options\") no_option",
        ];
        assert_eq!(codes(ProductKind::Tour, &empty), expected);
        for kind in [ProductKind::DayTicket, ProductKind::Ticket] {
            assert_eq!(codes(kind, &empty), [&expected[..4], &expected[10..]].concat());
        }
    }

    #[test]
    fn what_refunds_depend_on_must_be_told() {
        let mut edition = edition();
        edition.contents.texts.insert("cancellation_type".to_owned(), CONDITIONAL.to_owned());
        assert_eq!(codes(ProductKind::Tour, &edition), ["Text(\"contents.cancellation_policy\") no_cancellation_policy"]);
        edition.contents.cancellation_policy = vec![RefundStep { days_before: 3, refund_percent: 100 }];
        assert_eq!(problems(ProductKind::Tour, &edition), vec![]);
    }

    #[test]
    fn options_on_sale_need_a_price_and_a_name_of_their_own() {
        let mut edition = edition();
        edition.options = vec![option(1, "Adult", Some("75")), option(2, "Child", None), option(3, "Adult", Some("70"))];
        edition.options.push(option(4, "Senior", None));
        edition.options[3].option.is_active = false;
        let expected = ["Text(\"options[1].net\") option_without_price", "Text(\"options[2].depths\") option_name_repeated"];
        assert_eq!(codes(ProductKind::Tour, &edition), expected);
        edition.options.iter_mut().for_each(|option| option.option.is_active = false);
        assert_eq!(codes(ProductKind::Tour, &edition), ["Text(\"options\") no_option"]);
    }

    #[test]
    fn only_what_a_change_takes_away_is_new() {
        let mut before = edition();
        before.contents.texts.remove("thumbnail_type_1");
        let mut after = before.clone();
        after.contents.texts.remove("meeting_point");
        after.options.iter_mut().for_each(|option| option.option.is_active = false);
        let new = new_problems(ProductKind::Tour, &before, &after);
        assert_eq!(new, vec![FieldError::new("contents.meeting_point", Reason::MissingForChannels)]);
        assert_eq!(new_problems(ProductKind::Tour, &after, &before), vec![]);
    }
}
