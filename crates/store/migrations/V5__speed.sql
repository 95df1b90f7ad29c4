-- Indexes for what is asked all the time.

CREATE INDEX options_of_pool ON options (pool_id);

-- Orders that wait for their suppliers are few of all, and asked for by themselves.
CREATE INDEX orders_of_channel_to_answer ON orders (channel_id, status, created_at, id) WHERE status IN (1, 2);
CREATE INDEX orders_of_supplier_to_answer ON orders (supplier_id, status, created_at, id) WHERE status IN (1, 2);
