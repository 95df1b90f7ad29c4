//! Closed months: each is made anew from its tickets, and must come out the same.

use axhub_domain::ids::{ChannelId, SupplierId};
use axhub_domain::month::{Month, Period};
use axhub_domain::statement::{Head, Statement, digest};
use uuid::Uuid;

use super::Check;
use super::findings::Findings;
use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;
use crate::statements;

pub(super) const NAME: &str = "statements";
pub(super) const RULE: &str = "A closed month is unchanged, and says what its tickets and their refunds say.";

pub(super) async fn check(s: &Session) -> Result<Check> {
    let sql = "SELECT st.id, st.channel_id, st.supplier_id, st.month, st.starts_at, st.ends_at, st.document, st.hash, c.code, s.code
        FROM statements st JOIN channels c ON c.id = st.channel_id JOIN suppliers s ON s.id = st.supplier_id
        WHERE st.id > $1 ORDER BY st.id LIMIT 1";
    let (mut after, mut rows, mut findings) = (Uuid::nil(), 0, Findings::default());
    while let Some(row) = s.query_opt(sql, &params![after]).await? {
        after = row.get(0)?;
        rows += 1;
        let closed = Closed::read(&row)?;
        if let Some(why) = closed.fault(s).await? {
            findings.add(|| format!("statement {}/{}/{}: {why}", closed.channel_code, closed.supplier_code, closed.month));
        }
    }
    Ok(Check::new(NAME, RULE, rows, findings))
}

struct Closed {
    channel: ChannelId,
    supplier: SupplierId,
    month: String,
    period: Period,
    document: String,
    hash: String,
    channel_code: String,
    supplier_code: String,
}

impl Closed {
    fn read(row: &Row) -> Result<Closed> {
        let mut r = row.reader();
        let _id: Uuid = r.take()?;
        Ok(Closed {
            channel: r.take()?,
            supplier: r.take()?,
            month: r.take()?,
            period: Period { from: r.take()?, to: r.take()? },
            document: r.take()?,
            hash: r.take()?,
            channel_code: r.take()?,
            supplier_code: r.take()?,
        })
    }

    async fn fault(&self, s: &Session) -> Result<Option<&'static str>> {
        if digest(&self.document) != self.hash {
            return Ok(Some("its document is not the one that was closed"));
        }
        let (Ok(month), Ok(stored)) = (self.month.parse::<Month>(), serde_json::from_str::<Statement>(&self.document)) else {
            return Ok(Some("its month or its document makes no sense"));
        };
        let head = Head {
            channel_code: self.channel_code.clone(),
            supplier_code: self.supplier_code.clone(),
            month,
            // The setting may be another by now.
            time_zone: stored.time_zone.clone(),
            period: self.period,
        };
        let tickets = statements::sold_tickets(s, self.channel, self.supplier, self.period).await?;
        let anew = Statement::make(head, true, tickets);
        Ok((anew != stored).then_some("its lines are not what its tickets say"))
    }
}
