-- Interviews that were erased because the office had kept them long enough, not because the person took them back.

-- +goose Up
ALTER TABLE interviews ADD COLUMN outlived ${INT} NOT NULL DEFAULT 0;
