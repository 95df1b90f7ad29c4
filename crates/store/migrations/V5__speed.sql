-- Indexes for what is asked at every read of the feed.

CREATE INDEX options_of_pool ON options (pool_id);
