-- Questions that went back to the field: sealed to the device, so that the office cannot read them here again.

-- +goose Up
CREATE TABLE field_questions (
    question_id  ${BLOB} NOT NULL PRIMARY KEY CHECK (length(question_id) = 16),
    device_id    ${BLOB} NOT NULL CHECK (length(device_id) = 16),
    epoch        ${INT}  NOT NULL,
    interview_id ${BLOB} NOT NULL REFERENCES interviews (interview_id),
    made         ${INT}  NOT NULL,
    reported     ${INT}, -- when the device said to have it
    file         ${BLOB} NOT NULL
)${KEYED};
CREATE INDEX field_questions_waiting ON field_questions (device_id, epoch) WHERE reported IS NULL;
CREATE INDEX field_questions_about ON field_questions (interview_id);
