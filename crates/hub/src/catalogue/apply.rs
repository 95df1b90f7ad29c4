//! What a change makes of an edition: pure, and with everything that is wrong with the change named at once.

mod options;

use std::collections::{BTreeMap, HashSet};

use axhub_domain::edition::Edition;
use axhub_domain::ids::OptionId;
use axhub_domain::money::Money;
use axhub_domain::pricing::NetPrice;
use axhub_domain::product::{Confirmation, Contents, MAX_DEPTHS, ProductKind, ProductOption};
use axhub_domain::refusal::{FieldError, Reason};
use axhub_domain::reply::ReplyLimit;

use super::{ContentsChange, ProductChange};

/// The dearest that one unit may be: dear enough for anything, and with any mark-up and rate still an amount.
const MAX_NET: Money = Money::from_parts(1_000_000_000 * 100_000);

/// What a change is made to.
#[derive(Clone, Copy)]
pub(super) struct Base<'a> {
    pub(super) kind: ProductKind,
    pub(super) edition: &'a Edition,
    /// The options that were published, of which less may change.
    pub(super) published: &'a HashSet<OptionId>,
    /// Whether the outcome is a draft, in which an option may do without a price.
    pub(super) is_draft: bool,
}

/// The edition after a change.
///
/// # Errors
/// Every wrong field.
pub(super) fn apply(base: Base<'_>, change: &ProductChange, new_id: impl Fn() -> OptionId) -> Result<Edition, Vec<FieldError>> {
    let mut faults = Vec::new();
    let mut edition = base.edition.clone();
    change_settings(&mut edition, base, change, &mut faults);
    change_required_information(&mut edition.required_information, &change.required_information);
    change_contents(&mut edition.contents, &change.contents);
    if edition.contents.text("product_name").is_none() {
        faults.push(FieldError::new("contents.product_name", Reason::Blank));
    }
    options::change(&mut edition, base, &change.options, new_id, &mut faults);
    if faults.is_empty() { Ok(edition) } else { Err(faults) }
}

fn change_settings(edition: &mut Edition, base: Base<'_>, change: &ProductChange, faults: &mut Vec<FieldError>) {
    edition.category = change.category.clone().unwrap_or_else(|| edition.category.clone());
    edition.detail_category = change.detail_category.clone().unwrap_or_else(|| edition.detail_category.clone());
    edition.confirmation = change.confirmation.unwrap_or(edition.confirmation);
    edition.cut_off_minutes = change.cut_off_minutes.unwrap_or(edition.cut_off_minutes);
    edition.sale.from = change.sale_from.unwrap_or(edition.sale.from);
    edition.sale.to = change.sale_to.unwrap_or(edition.sale.to);
    if edition.category != base.edition.category {
        faults.extend(category_fault(base.kind, &edition.category));
    }
    if edition.sale.from.zip(edition.sale.to).is_some_and(|(from, to)| to < from) {
        faults.push(FieldError::new("sale_to", Reason::EndsBeforeStart));
    }
    match changed_reply(edition, change) {
        Ok(reply) => edition.reply = reply,
        Err(fault) => faults.push(fault),
    }
}

fn category_fault(kind: ProductKind, category: &str) -> Option<FieldError> {
    if kind.categories().contains(&category) {
        return None;
    }
    let choices = kind.categories().iter().map(|category| (*category).to_owned()).collect();
    Some(FieldError::new("category", Reason::NotAChoice { value: category.chars().take(64).collect(), choices }))
}

/// The time to answer and what happens then stand and fall together, and with the supplier's confirming at all.
fn changed_reply(edition: &Edition, change: &ProductChange) -> Result<Option<ReplyLimit>, FieldError> {
    let (mut minutes, mut otherwise) = edition.reply.map(|reply| (reply.minutes, reply.otherwise)).unzip();
    let is_named = change.reply_minutes.is_some() || change.on_no_reply.is_some();
    if (edition.confirmation == Confirmation::Instant && !is_named) || (change.reply_minutes == Some(None) && change.on_no_reply.is_none())
    {
        (minutes, otherwise) = (None, None);
    }
    minutes = change.reply_minutes.unwrap_or(minutes);
    otherwise = change.on_no_reply.unwrap_or(otherwise);
    let wrong = |field: &str, reason| Err(FieldError::new(field, reason));
    match (minutes, otherwise) {
        (None, None) => Ok(None),
        (Some(_), _) if edition.confirmation == Confirmation::Instant => wrong("reply_minutes", Reason::OnlyManual),
        (None, _) if edition.confirmation == Confirmation::Instant => wrong("on_no_reply", Reason::OnlyManual),
        (Some(_), None) => wrong("on_no_reply", Reason::Required),
        (None, Some(_)) => wrong("reply_minutes", Reason::Required),
        (Some(minutes), Some(otherwise)) => Ok(Some(ReplyLimit { minutes, otherwise })),
    }
}

fn change_required_information(required: &mut Vec<String>, change: &BTreeMap<&'static str, bool>) {
    required.retain(|name| change.get(name.as_str()) != Some(&false));
    for (name, is_required) in change {
        if *is_required && !required.iter().any(|known| known == name) {
            required.push((*name).to_owned());
        }
    }
}

fn change_contents(contents: &mut Contents, change: &ContentsChange) {
    fn replace<T: Clone>(list: &mut Vec<T>, with: &Option<Vec<T>>) {
        if let Some(with) = with {
            list.clone_from(with);
        }
    }
    for (name, text) in &change.texts {
        if text.is_empty() {
            contents.texts.remove(name);
        } else {
            contents.texts.insert(name.clone(), text.clone());
        }
    }
    replace(&mut contents.keyword_others, &change.keyword_others);
    replace(&mut contents.poi, &change.poi);
    replace(&mut contents.inclusions, &change.inclusions);
    replace(&mut contents.exclusions, &change.exclusions);
    replace(&mut contents.faq, &change.faq);
    replace(&mut contents.course, &change.course);
    replace(&mut contents.cancellation_policy, &change.cancellation_policy);
}

/// What is wrong with an option and its prices; `path` is where the client wrote it.
pub(super) fn option_faults(path: &str, option: &ProductOption, prices: &[NetPrice], needs_price: bool) -> Vec<FieldError> {
    let fault = |field: &str, reason| FieldError::new(format!("{path}.{field}"), reason);
    let mut faults = Vec::new();
    match option.depths.len() {
        0 => faults.push(fault("depths", Reason::EmptyList)),
        count if count > MAX_DEPTHS => faults.push(fault("depths", Reason::TooMany { max: MAX_DEPTHS })),
        _ => {}
    }
    if option.max_quantity < option.min_quantity {
        faults.push(fault("max_quantity", Reason::TooSmall { min: i64::from(option.min_quantity) }));
    }
    if needs_price && option.is_active && !prices.iter().any(|price| price.dates.is_none()) {
        faults.push(fault("net", Reason::Required));
    }
    if prices.iter().any(|price| price.net > MAX_NET) {
        faults.push(fault("net", Reason::TooLarge { max: MAX_NET.parts() / 100_000 }));
    }
    faults.extend(season_faults(path, prices));
    faults
}

/// What is wrong with ranges of prices, each named by its place among those that the client wrote.
fn season_faults(path: &str, prices: &[NetPrice]) -> Vec<FieldError> {
    let fault = |at: usize, field: &str, reason| FieldError::new(format!("{path}.seasons[{at}].{field}"), reason);
    let mut seasons: Vec<_> = prices.iter().filter_map(|price| price.dates).enumerate().collect();
    let backwards = seasons.iter().filter(|(_, (from, to))| to < from);
    let mut faults: Vec<_> = backwards.map(|(at, _)| fault(*at, "to", Reason::EndsBeforeStart)).collect();
    seasons.retain(|(_, (from, to))| from <= to);
    seasons.sort_by_key(|(_, dates)| *dates);
    let mut covered_to = None;
    for (at, (from, to)) in seasons {
        if covered_to.is_some_and(|covered| from <= covered) {
            faults.push(fault(at, "from", Reason::RangesOverlap));
        }
        covered_to = covered_to.max(Some(to));
    }
    faults
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
