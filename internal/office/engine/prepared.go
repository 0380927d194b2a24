package engine

import (
	"context"
	"database/sql"
)

// statements are what writes ask of the database, by their text, parsed already: among a few rows each, parsing takes
// longer than the rows do. They belong to the writer (Engine.writing). Closing the pool of connections closes them.
type statements struct {
	most int // 0 where the driver keeps them itself
	kept map[string]*sql.Stmt
}

// learn prepares texts that a transaction had to parse, for those that follow. One that cannot be prepared now is
// parsed again when it is next asked for.
func (s *statements) learn(ctx context.Context, db *sql.DB, texts []string) {
	for _, text := range texts {
		if len(s.kept) >= s.most {
			return
		}
		if _, ok := s.kept[text]; ok {
			continue
		}
		if p, err := db.PrepareContext(ctx, text); err == nil {
			s.kept[text] = p
		}
	}
}

// parsed are the statements of one transaction, on its connection.
type parsed struct {
	from  *statements
	here  map[string]*sql.Stmt
	fresh []string // those that from has not
}

// parsed returns a statement of this transaction; nil where the text is to be sent as it is. Rows of a statement have
// to be closed before it is run again.
func (t *tx) parsed(query string) *sql.Stmt {
	if t.stmts.from.most == 0 {
		return nil
	}
	if s, ok := t.stmts.here[query]; ok {
		return s
	}
	var s *sql.Stmt
	if kept, ok := t.stmts.from.kept[query]; ok {
		s = t.StmtContext(t.ctx, kept)
	} else {
		var err error
		if s, err = t.PrepareContext(t.ctx, query); err != nil {
			return nil // running the text says what is wrong with it
		}
		t.stmts.fresh = append(t.stmts.fresh, query)
	}
	t.stmts.here[query] = s
	return s
}

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	var done sql.Result
	var err error
	if s := t.parsed(query); s != nil {
		done, err = s.ExecContext(t.ctx, args...)
	} else {
		done, err = t.ExecContext(t.ctx, query, args...)
	}
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// row runs a query for one row.
func (t *tx) row(query string, args ...any) *sql.Row {
	if s := t.parsed(query); s != nil {
		return s.QueryRowContext(t.ctx, args...)
	}
	return t.QueryRowContext(t.ctx, query, args...)
}

// rows runs a query for any number of rows, which the caller closes.
func (t *tx) rows(query string, args ...any) (*sql.Rows, error) {
	if s := t.parsed(query); s != nil {
		return s.QueryContext(t.ctx, args...)
	}
	return t.QueryContext(t.ctx, query, args...)
}
