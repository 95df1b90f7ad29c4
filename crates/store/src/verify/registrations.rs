//! What channels have registered.

use std::collections::HashSet;

use axhub_domain::ids::{OptionId, ProductId, RegistrationId};
use axhub_domain::registration::Mapping;
use uuid::Uuid;

use super::Check;
use super::findings::Findings;
use crate::engine::Session;
use crate::error::Result;
use crate::params;
use crate::products::from_json;

pub(super) const NAME: &str = "registrations";
pub(super) const RULE: &str = "A registration is of a version that its product had, and names published options of it.";

/// How many registrations are read at a time.
const PAGE: i64 = 1_000;

pub(super) async fn check(s: &Session) -> Result<Check> {
    let sql = "SELECT r.id, r.product_id, r.mapping, r.updated_at < r.created_at,
            EXISTS (SELECT 1 FROM product_versions v WHERE v.product_id = r.product_id AND v.version = r.version)
        FROM registrations r WHERE r.id > $1 ORDER BY r.id LIMIT $2";
    let (mut after, mut rows, mut findings) = (RegistrationId(Uuid::nil()), 0, Findings::default());
    loop {
        let page = s.query(sql, &params![after, PAGE]).await?;
        let Some(last) = page.last() else { break };
        after = last.get(0)?;
        rows += page.len() as u64;
        let mut mappings: Vec<(RegistrationId, ProductId, Mapping)> = Vec::with_capacity(page.len());
        for row in &page {
            let id: RegistrationId = row.get(0)?;
            if !row.get::<bool>(4)? {
                findings.add(|| format!("registration {id}: of a version that there is not"));
            }
            if row.get::<bool>(3)? {
                findings.add(|| format!("registration {id}: changed before it was made"));
            }
            match from_json(row.get(2)?) {
                Ok(mapping) => mappings.push((id, row.get(1)?, mapping)),
                Err(_) => findings.add(|| format!("registration {id}: its mapping makes no sense")),
            }
        }
        let published = published(s, mappings.iter().flat_map(|(_, _, mapping)| mapping.keys().copied()).collect()).await?;
        for (id, product, mapping) in &mappings {
            if let Some(option) = mapping.keys().find(|option| !published.contains(&(**option, *product))) {
                findings.add(|| format!("registration {id}: option {option} is none of product {product}, or not published"));
            }
        }
    }
    Ok(Check::new(NAME, RULE, rows, findings))
}

/// Those of these options that are published, with their products.
async fn published(s: &Session, options: HashSet<OptionId>) -> Result<HashSet<(OptionId, ProductId)>> {
    let options: Vec<OptionId> = options.into_iter().collect();
    let rows = s.query("SELECT id, product_id FROM options WHERE id = ANY($1) AND is_published", &params![options]).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}
