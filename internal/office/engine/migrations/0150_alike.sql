-- Hashes, under a key of this office, of forms of who a person may be (internal/office/alike): two interviews that share
-- one may be of one person. None are kept of who asked for a code only, and they go when an interview is taken back.

-- +goose Up
CREATE TABLE likenesses (
    tag          ${BLOB} NOT NULL CHECK (length(tag) = 16),
    interview_id ${BLOB} NOT NULL REFERENCES interviews (interview_id),
    PRIMARY KEY (tag, interview_id)
)${KEYED};
CREATE INDEX likenesses_of ON likenesses (interview_id);
