package engine

import (
	"cmp"
	"context"
	"database/sql"
	"log/slog"
	"sync"
	"time"

	"leeward/internal/office/ledger"
	"leeward/internal/seal"
)

// writeTimeout bounds what the caller's context may not cut short.
const writeTimeout = 30 * time.Second

// Backend is a database with the tables of an office (Dialect.Steps).
type Backend interface {
	// DB returns the pool of connections; Close of the Backend closes it.
	DB() *sql.DB
	// Lock makes a transaction that has just begun the only one that writes.
	Lock(ctx context.Context, tx *sql.Tx) error
	// Scrub takes out of the database's files what was deleted, as far as the database can. Nobody writes
	// or reads meanwhile.
	Scrub(ctx context.Context) error
	// Explain gives an error of this database its code: E_BUSY for what may be tried again, E_FULL, damaged,
	// disk, newer. An error that has a code keeps it.
	Explain(err error) error
	// Backup writes a copy of everything to a new file, as of one moment, encrypted as the database is. Others
	// read and write meanwhile, but nobody scrubs.
	Backup(ctx context.Context, path string) error
	// Look says which database this is and what about it an administrator has to know. It changes nothing.
	Look(ctx context.Context) (Database, error)
	Close() error
}

// Database is what a backend says of itself.
type Database struct {
	Version string
	Doubts  []Doubt
}

// Doubt is something about a database that is not as it should be.
type Doubt struct {
	Bad    bool // acknowledged records could be lost, or be read wrongly
	Found  string
	Advice string
}

// Options are what an engine takes from its surroundings.
type Options struct {
	Now func() time.Time // time.Now where nil
	Log *slog.Logger     // discards where nil; gets ids, counts and codes only
	// Box encrypts the columns that hold what a person said. Nil where the whole file is encrypted.
	Box *seal.Box
	// Prepared is how many statements of writes stay parsed on each connection. 0 where the driver sees to it.
	Prepared int
	// Arrays makes a value of a statement of many: an array of "bytea", "bigint" or "text". Nil where the database has none.
	Arrays func(kind string, values []any) any
	// Committed is told of each commit before anybody else writes. Nil where nobody wants to know.
	Committed func(ctx context.Context)
	// Steady is run before batches are recorded together, for plans that are kept, and Fresh before anything else that
	// shares their transaction. Empty where the database keeps each plan.
	Steady, Fresh string
}

// Engine holds the records of one office. Its methods may be called from any goroutine.
type Engine struct {
	back Backend
	db   *sql.DB
	now  func() time.Time
	log  *slog.Logger
	box  *seal.Box

	arrays        func(kind string, values []any) any // Options.Arrays
	steady, fresh string                              // Options.Steady, Options.Fresh
	block         int64                               // blockSize, but for tests
	after         func(ctx context.Context)           // Options.Committed

	copying sync.Mutex   // held by Backup, and by scrub before the others: who reads the log keeps it from being emptied
	writing sync.Mutex   // one writer: none has to wait inside the database, or fails there
	queue   queue        // of what waits to be written together
	stmts   statements   // under writing
	reading sync.RWMutex // held by readers; scrub waits for them

	nodes ledger.Cache // committed nodes of the office's log
}

// New returns an Engine over a database whose tables are there. It first finishes an erase that a crash cut
// between its commit and its own scrub.
func New(ctx context.Context, back Backend, o Options) (*Engine, error) {
	e := &Engine{
		back: back, db: back.DB(), now: o.Now, log: cmp.Or(o.Log, slog.New(slog.DiscardHandler)), box: o.Box, arrays: o.Arrays,
		steady: o.Steady, fresh: o.Fresh, block: blockSize, after: o.Committed,
	}
	e.stmts = statements{most: o.Prepared, kept: map[string]*sql.Stmt{}}
	if e.now == nil {
		e.now = time.Now
	}
	return e, e.scrub(ctx)
}

// Close gives the database back.
func (e *Engine) Close() error { return e.fail("close office database", e.back.Close()) }

// tx is one writing transaction with its one reading of the clock.
type tx struct {
	*sql.Tx
	ctx   context.Context
	now   time.Time
	box   *seal.Box
	stmts parsed

	arrays        func(kind string, values []any) any // Options.Arrays
	steady, fresh string                              // Options.Steady, Options.Fresh
	block         int64                               // Engine.block

	nodes *ledger.Cache // of the log, as it was committed before
	log   logAdds

	likeness []byte // key of likenesses, once it was read
}

// read runs do while no scrub is under way.
func (e *Engine) read(op string, do func() error) error {
	e.reading.RLock()
	defer e.reading.RUnlock()
	return e.fail(op, do())
}

// Backup writes a copy of the database to path, which must not exist: all that was committed when it began. Reading
// and writing go on meanwhile; what was withdrawn is scrubbed when it is done. Errors: E_FULL, disk, damaged,
// fs.ErrExist, and errors.ErrUnsupported for a server, which has its own tools for it.
func (e *Engine) Backup(ctx context.Context, path string) error {
	e.copying.Lock()
	defer e.copying.Unlock()
	return e.fail("back up office database", e.back.Backup(ctx, path))
}

// Look says which database this is, and what an administrator has to know about it.
func (e *Engine) Look(ctx context.Context) (d Database, err error) {
	err = e.read("look at the database", func() (err error) {
		d, err = e.back.Look(ctx)
		return err
	})
	return d, err
}

// scrub takes what was deleted out of the database's files.
func (e *Engine) scrub(ctx context.Context) error {
	e.copying.Lock()
	defer e.copying.Unlock()
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer stop()
	e.writing.Lock()
	defer e.writing.Unlock()
	e.reading.Lock()
	defer e.reading.Unlock()
	return e.fail("empty the log", e.back.Scrub(ctx))
}

// fromMillis reads a time as it stands in a row: milliseconds UTC, 0 for the zero time.
func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func fromNullMillis(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return fromMillis(ms.Int64)
}

// number is how a yes or no stands in a row.
func number(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
