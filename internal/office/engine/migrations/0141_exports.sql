-- What left the office. The purpose, the recipient and the case of a single person stand in the body.

-- +goose Up
CREATE TABLE exports (
    n      ${COUNTER},
    at     ${INT}  NOT NULL,
    actor  TEXT    NOT NULL,
    shape  TEXT    NOT NULL,
    scope  TEXT    NOT NULL,
    people ${INT}  NOT NULL CHECK (people > 0),
    sealed ${INT}  NOT NULL CHECK (sealed IN (0, 1)),
    sum    ${BLOB} NOT NULL CHECK (length(sum) = 32), -- of the file as it left
    entry  ${INT}  NOT NULL, -- where the log names the head of the audit log with it
    body   TEXT    NOT NULL
)${STRICT};
${APPEND_ONLY exports}
CREATE INDEX interviews_withdrawn ON interviews (interview_id) WHERE status = 'withdrawn';

-- When the head of the audit log was last entered into the log of the office by itself, and how many lines it had.
CREATE TABLE audit_entered (
    one   ${INT} NOT NULL PRIMARY KEY CHECK (one = 1),
    at    ${INT} NOT NULL,
    lines ${INT} NOT NULL
)${KEYED};
INSERT INTO audit_entered (one, at, lines) VALUES (1, 0, 0);
