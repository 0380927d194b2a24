-- +goose Up
PRAGMA application_id = 1280787539; -- "LWDS"

CREATE TABLE questionnaire (
    ref       BLOB PRIMARY KEY CHECK (length(ref) = 32),
    canonical BLOB NOT NULL
) STRICT;

-- A row without a code has lost its person: withdrawn, or handed in and purged.
CREATE TABLE interview (
    n               INTEGER PRIMARY KEY,
    id              BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    version         INTEGER NOT NULL CHECK (version > 0),
    code            TEXT    NOT NULL,
    questionnaire   BLOB    NOT NULL CHECK (length(questionnaire) IN (0, 32)),
    status          TEXT    NOT NULL CHECK (status IN ('draft', 'final', 'withdrawn')),
    purged          INTEGER NOT NULL DEFAULT 0 CHECK (purged IN (0, 1)),
    screener        TEXT    NOT NULL DEFAULT '',
    interpreter     TEXT    NOT NULL DEFAULT '',
    language        TEXT    NOT NULL DEFAULT '',
    screener_lang   TEXT    NOT NULL DEFAULT '',
    place           TEXT    NOT NULL DEFAULT '', -- path of the question to go on with
    consent_agreed  INTEGER NOT NULL DEFAULT 0 CHECK (consent_agreed IN (0, 1)),
    consent_keep    TEXT    NOT NULL DEFAULT '',
    consent_lang    TEXT    NOT NULL DEFAULT '',
    consent_wording TEXT    NOT NULL DEFAULT '',
    consent_at      INTEGER NOT NULL DEFAULT 0,
    started         INTEGER NOT NULL DEFAULT 0,
    finished        INTEGER NOT NULL DEFAULT 0,
    touched         INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX interview_code ON interview (code) WHERE code <> '';

CREATE TABLE answer (
    interview   BLOB    NOT NULL REFERENCES interview (id) ON DELETE CASCADE,
    seq         INTEGER NOT NULL CHECK (seq > 0),
    path        TEXT    NOT NULL,
    value       TEXT    NOT NULL,
    missing     TEXT    NOT NULL,
    lang        TEXT    NOT NULL,
    wording     TEXT    NOT NULL,
    fallback    INTEGER NOT NULL CHECK (fallback IN (0, 1)),
    unreviewed  INTEGER NOT NULL CHECK (unreviewed IN (0, 1)),
    at          INTEGER NOT NULL,
    elapsed     INTEGER NOT NULL,
    screener    TEXT    NOT NULL,
    interpreter TEXT    NOT NULL,
    PRIMARY KEY (interview, seq),
    CHECK (value = '' OR missing = '')
) STRICT, WITHOUT ROWID;

-- People who asked to be counted only: nothing but a number for a place, a month and an age group.
CREATE TABLE tally (
    place TEXT    NOT NULL,
    month TEXT    NOT NULL CHECK (length(month) = 7),
    child INTEGER NOT NULL CHECK (child IN (0, 1)),
    n     INTEGER NOT NULL CHECK (n > 0),
    PRIMARY KEY (place, month, child)
) STRICT, WITHOUT ROWID;

-- Sealed batches: the bytes that travel, and what a receipt of level OPENED has to show.
CREATE TABLE batch (
    n         INTEGER PRIMARY KEY,
    id        BLOB    NOT NULL UNIQUE CHECK (length(id) = 32),
    epoch     INTEGER NOT NULL,
    seq       INTEGER NOT NULL CHECK (seq > 0),
    file      BLOB    NOT NULL,
    proof     BLOB    NOT NULL CHECK (length(proof) = 32),
    rung      INTEGER NOT NULL CHECK (rung BETWEEN 2 AND 6),
    code      TEXT    NOT NULL DEFAULT '', -- why the office quarantined it
    made      INTEGER NOT NULL,
    opened    INTEGER NOT NULL DEFAULT 0,
    file_name TEXT    NOT NULL UNIQUE,
    UNIQUE (epoch, seq)
) STRICT;

-- Which version of an interview lies in which batch.
CREATE TABLE hold (
    batch     BLOB    NOT NULL REFERENCES batch (id),
    interview BLOB    NOT NULL CHECK (length(interview) = 16),
    version   INTEGER NOT NULL,
    PRIMARY KEY (batch, interview)
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_interview ON hold (interview, version);

-- Withdrawals of what was sealed before; one row as long as the office has not carried it out.
CREATE TABLE withdrawal (
    interview BLOB    PRIMARY KEY REFERENCES interview (id) ON DELETE CASCADE,
    version   INTEGER NOT NULL,
    at        INTEGER NOT NULL
) STRICT;

-- The end of the chain of batches: one row. The epoch is the enrolment's.
CREATE TABLE head (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL,
    seq   INTEGER NOT NULL,
    prev  BLOB    NOT NULL CHECK (length(prev) = 32)
) STRICT;
INSERT INTO head (one, epoch, seq, prev) VALUES (1, 0, 0, zeroblob(32));

CREATE TABLE enrolment (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    device       BLOB    NOT NULL CHECK (length(device) = 16),
    epoch        INTEGER NOT NULL,
    sign_key     BLOB    NOT NULL CHECK (length(sign_key) = 32),
    tls_key      BLOB    NOT NULL CHECK (length(tls_key) = 32),
    seal_to      TEXT    NOT NULL,
    root_version INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    office       BLOB    NOT NULL
) STRICT;

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row while something was deleted and its traces have not been removed from the file yet (scrub.go).
CREATE TABLE unclean (one INTEGER PRIMARY KEY CHECK (one = 1)) STRICT;

-- How far the present version of an interview has come; 1 is "saved here".
CREATE VIEW ladder AS
SELECT i.id, coalesce((SELECT b.rung
                       FROM hold h JOIN batch b ON b.id = h.batch
                       WHERE h.interview = i.id AND h.version = i.version
                       ORDER BY b.n DESC LIMIT 1), 1) AS rung
FROM interview i;
