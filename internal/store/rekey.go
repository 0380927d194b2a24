package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"leeward/internal/encvfs"
)

// rekeySuffix is of the copy under the new key, until it takes the store's place.
const rekeySuffix = "-rekey"

// rekeyTries is how often the copy is made while saving goes on, before it is made while saving waits.
const rekeyTries = 3

// Rekey writes the store anew under another key and file id, so that who knew the old one reads nothing that is kept
// from then on. Saving goes on meanwhile; at the end everybody waits for the files to change places, which takes some
// milliseconds. Where something was saved during the copy it is made again, at last with saving held up. told, which
// may be nil, hears how many of how many pages are done.
//
// A crash leaves the old store or the new one, whole; [Open] tells which by damaged for a key that is not the file's.
// Errors: disk_full, disk, damaged and the context's; then the store stays as it was, and may be used. Where not even
// that can be opened again, every call answers with an error from then on.
func (s *Store) Rekey(ctx context.Context, fresh encvfs.Key, told func(done, of int64)) error {
	draft := s.path + rekeySuffix
	for try := 1; ; try++ {
		before := s.changes.Load()
		if try < rekeyTries {
			if err := s.copyUnder(ctx, draft, fresh, told); err != nil {
				return coded(fmt.Errorf("rekey store: %w", err))
			}
		}
		done, err := s.install(ctx, draft, fresh, before, try == rekeyTries, told)
		if done || err != nil {
			return coded(err)
		}
	}
}

// copyUnder makes the copy. What a crash left of another is removed first.
func (s *Store) copyUnder(ctx context.Context, draft string, fresh encvfs.Key, told func(done, of int64)) error {
	s.swap.RLock()
	defer s.swap.RUnlock()
	return s.copyHeld(ctx, draft, fresh, told)
}

func (s *Store) copyHeld(ctx context.Context, draft string, fresh encvfs.Key, told func(done, of int64)) error {
	if err := removeAll(draft); err != nil {
		return err
	}
	s.copying.Lock()
	defer s.copying.Unlock()
	return s.file.BackupUnder(ctx, draft, fresh, told)
}

// install puts the copy in the store's place, if nothing was written since before; with last it makes the copy itself,
// while nobody writes.
func (s *Store) install(
	ctx context.Context, draft string, fresh encvfs.Key, before uint64, last bool, told func(done, of int64),
) (done bool, err error) {
	s.swap.Lock()
	defer s.swap.Unlock()
	if last {
		if err := s.copyHeld(ctx, draft, fresh, told); err != nil {
			return false, fmt.Errorf("rekey store: %w", err)
		}
	} else if s.changes.Load() != before {
		return false, nil
	}
	if err := s.file.Close(); err != nil {
		return false, fmt.Errorf("rekey store: %w", err)
	}
	if err := os.Rename(draft, s.path); err != nil {
		return false, fmt.Errorf("rekey store: %w", err) // closed: the next opening finds it as it was
	}
	if err := syncDir(filepath.Dir(s.path)); err != nil {
		return false, fmt.Errorf("rekey store: %w", err)
	}
	if s.file, err = encvfs.Open(s.path, fresh); err != nil {
		return false, fmt.Errorf("rekey store: %w", err)
	}
	if err := s.start(context.WithoutCancel(ctx)); err != nil {
		return false, fmt.Errorf("rekey store: %w", err)
	}
	return true, nil
}

// Remove takes the files of a store away, whatever their key: one that is not there is no error. Nobody may have it
// open.
func Remove(path string) error {
	for _, p := range []string{path, path + rekeySuffix, path + salvageSuffix} {
		if err := removeAll(p); err != nil {
			return coded(fmt.Errorf("remove store: %w", err))
		}
	}
	return coded(syncDir(filepath.Dir(path)))
}

// removeAll removes a file of encvfs and what belongs to it (encvfs FORMAT.md, files), the main file first: without it
// the others open nothing.
func removeAll(path string) error {
	for _, suffix := range []string{"", "-wal", "-tags", "-new"} {
		if err := removeFile(path + suffix); err != nil {
			return err
		}
	}
	return nil
}

// removeFile removes a file that may not be there.
func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
