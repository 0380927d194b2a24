-- What an office publishes to its devices (sync/bulletin), and orders that two people signed.

-- +goose Up
ALTER TABLE devices ADD COLUMN said_news ${INT} NOT NULL DEFAULT 0; -- the newest bulletin that the device said to have

CREATE TABLE documents ( -- that are out, or were
    kind    ${INT}  NOT NULL,
    name    TEXT    NOT NULL,
    version ${INT}  NOT NULL, -- of the bulletin that first had it
    label   TEXT    NOT NULL,
    made    ${INT}  NOT NULL,
    length  ${INT}  NOT NULL,
    sum     ${BLOB} NOT NULL CHECK (length(sum) = 32),
    size    ${INT}  NOT NULL,
    ref     ${BLOB} NOT NULL CHECK (length(ref) = 32),
    packed  ${BLOB} NOT NULL,
    gone    ${INT}  NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)), -- another took its place, or none
    PRIMARY KEY (kind, name, version)
)${KEYED};
CREATE INDEX documents_of_sum ON documents (sum);

CREATE TABLE bulletins (
    version  ${INT}  NOT NULL PRIMARY KEY CHECK (version >= 1),
    contents ${INT}  NOT NULL,
    made     ${INT}  NOT NULL,
    bulletin ${BLOB} NOT NULL, -- as signed
    list     ${BLOB} NOT NULL, -- as signed
    entry    ${INT}  NOT NULL -- where the log names it
)${KEYED};

CREATE TABLE orders (
    order_id  ${BLOB} NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    device_id ${BLOB} NOT NULL CHECK (length(device_id) = 16),
    epoch     ${INT}  NOT NULL,
    act       ${INT}  NOT NULL,
    value     ${INT}  NOT NULL,
    made      ${INT}  NOT NULL,
    until     ${INT}  NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('waiting', 'begun', 'done', 'refused')),
    reported  ${INT},
    report    ${BLOB}, -- as the device signed it
    file      ${BLOB} NOT NULL
)${KEYED};
CREATE INDEX orders_waiting ON orders (device_id, epoch) WHERE state = 'waiting';
