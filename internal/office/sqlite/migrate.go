package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"leeward/internal/records"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks an office's database: "LWOF" in ASCII. The first migration sets it.
const applicationID = 0x4C574F46

// migrate brings the schema to this program's version; errors are those of records.Schema.
func migrate(ctx context.Context, db *sql.DB) error {
	steps, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("open migrations: %w", err)
	}
	return records.Schema{Application: applicationID, Steps: steps}.Migrate(ctx, db)
}
