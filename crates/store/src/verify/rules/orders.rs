//! Orders: whole, of what they name, and of the right amounts. The way through their states is told by `told`.

use axhub_domain::money::Money;

use crate::verify::rule::{Rule, id, rule, text};

/// 1 where the numbers in a column are 0, 1, 2 and so on, each once.
macro_rules! is_numbered {
    ($position:literal) => {
        concat!(
            "CASE WHEN MIN(",
            $position,
            ") = 0 AND MAX(",
            $position,
            ") = COUNT(*) - 1 AND COUNT(DISTINCT ",
            $position,
            ") = COUNT(*) THEN 1 ELSE 0 END"
        )
    };
}

pub(super) const RULES: &[Rule] = &[
    rule! {
        "order-codes": "A channel has one order of a code.",
        of "channel_orders",
        broken by "(SELECT co.channel_id, co.channel_order_code, COUNT(*) AS n FROM channel_orders co
            GROUP BY co.channel_id, co.channel_order_code HAVING COUNT(*) > 1) x LEFT JOIN channels c ON c.id = x.channel_id",
        told by "x.channel_order_code, c.code, x.n" as |r| {
            format!("channel order {}: channel {} has {} of this code", text(r, 0)?, text(r, 1)?, r.int(2)?)
        }
    },
    rule! {
        "order-parts": "A channel's order has at least one order of an option, numbered without a gap.",
        of "channel_orders",
        broken by concat!("(SELECT co.channel_order_code, (SELECT COUNT(*) FROM orders o WHERE o.channel_order_id = co.id) AS n,
            (SELECT ", is_numbered!("o.position"), " FROM orders o WHERE o.channel_order_id = co.id) AS is_numbered
            FROM channel_orders co) x WHERE x.n = 0 OR x.is_numbered = 0"),
        told by "x.channel_order_code, x.n" as |r| format!("channel order {}: {} parts, or numbered otherwise", text(r, 0)?, r.int(1)?)
    },
    rule! {
        "order-tickets": "An order has a ticket for each of its units, numbered without a gap.",
        of "orders",
        broken by concat!("(SELECT o.id, o.quantity, (SELECT COUNT(*) FROM tickets t WHERE t.order_id = o.id) AS n,
            (SELECT ", is_numbered!("t.position"), " FROM tickets t WHERE t.order_id = o.id) AS is_numbered FROM orders o) x
            WHERE x.n <> x.quantity OR x.is_numbered = 0"),
        told by "x.id, x.quantity, x.n" as |r| {
            format!("order {}: {} units, {} tickets, or numbered otherwise", id(r, 0)?, r.int(1)?, r.int(2)?)
        }
    },
    rule! {
        "order-whole": "The parts of a channel's order are of its channel and were placed with it.",
        of "orders",
        broken by "orders o JOIN channel_orders co ON co.id = o.channel_order_id
            WHERE o.channel_id <> co.channel_id OR o.created_at <> co.created_at",
        told by "o.id, co.channel_order_code" as |r| {
            format!("order {}: of another channel or time than its channel order {}", id(r, 0)?, text(r, 1)?)
        }
    },
    rule! {
        "order-options": "A channel's order names an option of a stock row once.",
        of "orders",
        broken by "orders o JOIN orders other ON other.channel_order_id = o.channel_order_id AND other.position < o.position
            AND other.option_id = o.option_id AND other.stock_id = o.stock_id",
        told by "o.id, other.id" as |r| format!("order {}: the same option and stock as order {}", id(r, 0)?, id(r, 1)?)
    },
    rule! {
        "order-amounts": "The sub-total of a channel's order is what its parts cost, and its total is not above that.",
        of "channel_orders",
        broken by "(SELECT co.channel_order_code, co.sub_total, co.total, CAST(COALESCE((SELECT SUM(o.unit_selling_price * o.quantity)
            FROM orders o WHERE o.channel_order_id = co.id), 0) AS bigint) AS parts FROM channel_orders co) x
            WHERE x.sub_total <> x.parts OR x.total > x.sub_total",
        told by "x.channel_order_code, x.sub_total, x.parts, x.total" as |r| {
            let (sub_total, parts, total): (Money, Money, Money) = (r.get(1)?, r.get(2)?, r.get(3)?);
            format!("channel order {}: sub-total {sub_total}, its parts cost {parts}, total {total}", text(r, 0)?)
        }
    },
    rule! {
        "order-names": "An order is of its registration's channel and product, of that product's supplier, option and kind.",
        of "orders",
        broken by "orders o JOIN registrations r ON r.id = o.registration_id JOIN products p ON p.id = o.product_id
            JOIN options op ON op.id = o.option_id JOIN channel_orders co ON co.id = o.channel_order_id
            WHERE r.channel_id <> o.channel_id OR r.product_id <> o.product_id OR p.supplier_id <> o.supplier_id
                OR op.product_id <> o.product_id OR p.kind <> co.kind",
        told by "o.id, r.id" as |r| format!("order {}: names what does not belong to its registration {}", id(r, 0)?, id(r, 1)?)
    },
    rule! {
        "order-stock": "An order has the date and time of its stock row, from which its option draws.",
        of "orders",
        broken by "orders o JOIN stock s ON s.id = o.stock_id JOIN options op ON op.id = o.option_id
            WHERE s.pool_id <> op.pool_id OR s.date <> o.date OR s.start_time <> o.start_time OR s.starts_at <> o.inventory_at",
        told by "o.id, s.id" as |r| format!("order {}: not of the pool, date or time of its stock {}", id(r, 0)?, id(r, 1)?)
    },
    rule! {
        "order-versions": "An order is of a version that its product had.",
        of "orders",
        broken by "orders o WHERE NOT EXISTS
            (SELECT 1 FROM product_versions v WHERE v.product_id = o.product_id AND v.version = o.product_version)",
        told by "o.id, o.product_id, o.product_version" as |r| {
            format!("order {}: product {} has no version {}", id(r, 0)?, id(r, 1)?, r.int(2)?)
        }
    },
    rule! {
        "order-prices": "What an order was sold at is whole: a net price has its currency and a mark-up, and a rate is between two.",
        of "orders",
        broken by "orders o JOIN channel_orders co ON co.id = o.channel_order_id
            WHERE (o.unit_net IS NULL) <> (o.net_currency IS NULL) OR (o.unit_net IS NOT NULL AND o.mark_up IS NULL) OR o.unit_net < 0
                OR o.mark_up <= 0 OR (o.rate IS NOT NULL AND o.net_currency = co.currency)",
        told by "o.id" as |r| format!("order {}: its net price, mark-up and rate do not fit together", id(r, 0)?)
    },
    rule! {
        "order-replies": "Only an order that its supplier confirms has a time to be answered by, and not before it was placed.",
        of "orders",
        broken by "orders o WHERE o.reply_by IS NOT NULL AND (o.placed_status <> 1 OR o.reply_by < o.created_at)",
        told by "o.id" as |r| format!("order {}: to be answered, but was confirmed at once, or too early", id(r, 0)?)
    },
    rule! {
        "order-heads": "A channel's order has a code, a known currency and vocabulary, and a hash of what it means.",
        of "channel_orders",
        broken by "channel_orders co WHERE co.currency NOT IN ('KRW', 'USD') OR LENGTH(co.fingerprint) <> 32
            OR co.channel_order_code = '' OR co.dialect = ''",
        told by "co.channel_order_code" as |r| format!("channel order {}: its currency, hash, vocabulary or code", text(r, 0)?)
    },
    rule! {
        "refunds": "A refund is of a cancelled ticket of its order, in its currency, and not above what the ticket cost.",
        of "refunds",
        broken by "refunds r JOIN tickets t ON t.id = r.ticket_id JOIN orders o ON o.id = t.order_id
            JOIN channel_orders co ON co.id = o.channel_order_id WHERE t.status NOT IN (3, 4) OR r.order_id <> t.order_id
                OR r.amount > o.unit_selling_price OR r.amount < 0 OR r.currency <> co.currency",
        told by "t.id, o.id" as |r| format!("ticket {} of order {}: its refund does not fit it", id(r, 0)?, id(r, 1)?)
    },
    rule! {
        "refund-policies": "A refund says what its policy gives, unless it is of what has no date, and whether that was given.",
        of "refunds",
        broken by "refunds r JOIN orders o ON o.id = r.order_id
            WHERE (r.days_before IS NULL) <> (o.date >= '9999-01-01') OR (r.days_before IS NULL) <> (r.policy_amount IS NULL)
                OR r.differs <> (COALESCE(r.policy_amount, r.amount) <> r.amount)",
        told by "r.ticket_id, o.id" as |r| format!("ticket {} of order {}: what its refund says of the policy", id(r, 0)?, id(r, 1)?)
    },
];

#[cfg(test)]
mod tests {
    use axhub_domain::money::Currency;

    use super::*;

    #[test]
    fn every_currency_is_known() {
        let heads = RULES.iter().find(|rule| rule.name == "order-heads").unwrap();
        for currency in Currency::ALL {
            assert!(heads.count.contains(&format!("'{}'", currency.code())));
        }
    }
}
