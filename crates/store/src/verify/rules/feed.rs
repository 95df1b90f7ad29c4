//! The feed of changes. Whether it tells every change of an order, and rightly, is told by `told`; that of stock
//! by `told_stock`; and whether what it tells can be read, by `documents`.

use crate::verify::rule::{Rule, id, rule, text};

/// Whether the feed must tell what was done at a time: it came with the second version of the schema.
macro_rules! must_tell {
    ($at:literal) => {
        concat!("NOT EXISTS (SELECT 1 FROM feed f WHERE f.told_after >= ", $at, ")")
    };
}

pub(super) const RULES: &[Rule] = &[
    rule! {
        "feed-positions": "Positions in the feed have no gaps but what discarded drafts left, and the feed knows the last of them.",
        of "changes",
        // The last row is what comes next. It stands for all of them, too, when their number is not what it should be.
        broken by "(SELECT p.at, p.prior, p.is_last, f.given - f.there AS missing, f.discarded FROM
                (SELECT c.position AS at, LAG(c.position, 1, CAST(0 AS bigint)) OVER (ORDER BY c.position) AS prior, 0 AS is_last
                    FROM changes c WHERE c.position IS NOT NULL
                UNION ALL SELECT COALESCE((SELECT f.position FROM feed f), 0) + 1,
                    COALESCE((SELECT MAX(c.position) FROM changes c), 0), 1) p
                CROSS JOIN (SELECT COALESCE((SELECT f.position FROM feed f), 0) AS given,
                    COALESCE((SELECT f.discarded FROM feed f), 0) AS discarded,
                    (SELECT COUNT(*) FROM changes c WHERE c.position IS NOT NULL) AS there) f) x
            WHERE x.at < 1 OR x.prior >= x.at
                OR (x.missing <> x.discarded AND (x.prior + 1 <> x.at OR x.is_last = 1))",
        told by "x.at, x.prior, x.missing, x.discarded" as |r| {
            format!("feed: after position {} comes {}; {} in all are missing, {} were discarded", r.int(1)?, r.int(0)?, r.int(2)?, r.int(3)?)
        }
    },
    rule! {
        "feed-order": "The changes of an order stand in the feed in the order in which they were made.",
        of "changes",
        broken by "(SELECT c.data->>'order' AS code, c.at, c.position, LAG(c.at) OVER w AS prior_at, LAG(c.position) OVER w AS prior
            FROM changes c WHERE c.kind = 'order' WINDOW w AS (PARTITION BY c.data->>'order' ORDER BY c.seq)) x
            WHERE x.prior_at >= x.at OR x.prior > x.position OR (x.prior_at IS NOT NULL AND x.prior IS NULL AND x.position IS NOT NULL)",
        told by "x.code" as |r| format!("order {}: its changes in the feed", text(r, 0)?)
    },
    rule! {
        "feed-stock-order": "The changes of a stock row stand in the feed in the order in which they were made.",
        of "changes",
        broken by "(SELECT c.data->>'stock' AS code, c.position, LAG(c.seq) OVER w AS prior_seq, LAG(c.position) OVER w AS prior
            FROM changes c WHERE c.kind = 'stock' WINDOW w AS (PARTITION BY c.data->>'stock' ORDER BY c.seq)) x
            WHERE x.prior > x.position OR (x.prior_seq IS NOT NULL AND x.prior IS NULL AND x.position IS NOT NULL)",
        told by "x.code" as |r| format!("stock {}: its changes in the feed", text(r, 0)?)
    },
    rule! {
        "feed-versions": "The feed tells every version of a product after the first.",
        of "product_versions",
        broken by concat!("product_versions v WHERE v.version > 1 AND ", must_tell!("v.created_at"), " AND NOT EXISTS
            (SELECT 1 FROM changes c WHERE c.product_id = v.product_id AND c.kind = 'product' AND c.channel_id IS NULL
                AND CAST(c.data->>'version' AS bigint) = v.version)"),
        told by "v.product_id, v.version" as |r| format!("product {}: the feed does not tell version {}", id(r, 0)?, r.int(1)?)
    },
    rule! {
        "feed-assignments": "What the feed last told a channel, that it may sell a product or not, is so.",
        of "assignments",
        broken by "(SELECT c.channel_id, c.product_id, MAX(c.seq) AS seq FROM changes c WHERE c.kind = 'product'
            AND c.channel_id IS NOT NULL GROUP BY c.channel_id, c.product_id) last JOIN changes c ON c.seq = last.seq
            LEFT JOIN assignments a ON a.channel_id = last.channel_id AND a.product_id = last.product_id
            LEFT JOIN channels ch ON ch.id = last.channel_id
            WHERE (CAST(c.data->>'is_assigned' AS text) IN ('true', '1')) IS DISTINCT FROM (a.product_id IS NOT NULL)",
        told by "last.product_id, ch.code" as |r| {
            format!("product {}: whether channel {} may sell it is told otherwise", id(r, 0)?, text(r, 1)?)
        }
    },
    rule! {
        "feed-answers": "The feed tells every answer to a channel's questions and reviews once.",
        of "answers",
        broken by "(SELECT said.channel_id, said.product_id, COUNT(*) AS n FROM (
                SELECT q.channel_id, q.product_id FROM answers a JOIN questions q ON q.id = a.question_id
                UNION ALL SELECT r.channel_id, r.product_id FROM answers a JOIN reviews r ON r.id = a.review_id) said
                GROUP BY said.channel_id, said.product_id) x
            LEFT JOIN (SELECT c.channel_id, c.product_id, COUNT(*) AS n FROM changes c WHERE c.kind = 'answer'
                GROUP BY c.channel_id, c.product_id) told ON told.channel_id = x.channel_id AND told.product_id = x.product_id
            LEFT JOIN channels ch ON ch.id = x.channel_id WHERE x.n <> COALESCE(told.n, 0)",
        told by "x.product_id, ch.code, x.n, COALESCE(told.n, 0)" as |r| {
            format!("product {}: {} answers to channel {}, {} told", id(r, 0)?, r.int(2)?, text(r, 1)?, r.int(3)?)
        }
    },
];
