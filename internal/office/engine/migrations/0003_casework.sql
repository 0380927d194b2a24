-- What people of the office do with what arrived. Columns named body, needs, totp and tag key hold what a person said,
-- or would open a door: they are hidden where the database is not encrypted as a whole. A duty is something that has
-- to be done by a time: a need that was noted, a task, a referral.

-- +goose Up
ALTER TABLE people ADD COLUMN totp TEXT NOT NULL DEFAULT ''; -- secret for one-time codes; '' until it is set up
ALTER TABLE people ADD COLUMN totp_step ${INT} NOT NULL DEFAULT 0; -- of the last code that was taken: each works once
ALTER TABLE sessions ADD COLUMN stage TEXT NOT NULL DEFAULT 'in'; -- 'in', or what is still asked for: 'code', 'setup'
ALTER TABLE sessions ADD COLUMN proved ${INT} NOT NULL DEFAULT 0; -- when the person last showed who they are

ALTER TABLE devices ADD COLUMN interviews ${INT} NOT NULL DEFAULT 0; -- that this device was the first to hand in
UPDATE devices SET interviews = (SELECT count(*) FROM interviews AS i WHERE i.owner = devices.device_id);

CREATE TABLE cases (
    case_id  ${BLOB} NOT NULL PRIMARY KEY CHECK (length(case_id) = 16),
    code     TEXT    NOT NULL UNIQUE, -- neutral, never derived from a person
    status   TEXT    NOT NULL CHECK (status IN ('open', 'follow_up', 'closed', 'referred', 'merged')),
    opened   ${INT} NOT NULL,
    changed  ${INT} NOT NULL,
    version  ${INT} NOT NULL DEFAULT 1, -- grows with each change; who saves names the one that they saw
    owner    ${INT} REFERENCES people (id),
    level    ${INT} NOT NULL DEFAULT 0 CHECK (level IN (0, 1, 2)), -- of the most urgent duty that is open
    since    ${INT}, -- since when that duty waits
    due      ${INT}, -- when the next duty has to be done; null where none is open
    lang     TEXT    NOT NULL DEFAULT '',
    child    ${INT} NOT NULL DEFAULT 0 CHECK (child IN (0, 1)), -- treated as a child; age in doubt counts
    phone    TEXT    NOT NULL DEFAULT 'unknown' CHECK (phone IN ('unknown', 'safe', 'unsafe')),
    quiet    ${INT} NOT NULL DEFAULT 0 CHECK (quiet IN (0, 1)), -- do not contact
    finding  TEXT    NOT NULL DEFAULT '' CHECK (finding IN ('', 'possible', 'actual', 'undetermined', 'not')),
    into_case ${BLOB} REFERENCES cases (case_id),
    needs    TEXT    NOT NULL DEFAULT '[]' -- kinds and levels of open needs, as a list shows them
)${KEYED};
CREATE INDEX cases_due ON cases (due, case_id) WHERE due IS NOT NULL;
CREATE INDEX cases_newest ON cases (opened DESC, case_id DESC);
CREATE INDEX cases_of_status ON cases (status, opened DESC, case_id DESC);
CREATE INDEX cases_of_owner ON cases (owner, opened DESC, case_id DESC) WHERE owner IS NOT NULL;

CREATE TABLE case_links (
    interview_id ${BLOB} NOT NULL PRIMARY KEY REFERENCES interviews (interview_id),
    case_id      ${BLOB} NOT NULL REFERENCES cases (case_id),
    home_case    ${BLOB} NOT NULL REFERENCES cases (case_id) -- where it goes back to when a merge is undone
)${KEYED};
CREATE INDEX case_links_of ON case_links (case_id);

CREATE TABLE case_events (
    case_id ${BLOB} NOT NULL REFERENCES cases (case_id),
    n       ${INT} NOT NULL,
    at      ${INT} NOT NULL,
    actor   TEXT    NOT NULL,
    act     TEXT    NOT NULL,
    body    TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (case_id, n)
)${KEYED};

CREATE TABLE services (
    service_id ${BLOB} NOT NULL PRIMARY KEY CHECK (length(service_id) = 16),
    name      TEXT    NOT NULL,
    kinds     TEXT    NOT NULL, -- of help, with spaces between
    area      TEXT    NOT NULL DEFAULT '',
    authority ${INT} NOT NULL DEFAULT 0 CHECK (authority IN (0, 1)), -- police, embassy: a supervisor refers there
    reviewed  ${INT} NOT NULL,
    active    ${INT} NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    version   ${INT} NOT NULL DEFAULT 1,
    body      TEXT    NOT NULL DEFAULT '' -- who is served, hours, languages, cost, phone, safety remark, owner
)${KEYED};

CREATE TABLE duties (
    duty_id      ${BLOB} NOT NULL PRIMARY KEY CHECK (length(duty_id) = 16),
    case_id      ${BLOB} NOT NULL REFERENCES cases (case_id),
    home_case    ${BLOB} NOT NULL REFERENCES cases (case_id),
    interview_id ${BLOB} REFERENCES interviews (interview_id), -- in which it was said; it goes with that one
    service_id   ${BLOB} REFERENCES services (service_id),
    kind         TEXT    NOT NULL CHECK (kind IN ('need', 'task', 'referral')),
    level        ${INT} NOT NULL DEFAULT 0 CHECK (level IN (0, 1, 2)),
    made         ${INT} NOT NULL,
    due          ${INT} NOT NULL,
    done         ${INT},
    owner        ${INT} REFERENCES people (id),
    version      ${INT} NOT NULL DEFAULT 1,
    body         TEXT    NOT NULL DEFAULT ''
)${KEYED};
CREATE INDEX duties_of_case ON duties (case_id);
CREATE INDEX duties_of_interview ON duties (interview_id) WHERE interview_id IS NOT NULL;

CREATE TABLE facts ( -- coded facts about a case for counting; seq grows with each change, so that a reader can catch up
    case_id ${BLOB} NOT NULL PRIMARY KEY REFERENCES cases (case_id),
    seq     ${INT} NOT NULL UNIQUE,
    body    ${BLOB} NOT NULL
)${KEYED};

CREATE TABLE field_notes (
    note_id      ${BLOB} NOT NULL PRIMARY KEY CHECK (length(note_id) = 16),
    interview_id ${BLOB} NOT NULL REFERENCES interviews (interview_id),
    device_id    ${BLOB} NOT NULL,
    made         ${INT} NOT NULL,
    actor        TEXT    NOT NULL,
    taken        ${INT}, -- when the device fetched it
    body         TEXT    NOT NULL
)${KEYED};
CREATE INDEX field_notes_waiting ON field_notes (device_id) WHERE taken IS NULL;

CREATE INDEX audit_of ON audit (object, n);
