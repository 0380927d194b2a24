package records

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"leeward/internal/screening"
)

// Schema is the tables of one kind of file.
type Schema struct {
	// Application marks the file as of this kind (SQLite's PRAGMA application_id). The first migration
	// sets it.
	Application int64
	// Steps are the numbered migrations, NNNN_name.sql. A released one is never edited.
	Steps fs.FS
}

// Migrate brings a file to this program's version of its schema. A file of another program is refused
// (foreign) before anything is written to it, and one with a newer schema likewise (newer): an older program
// must not guess.
func (s Schema) Migrate(ctx context.Context, db *sql.DB) error {
	version, err := s.version(ctx, db)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, s.Steps,
		goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	sources := provider.ListSources()
	newest := sources[len(sources)-1].Version
	if version > newest {
		return &screening.Error{
			Code: screening.CodeNewer, Hint: "error.newer.hint",
			Err: fmt.Errorf("schema version %d, this program knows %d", version, newest),
		}
	}
	if version == newest {
		return nil
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate from version %d: %w", version, err)
	}
	return nil
}

// version returns the version of the schema, 0 for a new file. A file that holds tables under another
// application id is of another kind.
func (s Schema) version(ctx context.Context, db *sql.DB) (version int64, err error) {
	var id int64
	if err := db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id); err != nil {
		return 0, fmt.Errorf("read application id: %w", err)
	}
	var tables, versioned int // goose's own table may stand alone after a crash in the first migration
	err = db.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(name = 'goose_db_version'), 0)
		FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`).Scan(&tables, &versioned)
	if err != nil {
		return 0, fmt.Errorf("read schema: %w", err)
	}
	if id != s.Application && (id != 0 || tables != versioned) {
		return 0, screening.Fail(screening.CodeForeign, fmt.Errorf("application id %#x, want %#x", id, s.Application))
	}
	if versioned == 0 {
		return 0, nil
	}
	err = db.QueryRowContext(ctx,
		`SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied = 1`).Scan(&version)
	if err != nil {
		return 0, fmt.Errorf("read schema version: %w", err)
	}
	return version, nil
}
