-- The office's log as this device last saw it: one row. What is seen later has to continue it.

-- +goose Up
CREATE TABLE checkpoint (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL CHECK (size > 0),
    root BLOB    NOT NULL CHECK (length(root) = 32),
    note BLOB    NOT NULL -- as the office signed it; empty where the grant told of it
) STRICT;
