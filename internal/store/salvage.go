package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
)

// Salvaged says what Salvage read out of a damaged store, and what it could not. It holds ids and numbers only.
type Salvaged struct {
	Interviews int // that are in the new store, Torn ones too
	Answers    int
	Batches    int // sealed

	Torn []screening.InterviewID // some of their answers could not be read
	Lost []screening.InterviewID // known by their id alone: neither consent nor answers can be vouched for
	Gone []string                // tables in which rows could not be read
	Met  []string                // every damaged unit that was met, with its number and the reason
}

// salvageSuffix is of the copy that is read from, and changed by that.
const salvageSuffix = "-salvage"

// Salvage puts a new store in the place of the damaged one at path, with everything in it that can still be read and
// vouched for; the rest is named. Before that it copies the damaged files, as they are, to the folder aside, which it
// makes and which must not exist. What was saved last may be missing without a name where the log is damaged, and
// somebody who withdrew last may be there again. The office notices that the store is not what it was, by its
// generation.
//
// Nobody may have the store open. Errors: in_use, damaged (nothing can be read: wrong key, both headers or the schema
// itself), newer, disk_full, disk and fs.ErrExist; then the store at path is as it was.
func Salvage(ctx context.Context, path, aside string, key encvfs.Key, o Options) (got Salvaged, err error) {
	release, err := encvfs.Hold(path)
	if err != nil {
		return got, coded(fmt.Errorf("salvage store: %w", err))
	}
	release = sync.OnceValue(release)
	defer func() { err = errors.Join(err, coded(release())) }()
	if err := setAside(path, aside); err != nil {
		return got, coded(fmt.Errorf("set damaged store aside: %w", err))
	}
	work, draft := path+salvageSuffix, path+rekeySuffix
	defer func() { err = errors.Join(err, coded(removeAll(work)), coded(removeAll(draft))) }()
	if err := errors.Join(removeAll(work), removeAll(draft), copyAll(path, work)); err != nil {
		return got, coded(fmt.Errorf("copy damaged store: %w", err))
	}
	if got, err = readInto(ctx, work, draft, key, o); err != nil {
		if errors.Is(err, encvfs.ErrWrongKey) {
			err = errors.Join(err, os.RemoveAll(aside)) // nothing was done to set it aside for
		}
		return got, coded(fmt.Errorf("salvage store: %w", err))
	}
	if err := takePlace(draft, path, release); err != nil {
		return got, coded(fmt.Errorf("put salvaged store in place: %w", err))
	}
	return got, nil
}

// takePlace puts a closed store in the place of another. A log or a table of the old one that a crash leaves beside the
// new one is not taken for its own (encvfs FORMAT.md, order of checks).
func takePlace(draft, path string, release func() error) error {
	if runtime.GOOS == "windows" { // does not replace what is open
		if err := release(); err != nil {
			return err
		}
	}
	if err := os.Rename(draft, path); err != nil {
		return err
	}
	if err := os.Rename(draft+"-tags", path+"-tags"); err != nil {
		return err
	}
	if err := removeFile(path + "-wal"); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// readInto reads what there is at from into a new store at to, and closes both.
func readInto(ctx context.Context, from, to string, key encvfs.Key, o Options) (got Salvaged, err error) {
	file, err := encvfs.Salvage(from, key)
	if err != nil {
		return got, err
	}
	defer func() { _ = file.Close() }() // the last checkpoint may meet the damage; nobody needs this copy
	db, err := file.DB()
	if err != nil {
		return got, err
	}
	fresh, err := Open(ctx, to, key, o)
	if err != nil {
		return got, err
	}
	r := &reading{file: file, from: db, to: fresh, met: map[string]bool{}}
	for _, w := range file.Warnings() {
		r.note(w.Text)
	}
	err = fresh.inTx(ctx, "salvage", r.all, func() {})
	return r.got, errors.Join(err, fresh.Close())
}

// setAside copies the files of a store into a new folder.
func setAside(path, folder string) error {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	return errors.Join(copyAll(path, filepath.Join(folder, filepath.Base(path))), syncDir(folder))
}

// copyAll copies a file of encvfs and what belongs to it, durably.
func copyAll(from, to string) error {
	for _, suffix := range []string{"", "-wal", "-tags"} {
		if err := copyFile(from+suffix, to+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, w.Sync(), w.Close())
}
