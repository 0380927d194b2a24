-- Facts about a case that no longer counts by itself (merged, withdrawn) stay as an empty line, so that a reader who
-- remembers it learns of it.

-- +goose Up
ALTER TABLE facts ADD COLUMN gone ${INT} NOT NULL DEFAULT 0 CHECK (gone IN (0, 1));
CREATE INDEX cases_parts ON cases (into_case) WHERE into_case IS NOT NULL;
