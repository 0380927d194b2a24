package store

import (
	"errors"
	"fmt"
	"io/fs"

	"leeward/internal/encvfs"
)

// Rekey writes the store at path anew under another key, so that who knew the old one reads nothing that is kept from
// then on (encvfs.Rekey). Nobody may have it open; told, which may be nil, hears how many of how many pages are done.
// A store that is not there, or is under the new key already, is no error: a change that a crash cut short is
// repeated. Errors: in_use, disk_full, disk, damaged; then the store stays as it was.
func Rekey(path string, last, now encvfs.Key, told func(done, of int64)) error {
	err := encvfs.Rekey(path, last, now, told)
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist):
		return nil
	case !errors.Is(err, encvfs.ErrWrongKey):
		return coded(fmt.Errorf("rekey store: %w", err))
	}
	file, err := encvfs.Open(path, now)
	if err != nil {
		return coded(fmt.Errorf("rekey store: %w", err))
	}
	if err := file.Close(); err != nil {
		return coded(fmt.Errorf("rekey store: %w", err))
	}
	return nil
}
