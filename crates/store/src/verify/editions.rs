//! The newest version of each product: the document of it says what channels are shown.

use std::collections::HashMap;

use axhub_domain::edition::{Edition, EditionOption};
use axhub_domain::ids::{OptionId, ProductId};
use axhub_domain::pricing::NetPrice;
use axhub_domain::product::Product;
use serde_json::Value as Json;
use uuid::Uuid;

use super::Check;
use super::findings::Findings;
use crate::engine::Session;
use crate::error::Result;
use crate::params;
use crate::products::{self, StoredOption};

pub(super) const NAME: &str = "product-editions";
pub(super) const RULE: &str = "What channels see of a product, its options and its prices is what its newest version says.";

/// How many products are read at a time.
const PAGE: i64 = 200;

pub(super) async fn check(s: &Session) -> Result<Check> {
    let (mut after, mut rows, mut findings) = (ProductId(Uuid::nil()), 0, Findings::default());
    loop {
        let page = products::published_after(s, after, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        after = last.id;
        rows += page.len() as u64;
        let ids: Vec<ProductId> = page.iter().map(|(product, _)| product.id).collect();
        let options = options(s, &ids).await?;
        let documents = documents(s, &ids).await?;
        for (product, country) in &page {
            let shown = Edition::of(product, options.get(&product.id).cloned().unwrap_or_default());
            if let Some(why) = documents.get(&product.id).and_then(|document| fault(product, country, &shown, document)) {
                findings.add(|| format!("product {}: {why}", product.id));
            }
        }
    }
    Ok(Check::new(NAME, RULE, rows, findings))
}

fn fault(product: &Product, country: &str, shown: &Edition, document: &Json) -> Option<&'static str> {
    if product.country() != country {
        return Some("its country is not the one that its contents say");
    }
    // The first documents had options without prices; there is nothing to hold them against.
    let is_old = document["options"].get(0).is_some_and(|option| option.get("option").is_none());
    match serde_json::from_value::<Edition>(document.clone()) {
        _ if is_old => None,
        Ok(edition) => (edition != *shown).then_some("its newest version says something else"),
        Err(_) => Some("its newest version makes no sense"),
    }
}

/// The options of products as versions have them.
async fn options(s: &Session, ids: &[ProductId]) -> Result<HashMap<ProductId, Vec<EditionOption>>> {
    let mut prices: HashMap<OptionId, Vec<NetPrice>> = HashMap::new();
    for (option, price) in products::prices_of(s, ids).await? {
        prices.entry(option).or_default().push(price);
    }
    let mut pools: HashMap<Uuid, Option<String>> = HashMap::new();
    for row in s.query("SELECT id, name FROM stock_pools WHERE product_id = ANY($1)", &params![ids]).await? {
        pools.insert(row.get(0)?, row.get(1)?);
    }
    let mut options: HashMap<ProductId, Vec<EditionOption>> = HashMap::new();
    for StoredOption { option, product, pool, weight, .. } in products::options_of(s, ids).await? {
        let prices = prices.remove(&option.id).unwrap_or_default();
        let weight = u32::try_from(weight).unwrap_or(u32::MAX);
        let mut option = EditionOption { option, pool: pools.get(&pool.0).cloned().flatten(), weight, prices };
        option.sort_prices();
        options.entry(product).or_default().push(option);
    }
    Ok(options)
}

/// The documents of the newest versions.
async fn documents(s: &Session, ids: &[ProductId]) -> Result<HashMap<ProductId, Json>> {
    let sql = "SELECT v.product_id, v.document FROM products p JOIN product_versions v ON v.product_id = p.id AND v.version = p.version
        WHERE p.id = ANY($1)";
    s.query(sql, &params![ids]).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}
