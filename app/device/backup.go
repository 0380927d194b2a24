package device

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"leeward/internal/encvfs"
	"leeward/internal/records"
	"leeward/internal/screening"
)

// draftSuffix is of a backup that is not whole yet.
const draftSuffix = ".part"

// Backup copies the locked device, byte by byte, to the folder to, which must not exist nor lie in the device's own: both
// halves, as encrypted as they are, and what can be handed in. It needs no passphrase and changes nothing; a device with
// that folder as its own opens with the same passphrases, and the office is told of it by the store's generation. It
// returns how many files it wrote and how long they are in bytes; they are durable, and times of change are kept, for
// those of the pools tell nothing only while they are all alike.
//
// Errors: in_use (somebody has the device unlocked, in this program or another), disk_full, disk, fs.ErrExist, and
// fs.ErrNotExist where there is no device; then nothing is left of the copy.
func (d *Device) Backup(ctx context.Context, to string) (files int, size int64, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	fail := func(err error) (int, int64, error) {
		return 0, 0, records.Codes{Full: screening.CodeDiskFull, Busy: screening.CodeInUse}.Of(fmt.Errorf("back up device: %w", err))
	}
	if err := d.finishWipe(ctx); err != nil {
		return 0, 0, err
	}
	if _, err := os.Stat(d.vaultPath()); errors.Is(err, fs.ErrNotExist) {
		return 0, 0, fmt.Errorf("back up device: %w", fs.ErrNotExist)
	}
	if err := d.vacant(to); err != nil {
		return 0, 0, fmt.Errorf("back up device: %w", err)
	}
	release, err := d.holdStores()
	if err != nil {
		return fail(err)
	}
	defer func() { err = errors.Join(err, release()) }()
	draft := to + draftSuffix
	if err := os.RemoveAll(draft); err != nil { // of a backup that was cut short
		return fail(err)
	}
	if files, size, err = copyTree(ctx, d.dir, draft); err == nil {
		err = errors.Join(os.Rename(draft, to), syncDir(filepath.Dir(to)))
	}
	if err != nil {
		return fail(errors.Join(err, os.RemoveAll(draft)))
	}
	return files, size, nil
}

// vacant refuses a folder that a backup cannot be.
func (d *Device) vacant(to string) error {
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fs.ErrExist, err)
	}
	in, err := d.holds(to)
	if err == nil && in {
		err = errors.New("a backup in the device's own folder would go with it")
	}
	return err
}

// holds reports whether a folder, which need not be there, is the device's own or lies in it.
func (d *Device) holds(dir string) (bool, error) {
	own, err1 := filepath.Abs(d.dir)
	there, err2 := filepath.Abs(dir)
	if err := errors.Join(err1, err2); err != nil {
		return false, err
	}
	in, err := filepath.Rel(own, there) // none between two drives
	return err == nil && in != ".." && !strings.HasPrefix(in, ".."+string(filepath.Separator)), nil
}

// holdStores keeps every program from opening a store until release is called: nothing else writes what belongs together.
func (d *Device) holdStores() (release func() error, err error) {
	var held []func() error
	release = func() (err error) {
		for _, let := range held {
			err = errors.Join(err, let())
		}
		return err
	}
	for half := range halves {
		let, err := encvfs.Hold(d.storePath(half))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, errors.Join(err, release())
		}
		held = append(held, let)
	}
	return release, nil
}

// copyTree copies folders and files, and makes them durable. Locks hold nothing, and what was practised opens to nobody.
// It goes by name, and so comes to the vault when everything that the vault opens is there: what a cut leaves is no device.
func copyTree(ctx context.Context, from, to string) (files int, size int64, err error) {
	err = filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		name, err2 := filepath.Rel(from, path)
		if err := errors.Join(err, err2, ctx.Err()); err != nil {
			return err
		}
		switch {
		case e.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o700)
		case !e.Type().IsRegular(), strings.HasSuffix(name, ".lock"), strings.HasPrefix(name, "practice.db"):
			return nil
		}
		n, err := copyFile(path, filepath.Join(to, name))
		files, size = files+1, size+n
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	return files, size, filepath.WalkDir(to, func(path string, e fs.DirEntry, err error) error { // once all is in them
		if err != nil || !e.IsDir() {
			return err
		}
		info, err := os.Stat(filepath.Join(from, strings.TrimPrefix(path, to)))
		if err == nil {
			err = errors.Join(syncDir(path), os.Chtimes(path, info.ModTime(), info.ModTime()))
		}
		return err
	})
}

func copyFile(from, to string) (n int64, err error) {
	r, err := os.Open(from)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return 0, err
	}
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	n, err = io.Copy(w, r)
	err = errors.Join(err, w.Sync(), w.Close())
	return n, errors.Join(err, os.Chtimes(to, info.ModTime(), info.ModTime()))
}
