//! What channels may sell by rule: all products of a supplier, of a country, of both, or all there are.
//!
//! Rules are kept as the assignments that they make. Those are made anew, in the same transaction, whenever a rule is
//! made, changed or removed ([`create_rule`] and its like), a product is published ([`apply_for_product`]), or a product
//! is no longer assigned by itself. All of these lock the channel first, so that none works on what another is changing.

use std::collections::HashSet;

use axhub_domain::assignment::{Assigned, AssignmentRule, Plan, plan};
use axhub_domain::ids::{ChannelId, ProductId, RuleId};
use axhub_domain::pricing::MarkUp;
use axhub_domain::refusal::{FieldError, Reason};
use axhub_store::rules::{self, ListedRule};
use axhub_store::{Mode, Session, assignments, directory, products};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::assignments::store;
use super::suppliers::named;
use crate::audit::{Note, note};
use crate::{ByOperator, Error, Hub, Page, Paged, Result};

/// The most characters of a country.
pub const MAX_COUNTRY: usize = 100;
/// The most products that a rule may not mean.
pub const MAX_EXCEPTIONS: usize = 1000;

/// A rule to be made. Without a supplier and a country it names all products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRule {
    /// Only products of the supplier of this code.
    pub supplier_code: Option<String>,
    /// Only products of this country.
    pub country: Option<String>,
    /// The mark-up.
    pub mark_up: MarkUp,
    /// Products that it does not mean.
    pub except: Vec<ProductId>,
}

/// What changes of a rule; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleChange {
    /// The mark-up.
    pub mark_up: Option<MarkUp>,
    /// Products that it does not mean.
    pub except: Option<Vec<ProductId>>,
}

/// What removing a rule did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleRemoved {
    /// Products that other rules assign from now on.
    pub reassigned: usize,
    /// Products that the channel may not sell any more.
    pub unassigned: usize,
}

/// Makes a rule, and assigns what it names.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such channel; every wrong field.
pub async fn create_rule(hub: &Hub, by: ByOperator, channel: &str, new: NewRule) -> Result<ListedRule> {
    let (ids, now, id) = (hub.clone(), hub.now(), hub.new_id::<RuleId>());
    hub.database()
        .run("rule.create", Mode::Write, (by, channel.to_owned(), new), move |s, (by, code, new)| {
            let ids = ids.clone();
            Box::pin(async move {
                let channel = directory::lock_channel(s, code).await?.ok_or(Error::NOT_FOUND)?.id;
                let mut faults = exception_faults(s, &new.except).await?;
                let country = new.country.as_deref().map(str::trim);
                faults.extend(country_fault(country));
                let supplier = match &new.supplier_code {
                    Some(supplier_code) => match named(s, "supplier_code", supplier_code).await {
                        Ok(supplier) => Some(supplier.id),
                        Err(Error::Refused(axhub_domain::refusal::Refusal::Fields(more))) => {
                            faults.extend(more);
                            None
                        }
                        Err(error) => return Err(error),
                    },
                    None => None,
                };
                if !faults.is_empty() {
                    return Err(faults.into());
                }
                let (country, except) = (country.map(str::to_owned), new.except.iter().copied().collect());
                let rule = AssignmentRule { id, channel, supplier, country, mark_up: new.mark_up, created_at: now, except };
                rules::insert(s, &rule).await?;
                let changed = apply(s, channel, now).await?;
                let listed = rules::of_channel(s, channel, id).await?.ok_or(Error::NOT_FOUND)?;
                let details = details(code, &listed, &changed);
                note(s, vec![Note::by_operator(&ids, by, "rule.create", "rule", id).with(details)], now).await?;
                Ok(listed)
            })
        })
        .await
}

/// Changes a rule, and what it assigns.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the channel has no such rule; every wrong field.
pub async fn change_rule(hub: &Hub, by: ByOperator, channel: &str, id: RuleId, change: RuleChange) -> Result<ListedRule> {
    let (ids, now) = (hub.clone(), hub.now());
    hub.database()
        .run("rule.change", Mode::Write, (by, channel.to_owned(), change), move |s, (by, code, change)| {
            let ids = ids.clone();
            Box::pin(async move {
                let channel = directory::lock_channel(s, code).await?.ok_or(Error::NOT_FOUND)?.id;
                let before = rules::of_channel(s, channel, id).await?.ok_or(Error::NOT_FOUND)?;
                let faults = exception_faults(s, change.except.as_deref().unwrap_or_default()).await?;
                if !faults.is_empty() {
                    return Err(faults.into());
                }
                let mark_up = change.mark_up.unwrap_or(before.rule.mark_up);
                let except: HashSet<ProductId> =
                    change.except.as_ref().map_or_else(|| before.rule.except.clone(), |except| except.iter().copied().collect());
                if mark_up == before.rule.mark_up && except == before.rule.except {
                    return Ok(before);
                }
                rules::set_mark_up(s, id, mark_up).await?;
                rules::replace_exceptions(s, id, &except).await?;
                let changed = apply(s, channel, now).await?;
                let listed = rules::of_channel(s, channel, id).await?.ok_or(Error::NOT_FOUND)?;
                let details = details(code, &listed, &changed);
                note(s, vec![Note::by_operator(&ids, by, "rule.change", "rule", id).with(details)], now).await?;
                Ok(listed)
            })
        })
        .await
}

/// Removes a rule. What it assigned goes with it, or to the next rule that names it.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the channel has no such rule.
pub async fn delete_rule(hub: &Hub, by: ByOperator, channel: &str, id: RuleId) -> Result<RuleRemoved> {
    let (ids, now) = (hub.clone(), hub.now());
    hub.database()
        .run("rule.remove", Mode::Write, (by, channel.to_owned()), move |s, (by, code)| {
            let ids = ids.clone();
            Box::pin(async move {
                let channel = directory::lock_channel(s, code).await?.ok_or(Error::NOT_FOUND)?.id;
                let before = rules::of_channel(s, channel, id).await?.ok_or(Error::NOT_FOUND)?;
                let changed = apply_but(s, channel, Some(id), now).await?;
                rules::remove(s, id).await?;
                let details = details(code, &before, &changed);
                note(s, vec![Note::by_operator(&ids, by, "rule.remove", "rule", id).with(details)], now).await?;
                Ok(RuleRemoved { reassigned: changed.assign.len(), unassigned: changed.unassign.len() })
            })
        })
        .await
}

/// A page of a channel's rules, newest first.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such channel.
pub async fn list_rules(hub: &Hub, channel: &str, page: Page) -> Result<Paged<ListedRule>> {
    hub.database()
        .run("rule.list", Mode::Snapshot, channel.to_owned(), move |s, code| {
            Box::pin(async move {
                let channel = directory::channel_by_code(s, code).await?.ok_or(Error::NOT_FOUND)?.id;
                Ok(rules::list(s, channel, page).await?)
            })
        })
        .await
}

/// A rule of a channel.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the channel has no such rule.
pub async fn rule(hub: &Hub, channel: &str, id: RuleId) -> Result<ListedRule> {
    hub.database()
        .run("rule.read", Mode::Snapshot, channel.to_owned(), move |s, code| {
            Box::pin(async move {
                let channel = directory::channel_by_code(s, code).await?.ok_or(Error::NOT_FOUND)?.id;
                rules::of_channel(s, channel, id).await?.ok_or(Error::NOT_FOUND)
            })
        })
        .await
}

/// Lets all channels sell a product, or not, as their rules say of it now. For whoever publishes a version of it, in the
/// same transaction, after the product is stored.
pub(crate) async fn apply_for_product(s: &Session, product: ProductId, now: Timestamp) -> Result<()> {
    let channels: Vec<ChannelId> = directory::lock_channels(s).await?.into_iter().map(|channel| channel.id).collect();
    let all = rules::all(s, None).await?;
    let (candidates, present) = (assignments::candidates(s, Some(product)).await?, assignments::present(s, None, Some(product)).await?);
    store(s, &plan(&channels, &all, &candidates, &present), now).await
}

/// What becomes of a product of the channel that is not assigned by itself any more, at this mark-up. The channel is locked.
pub(super) async fn without(s: &Session, channel: ChannelId, product: ProductId, mark_up: MarkUp) -> Result<Plan> {
    let (all, candidates) = (rules::all(s, Some(channel)).await?, assignments::candidates(s, Some(product)).await?);
    let by_rule = plan(&[channel], &all, &candidates, &[]);
    match by_rule.assign.first() {
        Some(Assigned { to, .. }) => Ok(Plan { assign: vec![Assigned { to: *to, from: Some(mark_up) }], unassign: Vec::new() }),
        None => Ok(Plan { assign: Vec::new(), unassign: vec![(channel, product)] }),
    }
}

/// Assigns what the channel's rules say now. The channel is locked.
async fn apply(s: &Session, channel: ChannelId, now: Timestamp) -> Result<Plan> {
    apply_but(s, channel, None, now).await
}

/// The same without one of the rules.
async fn apply_but(s: &Session, channel: ChannelId, gone: Option<RuleId>, now: Timestamp) -> Result<Plan> {
    let mut all = rules::all(s, Some(channel)).await?;
    all.retain(|rule| Some(rule.id) != gone);
    let (candidates, present) = (assignments::candidates(s, None).await?, assignments::present(s, Some(channel), None).await?);
    let changed = plan(&[channel], &all, &candidates, &present);
    store(s, &changed, now).await?;
    Ok(changed)
}

fn country_fault(country: Option<&str>) -> Option<FieldError> {
    let reason = match country? {
        "" => Reason::Blank,
        text if text.contains('\0') => Reason::NullCharacter,
        text if text.chars().count() > MAX_COUNTRY => Reason::TooLong { max: MAX_COUNTRY },
        _ => return None,
    };
    Some(FieldError::new("country", reason))
}

/// Exceptions that are too many, stand there twice, or are no products.
async fn exception_faults(s: &Session, except: &[ProductId]) -> Result<Vec<FieldError>> {
    if except.len() > MAX_EXCEPTIONS {
        return Ok(vec![FieldError::new("except", Reason::TooMany { max: MAX_EXCEPTIONS })]);
    }
    let known: HashSet<ProductId> = products::versions(s, except).await?.into_iter().map(|(product, ..)| product).collect();
    let (mut seen, mut faults) = (HashSet::new(), Vec::new());
    for (at, product) in except.iter().enumerate() {
        let reason = if !known.contains(product) {
            Reason::NotAChoice { value: product.to_string(), choices: Vec::new() }
        } else if seen.insert(product) {
            continue;
        } else {
            Reason::Repeated
        };
        faults.push(FieldError::new(format!("except[{at}]"), reason));
    }
    Ok(faults)
}

fn details(channel: &str, listed: &ListedRule, changed: &Plan) -> Value {
    let mut except: Vec<String> = listed.rule.except.iter().map(ToString::to_string).collect();
    except.sort_unstable();
    json!({
        "channel": channel,
        "supplier": listed.supplier_code,
        "country": listed.rule.country,
        "mark_up": listed.rule.mark_up.to_string(),
        "except": except,
        "assigned": changed.assign.len(),
        "unassigned": changed.unassign.len(),
    })
}
