-- Whether the feed of changes has told that prices changed because of a rate. A rate with a later valid_from is told when
-- it comes into force. The program before this one told every rate when it was set, so what stands here already is told
-- once more, which loses nothing.

ALTER TABLE exchange_rates ADD COLUMN is_told {bool} NOT NULL DEFAULT FALSE;
CREATE INDEX exchange_rates_to_tell ON exchange_rates (valid_from) WHERE NOT is_told;
