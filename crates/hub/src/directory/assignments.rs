//! What channels may sell, one product at a time. A product that was assigned by itself is no rule's.

use axhub_domain::assignment::{Assigned, Assignment, Plan};
use axhub_domain::ids::{ChannelId, ProductId, RuleId};
use axhub_domain::pricing::MarkUp;
use axhub_domain::refusal::Conflict;
use axhub_store::assignments::{self, AssignedProduct};
use axhub_store::changes::{self as change_rows, NewChange};
use axhub_store::{Mode, Session, directory, products};
use jiff::Timestamp;
use serde_json::json;

use super::rules;
use crate::audit::{Note, note};
use crate::changes::{ProductChanged, price_changed, product_changed};
use crate::{ByOperator, Error, Hub, Page, Paged, Result};

/// Which of a channel's products are wanted; all where `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssignmentFilter {
    /// Only of the supplier of this code; one that does not exist has none.
    pub supplier_code: Option<String>,
    /// Only assigned by a rule, or only by themselves.
    pub is_by_rule: Option<bool>,
    /// Only assigned by this rule.
    pub rule: Option<RuleId>,
}

/// Lets a channel sell a product, whatever rules say.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such channel or product.
pub async fn set_assignment(hub: &Hub, by: ByOperator, channel: &str, product: ProductId, mark_up: MarkUp) -> Result<AssignedProduct> {
    let (ids, now) = (hub.clone(), hub.now());
    hub.database()
        .run("assignment.put", Mode::Write, (by, channel.to_owned()), move |s, (by, code)| {
            let ids = ids.clone();
            Box::pin(async move {
                let channel = directory::lock_channel(s, code).await?.ok_or(Error::NOT_FOUND)?.id;
                if products::versions(s, &[product]).await?.is_empty() {
                    return Err(Error::NOT_FOUND);
                }
                let before = assignments::find(s, channel, product).await?;
                let from = before.as_ref().map(|before| before.mark_up);
                if before.is_none_or(|before| before.mark_up != mark_up || before.rule.is_some()) {
                    let to = Assignment { channel, product, mark_up, rule: None };
                    store(s, &Plan { assign: vec![Assigned { to, from }], unassign: Vec::new() }, now).await?;
                    let details = json!({ "channel": code, "mark_up": mark_up.to_string(), "from": from.map(|from| from.to_string()) });
                    note(s, vec![Note::by_operator(&ids, by, "assignment.set", "product", product).with(details)], now).await?;
                }
                assignments::find(s, channel, product).await?.ok_or(Error::NOT_FOUND)
            })
        })
        .await
}

/// Removes what a product was assigned by itself. Answers the assignment that a rule makes of it now, if one does.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such channel, or it may not sell the product; [`Conflict::AssignedByRule`].
pub async fn remove_assignment(hub: &Hub, by: ByOperator, channel: &str, product: ProductId) -> Result<Option<AssignedProduct>> {
    let (ids, now) = (hub.clone(), hub.now());
    hub.database()
        .run("assignment.delete", Mode::Write, (by, channel.to_owned()), move |s, (by, code)| {
            let ids = ids.clone();
            Box::pin(async move {
                let channel = directory::lock_channel(s, code).await?.ok_or(Error::NOT_FOUND)?.id;
                let before = assignments::find(s, channel, product).await?.ok_or(Error::NOT_FOUND)?;
                if let Some(rule) = before.rule {
                    return Err(Conflict::AssignedByRule { rule }.into());
                }
                let plan = rules::without(s, channel, product, before.mark_up).await?;
                store(s, &plan, now).await?;
                let after = assignments::find(s, channel, product).await?;
                let rule = after.as_ref().and_then(|after| after.rule);
                let details = json!({ "channel": code, "mark_up": before.mark_up.to_string(), "assigned_by_rule": rule });
                note(s, vec![Note::by_operator(&ids, by, "assignment.remove", "product", product).with(details)], now).await?;
                Ok(after)
            })
        })
        .await
}

/// A page of what a channel may sell, what was assigned last first.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such channel.
pub async fn list_assignments(hub: &Hub, channel: &str, filter: AssignmentFilter, page: Page) -> Result<Paged<AssignedProduct>> {
    hub.database()
        .run("assignment.list", Mode::Snapshot, (channel.to_owned(), filter), move |s, (code, filter)| {
            Box::pin(async move {
                let channel = directory::channel_by_code(s, code).await?.ok_or(Error::NOT_FOUND)?.id;
                let supplier = match &filter.supplier_code {
                    Some(code) => match directory::supplier_by_code(s, code).await? {
                        Some(supplier) => Some(supplier.id),
                        None => return Ok(Paged { items: Vec::new(), total: 0 }),
                    },
                    None => None,
                };
                let wanted = assignments::AssignmentFilter { supplier, is_by_rule: filter.is_by_rule, rule: filter.rule };
                Ok(assignments::list(s, channel, wanted, page).await?)
            })
        })
        .await
}

/// A product that a channel may sell.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such channel, or it may not sell the product.
pub async fn assignment(hub: &Hub, channel: &str, product: ProductId) -> Result<AssignedProduct> {
    hub.database()
        .run("assignment.read", Mode::Snapshot, channel.to_owned(), move |s, code| {
            Box::pin(async move {
                let channel = directory::channel_by_code(s, code).await?.ok_or(Error::NOT_FOUND)?.id;
                assignments::find(s, channel, product).await?.ok_or(Error::NOT_FOUND)
            })
        })
        .await
}

/// Stores a plan, and tells the feeds of its channels.
pub(super) async fn store(s: &Session, plan: &Plan, now: Timestamp) -> Result<()> {
    assignments::remove(s, &plan.unassign).await?;
    assignments::put(s, &plan.assign, now).await?;
    let changes = changes(s, plan).await?;
    Ok(change_rows::record(s, &changes, now).await?)
}

/// That a channel may sell products from now on, at other prices, or no longer. Drafts are nothing to it.
async fn changes(s: &Session, plan: &Plan) -> Result<Vec<NewChange>> {
    let assigned = plan.assign.iter().map(|assigned| assigned.to.product);
    let mut ids: Vec<ProductId> = assigned.chain(plan.unassign.iter().map(|(_, product)| *product)).collect();
    ids.sort_unstable();
    ids.dedup();
    let published = products::versions(s, &ids).await?.into_iter().filter(|(_, _, version)| *version >= 1);
    let published: std::collections::HashMap<_, _> = published.map(|(product, kind, version)| (product, (kind, version))).collect();
    let mut changes = Vec::new();
    let mut product_change = |channel: ChannelId, product: ProductId, is_assigned| -> Result<()> {
        let Some((kind, version)) = published.get(&product) else { return Ok(()) };
        changes.push(product_changed(*kind, product, Some(channel), &ProductChanged { version: *version, is_assigned })?);
        Ok(())
    };
    for (channel, product) in &plan.unassign {
        product_change(*channel, *product, false)?;
    }
    for assigned in plan.assign.iter().filter(|assigned| assigned.from.is_none()) {
        product_change(assigned.to.channel, assigned.to.product, true)?;
    }
    for Assigned { to, from } in &plan.assign {
        if let (true, Some((kind, _))) = (*from != Some(to.mark_up), published.get(&to.product)) {
            changes.push(price_changed(*kind, to.product, Some(to.channel)));
        }
    }
    Ok(changes)
}
