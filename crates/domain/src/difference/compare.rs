//! Finding what is different between two editions.

use std::collections::BTreeMap;

use super::{Difference, NamedOption, Price};
use crate::edition::{Edition, EditionOption};
use crate::money::Currency;
use crate::product::{Contents, RefundStep, TEXT_FIELDS};

/// The most characters of a text that a difference repeats; of longer ones it only says that they changed.
const MAX_SHOWN: usize = 80;

/// What is different in `after`: settings, then contents, then options, each in the order in which they are shown.
/// `currency` is that of all prices.
pub fn differences(before: &Edition, after: &Edition, currency: Currency) -> Vec<Difference> {
    let mut found = Vec::new();
    compare_settings(&mut found, before, after);
    compare_contents(&mut found, &before.contents, &after.contents);
    for option in &after.options {
        match before.option(option.option.id) {
            Some(known) => compare_options(&mut found, known, option, currency),
            None => found.push(Difference::OptionAdded { option: named(option) }),
        }
    }
    for option in before.options.iter().filter(|option| after.option(option.option.id).is_none()) {
        found.push(Difference::OptionRemoved { option: named(option) });
    }
    found
}

fn compare_settings(found: &mut Vec<Difference>, before: &Edition, after: &Edition) {
    let settings = |edition: &Edition| {
        let reply = edition.reply;
        [
            ("category", Some(edition.category.clone())),
            ("detail_category", edition.detail_category.clone()),
            ("confirmation", Some(edition.confirmation.as_str().to_owned())),
            ("reply_minutes", reply.map(|reply| reply.minutes.to_string())),
            ("on_no_reply", reply.map(|reply| reply.otherwise.as_str().to_owned())),
            ("cut_off_minutes", Some(edition.cut_off_minutes.to_string())),
            ("sale_from", edition.sale.from.map(|date| date.to_string())),
            ("sale_to", edition.sale.to.map(|date| date.to_string())),
        ]
    };
    for ((field, from), (_, to)) in settings(before).into_iter().zip(settings(after)) {
        compare_texts(found, field.to_owned(), from.as_deref(), to.as_deref());
    }
    compare_lists(found, "required_traveler_information", &before.required_information, &after.required_information);
}

fn compare_contents(found: &mut Vec<Difference>, before: &Contents, after: &Contents) {
    for name in TEXT_FIELDS {
        compare_texts(found, format!("contents.{name}"), before.text(name), after.text(name));
    }
    let questions = |contents: &Contents| contents.faq.iter().map(|faq| faq.question.clone()).collect::<Vec<_>>();
    let stops = |contents: &Contents| contents.course.iter().map(|stop| stop.title.clone()).collect::<Vec<_>>();
    let step = |step: &RefundStep| format!("D-{}: {} %", step.days_before, step.refund_percent);
    let steps = |contents: &Contents| contents.cancellation_policy.iter().map(step).collect::<Vec<_>>();
    compare_lists(found, "contents.keyword_others", &before.keyword_others, &after.keyword_others);
    compare_lists(found, "contents.poi", &before.poi, &after.poi);
    compare_lists(found, "contents.inclusions", &before.inclusions, &after.inclusions);
    compare_lists(found, "contents.exclusions", &before.exclusions, &after.exclusions);
    compare_entries(found, "contents.faq", before.faq == after.faq, &questions(before), &questions(after));
    compare_entries(found, "contents.course", before.course == after.course, &stops(before), &stops(after));
    compare_lists(found, "contents.cancellation_policy", &steps(before), &steps(after));
}

fn compare_texts(found: &mut Vec<Difference>, field: String, from: Option<&str>, to: Option<&str>) {
    let is_short = |text: &str| text.chars().nth(MAX_SHOWN).is_none() && !text.contains('\n');
    match (from, to) {
        (from, to) if from == to => {}
        (_, None) => found.push(Difference::Removed { field }),
        (None, Some(to)) if is_short(to) => found.push(Difference::Set { field, to: to.to_owned() }),
        (Some(from), Some(to)) if is_short(from) && is_short(to) => {
            found.push(Difference::Changed { field, from: from.to_owned(), to: to.to_owned() });
        }
        _ => found.push(Difference::Rewritten { field }),
    }
}

fn compare_lists(found: &mut Vec<Difference>, field: &str, before: &[String], after: &[String]) {
    compare_entries(found, field, before == after, before, after);
}

/// Compares lists by the names of their entries; what is behind the names may be the same or not.
fn compare_entries(found: &mut Vec<Difference>, field: &str, is_same: bool, before: &[String], after: &[String]) {
    if is_same {
        return;
    }
    let (added, removed) = (missing_in(before, after), missing_in(after, before));
    let field = field.to_owned();
    found.push(if added.is_empty() && removed.is_empty() {
        Difference::Rewritten { field }
    } else {
        Difference::ListChanged { field, added, removed }
    });
}

/// Those of `names` that `known` does not have, each as often as it has it more.
fn missing_in(known: &[String], names: &[String]) -> Vec<String> {
    let mut left = BTreeMap::<&str, usize>::new();
    for name in known {
        *left.entry(name).or_default() += 1;
    }
    let mut missing = Vec::new();
    for name in names {
        match left.get_mut(name.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => missing.push(shortened(name)),
        }
    }
    missing
}

fn shortened(name: &str) -> String {
    if name.chars().nth(MAX_SHOWN).is_none() { name.to_owned() } else { name.chars().take(MAX_SHOWN).chain(['…']).collect() }
}

fn compare_options(found: &mut Vec<Difference>, before: &EditionOption, after: &EditionOption, currency: Currency) {
    let option = named(after);
    if before.option.name() != after.option.name() {
        found.push(Difference::OptionRenamed { option: option.clone(), from: before.option.name() });
    } else if before.option.depths != after.option.depths {
        found.push(Difference::OptionChanged {
            option: option.clone(),
            field: "options.depths".to_owned(),
            from: depths(before),
            to: depths(after),
        });
    }
    match (before.option.is_active, after.option.is_active) {
        (false, true) => found.push(Difference::OptionOpened { option: option.clone() }),
        (true, false) => found.push(Difference::OptionClosed { option: option.clone() }),
        _ => {}
    }
    let numbers = |o: &EditionOption| {
        [
            ("options.persons_per_unit", o.option.persons_per_unit.to_string()),
            ("options.min_quantity", o.option.min_quantity.to_string()),
            ("options.max_quantity", o.option.max_quantity.to_string()),
            ("options.pool", o.pool.clone().unwrap_or_else(|| "–".to_owned())),
            ("options.weight", o.weight.to_string()),
        ]
    };
    for ((field, from), (_, to)) in numbers(before).into_iter().zip(numbers(after)) {
        if from != to {
            found.push(Difference::OptionChanged { option: option.clone(), field: field.to_owned(), from, to });
        }
    }
    compare_prices(found, &option, before, after, currency);
}

fn compare_prices(found: &mut Vec<Difference>, option: &NamedOption, before: &EditionOption, after: &EditionOption, currency: Currency) {
    let price = |net| Price { net, currency };
    let option = || option.clone();
    match (before.base_price(), after.base_price()) {
        (None, Some(to)) => found.push(Difference::PriceSet { option: option(), to: price(to.net) }),
        (Some(from), Some(to)) if from.net != to.net => {
            found.push(Difference::PriceChanged { option: option(), from: price(from.net), to: price(to.net) });
        }
        _ => {}
    }
    let seasons = |o: &EditionOption| o.seasons().filter_map(|season| Some((season.dates?, season.net))).collect::<BTreeMap<_, _>>();
    let (mut known, now) = (seasons(before), seasons(after));
    for (dates, net) in now {
        match known.remove(&dates) {
            None => found.push(Difference::SeasonAdded { option: option(), dates, to: price(net) }),
            Some(from) if from != net => {
                found.push(Difference::SeasonChanged { option: option(), dates, from: price(from), to: price(net) });
            }
            Some(_) => {}
        }
    }
    for (dates, net) in known {
        found.push(Difference::SeasonRemoved { option: option(), dates, from: price(net) });
    }
}

fn named(option: &EditionOption) -> NamedOption {
    NamedOption { code: option.option.id, name: option.option.name() }
}

fn depths(option: &EditionOption) -> String {
    option.option.depths.iter().map(|depth| format!("{}: {}", depth.name, depth.value)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::edition::samples::{edition, option};
    use crate::pricing::NetPrice;
    use crate::product::{Faq, Stop};
    use crate::reply::{NoReply, ReplyLimit};

    fn found(after: &Edition) -> Vec<Difference> {
        differences(&edition(), after, Currency::Usd)
    }

    fn price(net: &str) -> Price {
        Price { net: net.parse().unwrap(), currency: Currency::Usd }
    }

    fn adult() -> NamedOption {
        named(&edition().options[0])
    }

    #[test]
    fn what_is_the_same_is_not_told() {
        assert_eq!(found(&edition()), vec![]);
    }

    #[test]
    fn settings_and_texts_come_change_and_go() {
        let mut after = edition();
        after.reply = Some(ReplyLimit { minutes: 90, otherwise: NoReply::Reject });
        after.cut_off_minutes = 0;
        after.contents.texts.remove("meeting_point");
        after.contents.texts.insert("product_name".to_owned(), "Paris by night".to_owned());
        after.contents.texts.insert("target_customer".to_owned(), "x".repeat(MAX_SHOWN + 1));
        let set = |field: &str, to: &str| Difference::Set { field: field.to_owned(), to: to.to_owned() };
        let changed =
            |field: &str, from: &str, to: &str| Difference::Changed { field: field.to_owned(), from: from.to_owned(), to: to.to_owned() };
        let expected = vec![
            set("reply_minutes", "90"),
            set("on_no_reply", "reject"),
            changed("cut_off_minutes", "60", "0"),
            changed("contents.product_name", "Paris walk", "Paris by night"),
            Difference::Rewritten { field: "contents.target_customer".to_owned() },
            Difference::Removed { field: "contents.meeting_point".to_owned() },
        ];
        assert_eq!(found(&after), expected);
    }

    #[test]
    fn lists_say_what_came_and_what_went() {
        let mut before = edition();
        before.contents.poi = ["Louvre", "Seine", "Seine"].map(str::to_owned).to_vec();
        before.contents.faq = vec![Faq { question: "Rain?".to_owned(), answer: "Yes.".to_owned() }];
        let stop = |title: &str| Stop {
            order: 1,
            title: title.to_owned(),
            address: String::new(),
            latitude: None,
            longitude: None,
            description: String::new(),
        };
        let mut after = before.clone();
        after.contents.poi = ["Seine", "Orsay", "Louvre"].map(str::to_owned).to_vec();
        after.contents.faq[0].answer = "No.".to_owned();
        after.contents.course = vec![stop("Pont Neuf")];
        after.contents.cancellation_policy = vec![RefundStep { days_before: 3, refund_percent: 50 }];
        after.required_information = vec!["passport_id".to_owned()];
        let list = |field: &str, added: &[&str], removed: &[&str]| Difference::ListChanged {
            field: field.to_owned(),
            added: added.iter().map(|name| (*name).to_owned()).collect(),
            removed: removed.iter().map(|name| (*name).to_owned()).collect(),
        };
        let expected = vec![
            list("required_traveler_information", &["passport_id"], &[]),
            list("contents.poi", &["Orsay"], &["Seine"]),
            Difference::Rewritten { field: "contents.faq".to_owned() },
            list("contents.course", &["Pont Neuf"], &[]),
            list("contents.cancellation_policy", &["D-3: 50 %"], &[]),
        ];
        assert_eq!(differences(&before, &after, Currency::Usd), expected);
    }

    #[test]
    fn options_and_their_prices_are_told_by_name() {
        let summer = (date(2026, 7, 1), date(2026, 8, 31));
        let season = |net: &str| NetPrice { net: net.parse().unwrap(), dates: Some(summer) };
        let mut after = edition();
        after.options[0].prices = vec![NetPrice { net: "80".parse().unwrap(), dates: None }, season("90")];
        after.options[0].option.max_quantity = 4;
        after.options[0].option.is_active = false;
        after.options.push(option(2, "Child", Some("50")));
        let expected = vec![
            Difference::OptionClosed { option: adult() },
            Difference::OptionChanged {
                option: adult(),
                field: "options.max_quantity".to_owned(),
                from: "10".to_owned(),
                to: "4".to_owned(),
            },
            Difference::PriceChanged { option: adult(), from: price("75"), to: price("80") },
            Difference::SeasonAdded { option: adult(), dates: summer, to: price("90") },
            Difference::OptionAdded { option: named(&after.options[1]) },
        ];
        assert_eq!(found(&after), expected);

        let mut later = after.clone();
        later.options.pop();
        later.options[0].option.is_active = true;
        later.options[0].option.depths[0].value = "Grown-up".to_owned();
        later.options[0].prices.remove(1);
        let grown_up = NamedOption { name: "Grown-up".to_owned(), ..adult() };
        let expected = vec![
            Difference::OptionRenamed { option: grown_up.clone(), from: "Adult".to_owned() },
            Difference::OptionOpened { option: grown_up.clone() },
            Difference::SeasonRemoved { option: grown_up, dates: summer, from: price("90") },
            Difference::OptionRemoved { option: named(&after.options[1]) },
        ];
        assert_eq!(differences(&after, &later, Currency::Usd), expected);
        after.options[0].prices[1] = season("95");
        later = after.clone();
        after.options[0].prices[1] = season("90");
        let changed = Difference::SeasonChanged { option: adult(), dates: summer, from: price("90"), to: price("95") };
        assert_eq!(differences(&after, &later, Currency::Usd), vec![changed]);
    }

    #[test]
    fn a_price_has_the_places_of_its_currency() {
        let shown = |net: &str, currency| Price { net: net.parse().unwrap(), currency }.to_string();
        assert_eq!(shown("75", Currency::Usd), "75.00 USD");
        assert_eq!(shown("75.125", Currency::Usd), "75.125 USD");
        assert_eq!(shown("30000", Currency::Krw), "30000 KRW");
        assert_eq!(shown("0", Currency::Krw), "0 KRW");
    }

    #[test]
    fn every_difference_reads_back() {
        let mut after = edition();
        after.contents.poi = vec!["Louvre".to_owned()];
        after.options[0].prices.clear();
        after.options[0].prices.push(NetPrice { net: "80".parse().unwrap(), dates: Some((date(2026, 7, 1), date(2026, 7, 2))) });
        for difference in found(&after) {
            let json = serde_json::to_value(&difference).unwrap();
            assert_eq!(json["code"], difference.code());
            assert!(Difference::CODES.contains(&difference.code()));
            assert_eq!(serde_json::from_value::<Difference>(json).unwrap(), difference);
        }
    }

    proptest! {
        /// There is a difference exactly when the editions differ, whatever list or text it is in.
        #[test]
        fn nothing_that_differs_is_silent(
            poi in proptest::collection::vec("[ab]{1,2}", 0..4), other in proptest::collection::vec("[ab]{1,2}", 0..4),
            name in "[ab]{0,3}", other_name in "[ab]{0,3}", cut_off in 0u32..3, other_cut_off in 0u32..3,
        ) {
            let with = |poi: Vec<String>, name: String, cut_off_minutes| {
                let mut edition = Edition { cut_off_minutes, ..edition() };
                edition.contents.poi = poi;
                edition.contents.texts.insert("product_name".to_owned(), name);
                edition
            };
            let (before, after) = (with(poi, name, cut_off), with(other, other_name, other_cut_off));
            let differs = before != after;
            prop_assert_eq!(!differences(&before, &after, Currency::Krw).is_empty(), differs);
        }
    }
}
