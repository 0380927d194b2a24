package engine

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/fxamacker/cbor/v2"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// Raw is the database beneath, for tests that look at rows or damage them.
func (e *Engine) Raw() *sql.DB { return e.db }

// Prepared is how many statements of writes stay prepared.
func (e *Engine) Prepared() int {
	e.writing.Lock()
	defer e.writing.Unlock()
	return len(e.stmts.kept)
}

// SmallBlocks makes blocks of facts so small that a test fills one quickly.
func (e *Engine) SmallBlocks(places int64) { e.block = places }

// Learn prepares texts where at most so many are kept, and returns how many are.
func Learn(ctx context.Context, db *sql.DB, most int, texts ...string) int {
	s := statements{most: most, kept: map[string]*sql.Stmt{}}
	s.learn(ctx, db, texts)
	return len(s.kept)
}

// FactsSince shows the facts that changed after seq, oldest change first, until show returns false. Cases that are part of another come as gone.
func (e *Engine) FactsSince(ctx context.Context, seq int64, show func(casework.FactsRow) bool) error {
	return e.read("read facts", func() error {
		rows, err := e.db.QueryContext(ctx, factColumns+` WHERE f.seq > $1 ORDER BY f.seq`, seq)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			row, err := scanFacts(e.box, rows)
			if err != nil {
				return err
			}
			if !show(row) {
				return nil
			}
		}
		return rows.Err()
	})
}

// PackedFacts is a block of facts, as it is kept.
func PackedFacts(all ...casework.Facts) []byte {
	p := newPacker()
	for _, f := range all {
		p.add(f)
	}
	return p.bytes()
}

// UnpackFacts reads a block.
func UnpackFacts(b []byte, show func(casework.Facts)) error { return unpackFacts(b, show) }

// PackContent is an interview as it is kept for reading.
func PackContent(iv screening.Interview) []byte { return packed(&iv) }

// OldContent is an interview as programs before kept it: version 1 or 2.
func OldContent(iv screening.Interview, version int) ([]byte, error) {
	c := headOf(&iv)
	c.V, c.Answers = version, []answer{}
	for i := range iv.Answers {
		c.Answers = append(c.Answers, answerOf(&iv.Answers[i]))
	}
	if version == 1 {
		return json.Marshal(c)
	}
	return cbor.Marshal(c)
}

// ReadContent reads what any of them wrote.
func ReadContent(b []byte) (screening.Interview, error) { return readContent(b) }

// FrameOf is the form of a packed content around any bytes.
func FrameOf(values []byte) []byte { return framed(squeezer.EncodeAll(values, nil)) }
