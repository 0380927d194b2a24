package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"leeward/internal/screening"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks an office's database: "LWOF" in ASCII (SQLite's PRAGMA application_id).
const applicationID = 0x4C574F46

// migrate brings the schema to this program's version. A file of another program is refused before
// anything is written to it, and so is a newer schema: an older program must not guess.
func migrate(ctx context.Context, db *sql.DB) error {
	if err := claim(ctx, db); err != nil {
		return err
	}
	steps, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("open migrations: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, steps,
		goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	have, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if have > newest {
		return screening.Fail(screening.CodeNewer, fmt.Errorf("schema version %d, this program knows %d", have, newest))
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate from version %d: %w", have, err)
	}
	return nil
}

// claim marks a new file as an office's, and refuses one that is something else.
func claim(ctx context.Context, db *sql.DB) error {
	var id, tables int
	if err := db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id); err != nil {
		return fmt.Errorf("read application id: %w", err)
	}
	if id == applicationID {
		return nil
	}
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return fmt.Errorf("read schema: %w", err)
	}
	if id != 0 || tables != 0 {
		return screening.Fail(screening.CodeDamaged, fmt.Errorf("not an office's database: application id %#x", id))
	}
	if _, err := db.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d`, applicationID)); err != nil {
		return fmt.Errorf("mark database: %w", err)
	}
	return nil
}
