-- Devices that come by stick cannot say which log they know when they are answered: the last word counts.

-- +goose Up
ALTER TABLE devices ADD COLUMN said_log ${INT} NOT NULL DEFAULT 0; -- size of the office's log as the device remembers it
