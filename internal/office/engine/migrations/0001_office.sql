-- Times are milliseconds of UTC by the office's clock, but for made, which is the device's and orders nothing.
-- Ids and hashes are bytes. Words in braces differ between databases (dialect.go). Columns that hold what a person
-- said are content, body, needs, flags and signs: encrypted with their file, or each by itself (Backend.Hide).

-- +goose Up
${MARK}

CREATE TABLE devices (
    device_id ${BLOB}    NOT NULL CHECK (length(device_id) = 16),
    epoch     ${INT} NOT NULL CHECK (epoch >= 1),
    sign_pub  ${BLOB}    NOT NULL UNIQUE CHECK (length(sign_pub) = 32),
    tls_pub   ${BLOB}    NOT NULL UNIQUE CHECK (length(tls_pub) = 32),
    seal_to   TEXT    NOT NULL,
    app       TEXT    NOT NULL,
    head      ${BLOB}    NOT NULL CHECK (length(head) = 32), -- to which sequence 1 of this epoch links
    enrolled  ${INT} NOT NULL,
    revoked   ${INT},
    seen      ${INT},
    linked    ${INT} NOT NULL DEFAULT 0, -- the highest sequence number without a gap below it
    said_seq  ${INT} NOT NULL DEFAULT 0, -- where the device says that it stands
    said_head ${BLOB},
    PRIMARY KEY (device_id, epoch)
)${KEYED};

CREATE TABLE codes (
    hash      ${BLOB}    NOT NULL PRIMARY KEY CHECK (length(hash) = 32), -- never the secret of the code
    made      ${INT} NOT NULL,
    expires   ${INT} NOT NULL,
    approved  ${INT} NOT NULL CHECK (approved IN (0, 1)),
    used      ${INT},
    device_id ${BLOB}, -- before use: the device that shall enrol again, or null; after: the device that did
    epoch     ${INT},
    FOREIGN KEY (device_id, epoch) REFERENCES devices (device_id, epoch)
)${KEYED};

CREATE TABLE batches (
    batch_id  ${BLOB}    NOT NULL PRIMARY KEY CHECK (length(batch_id) = 32),
    device_id ${BLOB}    NOT NULL,
    epoch     ${INT} NOT NULL,
    seq       ${INT} NOT NULL CHECK (seq >= 1),
    prev      ${BLOB}    NOT NULL CHECK (length(prev) = 32),
    made      ${INT} NOT NULL,
    received  ${INT} NOT NULL,
    header    ${BLOB}    NOT NULL,
    sig       ${BLOB}    NOT NULL CHECK (length(sig) = 64),
    level     ${INT} NOT NULL CHECK (level IN (1, 2, 3)), -- stored, opened, quarantined
    code      TEXT    NOT NULL DEFAULT '',
    proof     ${BLOB}    CHECK (length(proof) = 32),
    settled   ${INT},
    UNIQUE (device_id, epoch, seq),
    FOREIGN KEY (device_id, epoch) REFERENCES devices (device_id, epoch)
)${KEYED};
CREATE INDEX batches_to_open ON batches (received) WHERE level = 1;
CREATE INDEX batches_quarantined ON batches (received) WHERE level = 3;

CREATE TABLE payloads (
    batch_id ${BLOB}    NOT NULL PRIMARY KEY REFERENCES batches (batch_id),
    redacted ${INT} NOT NULL DEFAULT 0 CHECK (redacted IN (0, 1)),
    body     ${BLOB}    NOT NULL
)${STRICT};

CREATE TABLE interviews (
    interview_id ${BLOB}    NOT NULL PRIMARY KEY CHECK (length(interview_id) = 16),
    owner        ${BLOB}    NOT NULL CHECK (length(owner) = 16), -- the device, over all its epochs
    version      ${INT} NOT NULL,
    status       TEXT    NOT NULL CHECK (status IN ('draft', 'final', 'withdrawn')),
    received     ${INT} NOT NULL, -- of what came first, so that a list does not jump
    code         TEXT    NOT NULL DEFAULT '',
    lang         TEXT    NOT NULL DEFAULT '',
    screener_lang TEXT   NOT NULL DEFAULT '',
    level        ${INT} NOT NULL DEFAULT 0 CHECK (level IN (0, 1, 2)), -- none, amber, red
    needs        TEXT    NOT NULL DEFAULT '[]',
    withdrawn    ${INT},
    CHECK (status <> 'withdrawn' OR (code = '' AND level = 0 AND needs = '[]' AND lang = '' AND screener_lang = ''))
)${KEYED};
CREATE INDEX interviews_newest ON interviews (received DESC, interview_id DESC);
CREATE INDEX interviews_urgent ON interviews (received DESC, interview_id DESC) WHERE level > 0;
CREATE INDEX interviews_code ON interviews (code, received DESC, interview_id DESC);

CREATE TABLE records (
    batch_id     ${BLOB}    NOT NULL REFERENCES batches (batch_id),
    pos          ${INT} NOT NULL CHECK (pos >= 0),
    kind         ${INT} NOT NULL,
    interview_id ${BLOB},
    version      ${INT} NOT NULL,
    leaf         ${BLOB}    NOT NULL CHECK (length(leaf) = 32),
    code         TEXT    NOT NULL DEFAULT '', -- why this record is quarantined
    redact       ${INT} NOT NULL DEFAULT 0 CHECK (redact IN (0, 1, 2)), -- no, due, done
    PRIMARY KEY (batch_id, pos)
)${KEYED};
CREATE INDEX records_of ON records (interview_id, kind, code) WHERE interview_id IS NOT NULL;
CREATE INDEX records_quarantined ON records (code) WHERE code <> '';
CREATE INDEX records_due ON records (batch_id) WHERE redact = 1;

CREATE TABLE versions (
    interview_id  ${BLOB}    NOT NULL REFERENCES interviews (interview_id),
    version       ${INT} NOT NULL,
    batch_id      ${BLOB}    NOT NULL,
    pos           ${INT} NOT NULL,
    questionnaire ${BLOB}    NOT NULL CHECK (length(questionnaire) = 32),
    body          ${BLOB}    NOT NULL, -- canonical bytes, covered by the leaf in records
    content       ${BLOB}    NOT NULL, -- the same, as this engine reads it (content.go)
    needs         TEXT    NOT NULL,
    flags         TEXT    NOT NULL,
    signs         TEXT    NOT NULL,
    PRIMARY KEY (interview_id, version),
    FOREIGN KEY (batch_id, pos) REFERENCES records (batch_id, pos)
)${STRICT};

CREATE TABLE incidents (
    n         ${COUNTER},
    kind      TEXT    NOT NULL, -- a code of the wire
    device_id ${BLOB}    NOT NULL,
    batch_id  ${BLOB}    NOT NULL, -- the batch that shows it
    pos       ${INT} NOT NULL DEFAULT -1, -- the record in it, or -1
    header    ${BLOB}, -- the rival header of a fork; the other one stands in batches
    sig       ${BLOB},
    seen      ${INT} NOT NULL,
    UNIQUE (kind, batch_id, pos)
)${STRICT};

CREATE TABLE questionnaires (
    ref       ${BLOB}    NOT NULL PRIMARY KEY CHECK (length(ref) = 32),
    canonical ${BLOB}    NOT NULL,
    added     ${INT} NOT NULL
)${STRICT};

CREATE TABLE people (
    id     ${COUNTER},
    name   TEXT    NOT NULL${NOCASE} UNIQUE,
    role   TEXT    NOT NULL,
    lang   TEXT    NOT NULL,
    hash   TEXT    NOT NULL, -- argon2id
    made   ${INT} NOT NULL,
    active ${INT} NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
)${STRICT};

CREATE TABLE sessions (
    token   ${BLOB}    NOT NULL PRIMARY KEY CHECK (length(token) = 32), -- SHA-256 of what the browser holds
    person  ${INT} NOT NULL REFERENCES people (id),
    started ${INT} NOT NULL,
    seen    ${INT} NOT NULL
)${KEYED};

CREATE TABLE audit (
    n      ${INT} PRIMARY KEY,
    at     ${INT} NOT NULL,
    actor  TEXT    NOT NULL,
    act    TEXT    NOT NULL,
    object TEXT    NOT NULL,
    prev   ${BLOB}    NOT NULL CHECK (length(prev) = 32),
    hash   ${BLOB}    NOT NULL UNIQUE CHECK (length(hash) = 32)
)${STRICT};
${APPEND_ONLY audit}

CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
)${KEYED};
