//! Suppliers, channels and operators: their keys, what they said, and what they did.

use crate::verify::rule::{Rule, id, rule, text};

pub(super) const RULES: &[Rule] = &[
    rule! {
        "keys": "A key has one owner, of its kind, a prefix, and a hash instead of itself.",
        of "api_keys",
        broken by "api_keys k WHERE LENGTH(k.hash) <> 32 OR k.prefix NOT LIKE 'axh%'
            OR (k.kind = 'channel') <> (k.channel_id IS NOT NULL) OR (k.kind = 'supplier') <> (k.supplier_id IS NOT NULL)
            OR (k.kind = 'operator') <> (k.operator_name IS NOT NULL)",
        told by "k.prefix, k.kind" as |r| format!("key {} of a {}: its owner, prefix or hash", text(r, 0)?, text(r, 1)?)
    },
    rule! {
        "audit-actors": "Who did something is named in the audit log, and the key it came with is theirs.",
        of "audit_log",
        broken by "audit_log a LEFT JOIN api_keys k ON k.id = a.key_id WHERE (a.actor_kind = 'supplier' AND a.supplier_id IS NULL)
            OR (a.actor_kind <> 'supplier' AND a.actor_name = '') OR (a.actor_kind = 'hub' AND a.key_id IS NOT NULL)
            OR k.kind <> a.actor_kind OR (a.actor_kind = 'supplier' AND k.supplier_id <> a.supplier_id)",
        told by "a.id, a.action, a.object_code" as |r| format!("audit entry {}: who did {} to {}", id(r, 0)?, text(r, 1)?, text(r, 2)?)
    },
    rule! {
        "reviews": "A review is of an option of its product, has a known kind of score, and a hash of what it says.",
        of "reviews",
        broken by "reviews r LEFT JOIN options o ON o.id = r.option_id WHERE o.product_id <> r.product_id OR LENGTH(r.fingerprint) <> 32
            OR r.score_type NOT IN ('ZERO_FIVE_STAR', 'ONE_FIVE_STAR', 'GOOD_OR_BAD', 'NO_SCORE')
            OR (r.score_type = 'NO_SCORE' AND r.score IS NOT NULL) OR r.review_code = ''",
        told by "r.id" as |r| format!("review {}: its option, score, code or hash", id(r, 0)?)
    },
    rule! {
        "questions": "A question is about an option of its product, and has a code and a hash of what it says.",
        of "questions",
        broken by "questions q LEFT JOIN options o ON o.id = q.option_id
            WHERE o.product_id <> q.product_id OR LENGTH(q.fingerprint) <> 32 OR q.question_code = ''",
        told by "q.id" as |r| format!("question {}: its option, code or hash", id(r, 0)?)
    },
    rule! {
        "answers": "An answer is to a question or a review, by the supplier of the product that this is about.",
        of "answers",
        broken by "answers a LEFT JOIN questions q ON q.id = a.question_id LEFT JOIN reviews r ON r.id = a.review_id
            LEFT JOIN products p ON p.id = COALESCE(q.product_id, r.product_id)
            WHERE p.supplier_id <> a.supplier_id OR (a.question_id IS NULL) = (a.review_id IS NULL)",
        told by "a.id, COALESCE(q.id, r.id)" as |r| {
            let answered = r.get::<Option<uuid::Uuid>>(1)?.map_or_else(|| "nothing".to_owned(), |id| id.to_string());
            format!("answer {}: who answers, or what: {answered}", id(r, 0)?)
        }
    },
    rule! {
        "rates": "An exchange rate is between two known currencies.",
        of "exchange_rates",
        broken by "exchange_rates e WHERE e.base_currency = e.quote_currency OR e.rate <= 0
            OR e.base_currency NOT IN ('KRW', 'USD') OR e.quote_currency NOT IN ('KRW', 'USD')",
        told by "e.base_currency, e.quote_currency" as |r| format!("rate {} {}: its currencies or its value", text(r, 0)?, text(r, 1)?)
    },
    rule! {
        "statement-months": "Closed months of a channel with a supplier do not overlap, and were closed when they were over.",
        of "statements",
        broken by "(SELECT st.id, st.channel_id, st.supplier_id, st.month, st.starts_at, st.ends_at, st.closed_at,
            LAG(st.ends_at) OVER (PARTITION BY st.channel_id, st.supplier_id ORDER BY st.month) AS prior FROM statements st) x
            LEFT JOIN channels c ON c.id = x.channel_id LEFT JOIN suppliers s ON s.id = x.supplier_id
            WHERE x.prior > x.starts_at OR x.ends_at <= x.starts_at OR x.closed_at < x.ends_at",
        told by "x.month, c.code, s.code" as |r| format!("statement {}/{}/{}: from when to when it goes", text(r, 1)?, text(r, 2)?, text(r, 0)?)
    },
];

#[cfg(test)]
mod tests {
    use axhub_domain::feedback::ScoreType;
    use axhub_domain::money::Currency;

    use super::*;

    fn is_named(rule: &str, word: &str) -> bool {
        RULES.iter().any(|found| found.name == rule && found.count.contains(&format!("'{word}'")))
    }

    #[test]
    fn every_word_is_known() {
        assert!(ScoreType::ALL.iter().all(|score_type| is_named("reviews", score_type.word())));
        assert!(Currency::ALL.iter().all(|currency| is_named("rates", currency.code())));
    }
}
