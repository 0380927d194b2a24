-- What people compare by voice when a device enrols, so that it can be compared later too.

-- +goose Up
ALTER TABLE devices ADD COLUMN asked ${BLOB};
