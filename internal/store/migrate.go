package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"leeward/internal/screening"
)

//go:embed migration/*.sql
var migrations embed.FS

// applicationID marks a device's store: "LWDS" in ASCII (SQLite's PRAGMA application_id). The first
// migration sets it.
const applicationID = 0x4C574453

// migrate brings the schema to this program's version. A file of another program is refused before
// anything is written to it, and one with a newer schema likewise: an older program must not guess.
func migrate(ctx context.Context, db *sql.DB) error {
	version, err := schemaVersion(ctx, db)
	if err != nil {
		return err
	}
	steps, err := fs.Sub(migrations, "migration")
	if err != nil {
		return fmt.Errorf("open migrations: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, steps,
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

// schemaVersion returns the version of the schema, 0 for a new file. A file that holds tables under
// another application id is not a device's store.
func schemaVersion(ctx context.Context, db *sql.DB) (version int64, err error) {
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
	if id != applicationID && (id != 0 || tables != versioned) {
		return 0, screening.Fail(screening.CodeForeign, fmt.Errorf("application id %#x, want %#x", id, applicationID))
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
