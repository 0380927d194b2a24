-- How far a date may be relied on that was given roughly: day, month, year, or empty.

-- +goose Up
ALTER TABLE answer ADD COLUMN about TEXT NOT NULL DEFAULT '' CHECK (about IN ('', 'day', 'month', 'year'));
