-- What was released is never taken back: the register refuses to count the same years again.

-- +goose Up
CREATE TABLE releases (
    n         ${COUNTER},
    at        ${INT}  NOT NULL,
    actor     TEXT    NOT NULL,
    from_year ${INT}  NOT NULL,
    to_year   ${INT}  NOT NULL CHECK (to_year >= from_year),
    book      ${BLOB} NOT NULL -- printed numbers only
)${STRICT};
${APPEND_ONLY releases}
