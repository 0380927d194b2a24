-- +goose Up
CREATE UNIQUE INDEX people_by_name ON people (lower(name));
