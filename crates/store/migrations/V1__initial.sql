-- The first schema. Types in braces are the engines' own; see engine/dialect.rs.
--
-- Money is 1/100 000 of the currency unit. A stock row's date and start time are the product's local ones, and
-- starts_at is the same moment in UTC. States are the contract's digits.

CREATE TABLE suppliers (
    id {uuid} PRIMARY KEY,
    code {text} NOT NULL UNIQUE,
    name {text} NOT NULL,
    created_at {instant} NOT NULL
) {strict};

CREATE TABLE channels (
    id {uuid} PRIMARY KEY,
    code {text} NOT NULL UNIQUE,
    name {text} NOT NULL,
    time_zone {text} NOT NULL,
    created_at {instant} NOT NULL
) {strict};

CREATE TABLE api_keys (
    id {uuid} PRIMARY KEY,
    prefix {text} NOT NULL UNIQUE,
    hash {bytes} NOT NULL,
    kind {text} NOT NULL CHECK (kind IN ('channel', 'supplier', 'operator')),
    channel_id {uuid} REFERENCES channels,
    supplier_id {uuid} REFERENCES suppliers,
    operator_name {text},
    created_at {instant} NOT NULL,
    last_used_at {instant},
    expires_at {instant},
    revoked_at {instant},
    CHECK ((kind = 'channel') = (channel_id IS NOT NULL)),
    CHECK ((kind = 'supplier') = (supplier_id IS NOT NULL)),
    CHECK ((kind = 'operator') = (operator_name IS NOT NULL))
) {strict};

CREATE TABLE exchange_rates (
    base_currency {text} NOT NULL,
    quote_currency {text} NOT NULL,
    valid_from {instant} NOT NULL,
    rate {int} NOT NULL CHECK (rate > 0),
    PRIMARY KEY (base_currency, quote_currency, valid_from)
) {strict};

-- What of a product is the same in all its versions, and what the order path needs of the newest one.
CREATE TABLE products (
    id {uuid} PRIMARY KEY,
    supplier_id {uuid} NOT NULL REFERENCES suppliers,
    kind {text} NOT NULL CHECK (kind IN ('tour', 'day-ticket', 'ticket')),
    category {text} NOT NULL,
    detail_category {text},
    time_zone {text} NOT NULL,
    base_currency {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 0),
    confirmation {text} NOT NULL CHECK (confirmation IN ('instant', 'manual')),
    cut_off_minutes {int} NOT NULL CHECK (cut_off_minutes >= 0),
    sale_from {date},
    sale_to {date},
    required_information {json} NOT NULL,
    contents {json} NOT NULL,
    search_name {text} NOT NULL,
    search_city {text} NOT NULL,
    created_at {instant} NOT NULL,
    updated_at {instant} NOT NULL
) {strict};
CREATE INDEX products_of_supplier ON products (supplier_id, created_at, id);

-- Every version as it was published, whole: settings, contents, options and prices in one document.
CREATE TABLE product_versions (
    product_id {uuid} NOT NULL REFERENCES products,
    version {int} NOT NULL,
    document {json} NOT NULL,
    created_at {instant} NOT NULL,
    PRIMARY KEY (product_id, version)
) {strict};

CREATE TABLE stock_pools (
    id {uuid} PRIMARY KEY,
    product_id {uuid} NOT NULL REFERENCES products
) {strict};
CREATE INDEX stock_pools_of_product ON stock_pools (product_id);

CREATE TABLE options (
    id {uuid} PRIMARY KEY,
    product_id {uuid} NOT NULL REFERENCES products,
    position {int} NOT NULL,
    kind {text} NOT NULL CHECK (kind IN ('quantity', 'price')),
    depths {json} NOT NULL,
    stock_option_id {uuid} NOT NULL,
    pool_id {uuid} NOT NULL REFERENCES stock_pools,
    weight {int} NOT NULL CHECK (weight >= 1),
    persons_per_unit {int} NOT NULL CHECK (persons_per_unit >= 1),
    min_quantity {int} NOT NULL CHECK (min_quantity >= 1),
    max_quantity {int} NOT NULL CHECK (max_quantity >= min_quantity),
    is_active {bool} NOT NULL
) {strict};
CREATE INDEX options_of_product ON options (product_id, position);

-- A price without dates is the base price.
CREATE TABLE option_prices (
    id {uuid} PRIMARY KEY,
    option_id {uuid} NOT NULL REFERENCES options,
    net {int} NOT NULL CHECK (net >= 0),
    valid_from {date},
    valid_to {date},
    CHECK ((valid_from IS NULL) = (valid_to IS NULL)),
    CHECK (valid_from IS NULL OR valid_from <= valid_to)
) {strict};
CREATE INDEX option_prices_of_option ON option_prices (option_id);

CREATE TABLE stock (
    id {uuid} PRIMARY KEY,
    pool_id {uuid} NOT NULL REFERENCES stock_pools,
    date {date} NOT NULL,
    start_time {time} NOT NULL,
    starts_at {instant} NOT NULL,
    max_quantity {int} NOT NULL,
    min_quantity {int} NOT NULL CHECK (min_quantity >= 0),
    held {int} NOT NULL CHECK (held >= 0),
    ordered {int} NOT NULL CHECK (ordered >= 0),
    on_sale {bool} NOT NULL,
    updated_at {instant} NOT NULL,
    UNIQUE (pool_id, starts_at),
    UNIQUE (pool_id, date, start_time),
    CHECK (held + ordered <= max_quantity)
) {strict};

CREATE TABLE assignments (
    channel_id {uuid} NOT NULL REFERENCES channels,
    product_id {uuid} NOT NULL REFERENCES products,
    mark_up {int} NOT NULL CHECK (mark_up > 0),
    created_at {instant} NOT NULL,
    PRIMARY KEY (channel_id, product_id)
) {strict};
CREATE INDEX assignments_of_product ON assignments (product_id);

CREATE TABLE registrations (
    id {uuid} PRIMARY KEY,
    channel_id {uuid} NOT NULL REFERENCES channels,
    product_id {uuid} NOT NULL REFERENCES products,
    version {int} NOT NULL,
    channel_product_id {text} NOT NULL,
    channel_product_name {text} NOT NULL,
    channel_product_link {text} NOT NULL,
    mapping {json} NOT NULL,
    created_at {instant} NOT NULL,
    updated_at {instant} NOT NULL,
    UNIQUE (channel_id, product_id)
) {strict};

-- dialect is the adapter's note of the vocabulary that the channel used; only adapters read it.
CREATE TABLE channel_orders (
    id {uuid} PRIMARY KEY,
    channel_id {uuid} NOT NULL REFERENCES channels,
    channel_order_code {text} NOT NULL,
    kind {text} NOT NULL,
    dialect {text} NOT NULL,
    fingerprint {bytes} NOT NULL,
    currency {text} NOT NULL,
    sub_total {int} NOT NULL,
    discount {int},
    discount_method {text},
    total {int} NOT NULL,
    is_voucher {bool} NOT NULL,
    comment {text},
    purchased_at {instant} NOT NULL,
    purchase_requested_at {instant},
    reserved_at {instant},
    reservation_requested_at {instant},
    is_required_more_information {bool} NOT NULL,
    created_at {instant} NOT NULL,
    UNIQUE (channel_id, channel_order_code)
) {strict};

CREATE TABLE orders (
    id {uuid} PRIMARY KEY,
    channel_order_id {uuid} NOT NULL REFERENCES channel_orders,
    position {int} NOT NULL,
    channel_id {uuid} NOT NULL REFERENCES channels,
    supplier_id {uuid} NOT NULL REFERENCES suppliers,
    registration_id {uuid} NOT NULL REFERENCES registrations,
    product_id {uuid} NOT NULL REFERENCES products,
    product_version {int} NOT NULL,
    option_id {uuid} NOT NULL REFERENCES options,
    stock_id {uuid} NOT NULL REFERENCES stock,
    weight {int} NOT NULL CHECK (weight >= 1),
    quantity {int} NOT NULL CHECK (quantity >= 1),
    date {date} NOT NULL,
    start_time {time} NOT NULL,
    inventory_at {instant} NOT NULL,
    unit_selling_price {int} NOT NULL,
    discount {int},
    discount_method {text},
    amount_price {int} NOT NULL,
    placed_status {int} NOT NULL,
    status {int} NOT NULL CHECK (status BETWEEN 1 AND 6),
    comment {text},
    created_at {instant} NOT NULL,
    updated_at {instant} NOT NULL,
    UNIQUE (channel_order_id, position)
) {strict};
CREATE INDEX orders_of_channel ON orders (channel_id, created_at, id);
CREATE INDEX orders_of_channel_by_change ON orders (channel_id, updated_at, id);
CREATE INDEX orders_of_supplier ON orders (supplier_id, created_at, id);
CREATE INDEX orders_of_stock ON orders (stock_id);

CREATE TABLE tickets (
    id {uuid} PRIMARY KEY,
    order_id {uuid} NOT NULL REFERENCES orders,
    position {int} NOT NULL,
    channel_ticket_code {text},
    status {int} NOT NULL CHECK (status BETWEEN 1 AND 4),
    updated_at {instant} NOT NULL,
    UNIQUE (order_id, position)
) {strict};

-- Personal data stands here and nowhere else, so that it can be erased without touching the order.
CREATE TABLE travelers (
    id {uuid} PRIMARY KEY,
    channel_order_id {uuid} NOT NULL REFERENCES channel_orders,
    ticket_id {uuid} UNIQUE REFERENCES tickets,
    role {text} NOT NULL CHECK (role IN ('purchaser', 'representative', 'traveler')),
    name {text} NOT NULL,
    national_code {text} NOT NULL,
    phone {text} NOT NULL,
    email {text} NOT NULL,
    additional {json} NOT NULL,
    extra {json} NOT NULL,
    CHECK ((role = 'traveler') = (ticket_id IS NOT NULL))
) {strict};
CREATE INDEX travelers_of_channel_order ON travelers (channel_order_id);

-- One row for every change of an order or a ticket, for ever.
CREATE TABLE events (
    id {uuid} PRIMARY KEY,
    order_id {uuid} NOT NULL REFERENCES orders,
    ticket_id {uuid} REFERENCES tickets,
    at {instant} NOT NULL,
    actor {text} NOT NULL,
    actor_code {text} NOT NULL,
    action {text} NOT NULL,
    from_status {int},
    to_status {int} NOT NULL,
    comment {text}
) {strict};
CREATE INDEX events_of_order ON events (order_id, at, id);
