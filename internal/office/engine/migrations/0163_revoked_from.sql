-- A device may be revoked from a chosen time: what the office received of it from then on waits for a supervisor, unless
-- it is, or is before, a head that the device had told of before. A revocation is made again for an earlier time; the
-- log names both.

-- +goose Up
CREATE TABLE heads ( -- each newest batch that a device told of
    device_id ${BLOB} NOT NULL CHECK (length(device_id) = 16),
    epoch     ${INT}  NOT NULL,
    head      ${BLOB} NOT NULL CHECK (length(head) = 32),
    told      ${INT}  NOT NULL, -- when it first did
    log       ${INT}  NOT NULL, -- how many entries the log had then
    PRIMARY KEY (device_id, epoch, head)
)${KEYED};
INSERT INTO heads (device_id, epoch, head, told, log)
    SELECT device_id, epoch, said_head, CASE WHEN seen IS NULL THEN enrolled WHEN seen >= revoked THEN revoked - 1 ELSE seen END, 0
    FROM devices WHERE said_seq > 0 AND length(said_head) = 32;

CREATE TABLE revocations_again (
    device_id ${BLOB} NOT NULL CHECK (length(device_id) = 16),
    epoch     ${INT}  NOT NULL, -- the last one that is revoked
    log       ${INT}  NOT NULL, -- from which place in the log on
    since     ${INT}, -- the time that was chosen, which is that place; null: when it was made
    statement ${BLOB} NOT NULL,
    entry     ${INT}  NOT NULL, -- where the log names it
    PRIMARY KEY (device_id, epoch, entry)
)${KEYED};
INSERT INTO revocations_again (device_id, epoch, log, statement, entry) SELECT device_id, epoch, entry, statement, entry FROM revocations;
DROP TABLE revocations;
ALTER TABLE revocations_again RENAME TO revocations;

-- Each held batch shows on the page of arrivals, where a supervisor lets it go.
INSERT INTO incidents (kind, device_id, batch_id, pos, seen)
    SELECT 'E_REVOKED', device_id, batch_id, -1, received FROM batches WHERE level = 3 AND code = 'E_REVOKED'
    ON CONFLICT (kind, batch_id, pos) DO NOTHING;
