package sqlite

import (
	"context"
	"fmt"

	"leeward/internal/encvfs"
)

// Backup writes a copy of the file to path, which must not exist: all that was committed when it began. The copy is
// encrypted under the same key. Errors: E_FULL, disk, damaged, and fs.ErrExist; then nothing is left at path.
func (f *file) Backup(ctx context.Context, path string) error { return f.File.Backup(ctx, path) }

// Restore writes a database that Backup made to path, where nothing of a database may lie, and checks every page of
// it. Errors: in_use, E_FULL, disk, damaged, and fs.ErrExist. Warnings tell of damage that it could live with.
func Restore(ctx context.Context, backup, path string, key encvfs.Key) (warnings []encvfs.Event, err error) {
	warnings, err = encvfs.Restore(ctx, backup, path, key)
	if err != nil {
		return warnings, explained(fmt.Errorf("restore office database: %w", err))
	}
	return warnings, nil
}
