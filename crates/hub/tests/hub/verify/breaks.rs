//! What breaks each rule: statements as no use case makes them.

use axhub_testkit::Engine;

/// Something that breaks rules.
pub struct Break {
    /// The rules that find it: the one that is meant, and those that find it as well.
    pub rules: &'static [&'static str],
    /// What is done.
    pub sql: &'static [&'static str],
    /// The engine that it can be done on, when it is not both.
    pub only: Option<Engine>,
}

const fn by(rules: &'static [&'static str], sql: &'static [&'static str]) -> Break {
    Break { rules, sql, only: None }
}

const fn only(engine: Engine, rules: &'static [&'static str], sql: &'static [&'static str]) -> Break {
    Break { rules, sql, only: Some(engine) }
}

/// The order of A-1 for two families, of which nothing has happened since, and which stands in no statement.
macro_rules! families {
    () => {
        "(SELECT o.id FROM orders o JOIN channel_orders co ON co.id = o.channel_order_id JOIN channels c ON c.id = co.channel_id
            WHERE co.channel_order_code = 'A-1' AND c.code = 'alpha' AND o.weight = 3)"
    };
}

/// Alpha's order A-1 as a whole.
macro_rules! whole {
    () => {
        "(SELECT co.id FROM channel_orders co JOIN channels c ON c.id = co.channel_id
            WHERE co.channel_order_code = 'A-1' AND c.code = 'alpha')"
    };
}

/// The order A-5, which was confirmed, used, cancelled in parts and refunded.
macro_rules! fulfilled {
    () => {
        "(SELECT o.id FROM orders o JOIN channel_orders co ON co.id = o.channel_order_id WHERE co.channel_order_code = 'A-5')"
    };
}

/// A stock row of the museum that nobody has ordered.
macro_rules! unsold {
    () => {
        "(SELECT s.id FROM stock s JOIN stock_pools sp ON sp.id = s.pool_id JOIN products p ON p.id = sp.product_id
            WHERE p.kind = 'day-ticket' AND s.ordered = 0 ORDER BY s.id LIMIT 1)"
    };
}

/// The change that the feed tells of that row.
macro_rules! last_of_unsold {
    () => {
        concat!("kind = 'stock' AND uuid_of(data->>'stock') = ", unsold!())
    };
}

/// The order A-2, which the hub confirmed because its supplier did not answer.
macro_rules! overdue {
    () => {
        "(SELECT o.id FROM orders o JOIN channel_orders co ON co.id = o.channel_order_id WHERE co.channel_order_code = 'A-2')"
    };
}

pub const BREAKS: &[Break] = &[
    only(
        Engine::Sqlite,
        &["file", "product-editions"],
        &[
            "UPDATE options SET weight = 0 WHERE id IN (SELECT o.id FROM options o JOIN products p ON p.id = o.product_id WHERE p.search_name LIKE 'dmz%')",
            "PRAGMA ignore_check_constraints = OFF",
        ],
    ),
    by(&["schema"], &["DROP INDEX reviews_by_own_code"]),
    only(Engine::Postgres, &["schema"], &["ALTER TABLE channel_orders DROP CONSTRAINT channel_orders_channel_id_channel_order_code_key"]),
    only(Engine::Postgres, &["schema"], &["ALTER TABLE stock DROP CONSTRAINT stock_check"]),
    only(
        Engine::Postgres,
        &["schema"],
        &[
            "ALTER TABLE orders DROP CONSTRAINT orders_stock_id_fkey",
            "ALTER TABLE orders ADD CONSTRAINT orders_stock_id_fkey FOREIGN KEY (stock_id) REFERENCES stock NOT VALID",
        ],
    ),
    only(Engine::Postgres, &["schema"], &["ALTER TABLE tickets DISABLE TRIGGER ALL"]),
    only(Engine::Postgres, &["schema"], &["ALTER TABLE orders ALTER COLUMN weight DROP NOT NULL"]),
    by(&["references"], &["UPDATE audit_log SET key_id = id WHERE actor_kind = 'operator'"]),
    by(&["stock-ordered"], &[concat!("UPDATE orders SET weight = 2 WHERE id = ", fulfilled!())]),
    by(&["stock-oversold", "feed-stock"], &[concat!("UPDATE stock SET max_quantity = -1 WHERE id = ", unsold!())]),
    by(&["stock-held", "feed-stock"], &[concat!("UPDATE stock SET held = 1 WHERE id = ", unsold!())]),
    only(
        Engine::Postgres,
        &["stock-rows", "feed-stock"],
        &[concat!(
            "INSERT INTO stock (id, pool_id, date, start_time, starts_at, max_quantity, min_quantity,
            held, ordered, on_sale, updated_at)
        SELECT gen_random_uuid(), pool_id, date, start_time, starts_at, 1, 0, 0, 0, TRUE, '2000-01-01' FROM stock WHERE id = ",
            unsold!()
        )],
    ),
    by(&["stock-dates", "feed-stock"], &[concat!("UPDATE stock SET start_time = '01:00:00' WHERE id = ", unsold!())]),
    by(
        &["stock-starts", "feed-stock"],
        &[concat!("UPDATE stock SET starts_at = (SELECT MAX(closed_at) FROM statements) WHERE id = ", unsold!())],
    ),
    by(&["stock-closed"], &[concat!("UPDATE stock SET closed_by = 'hanok' WHERE id = ", unsold!())]),
    by(&["allotments-taken", "feed-stock"], &["UPDATE allotments SET taken = taken + 1"]),
    only(Engine::Postgres, &["order-codes"], &["UPDATE channel_orders SET channel_order_code = 'A-5' WHERE channel_order_code = 'A-6'"]),
    by(&["order-parts"], &[concat!("UPDATE orders SET position = 7 WHERE id = ", families!())]),
    by(&["order-parts"], &[concat!("UPDATE orders SET position = -1 WHERE position = 0 AND channel_order_id = ", whole!())]),
    by(&["order-tickets"], &[concat!("UPDATE tickets SET position = -1 WHERE position = 0 AND order_id = ", families!())]),
    by(&["order-tickets"], &[concat!("UPDATE tickets SET position = 7 WHERE position = 1 AND order_id = ", families!())]),
    by(&["order-whole"], &[concat!("UPDATE channel_orders SET created_at = (SELECT MIN(created_at) FROM channels) WHERE id = ", whole!())]),
    by(
        &["order-options"],
        &[concat!(
            "UPDATE orders SET option_id = (SELECT o.option_id FROM orders o WHERE o.channel_order_id = ",
            whole!(),
            " AND o.weight = 1) WHERE id = ",
            families!()
        )],
    ),
    by(&["order-amounts"], &[concat!("UPDATE channel_orders SET total = sub_total + 1 WHERE id = ", whole!())]),
    by(&["order-amounts"], &[concat!("UPDATE channel_orders SET sub_total = sub_total + 1 WHERE id = ", whole!())]),
    by(&["order-names"], &[concat!("UPDATE channel_orders SET kind = 'day-ticket' WHERE id = ", whole!())]),
    by(&["order-stock"], &[concat!("UPDATE orders SET start_time = '23:00:00' WHERE id = ", families!())]),
    by(&["order-stock"], &[concat!("UPDATE orders SET inventory_at = created_at WHERE id = ", families!())]),
    by(&["order-stock", "people-kept"], &[concat!("UPDATE orders SET date = '2026-07-11' WHERE id = ", families!())]),
    by(&["order-versions"], &[concat!("UPDATE orders SET product_version = 99 WHERE id = ", families!())]),
    by(&["order-prices"], &[concat!("UPDATE orders SET net_currency = NULL WHERE id = ", families!())]),
    by(&["order-prices"], &[concat!("UPDATE orders SET mark_up = NULL WHERE id = ", families!())]),
    by(&["order-prices"], &[concat!("UPDATE orders SET mark_up = 0 WHERE id = ", families!())]),
    by(&["order-prices"], &[concat!("UPDATE orders SET unit_net = -1 WHERE id = ", families!())]),
    by(&["order-replies"], &[concat!("UPDATE orders SET reply_by = created_at WHERE id = ", families!())]),
    by(&["order-replies"], &[concat!("UPDATE orders SET reply_by = (SELECT MIN(created_at) FROM channels) WHERE id = ", overdue!())]),
    by(&["order-heads"], &[concat!("UPDATE channel_orders SET channel_order_code = '' WHERE id = ", whole!())]),
    by(&["order-heads"], &[concat!("UPDATE channel_orders SET dialect = '' WHERE id = ", whole!())]),
    by(
        &["order-paths"],
        &[concat!("UPDATE events SET from_status = 1 WHERE action = 'confirm' AND actor = 'supplier' AND order_id = ", fulfilled!())],
    ),
    by(&["order-paths"], &[concat!("UPDATE orders SET reply_by = NULL WHERE id = ", overdue!())]),
    by(&["order-paths"], &[concat!("UPDATE orders SET reply_by = (SELECT MAX(closed_at) FROM statements) WHERE id = ", overdue!())]),
    by(&["order-paths"], &[concat!("UPDATE events SET actor_code = 'allotments.release' WHERE actor = 'hub' AND order_id = ", overdue!())]),
    by(
        &["order-states"],
        &[concat!("UPDATE tickets SET updated_at = (SELECT MIN(created_at) FROM channels) WHERE order_id = ", families!())],
    ),
    by(&["refunds"], &[concat!("UPDATE refunds SET order_id = ", families!(), " WHERE order_id = ", fulfilled!())]),
    by(&["refund-policies"], &[concat!("UPDATE refunds SET differs = NOT differs WHERE order_id = ", fulfilled!())]),
    by(&["people-of-orders"], &[concat!("DELETE FROM travelers WHERE role = 'purchaser' AND channel_order_id = ", whole!())]),
    by(&["people-of-orders"], &[concat!("DELETE FROM travelers WHERE role = 'representative' AND channel_order_id = ", whole!())]),
    by(
        &["people-of-tickets"],
        &[concat!(
            "UPDATE travelers SET channel_order_id = (SELECT o.channel_order_id FROM orders o WHERE o.id = ",
            overdue!(),
            ") WHERE ticket_id IN (SELECT id FROM tickets WHERE order_id = ",
            families!(),
            ")"
        )],
    ),
    only(
        Engine::Postgres,
        &["people-of-tickets"],
        &[concat!(
            "INSERT INTO travelers (id, channel_order_id, ticket_id, role, name, national_code, phone, email, additional, extra)
            SELECT gen_random_uuid(), channel_order_id, ticket_id, role, name, national_code, phone, email, additional, extra FROM travelers
            WHERE ticket_id IN (SELECT id FROM tickets WHERE order_id = ",
            families!(),
            ")"
        )],
    ),
    by(
        &["people-of-tickets"],
        &[concat!("DELETE FROM travelers WHERE ticket_id IN (SELECT id FROM tickets WHERE order_id = ", families!(), ")")],
    ),
    by(
        &["people-erased"],
        &["UPDATE travelers SET name = 'Kim Purchaser' WHERE role = 'purchaser' AND channel_order_id IN
        (SELECT id FROM channel_orders WHERE travelers_erased_at IS NOT NULL)"],
    ),
    by(
        &["reviewers-erased"],
        &["INSERT INTO reviewers (review_id, name, created_at) SELECT r.id, 'Kim Reviewer', r.created_at FROM reviews r
        WHERE r.channel_order_code = 'A-3'"],
    ),
    by(&["people-kept"], &[concat!("UPDATE channel_orders SET last_use = '2000-01-01' WHERE id = ", whole!())]),
    by(
        &["product-versions"],
        &["DELETE FROM product_versions WHERE version = 1
        AND product_id IN (SELECT id FROM products WHERE version = 2 AND search_name = 'bus by night')"],
    ),
    by(
        &["product-times"],
        &["UPDATE products SET updated_at = (SELECT MAX(closed_at) FROM statements) WHERE search_name = 'bus by night'"],
    ),
    by(&["product-drafts"], &["UPDATE product_drafts SET base_version = 99"]),
    by(
        &["product-options"],
        &["UPDATE options SET pool_id = (SELECT o.pool_id FROM options o JOIN products p ON p.id = o.product_id
            WHERE p.search_name LIKE 'dmz%' LIMIT 1)
        WHERE product_id IN (SELECT id FROM products WHERE search_name LIKE 'harbor%')"],
    ),
    by(&["product-new-options"], &["DELETE FROM product_drafts WHERE base_version = 2"]),
    by(&["product-prices", "product-editions"], &["DELETE FROM option_prices WHERE valid_from IS NULL"]),
    by(
        &["product-seasons", "product-prices", "product-editions"],
        &["UPDATE option_prices SET valid_from = '2026-07-01', valid_to = '2026-07-31'
        WHERE option_id IN (SELECT option_id FROM option_prices WHERE valid_from IS NOT NULL)"],
    ),
    by(&["product-settings"], &["UPDATE products SET reply_minutes = 5 WHERE search_name = 'bus'"]),
    by(&["product-editions"], &["UPDATE options SET max_quantity = 98 WHERE max_quantity = 99"]),
    by(&["registrations"], &["UPDATE registrations SET version = 99"]),
    by(&["assignments"], &["UPDATE assignments SET mark_up = mark_up + 1 WHERE rule_id IS NOT NULL"]),
    by(&["time-zones"], &["UPDATE channels SET time_zone = 'Mars/Base'"]),
    by(&["statements"], &["UPDATE statements SET hash = 'another'"]),
    by(
        &["statements"],
        &["UPDATE orders SET unit_net = unit_net + 1 WHERE supplier_id IN (SELECT id FROM suppliers WHERE code = 'lumiere')"],
    ),
    by(&["statement-months"], &["UPDATE statements SET closed_at = starts_at"]),
    by(&["feed-positions"], &["UPDATE feed SET position = position + 5"]),
    by(&["feed-positions"], &["UPDATE feed SET discarded = discarded - 1"]),
    by(
        &["feed-positions"],
        &["DELETE FROM changes WHERE seq = (SELECT MIN(c.seq) FROM changes c
        WHERE c.kind = 'stock' AND c.product_id IN (SELECT id FROM products WHERE search_name = '한강 유람선'))"],
    ),
    by(&["feed-positions", "feed-orders", "feed-stock", "feed-versions", "feed-answers"], &["DELETE FROM changes"]),
    by(
        &["feed-order", "feed-positions"],
        &["UPDATE changes SET position = NULL WHERE seq = (SELECT MIN(c.seq) FROM changes c
        WHERE c.kind = 'order' AND c.product_id IN (SELECT id FROM products WHERE search_name LIKE 'paris%'))"],
    ),
    by(
        &["feed-stock-order", "feed-positions"],
        &["UPDATE changes SET position = NULL WHERE seq = (SELECT MIN(c.seq) FROM changes c
        WHERE c.kind = 'stock' AND c.product_id IN (SELECT id FROM products WHERE search_name = '한강 유람선'))"],
    ),
    by(&["feed-stock"], &[concat!("UPDATE stock SET min_quantity = 1 WHERE id = ", unsold!())]),
    by(&["feed-stock"], &["UPDATE allotments SET quantity = quantity + 1"]),
    by(&["feed-stock"], &["UPDATE allotments SET release_at = (SELECT MAX(closed_at) FROM statements)"]),
    by(&["feed-documents", "feed-stock"], &[concat!("UPDATE changes SET data = '{}' WHERE ", last_of_unsold!())]),
    only(
        Engine::Sqlite,
        &["feed-documents", "feed-stock"],
        &[concat!("UPDATE changes SET data = json_patch(data, '{\"max\": null}') WHERE ", last_of_unsold!())],
    ),
    only(
        Engine::Postgres,
        &["feed-documents", "feed-stock"],
        &[concat!("UPDATE changes SET data = data - 'max' WHERE ", last_of_unsold!())],
    ),
    by(&["feed-documents", "feed-assignments"], &["UPDATE changes SET data = '{}' WHERE kind = 'product' AND channel_id IS NOT NULL"]),
    by(&["feed-documents"], &["UPDATE changes SET data = '{\"body\": \"x\"}' WHERE kind = 'answer'"]),
    only(Engine::Sqlite, &["feed-orders"], &["UPDATE changes SET data = json_patch(data, '{\"dialect\": null}') WHERE kind = 'order'"]),
    only(Engine::Postgres, &["feed-orders"], &["UPDATE changes SET data = data - 'dialect' WHERE kind = 'order'"]),
    by(
        &["feed-versions"],
        &["UPDATE changes SET channel_id = (SELECT id FROM channels WHERE code = 'alpha') WHERE kind = 'product'
        AND channel_id IS NULL AND product_id IN (SELECT id FROM products WHERE search_name LIKE 'paris%')"],
    ),
    by(&["feed-assignments"], &["DELETE FROM assignments WHERE channel_id IN (SELECT id FROM channels WHERE code = 'beta')"]),
    by(&["feed-answers"], &["UPDATE changes SET kind = 'price' WHERE kind = 'answer'"]),
    by(&["feed-orders"], &["UPDATE changes SET channel_id = (SELECT id FROM channels WHERE code = 'beta') WHERE kind = 'order'"]),
    by(&["audit-orders"], &["UPDATE audit_log SET action = 'order.reject' WHERE action = 'order.confirm'"]),
    by(&["audit-orders"], &["DELETE FROM audit_log WHERE action = 'ticket.redeem'"]),
    by(&["audit-orders"], &["DELETE FROM audit_log"]),
    by(&["audit-actors"], &["UPDATE audit_log SET actor_name = '' WHERE actor_kind = 'operator'"]),
    by(&["keys"], &["UPDATE api_keys SET prefix = 'of nobody' WHERE kind = 'operator'"]),
    by(&["reviews"], &["UPDATE reviews SET score_type = 'STARS'"]),
    by(&["reviews"], &["UPDATE reviews SET score_type = 'NO_SCORE'"]),
    by(&["reviews"], &["UPDATE reviews SET review_code = '' WHERE review_code = 'R-2'"]),
    by(&["questions"], &["UPDATE questions SET question_code = ''"]),
    by(&["answers"], &["UPDATE answers SET supplier_id = (SELECT id FROM suppliers WHERE code = 'hanok')"]),
    by(&["answers", "feed-answers"], &["UPDATE answers SET question_id = NULL"]),
    by(&["rates"], &["UPDATE exchange_rates SET rate = 0"]),
    by(&["rates"], &["UPDATE exchange_rates SET quote_currency = 'EUR'"]),
];
