package sqlite

import (
	"context"
	"fmt"

	"leeward/internal/encvfs"
)

// Backup writes a copy of the database to path, which must not exist: all that was committed when it began. Reading
// and writing go on meanwhile; what was withdrawn is erased from the log when it is done. The copy is encrypted under
// the same key. Errors: E_FULL, disk, damaged, and fs.ErrExist; then nothing is left at path.
func (e *Engine) Backup(ctx context.Context, path string) error {
	e.copying.Lock()
	defer e.copying.Unlock()
	return coded(e.file.Backup(ctx, path))
}

// Restore writes a database that Backup made to path, where nothing of a database may lie, and checks every page of
// it. Errors: in_use, E_FULL, disk, damaged, and fs.ErrExist. Warnings tell of damage that it could live with.
func Restore(ctx context.Context, backup, path string, key encvfs.Key) (warnings []encvfs.Event, err error) {
	warnings, err = encvfs.Restore(ctx, backup, path, key)
	if err != nil {
		return warnings, coded(fmt.Errorf("restore office database: %w", err))
	}
	return warnings, nil
}
