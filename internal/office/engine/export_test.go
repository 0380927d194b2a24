package engine

import "database/sql"

// Raw is the database beneath, for tests that look at rows or damage them.
func (e *Engine) Raw() *sql.DB { return e.db }
