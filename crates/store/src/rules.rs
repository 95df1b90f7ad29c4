//! Rules of what channels may sell.

use std::collections::{HashMap, HashSet};

use axhub_domain::assignment::AssignmentRule;
use axhub_domain::ids::{ChannelId, ProductId, RuleId};
use axhub_domain::pricing::MarkUp;

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::paging::{Page, Paged, count};
use crate::params;

/// A rule with what lists show beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRule {
    /// The rule.
    pub rule: AssignmentRule,
    /// The code of its supplier.
    pub supplier_code: Option<String>,
    /// How many products are assigned by it now.
    pub assigned: u64,
}

macro_rules! rule_columns {
    () => {
        "r.id, r.channel_id, r.supplier_id, r.country, r.mark_up, r.created_at"
    };
}

fn rule(row: &Row, exceptions: &HashMap<RuleId, HashSet<ProductId>>) -> Result<AssignmentRule> {
    let id = row.get(0)?;
    Ok(AssignmentRule {
        id,
        channel: row.get(1)?,
        supplier: row.get(2)?,
        country: row.get(3)?,
        mark_up: row.get(4)?,
        created_at: row.get(5)?,
        except: exceptions.get(&id).cloned().unwrap_or_default(),
    })
}

/// All rules, or only a channel's.
///
/// # Errors
/// The database's.
pub async fn all(s: &Session, channel: Option<ChannelId>) -> Result<Vec<AssignmentRule>> {
    let sql = concat!("SELECT ", rule_columns!(), " FROM assignment_rules r WHERE r.channel_id = $1 OR $1 IS NULL ORDER BY r.id");
    let (params, exceptions) = (params![channel], exceptions(s, channel));
    let (rows, exceptions) = futures_util::try_join!(s.query(sql, &params), exceptions)?;
    rows.iter().map(|row| rule(row, &exceptions)).collect()
}

async fn exceptions(s: &Session, channel: Option<ChannelId>) -> Result<HashMap<RuleId, HashSet<ProductId>>> {
    let sql = "SELECT e.rule_id, e.product_id FROM assignment_rule_exceptions e JOIN assignment_rules r ON r.id = e.rule_id
        WHERE r.channel_id = $1 OR $1 IS NULL";
    let mut exceptions: HashMap<RuleId, HashSet<ProductId>> = HashMap::new();
    for row in s.query(sql, &params![channel]).await? {
        exceptions.entry(row.get(0)?).or_default().insert(row.get(1)?);
    }
    Ok(exceptions)
}

macro_rules! listed_columns {
    () => {
        concat!(rule_columns!(), ", s.code, (SELECT COUNT(*) FROM assignments a WHERE a.rule_id = r.id)")
    };
}

fn listed(row: &Row, exceptions: &HashMap<RuleId, HashSet<ProductId>>) -> Result<ListedRule> {
    let assigned = u64::try_from(row.int(7)?).unwrap_or_default();
    Ok(ListedRule { rule: rule(row, exceptions)?, supplier_code: row.get(6)?, assigned })
}

/// A page of a channel's rules, newest first.
///
/// # Errors
/// The database's.
pub async fn list(s: &Session, channel: ChannelId, page: Page) -> Result<Paged<ListedRule>> {
    let total = s.query_one("SELECT COUNT(*) FROM assignment_rules WHERE channel_id = $1", &params![channel]).await?;
    let sql = concat!(
        "SELECT ",
        listed_columns!(),
        " FROM assignment_rules r LEFT JOIN suppliers s ON s.id = r.supplier_id
         WHERE r.channel_id = $1 ORDER BY r.created_at DESC, r.id DESC LIMIT $2 OFFSET $3"
    );
    let rows = s.query(sql, &params![channel, page.limit(), page.offset()]).await?;
    let exceptions = exceptions(s, Some(channel)).await?;
    Ok(Paged { items: rows.iter().map(|row| listed(row, &exceptions)).collect::<Result<_>>()?, total: count(&total)? })
}

/// A rule of a channel.
///
/// # Errors
/// The database's.
pub async fn of_channel(s: &Session, channel: ChannelId, id: RuleId) -> Result<Option<ListedRule>> {
    let sql = concat!(
        "SELECT ",
        listed_columns!(),
        " FROM assignment_rules r LEFT JOIN suppliers s ON s.id = r.supplier_id WHERE r.channel_id = $1 AND r.id = $2"
    );
    let row = s.query_opt(sql, &params![channel, id]).await?;
    let exceptions = exceptions(s, Some(channel)).await?;
    row.as_ref().map(|row| listed(row, &exceptions)).transpose()
}

/// Adds a rule.
///
/// # Errors
/// The database's.
pub async fn insert(s: &Session, rule: &AssignmentRule) -> Result<()> {
    let sql = "INSERT INTO assignment_rules (id, channel_id, supplier_id, country, mark_up, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let params = params![rule.id, rule.channel, rule.supplier, rule.country, rule.mark_up, rule.created_at];
    s.execute_one(sql, &params).await?;
    replace_exceptions(s, rule.id, &rule.except).await
}

/// Sets the mark-up of a rule.
///
/// # Errors
/// The database's.
pub async fn set_mark_up(s: &Session, id: RuleId, mark_up: MarkUp) -> Result<()> {
    s.execute_one("UPDATE assignment_rules SET mark_up = $2 WHERE id = $1", &params![id, mark_up]).await
}

/// Sets which products a rule does not mean.
///
/// # Errors
/// The database's.
pub async fn replace_exceptions(s: &Session, id: RuleId, except: &HashSet<ProductId>) -> Result<()> {
    s.execute("DELETE FROM assignment_rule_exceptions WHERE rule_id = $1", &params![id]).await?;
    let sql = "INSERT INTO assignment_rule_exceptions (rule_id, product_id)
        SELECT k.rule_id, k.product_id FROM {{k(rule_id uuid, product_id uuid)}}";
    s.execute_each(sql, except.iter().map(|product| params![id, product]).collect()).await?;
    Ok(())
}

/// Removes a rule that assigns nothing any more.
///
/// # Errors
/// The database's.
pub async fn remove(s: &Session, id: RuleId) -> Result<()> {
    replace_exceptions(s, id, &HashSet::new()).await?;
    s.execute_one("DELETE FROM assignment_rules WHERE id = $1", &params![id]).await
}
