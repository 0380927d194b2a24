-- What a device sealed stands in payloads, once: a second copy beside what the pages read was never asked for.

-- +goose Up
ALTER TABLE versions DROP COLUMN body;
