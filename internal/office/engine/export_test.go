package engine

import (
	"context"
	"database/sql"
)

// Raw is the database beneath, for tests that look at rows or damage them.
func (e *Engine) Raw() *sql.DB { return e.db }

// Prepared is how many statements of writes stay prepared.
func (e *Engine) Prepared() int {
	e.writing.Lock()
	defer e.writing.Unlock()
	return len(e.stmts.kept)
}

// Learn prepares texts where at most so many are kept, and returns how many are.
func Learn(ctx context.Context, db *sql.DB, most int, texts ...string) int {
	s := statements{most: most, kept: map[string]*sql.Stmt{}}
	s.learn(ctx, db, texts)
	return len(s.kept)
}
