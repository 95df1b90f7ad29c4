-- Refunds, reviews, questions and answers; rate limits of channels; and the feed of changes.

ALTER TABLE channels ADD COLUMN reads_per_minute {int} CHECK (reads_per_minute > 0);
ALTER TABLE channels ADD COLUMN orders_per_minute {int} CHECK (orders_per_minute > 0);

-- What a channel gave back for a ticket, and what the policy it named would have given: nothing for what has no date.
CREATE TABLE refunds (
    ticket_id {uuid} PRIMARY KEY REFERENCES tickets,
    order_id {uuid} NOT NULL REFERENCES orders,
    amount {int} NOT NULL CHECK (amount >= 0),
    currency {text} NOT NULL,
    canceled_at {instant} NOT NULL,
    refunded_at {instant} NOT NULL,
    policy {json} NOT NULL,
    days_before {int},
    policy_percent {int} CHECK (policy_percent BETWEEN 0 AND 100),
    policy_amount {int},
    differs {bool} NOT NULL,
    created_at {instant} NOT NULL,
    CHECK ((days_before IS NULL) = (policy_percent IS NULL) AND (days_before IS NULL) = (policy_amount IS NULL)),
    CHECK (days_before IS NOT NULL OR NOT differs)
) {strict};
CREATE INDEX refunds_of_order ON refunds (order_id);

-- review_code is what a review is told and read by. Where the channel sent none it is the order's code, or the hub's id.
-- What tells reviews apart, known_by says: a channel's own code is unique among its reviews, an order's code for each
-- product, and what has neither by all that it says.
CREATE TABLE reviews (
    id {uuid} PRIMARY KEY,
    channel_id {uuid} NOT NULL REFERENCES channels,
    review_code {text} NOT NULL,
    known_by {text} NOT NULL CHECK (known_by IN ('review_code', 'channel_order_code', 'content')),
    product_id {uuid} NOT NULL REFERENCES products,
    option_id {uuid} REFERENCES options,
    channel_order_code {text},
    score_type {text} NOT NULL,
    score {int},
    title {text},
    body {text},
    reviewed_at {instant} NOT NULL,
    fingerprint {bytes} NOT NULL,
    created_at {instant} NOT NULL,
    UNIQUE (channel_id, review_code, product_id)
) {strict};
CREATE UNIQUE INDEX reviews_by_own_code ON reviews (channel_id, review_code) WHERE known_by = 'review_code';
CREATE UNIQUE INDEX reviews_by_content ON reviews (channel_id, product_id, fingerprint) WHERE known_by = 'content';
CREATE INDEX reviews_of_channel ON reviews (channel_id, product_id, created_at, id);
CREATE INDEX reviews_of_product ON reviews (product_id, created_at, id);

-- Personal data of those who wrote reviews, apart from the reviews.
CREATE TABLE reviewers (
    review_id {uuid} PRIMARY KEY REFERENCES reviews,
    name {text},
    phone {text},
    email {text}
) {strict};

CREATE TABLE questions (
    id {uuid} PRIMARY KEY,
    channel_id {uuid} NOT NULL REFERENCES channels,
    question_code {text} NOT NULL,
    product_id {uuid} NOT NULL REFERENCES products,
    option_id {uuid} REFERENCES options,
    title {text},
    body {text},
    is_public {bool} NOT NULL,
    quested_at {instant} NOT NULL,
    fingerprint {bytes} NOT NULL,
    created_at {instant} NOT NULL,
    UNIQUE (channel_id, question_code)
) {strict};
CREATE INDEX questions_of_channel ON questions (channel_id, product_id, created_at, id);
CREATE INDEX questions_of_product ON questions (product_id, created_at, id);

-- What a supplier answers to a question, or says to a review.
CREATE TABLE answers (
    id {uuid} PRIMARY KEY,
    question_id {uuid} REFERENCES questions,
    review_id {uuid} REFERENCES reviews,
    supplier_id {uuid} NOT NULL REFERENCES suppliers,
    body {text} NOT NULL,
    answered_at {instant} NOT NULL,
    CHECK ((question_id IS NULL) <> (review_id IS NULL))
) {strict};
CREATE INDEX answers_of_question ON answers (question_id, answered_at, id);
CREATE INDEX answers_of_review ON answers (review_id, answered_at, id);

-- Whether a channel has sold a product, and may speak of it when it may not sell it any more.
CREATE INDEX orders_of_channel_by_product ON orders (channel_id, product_id);

-- What changed, for channels that poll. A row is written with its change and gets its position when somebody reads:
-- positions are given only to rows that are committed, so a reader never passes over one that comes later. seq keeps
-- the changes of one order, or of one stock row, in their order, since they are made one after another under its lock.
-- channel_id is set on what only one channel may see.
CREATE TABLE changes (
    seq {serial},
    position {int} UNIQUE,
    at {instant} NOT NULL,
    kind {text} NOT NULL CHECK (kind IN ('product', 'price', 'stock', 'order', 'answer')),
    product_kind {text} NOT NULL,
    product_id {uuid} NOT NULL REFERENCES products,
    channel_id {uuid} REFERENCES channels,
    data {json} NOT NULL
) {strict};
CREATE INDEX changes_without_position ON changes (seq) WHERE position IS NULL;
CREATE INDEX changes_of_channel ON changes (channel_id, position);
CREATE INDEX changes_of_product ON changes (product_id, position);

CREATE TABLE feed (
    id {int} PRIMARY KEY CHECK (id = 1),
    position {int} NOT NULL
) {strict};
INSERT INTO feed (id, position) VALUES (1, 0);
