package encvfs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
)

// disk is one open file of the operating system. Methods are safe for concurrent use.
type disk interface {
	ReadAt(p []byte, off int64) (int, error)
	WriteAt(p []byte, off int64) (int, error)
	Truncate(size int64) error
	Sync() error // returns when content and size are durable
	Size() (int64, error)
	Lock() error // takes the process lock or returns ErrInUse; ends with Close
	Close() error
}

// tracked leaves a sync out where nothing was written since the last one that went well.
type tracked struct {
	disk
	dirty   atomic.Bool // set after a write: one that a sync overtakes waits for the next sync
	syncing sync.Mutex  // who finds nothing to do may rely on a sync that is under way having ended
}

func (d *tracked) WriteAt(p []byte, off int64) (int, error) {
	defer d.dirty.Store(true)
	return d.disk.WriteAt(p, off)
}

func (d *tracked) Truncate(size int64) error {
	defer d.dirty.Store(true)
	return d.disk.Truncate(size)
}

func (d *tracked) Sync() error {
	d.syncing.Lock()
	defer d.syncing.Unlock()
	if !d.dirty.Swap(false) {
		return nil
	}
	err := d.disk.Sync()
	if err != nil {
		d.dirty.Store(true)
	}
	return err
}

// filesystem is what a File needs of the operating system; tests put power cuts and full disks behind it.
type filesystem interface {
	open(name string, flag int) (disk, error)
	size(name string) (int64, error) // fs.ErrNotExist where there is none
	remove(name string) error
	install(draft, name string) error // renames; fs.ErrExist where name is taken
	syncDir(name string) error        // makes the directory entry of name durable
	temp(dir string) (disk, error)
}

// system is the operating system's own filesystem.
type system struct{}

type osDisk struct {
	*os.File
	scratch string // removed at Close where an open file cannot be
}

func (system) open(name string, flag int) (disk, error) {
	f, err := os.OpenFile(name, flag, 0o600)
	if err != nil {
		return nil, err
	}
	return &osDisk{File: f}, nil
}

func (system) size(name string) (int64, error) {
	st, err := os.Stat(name)
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

func (system) remove(name string) error {
	err := os.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// install links where it can, since a link never replaces a file; file systems without links get a rename.
func (system) install(draft, name string) error {
	err := os.Link(draft, name)
	if err == nil {
		return os.Remove(draft)
	}
	if errors.Is(err, fs.ErrExist) {
		return fs.ErrExist
	}
	return os.Rename(draft, name)
}

// syncDir does nothing on Windows, where a directory cannot be synced.
func (system) syncDir(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// temp makes a file that is gone after Close, and where possible has no name even before.
func (system) temp(dir string) (disk, error) {
	f, err := os.CreateTemp(dir, "t-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return &osDisk{File: f, scratch: f.Name()}, nil // Windows: an open file keeps its name
	}
	return &osDisk{File: f}, nil
}

func (d *osDisk) Size() (int64, error) {
	st, err := d.Stat()
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

func (d *osDisk) Sync() error { return syncData(d.File) }

func (d *osDisk) Lock() error { return lockFile(d.File) }

func (d *osDisk) Close() error {
	err := d.File.Close()
	if d.scratch != "" {
		err = errors.Join(err, os.Remove(d.scratch))
	}
	return err
}
