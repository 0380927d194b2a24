-- What one person did is asked for newest first, in a log that everybody's looks fill.

-- +goose Up
CREATE INDEX audit_by ON audit (actor, n);
