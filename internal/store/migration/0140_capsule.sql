-- How many recovery copies of the interview were sealed beside the store: the number of the last one. Whoever had the device
-- then may have a copy of it, so that taking the interview back has to reach the office, as it does for one in a batch.

-- +goose Up
ALTER TABLE interview ADD COLUMN capsule INTEGER NOT NULL DEFAULT 0 CHECK (capsule >= 0);
