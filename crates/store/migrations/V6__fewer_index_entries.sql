-- Fewer index entries for an order to write.

-- Who comes on a date is found by the product's stock rows of that date, and their orders.
DROP INDEX orders_of_departure;

-- A change comes into the index when it gets its position, and only if one channel alone may see it.
DROP INDEX changes_of_channel;
CREATE INDEX changes_of_channel ON changes (channel_id, position) WHERE channel_id IS NOT NULL AND position IS NOT NULL;

-- Nobody asks for a product's changes by their positions. Without them, giving a position leaves the index as it is.
DROP INDEX changes_of_product;
CREATE INDEX changes_of_product ON changes (product_id);
