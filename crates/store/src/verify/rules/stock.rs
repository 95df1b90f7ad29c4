//! Stock and allotments.

use crate::verify::rule::{Rule, id, rule, text};

pub(super) const RULES: &[Rule] = &[
    rule! {
        "stock-ordered": "A stock row has as many units ordered as its open and used tickets take, each by the weight it was sold at.",
        of "stock",
        broken by "(SELECT s.id, s.ordered, CAST(COALESCE((SELECT SUM(o.weight) FROM orders o JOIN tickets t ON t.order_id = o.id
            WHERE o.stock_id = s.id AND t.status IN (1, 2)), 0) AS bigint) AS sold FROM stock s) x WHERE x.ordered <> x.sold",
        told by "x.id, x.ordered, x.sold" as |r| format!("stock {}: {} ordered, its tickets take {}", id(r, 0)?, r.int(1)?, r.int(2)?)
    },
    rule! {
        "stock-oversold": "No stock row has more units held and ordered than it has, and none has fewer than nothing.",
        of "stock",
        broken by "stock s WHERE s.held < 0 OR s.ordered < 0 OR s.held + s.ordered > s.max_quantity",
        told by "s.id, s.held, s.ordered, s.max_quantity" as |r| {
            format!("stock {}: {} held and {} ordered of {}", id(r, 0)?, r.int(1)?, r.int(2)?, r.int(3)?)
        }
    },
    rule! {
        "stock-held": "No units are held, since nothing in this version holds any.",
        of "stock",
        broken by "stock s WHERE s.held <> 0",
        told by "s.id, s.held" as |r| format!("stock {}: {} held", id(r, 0)?, r.int(1)?)
    },
    rule! {
        "stock-rows": "A pool has one stock row for a date and start time.",
        of "stock",
        broken by "(SELECT s.pool_id, s.date, s.start_time, COUNT(*) AS n FROM stock s GROUP BY s.pool_id, s.date, s.start_time
            HAVING COUNT(*) > 1) x JOIN stock s ON s.pool_id = x.pool_id AND s.date = x.date AND s.start_time = x.start_time",
        told by "s.id, x.n" as |r| format!("stock {}: one of {} rows for the same pool, date and time", id(r, 0)?, r.int(1)?)
    },
    rule! {
        "stock-dates": "What has no date has one undated stock row, everything else has dates, and only tours have start times.",
        of "stock",
        broken by "stock s JOIN stock_pools sp ON sp.id = s.pool_id JOIN products p ON p.id = sp.product_id
            WHERE (p.kind = 'ticket') <> (s.date >= '9999-01-01') OR (p.kind <> 'tour' AND s.start_time <> '00:00:00')",
        told by "s.id, p.kind, p.id" as |r| format!("stock {}: not of the dates of a {}, product {}", id(r, 0)?, text(r, 1)?, id(r, 2)?)
    },
    rule! {
        "stock-closed": "A stock row says who closed it, and when, only while it is closed.",
        of "stock",
        broken by "stock s WHERE (s.closed_by IS NULL) <> (s.closed_at IS NULL) OR (s.on_sale AND s.closed_by IS NOT NULL)",
        told by "s.id" as |r| format!("stock {}: who closed it does not fit whether it is closed", id(r, 0)?)
    },
    rule! {
        "allotments-taken": "An allotment has as many units taken as its channel's open and used tickets take of the stock row.",
        of "allotments",
        broken by "(SELECT a.stock_id, a.channel_id, a.taken, CAST(COALESCE((SELECT SUM(o.weight) FROM orders o
            JOIN tickets t ON t.order_id = o.id WHERE o.stock_id = a.stock_id AND o.channel_id = a.channel_id AND t.status IN (1, 2)), 0)
            AS bigint) AS sold FROM allotments a) x LEFT JOIN channels c ON c.id = x.channel_id WHERE x.taken <> x.sold",
        told by "x.stock_id, c.code, x.taken, x.sold" as |r| {
            format!("stock {}: channel {} has {} taken, its tickets take {}", id(r, 0)?, text(r, 1)?, r.int(2)?, r.int(3)?)
        }
    },
];
