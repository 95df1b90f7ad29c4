//! What names something else: that must be there. The engines see to it themselves, unless somebody told them not to.

use super::Check;
use super::findings::Findings;
use crate::engine::Session;
use crate::error::Result;
use crate::paging;

pub(super) const NAME: &str = "references";
pub(super) const RULE: &str = "Whatever names something else names something that is there.";

/// A column that names rows of another table.
struct Reference {
    column: &'static str,
    parent: &'static str,
    rows: &'static str,
    count: &'static str,
}

macro_rules! references {
    ($($table:literal: $($column:literal => $parent:literal),+;)+) => {
        const REFERENCES: &[Reference] = &[$($(Reference {
            column: concat!($table, ".", $column),
            parent: $parent,
            rows: concat!("SELECT COUNT(*) FROM ", $table, " c WHERE c.", $column, " IS NOT NULL"),
            count: concat!("SELECT COUNT(*) FROM ", $table, " c WHERE c.", $column, " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ",
                $parent, " p WHERE p.id = c.", $column, ")"),
        }),+),+];
    };
}

references! {
    "api_keys": "channel_id" => "channels", "supplier_id" => "suppliers";
    "products": "supplier_id" => "suppliers";
    "product_versions": "product_id" => "products";
    "product_drafts": "product_id" => "products";
    "stock_pools": "product_id" => "products";
    "options": "product_id" => "products", "pool_id" => "stock_pools";
    "option_prices": "option_id" => "options";
    "stock": "pool_id" => "stock_pools";
    "allotments": "stock_id" => "stock", "channel_id" => "channels";
    "assignments": "channel_id" => "channels", "product_id" => "products", "rule_id" => "assignment_rules";
    "assignment_rules": "channel_id" => "channels", "supplier_id" => "suppliers";
    "assignment_rule_exceptions": "rule_id" => "assignment_rules", "product_id" => "products";
    "registrations": "channel_id" => "channels", "product_id" => "products";
    "channel_orders": "channel_id" => "channels";
    "orders": "channel_order_id" => "channel_orders", "channel_id" => "channels", "supplier_id" => "suppliers",
        "registration_id" => "registrations", "product_id" => "products", "option_id" => "options", "stock_id" => "stock";
    "tickets": "order_id" => "orders";
    "travelers": "channel_order_id" => "channel_orders", "ticket_id" => "tickets";
    "events": "order_id" => "orders", "ticket_id" => "tickets";
    "refunds": "ticket_id" => "tickets", "order_id" => "orders";
    "reviews": "channel_id" => "channels", "product_id" => "products", "option_id" => "options";
    "reviewers": "review_id" => "reviews";
    "questions": "channel_id" => "channels", "product_id" => "products", "option_id" => "options";
    "answers": "question_id" => "questions", "review_id" => "reviews", "supplier_id" => "suppliers";
    "changes": "product_id" => "products", "channel_id" => "channels";
    "audit_log": "supplier_id" => "suppliers", "key_id" => "api_keys";
    "statements": "channel_id" => "channels", "supplier_id" => "suppliers";
}

pub(super) async fn check(s: &Session) -> Result<Check> {
    let (mut rows, mut findings) = (0, Findings::default());
    for Reference { column, parent, rows: all, count } in REFERENCES {
        rows += paging::count(&s.query_one(all, &[]).await?)?;
        let lost = paging::count(&s.query_one(count, &[]).await?)?;
        if lost > 0 {
            findings.add(|| format!("{column}: {lost} rows name no row of {parent}"));
        }
    }
    Ok(Check::new(NAME, RULE, rows, findings))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_of_the_schema_is_looked_at() {
        let mut table = "";
        let mut wanted: Vec<(String, &str)> = Vec::new();
        let schema = crate::engine::postgres_schema();
        for line in schema.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let ["CREATE", "TABLE", name, ..] | ["ALTER", "TABLE", name, ..] = words[..] {
                table = name;
            }
            let Some(at) = words.iter().position(|word| *word == "REFERENCES") else { continue };
            let column = if words[0] == "ALTER" { words[5] } else { words[0] };
            wanted.push((format!("{table}.{column}"), words[at + 1].trim_end_matches([',', ';'])));
        }
        wanted.sort();
        let mut known: Vec<(String, &str)> = REFERENCES.iter().map(|one| (one.column.to_owned(), one.parent)).collect();
        known.sort();
        assert_eq!(known, wanted);
    }
}
