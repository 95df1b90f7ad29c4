//! What channels may sell by rules.

use axhub_domain::assignment::plan;
use axhub_domain::ids::ChannelId;

use super::Check;
use super::findings::Findings;
use crate::engine::Session;
use crate::error::Result;
use crate::paging;
use crate::{assignments, rules};

pub(super) const NAME: &str = "assignments";
pub(super) const RULE: &str = "What a channel may sell by a rule is what its rules say, at their mark-up.";

pub(super) async fn check(s: &Session) -> Result<Check> {
    let rows = paging::count(&s.query_one("SELECT COUNT(*) FROM assignments", &[]).await?)?;
    let mut findings = Findings::default();
    let sql = "SELECT c.id, c.code FROM channels c WHERE EXISTS (SELECT 1 FROM assignment_rules r WHERE r.channel_id = c.id)
        OR EXISTS (SELECT 1 FROM assignments a WHERE a.channel_id = c.id AND a.rule_id IS NOT NULL) ORDER BY c.code";
    let channels = s.query(sql, &[]).await?;
    let candidates = if channels.is_empty() { Vec::new() } else { assignments::candidates(s, None).await? };
    for row in &channels {
        let (channel, code): (ChannelId, String) = (row.get(0)?, row.get(1)?);
        let (rules, present) = (rules::all(s, Some(channel)).await?, assignments::present(s, Some(channel), None).await?);
        // What would have to change so that the rules are kept.
        let plan = plan(&[channel], &rules, &candidates, &present);
        let wrong = plan.assign.iter().map(|assigned| assigned.to.product).chain(plan.unassign.iter().map(|(_, product)| *product));
        for product in wrong {
            findings.add(|| format!("product {product}: channel {code} may sell it otherwise than its rules say"));
        }
    }
    Ok(Check::new(NAME, RULE, rows, findings))
}
