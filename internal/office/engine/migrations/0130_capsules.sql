-- Recovery copies of single interviews, handed in from devices that could not send them (sync/batch/FORMAT.md, Capsules).
-- They stand outside every chain of batches. payload is emptied when the interview is withdrawn or a later state of it
-- is here; erasure is what the log says then.

-- +goose Up
CREATE TABLE capsules (
    capsule_id   ${BLOB} NOT NULL PRIMARY KEY CHECK (length(capsule_id) = 32),
    device_id    ${BLOB} NOT NULL,
    epoch        ${INT}  NOT NULL,
    made         ${INT}  NOT NULL,
    received     ${INT}  NOT NULL,
    header       ${BLOB} NOT NULL,
    sig          ${BLOB} NOT NULL CHECK (length(sig) = 64),
    payload      ${BLOB} NOT NULL,
    level        ${INT}  NOT NULL CHECK (level IN (1, 2, 3)), -- stored, opened, quarantined
    code         TEXT    NOT NULL DEFAULT '',
    kind         ${INT}  NOT NULL DEFAULT 0, -- of its record, 0 until it was opened
    interview_id ${BLOB},
    version      ${INT}  NOT NULL DEFAULT 0, -- of a draft, its number among the capsules of the interview
    erasure      ${BLOB},
    entry        ${INT}  NOT NULL, -- where the log names it
    FOREIGN KEY (device_id, epoch) REFERENCES devices (device_id, epoch)
)${KEYED};
CREATE INDEX capsules_of ON capsules (interview_id) WHERE interview_id IS NOT NULL;
CREATE INDEX capsules_to_open ON capsules (received) WHERE level = 1;
CREATE INDEX capsules_quarantined ON capsules (received) WHERE level = 3;

-- A version comes by batch or by capsule. That of a draft is 0.
CREATE TABLE versions_of_both (
    interview_id  ${BLOB} NOT NULL REFERENCES interviews (interview_id),
    version       ${INT}  NOT NULL,
    batch_id      ${BLOB},
    pos           ${INT},
    capsule_id    ${BLOB} REFERENCES capsules (capsule_id),
    questionnaire ${BLOB} NOT NULL CHECK (length(questionnaire) = 32),
    content       ${BLOB} NOT NULL,
    needs         TEXT    NOT NULL,
    flags         TEXT    NOT NULL,
    signs         TEXT    NOT NULL,
    PRIMARY KEY (interview_id, version),
    FOREIGN KEY (batch_id, pos) REFERENCES records (batch_id, pos),
    CHECK ((batch_id IS NULL) <> (capsule_id IS NULL))
)${STRICT};
INSERT INTO versions_of_both (interview_id, version, batch_id, pos, questionnaire, content, needs, flags, signs)
    SELECT interview_id, version, batch_id, pos, questionnaire, content, needs, flags, signs FROM versions;
DROP TABLE versions;
ALTER TABLE versions_of_both RENAME TO versions;
