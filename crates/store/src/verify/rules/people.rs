//! Personal data: where it must be, and where it must be gone.

use crate::verify::rule::{Rule, id, rule, text};

pub(super) const RULES: &[Rule] = &[
    rule! {
        "people-of-orders": "A channel's order has one purchaser and one lead traveler, be they erased or not.",
        of "channel_orders",
        broken by "(SELECT co.channel_order_code,
            (SELECT COUNT(*) FROM travelers t WHERE t.channel_order_id = co.id AND t.role = 'purchaser') AS purchasers,
            (SELECT COUNT(*) FROM travelers t WHERE t.channel_order_id = co.id AND t.role = 'representative') AS leaders
            FROM channel_orders co) x WHERE x.purchasers <> 1 OR x.leaders <> 1",
        told by "x.channel_order_code, x.purchasers, x.leaders" as |r| {
            format!("channel order {}: {} purchasers, {} lead travelers", text(r, 0)?, r.int(1)?, r.int(2)?)
        }
    },
    rule! {
        "people-of-tickets": "A ticket has one traveler, of the channel's order that the ticket is part of.",
        of "tickets",
        broken by "tickets t JOIN orders o ON o.id = t.order_id LEFT JOIN travelers w ON w.ticket_id = t.id AND w.role = 'traveler'
            LEFT JOIN (SELECT m.ticket_id FROM travelers m WHERE m.role = 'traveler' GROUP BY m.ticket_id HAVING COUNT(*) > 1) many
                ON many.ticket_id = t.id
            WHERE w.id IS NULL OR w.channel_order_id <> o.channel_order_id OR many.ticket_id IS NOT NULL",
        told by "t.id, o.id" as |r| format!("ticket {} of order {}: its traveler", id(r, 0)?, id(r, 1)?)
    },
    rule! {
        "people-erased": "Nothing is left of the people of a channel's order that were erased.",
        of "travelers",
        broken by "channel_orders co JOIN travelers t ON t.channel_order_id = co.id WHERE co.travelers_erased_at IS NOT NULL
            AND (t.name <> '' OR t.national_code <> '' OR t.phone <> '' OR t.email <> '' OR t.additional <> '{}' OR t.extra <> '{}')",
        told by "co.channel_order_code, t.role" as |r| format!("channel order {}: a {} is still there", text(r, 0)?, text(r, 1)?)
    },
    rule! {
        "reviewers-erased": "Who reviewed an order before its people were erased was erased with them.",
        of "reviewers",
        broken by "reviewers w JOIN reviews r ON r.id = w.review_id JOIN channel_orders co ON co.channel_id = r.channel_id
            AND co.channel_order_code = r.channel_order_code WHERE w.created_at < co.travelers_erased_at",
        told by "r.id, co.channel_order_code" as |r| {
            format!("review {}: its reviewer is still there, channel order {}", id(r, 0)?, text(r, 1)?)
        }
    },
    rule! {
        "people-kept": "The people of a channel's order are kept at least until the last date of its parts.",
        of "channel_orders",
        broken by "(SELECT co.channel_order_code, co.last_use, (SELECT MAX(o.date) FROM orders o WHERE o.channel_order_id = co.id
            AND o.date < '9999-01-01') AS last_date FROM channel_orders co) x WHERE x.last_use < x.last_date",
        told by "x.channel_order_code" as |r| format!("channel order {}: its last use comes before its last date", text(r, 0)?)
    },
];
