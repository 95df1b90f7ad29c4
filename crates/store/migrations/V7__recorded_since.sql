-- What shows that something of the feed of changes or of the audit log is missing.

-- The last moment of which the feed tells nothing, and the audit log has nothing: what happened until then belongs to older
-- versions of the schema. Where nothing stands, they have all there ever was.
ALTER TABLE feed ADD COLUMN told_after {instant};
ALTER TABLE feed ADD COLUMN noted_after {instant};

-- How many positions went with discarded drafts. No other gaps may be in the feed but those that are there now.
ALTER TABLE feed ADD COLUMN discarded {int} NOT NULL DEFAULT 0;

UPDATE feed SET
    told_after = (SELECT MAX(x.at) FROM (SELECT at FROM events UNION ALL SELECT updated_at FROM stock
        UNION ALL SELECT created_at FROM product_versions) x
        WHERE x.at < (SELECT MIN(c.at) FROM changes c) OR NOT EXISTS (SELECT 1 FROM changes)),
    noted_after = (SELECT MAX(e.at) FROM events e
        WHERE e.at < (SELECT MIN(a.at) FROM audit_log a) OR NOT EXISTS (SELECT 1 FROM audit_log)),
    discarded = position - (SELECT COUNT(*) FROM changes WHERE position IS NOT NULL);
