-- A batch of an epoch before this one that no receipt came for is not sent any more: what it holds waits again, to be sealed
-- with the keys of this epoch (Store.SetEnrolment). It still says that something was sealed once, and keeps its bytes.

-- +goose Up
CREATE VIEW left_behind AS
SELECT b.id FROM batch b WHERE b.rung < 4 AND b.epoch < (SELECT epoch FROM head);

DROP VIEW ladder;
CREATE VIEW ladder AS
SELECT i.id, coalesce((SELECT b.rung
                       FROM hold h JOIN batch b ON b.id = h.batch
                       WHERE h.interview = i.id AND h.version = i.version AND NOT EXISTS (SELECT 1 FROM left_behind l WHERE l.id = b.id)
                       ORDER BY b.n DESC LIMIT 1), 1) AS rung
FROM interview i;
