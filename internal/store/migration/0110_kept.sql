-- Where the office's log names what opening a batch gave. Once a backup off the office's machine holds that entry with
-- its data, the sealed bytes are not needed here any more, and file is emptied.

-- +goose Up
ALTER TABLE batch ADD COLUMN outcome INTEGER NOT NULL DEFAULT 0;
