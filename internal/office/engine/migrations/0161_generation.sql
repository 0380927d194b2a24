-- How often a device's store had been opened when the device last told, the random id of that opening, and the number
-- of its newest batch then: a store that was put back to an earlier day says less, or the same under another id.

-- +goose Up
ALTER TABLE devices ADD COLUMN said_store ${INT} NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN said_open ${BLOB};
ALTER TABLE devices ADD COLUMN said_at ${INT} NOT NULL DEFAULT 0;
