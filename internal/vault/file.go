package vault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"leeward/internal/screening"
)

// A vault file is two blocks for the copies of the try counter, then two copies of the record, each
// filled with zeros to whole blocks (FORMAT.md, File). The counter is written in place, one block at a
// time; everything else only by replacing the file.
const (
	blockSize = 4096
	atRecords = 2 * blockSize
	maxFile   = atRecords + 2*maxRecord
)

// file is a vault file as it was read.
type file struct {
	record  *record
	tries   tries
	next    int  // the place of the counter that the next write goes to
	changed bool // the counter as read says more than the file
	worn    bool // one copy of the record is damaged
}

// marshal returns the whole file.
func (f *file) marshal() []byte {
	r := f.record.marshal()
	half := (len(r) + blockSize - 1) / blockSize * blockSize
	b := make([]byte, atRecords+2*half)
	t := f.tries.marshal()
	copy(b, t)
	copy(b[blockSize:], t)
	copy(b[atRecords:], r)
	copy(b[atRecords+half:], r)
	return b
}

// parseFile reads a whole file. One damaged copy of the record is noted, two are refused with the reason
// of the first.
func parseFile(b []byte, now time.Time) (*file, error) {
	if len(b) < atRecords || len(b) > maxFile {
		return nil, errLength
	}
	half := (len(b) - atRecords) / 2
	first, errFirst := parseRecord(b[atRecords : atRecords+half])
	second, errSecond := parseRecord(b[atRecords+half:])
	f := &file{record: first, worn: errFirst != nil || errSecond != nil}
	if errFirst != nil {
		f.record = second
	}
	if errFirst != nil && errSecond != nil {
		if errors.Is(errSecond, errNewer) {
			return nil, errNewer
		}
		return nil, errFirst
	}
	f.tries, f.next, f.changed = readTries(b[:blockSize], b[blockSize:atRecords], now)
	return f, nil
}

// readFile reads the vault at path. A missing file is fs.ErrNotExist; what is no vault is CodeDamaged or
// CodeNewer.
func readFile(path string, now time.Time) (*file, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, diskError("open vault", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, diskError("read vault", err)
	}
	parsed, err := parseFile(b, now)
	switch {
	case errors.Is(err, errNewer):
		return nil, screening.Fail(screening.CodeNewer, fmt.Errorf("read vault: %w", err))
	case err != nil:
		return nil, screening.Fail(screening.CodeDamaged, fmt.Errorf("read vault: %w", err))
	}
	return parsed, nil
}

// writeTries makes the counter durable: one block in place, never that of the last good copy.
func (f *file) writeTries(path string, t tries, o Options) error {
	if err := o.at(stepCount); err != nil {
		return diskError("count try", err)
	}
	t.seq++
	w, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return diskError("count try", err)
	}
	defer w.Close()
	if _, err := w.WriteAt(t.marshal(), int64(f.next)*blockSize); err != nil {
		return diskError("count try", err)
	}
	if err := w.Sync(); err != nil {
		return diskError("count try", err)
	}
	f.tries, f.next, f.changed = t, 1-f.next, false
	return nil
}

// replace writes the whole file anew: beside it first, then durably in its place. Whatever goes wrong,
// the old file stands.
func (f *file) replace(path string, o Options) (err error) {
	beside := path + ".new"
	defer func() {
		if err != nil {
			_ = os.Remove(beside) // holds nothing that the vault itself does not
			err = diskError("write vault", err)
		}
	}()
	if err := o.at(stepWrite); err != nil {
		return err
	}
	w, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = w.Write(f.marshal())
	err = errors.Join(err, w.Sync(), w.Close())
	if err != nil {
		return err
	}
	if err := o.at(stepRename); err != nil {
		return err
	}
	if err := os.Rename(beside, path); err != nil {
		return err
	}
	f.next, f.changed, f.worn = 0, false, false
	return syncFolder(filepath.Dir(path))
}

// overwrite writes a file where it lies, and flushes it.
func overwrite(path string, b []byte) error {
	w, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return diskError("destroy vault", err)
	}
	_, err = w.Write(b)
	return diskError("destroy vault", errors.Join(err, w.Sync(), w.Close()))
}

// remove overwrites and takes away the vault's file, and what a crash left of writing it.
func remove(path string) error {
	for _, name := range []string{path + ".new", path} {
		info, err := os.Lstat(name)
		if isMissing(err) {
			continue
		}
		if err == nil {
			err = errors.Join(overwrite(name, random(int(min(info.Size(), maxFile)))), os.Remove(name))
		}
		if err != nil {
			return diskError("remove vault", err)
		}
	}
	return diskError("remove vault", syncFolder(filepath.Dir(path)))
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// diskError gives an error of the file system its code. Missing and existing files keep theirs; no error stays none.
func diskError(doing string, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s: %w", doing, err)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrExist):
		return err
	case isFull(err):
		return screening.Fail(screening.CodeDiskFull, err)
	default:
		return screening.Fail(screening.CodeDisk, err)
	}
}

// locked runs do while no other program or goroutine works on the vault at path. It waits for its turn
// until ctx ends, at most for 30 seconds, and then fails with CodeInUse. The lock is a file of its own
// beside the vault, since the vault is replaced.
func locked(ctx context.Context, path string, do func() error) error {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return diskError("lock vault", err)
	}
	defer f.Close() // gives the lock back
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		got, err := tryLock(f)
		if err != nil {
			return diskError("lock vault", err)
		}
		if got {
			return do()
		}
		select {
		case <-ctx.Done():
			return screening.Fail(screening.CodeInUse, fmt.Errorf("lock vault: %w", ctx.Err()))
		case <-time.After(20 * time.Millisecond):
		}
	}
}
