package store

import (
	"context"
	"fmt"

	"leeward/internal/encvfs"
)

// Backup writes a copy of the store to path, which must not exist: all that was saved when it began. Saving goes on
// meanwhile; erasing waits for it. The copy is encrypted under the same key. Errors: disk_full, disk, damaged, and
// fs.ErrExist; then nothing is left at path.
func (s *Store) Backup(ctx context.Context, path string) error {
	s.swap.RLock()
	defer s.swap.RUnlock()
	s.copying.Lock()
	defer s.copying.Unlock()
	return coded(s.file.Backup(ctx, path))
}

// Restore writes a store that Backup made to path, where nothing of a store may lie, and checks every page of it. What
// came since the backup is not in it: the office will notice that the store was put back, by its generation. Errors:
// in_use, disk_full, disk, damaged, and fs.ErrExist. Warnings are those of Store.Warnings.
func Restore(ctx context.Context, backup, path string, key encvfs.Key) (warnings []encvfs.Event, err error) {
	warnings, err = encvfs.Restore(ctx, backup, path, key)
	if err != nil {
		return warnings, coded(fmt.Errorf("restore store: %w", err))
	}
	return warnings, nil
}
