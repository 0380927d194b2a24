-- Facts for counting, many together: reading a million rows one by one takes longer than anybody at a page waits. A
-- block holds the facts with seq from n * 4096 on; rows says how many there were. A fact that changes gets another seq,
-- so a block that counts as many rows as the table is as good as they are.

-- +goose Up
CREATE TABLE fact_blocks (
    n    ${INT}  NOT NULL PRIMARY KEY,
    rows ${INT}  NOT NULL,
    body ${BLOB} NOT NULL
)${KEYED};
