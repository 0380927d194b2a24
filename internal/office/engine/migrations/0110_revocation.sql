-- The registrar's signed words that end the trust in a device.

-- +goose Up
CREATE TABLE revocations (
    device_id ${BLOB} NOT NULL CHECK (length(device_id) = 16),
    epoch     ${INT}  NOT NULL, -- the last one that is revoked
    statement ${BLOB} NOT NULL,
    entry     ${INT}  NOT NULL, -- where the log names it
    PRIMARY KEY (device_id, epoch)
)${KEYED};
