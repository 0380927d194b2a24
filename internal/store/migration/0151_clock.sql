-- The device's clock was known to be wrong while something of the interview was kept. It stays so: what was computed from
-- that clock stays in it, too.

-- +goose Up
ALTER TABLE interview ADD COLUMN clock_doubt INTEGER NOT NULL DEFAULT 0 CHECK (clock_doubt IN (0, 1));
