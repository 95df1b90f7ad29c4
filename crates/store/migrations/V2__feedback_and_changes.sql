-- Refunds, reviews, questions and answers; rate limits of channels; and the feed of changes.

ALTER TABLE channels ADD COLUMN reads_per_minute {int} CHECK (reads_per_minute > 0);
ALTER TABLE channels ADD COLUMN orders_per_minute {int} CHECK (orders_per_minute > 0);

-- What a channel gave back for a ticket, and what the policy it named would have given.
CREATE TABLE refunds (
    ticket_id {uuid} PRIMARY KEY REFERENCES tickets,
    order_id {uuid} NOT NULL REFERENCES orders,
    amount {int} NOT NULL CHECK (amount >= 0),
    currency {text} NOT NULL,
    canceled_at {instant} NOT NULL,
    refunded_at {instant} NOT NULL,
    policy {json} NOT NULL,
    days_before {int} NOT NULL,
    policy_percent {int} NOT NULL CHECK (policy_percent BETWEEN 0 AND 100),
    policy_amount {int} NOT NULL,
    differs {bool} NOT NULL,
    created_at {instant} NOT NULL
) {strict};
CREATE INDEX refunds_of_order ON refunds (order_id);

CREATE TABLE reviews (
    id {uuid} PRIMARY KEY,
    channel_id {uuid} NOT NULL REFERENCES channels,
    review_code {text} NOT NULL,
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
    UNIQUE (channel_id, review_code)
) {strict};
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
