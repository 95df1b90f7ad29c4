-- What suppliers and operators run their business with: drafts, shared stock, allotments, deadlines to reply, rules of
-- what channels may sell, the audit log, and statements.

-- country is the first part of main_country_and_city, for rules. A product of version 0 was never published.
ALTER TABLE products ADD COLUMN country {text} NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN reply_minutes {int} CHECK (reply_minutes > 0);
ALTER TABLE products ADD COLUMN on_no_reply {text} CHECK (on_no_reply IN ('confirm', 'reject'));

-- The next version of a product while its supplier works on it, whole, as product_versions keeps those that are out.
CREATE TABLE product_drafts (
    product_id {uuid} PRIMARY KEY REFERENCES products,
    base_version {int} NOT NULL,
    document {json} NOT NULL,
    created_at {instant} NOT NULL,
    updated_at {instant} NOT NULL
) {strict};

-- What a version changed, for the history that suppliers read.
ALTER TABLE product_versions ADD COLUMN changes {json} NOT NULL DEFAULT '[]';

-- An option gets its code, and may get stock, as soon as it stands in a draft; channels see it once it was published.
ALTER TABLE options ADD COLUMN is_published {bool} NOT NULL DEFAULT TRUE;

-- Options that share stock name the same pool; a pool without a name is one option's own.
ALTER TABLE stock_pools ADD COLUMN name {text};
CREATE UNIQUE INDEX stock_pools_by_name ON stock_pools (product_id, name);

-- Who closed a row, while it is closed.
ALTER TABLE stock ADD COLUMN closed_by {text};
ALTER TABLE stock ADD COLUMN closed_at {instant};

-- Units of a stock row that only one channel may take, until an instant. taken is what the channel has of the row, whether
-- from its allotment or not. Whoever changes a row holds the lock of its stock row.
CREATE TABLE allotments (
    stock_id {uuid} NOT NULL REFERENCES stock,
    channel_id {uuid} NOT NULL REFERENCES channels,
    quantity {int} NOT NULL CHECK (quantity >= 1),
    taken {int} NOT NULL CHECK (taken >= 0),
    release_at {instant} NOT NULL,
    is_released {bool} NOT NULL,
    PRIMARY KEY (stock_id, channel_id)
) {strict};
CREATE INDEX allotments_to_release ON allotments (release_at) WHERE NOT is_released;

-- What the sale was made at: the supplier's price of one unit, the channel's mark-up in 1/100 000, and the rate from the
-- product's currency to the order's as a decimal number, with all places that the price was reckoned with (a rate that is
-- known the other way round has no end). And until when the supplier has time to answer.
ALTER TABLE orders ADD COLUMN unit_net {int};
ALTER TABLE orders ADD COLUMN net_currency {text};
ALTER TABLE orders ADD COLUMN mark_up {int};
ALTER TABLE orders ADD COLUMN rate {text};
ALTER TABLE orders ADD COLUMN reply_by {instant};
CREATE INDEX orders_to_answer ON orders (reply_by) WHERE status IN (1, 2);
CREATE INDEX orders_of_departure ON orders (product_id, date, start_time);

ALTER TABLE tickets ADD COLUMN used_at {instant};
ALTER TABLE tickets ADD COLUMN used_where {text};
CREATE INDEX tickets_by_channel_code ON tickets (channel_ticket_code) WHERE channel_ticket_code IS NOT NULL;

-- The last day on which somebody uses what a channel's order bought; of undated tickets, at first the day of the order. The
-- task that erases travelers' data looks here, and again at the order itself.
ALTER TABLE channel_orders ADD COLUMN last_use {date} NOT NULL DEFAULT '1970-01-01';
UPDATE channel_orders SET last_use = COALESCE(
    (SELECT MAX(o.date) FROM orders o WHERE o.channel_order_id = channel_orders.id AND o.date < '9999-01-01'), '1970-01-01');
ALTER TABLE channel_orders ADD COLUMN travelers_erased_at {instant};
CREATE INDEX channel_orders_to_erase ON channel_orders (last_use, id) WHERE travelers_erased_at IS NULL;

-- Reviewers are erased by removing them; when they came says until when they are kept.
ALTER TABLE reviewers ADD COLUMN created_at {instant};
UPDATE reviewers SET created_at = (SELECT r.created_at FROM reviews r WHERE r.id = reviewers.review_id);
CREATE INDEX reviewers_by_time ON reviewers (created_at, review_id);
CREATE INDEX reviews_of_order ON reviews (channel_id, channel_order_code) WHERE channel_order_code IS NOT NULL;

CREATE INDEX events_by_time ON events (at, id);
CREATE INDEX refunds_by_time ON refunds (created_at);

ALTER TABLE channels ADD COLUMN notes {text} NOT NULL DEFAULT '';
ALTER TABLE suppliers ADD COLUMN notes {text} NOT NULL DEFAULT '';

-- What a channel may sell by a rule: all products of a supplier, of a country, of both together, or all there are.
CREATE TABLE assignment_rules (
    id {uuid} PRIMARY KEY,
    channel_id {uuid} NOT NULL REFERENCES channels,
    supplier_id {uuid} REFERENCES suppliers,
    country {text},
    mark_up {int} NOT NULL CHECK (mark_up > 0),
    created_at {instant} NOT NULL
) {strict};
CREATE INDEX assignment_rules_of_channel ON assignment_rules (channel_id, created_at, id);

-- Products that a rule would name but does not mean.
CREATE TABLE assignment_rule_exceptions (
    rule_id {uuid} NOT NULL REFERENCES assignment_rules,
    product_id {uuid} NOT NULL REFERENCES products,
    PRIMARY KEY (rule_id, product_id)
) {strict};

-- An assignment that a rule made goes with the rule.
ALTER TABLE assignments ADD COLUMN rule_id {uuid} REFERENCES assignment_rules;
CREATE INDEX assignments_of_rule ON assignments (rule_id) WHERE rule_id IS NOT NULL;

-- Every action of operators and suppliers, for ever. actor_kind is supplier, operator or hub (a background task);
-- supplier_id is set on a supplier's actions and on those of the hub for one; key_id is the key it came with.
CREATE TABLE audit_log (
    id {uuid} PRIMARY KEY,
    at {instant} NOT NULL,
    actor_kind {text} NOT NULL CHECK (actor_kind IN ('supplier', 'operator', 'hub')),
    actor_name {text} NOT NULL,
    supplier_id {uuid} REFERENCES suppliers,
    key_id {uuid} REFERENCES api_keys,
    action {text} NOT NULL,
    object_kind {text} NOT NULL,
    object_code {text} NOT NULL,
    details {json} NOT NULL
) {strict};
CREATE INDEX audit_log_by_time ON audit_log (at, id);
CREATE INDEX audit_log_by_object ON audit_log (object_code, at, id);

-- Settings of the whole hub that an operator changes while it runs.
CREATE TABLE settings (
    name {text} PRIMARY KEY,
    value {text} NOT NULL,
    updated_at {instant} NOT NULL
) {strict};

-- A closed month of a channel with a supplier, as it was then. starts_at and ends_at are where it began and ended: the next
-- month begins there, whatever the setting of the time zone says by then.
CREATE TABLE statements (
    id {uuid} PRIMARY KEY,
    channel_id {uuid} NOT NULL REFERENCES channels,
    supplier_id {uuid} NOT NULL REFERENCES suppliers,
    month {text} NOT NULL,
    starts_at {instant} NOT NULL,
    ends_at {instant} NOT NULL CHECK (starts_at < ends_at),
    document {text} NOT NULL,
    hash {text} NOT NULL,
    closed_at {instant} NOT NULL,
    closed_by {text} NOT NULL,
    UNIQUE (channel_id, supplier_id, month)
) {strict};

-- Which server does a background task now, and until when it may.
CREATE TABLE leases (
    name {text} PRIMARY KEY,
    holder {uuid} NOT NULL,
    held_until {instant} NOT NULL
) {strict};
