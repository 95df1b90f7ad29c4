//! What channels may sell: a product by itself, or by a rule. Which rule decides, and what has to change to make it so.
//!
//! A product that was assigned by itself is never touched by rules. Of the rules that name a product the most specific
//! decides: one of a supplier and a country before one of a supplier, that before one of a country, and that before one
//! of all products; of two like these the newer.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::ids::{ChannelId, ProductId, RuleId, SupplierId};
use crate::pricing::MarkUp;

/// A rule of what a channel may sell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentRule {
    /// Its id.
    pub id: RuleId,
    /// Whose rule it is.
    pub channel: ChannelId,
    /// Only products of this supplier.
    pub supplier: Option<SupplierId>,
    /// Only products of this country, whatever its case.
    pub country: Option<String>,
    /// The mark-up on what it names.
    pub mark_up: MarkUp,
    /// When it was made.
    pub created_at: Timestamp,
    /// Products that it does not mean.
    pub except: HashSet<ProductId>,
}

/// A published product, as rules see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The product.
    pub product: ProductId,
    /// Its supplier.
    pub supplier: SupplierId,
    /// Its country; empty when it says none.
    pub country: String,
}

/// That a channel may sell a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The channel.
    pub channel: ChannelId,
    /// The product.
    pub product: ProductId,
    /// The mark-up.
    pub mark_up: MarkUp,
    /// The rule that made it; `None` when somebody assigned the product by itself.
    pub rule: Option<RuleId>,
}

/// An assignment to be stored, and what was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The assignment.
    pub to: Assignment,
    /// The mark-up until now; `None` when the channel could not sell the product.
    pub from: Option<MarkUp>,
}

/// What has to change so that assignments are what the rules say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// To be added or changed.
    pub assign: Vec<Assigned>,
    /// To be removed.
    pub unassign: Vec<(ChannelId, ProductId)>,
}

impl Plan {
    /// How many assignments change.
    pub fn len(&self) -> usize {
        self.assign.len() + self.unassign.len()
    }

    /// Whether everything is as the rules say.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The rules of one channel, the strongest first.
#[derive(Debug)]
struct Ranked<'r>(Vec<(&'r AssignmentRule, Option<String>)>);

impl<'r> Ranked<'r> {
    fn new(mut rules: Vec<&'r AssignmentRule>) -> Ranked<'r> {
        let rank = |rule: &&AssignmentRule| (rule.supplier.is_some(), rule.country.is_some(), rule.created_at, rule.id);
        rules.sort_by_key(|rule| Reverse(rank(rule)));
        Ranked(rules.into_iter().map(|rule| (rule, rule.country.as_deref().map(key))).collect())
    }

    /// The rule that decides about a product of this country.
    fn winner(&self, candidate: &Candidate, country: &str) -> Option<&'r AssignmentRule> {
        let names = |(rule, of_country): &&(&'r AssignmentRule, Option<String>)| {
            rule.supplier.is_none_or(|supplier| supplier == candidate.supplier)
                && of_country.as_deref().is_none_or(|wanted| wanted == country)
                && !rule.except.contains(&candidate.product)
        };
        self.0.iter().find(names).map(|(rule, _)| *rule)
    }
}

/// What countries are compared by.
fn key(country: &str) -> String {
    country.trim().to_lowercase()
}

/// What has to change so that the channels may sell what their rules say of the candidates, and nothing else of them.
///
/// `present` are the assignments of these channels and candidates; others are left alone.
pub fn plan(channels: &[ChannelId], rules: &[AssignmentRule], candidates: &[Candidate], present: &[Assignment]) -> Plan {
    let present: HashMap<(ChannelId, ProductId), &Assignment> =
        present.iter().map(|assignment| ((assignment.channel, assignment.product), assignment)).collect();
    let countries: Vec<String> = candidates.iter().map(|candidate| key(&candidate.country)).collect();
    let mut plan = Plan::default();
    for &channel in channels {
        let ranked = Ranked::new(rules.iter().filter(|rule| rule.channel == channel).collect());
        for (candidate, country) in candidates.iter().zip(&countries) {
            let product = candidate.product;
            let now = present.get(&(channel, product));
            if now.is_some_and(|assignment| assignment.rule.is_none()) {
                continue;
            }
            let winner = ranked.winner(candidate, country);
            let wanted = winner.map(|rule| Assignment { channel, product, mark_up: rule.mark_up, rule: Some(rule.id) });
            match wanted {
                Some(to) if now != Some(&&to) => plan.assign.push(Assigned { to, from: now.map(|assignment| assignment.mark_up) }),
                None if now.is_some() => plan.unassign.push((channel, product)),
                _ => {}
            }
        }
    }
    plan
}

#[cfg(test)]
#[path = "assignment_tests.rs"]
mod tests;
