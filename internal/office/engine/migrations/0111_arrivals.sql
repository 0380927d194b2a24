-- The page of arrivals reads these four of every batch; the batches themselves are wide.

-- +goose Up
CREATE INDEX batches_in ON batches (device_id, received, made, level);
