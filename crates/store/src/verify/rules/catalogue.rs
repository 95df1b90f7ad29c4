//! Products, versions, drafts, options and prices.

use crate::verify::rule::{Rule, id, rule};

pub(super) const RULES: &[Rule] = &[
    rule! {
        "product-versions": "A product has every version from the first to its newest, and one that was never published has none.",
        of "products",
        broken by "(SELECT p.id, p.version, (SELECT COUNT(*) FROM product_versions v WHERE v.product_id = p.id) AS n,
            (SELECT COALESCE(MAX(v.version), 0) FROM product_versions v WHERE v.product_id = p.id) AS last,
            (SELECT COALESCE(MIN(v.version), 1) FROM product_versions v WHERE v.product_id = p.id) AS first FROM products p) x
            WHERE x.n <> x.version OR x.last <> x.version OR x.first <> 1",
        told by "x.id, x.version, x.n, x.last" as |r| {
            format!("product {}: newest version {}, {} versions up to {}", id(r, 0)?, r.int(1)?, r.int(2)?, r.int(3)?)
        }
    },
    rule! {
        "product-times": "A product changed when its newest version was published, and no version before the one before it.",
        of "product_versions",
        broken by "products p JOIN product_versions v ON v.product_id = p.id AND v.version = p.version WHERE p.updated_at <> v.created_at
            OR v.created_at < p.created_at OR EXISTS (SELECT 1 FROM product_versions e JOIN product_versions l
                ON l.product_id = e.product_id AND l.version = e.version + 1 WHERE e.product_id = p.id AND l.created_at < e.created_at)",
        told by "p.id" as |r| format!("product {}: the times of its versions", id(r, 0)?)
    },
    rule! {
        "product-drafts": "A product that was never published has a draft, and no draft is of a version yet to come.",
        of "products",
        broken by "products p LEFT JOIN product_drafts d ON d.product_id = p.id WHERE (p.version = 0 AND d.product_id IS NULL)
            OR d.base_version > p.version OR d.base_version < 0 OR d.updated_at < d.created_at",
        told by "p.id" as |r| format!("product {}: its draft", id(r, 0)?)
    },
    rule! {
        "product-options": "An option draws from a pool of its own product, and a price option from that of the option it belongs to.",
        of "options",
        broken by "options o JOIN stock_pools sp ON sp.id = o.pool_id LEFT JOIN options so ON so.id = o.stock_option_id
            WHERE sp.product_id <> o.product_id OR so.id IS NULL OR so.product_id <> o.product_id OR so.pool_id <> o.pool_id
                OR so.kind <> 'quantity' OR (o.kind = 'quantity') <> (so.id = o.id)",
        told by "o.id, o.product_id" as |r| format!("option {} of product {}: where it draws from", id(r, 0)?, id(r, 1)?)
    },
    rule! {
        "product-new-options": "An option that was never published is part of a draft.",
        of "options",
        broken by "options o WHERE NOT o.is_published AND NOT EXISTS (SELECT 1 FROM product_drafts d WHERE d.product_id = o.product_id)",
        told by "o.id, o.product_id" as |r| format!("option {} of product {}: neither published nor in a draft", id(r, 0)?, id(r, 1)?)
    },
    rule! {
        "product-prices": "An option has one base price at most, and one that is sold has it.",
        of "options",
        broken by "(SELECT o.id, o.product_id, o.is_active AND o.is_published AS is_sold, (SELECT COUNT(*) FROM option_prices c
            WHERE c.option_id = o.id AND c.valid_from IS NULL) AS n FROM options o) x WHERE x.n > 1 OR (x.is_sold AND x.n = 0)",
        told by "x.id, x.product_id, x.n" as |r| format!("option {} of product {}: {} base prices", id(r, 0)?, id(r, 1)?, r.int(2)?)
    },
    rule! {
        "product-seasons": "The seasons of an option's prices do not overlap.",
        of "option_prices",
        broken by "option_prices c JOIN option_prices other ON other.option_id = c.option_id AND other.id < c.id
            AND other.valid_from <= c.valid_to AND c.valid_from <= other.valid_to JOIN options o ON o.id = c.option_id",
        told by "o.id, o.product_id" as |r| format!("option {} of product {}: two prices for one date", id(r, 0)?, id(r, 1)?)
    },
    rule! {
        "product-settings": "A product's sale ends after it begins, and a time to answer is for orders that the supplier confirms.",
        of "products",
        broken by "products p WHERE p.sale_to < p.sale_from OR (p.reply_minutes IS NULL) <> (p.on_no_reply IS NULL)
            OR (p.reply_minutes IS NOT NULL AND p.confirmation <> 'manual') OR p.base_currency NOT IN ('KRW', 'USD')",
        told by "p.id" as |r| format!("product {}: its days of sale, time to answer or currency", id(r, 0)?)
    },
];
