package encvfs

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
)

// firstPage is the one page of an empty database in write-ahead mode. With it in place from the beginning
// SQLite never has a reason to use a rollback journal.
func firstPage() []byte {
	b := make([]byte, pageSize)
	copy(b, "SQLite format 3\x00")
	b[16], b[17] = pageSize>>8, pageSize&0xff
	b[18], b[19] = 2, 2 // write and read version: write-ahead log
	b[20] = overhead
	b[21], b[22], b[23] = 64, 32, 32
	b[27] = 1 // change counter
	b[31] = 1 // pages in the file
	b[95] = 1 // version-valid-for: equals the change counter
	b[100] = 0x0d
	b[105], b[106] = (pageSize-overhead)>>8, (pageSize-overhead)&0xff // start of the empty cell area
	return b
}

// create writes the new file under another name and gives it its own when it is whole and durable, so that a
// crash leaves either no database or an empty one. Its table is made by the first Open.
func create(sys filesystem, path string, key Key) (err error) {
	path, err = absolute(path)
	if err != nil {
		return err
	}
	base := filepath.Base(path)
	if _, err := sys.size(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", base, errors.Join(fs.ErrExist, err))
	}
	draft := path + draftSuffix
	if err := fill(sys, draft, key); err != nil {
		return errors.Join(diskError(base, "write", err), sys.remove(draft))
	}
	if err := sys.install(draft, path); errors.Is(err, fs.ErrExist) {
		return errors.Join(fmt.Errorf("%s: %w", base, fs.ErrExist), sys.remove(draft))
	} else if err != nil {
		return errors.Join(diskError(base, "create", err), sys.remove(draft))
	}
	if err := sys.syncDir(path); err != nil {
		return diskError(base, "sync", err)
	}
	return nil
}

// fill writes and syncs the head and page 1 of a new database.
func fill(sys filesystem, draft string, key Key) error {
	var id fileID
	_, _ = rand.Read(id[:])
	keys := newKeyring(key, id)
	defer keys.forget()
	page := make([]byte, pageSize)
	t := newTable()
	t.set(1, keys.pages.seal(page, firstPage()[:pageSize-overhead], pageAAD(nil, id, 1)))
	whole := append(newHead(keys, &state{seq: 1, pages: 1, tableHalf: noTable, tableSum: t.sum()}), page...)
	d, err := sys.open(draft, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	if _, err = d.WriteAt(whole, 0); err == nil {
		err = d.Sync()
	}
	return errors.Join(err, d.Close())
}

func open(sys filesystem, path string, key Key, salvage bool) (*File, error) {
	path, err := absolute(path)
	if err != nil {
		return nil, err
	}
	f := &File{
		path: path, base: filepath.Base(path), name: fmt.Sprintf("/leeward-%d", names.Add(1)),
		fs: sys, salvage: salvage, patience: closeWait, confirmAfter: confirmAfter,
		table: newTable(), log: log{held: map[uint32]struct{}{}}, done: make(chan struct{}),
	}
	if err := f.take(key); err != nil {
		f.drop()
		return nil, err
	}
	return f, nil
}

// take does the work of Open: lock, head, table, log, new generation.
func (f *File) take(key Key) (err error) {
	if err := register(); err != nil {
		return err
	}
	main, err := f.fs.open(f.path, os.O_RDWR)
	if err != nil {
		return f.failed("", "open", err)
	}
	t := &tracked{disk: main}
	t.dirty.Store(true) // the process before may have ended between a write and its sync
	f.main = t
	if err := f.main.Lock(); err != nil {
		if errors.Is(err, ErrInUse) {
			return fmt.Errorf("%s: %w", f.base, err)
		}
		return f.failed("", "lock", err)
	}
	if err := f.readHead(key); err != nil {
		return err
	}
	if err := f.readTable(); err != nil {
		return err
	}
	if err := f.readLog(); err != nil {
		return err
	}
	f.lookForJournal()
	f.state.generation++
	_, _ = rand.Read(f.state.openID[:])
	if err := f.writeState(); err != nil { // heals a copy that was damaged or left behind
		return err
	}
	f.log.ready = f.state.logHeader != [logHeaderSize]byte{}
	enroll(f)
	return nil
}

func (f *File) readHead(key Key) error {
	head := make([]byte, headSize)
	if n, err := f.main.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return f.failed("", "read", err)
	} else if n < 2*headerSize {
		return fmt.Errorf("%s: %w", f.base, ErrNotEncrypted)
	}
	h, err := readHeaders(head, key)
	switch {
	case errors.Is(err, ErrHeader):
		return f.damaged(UnitHeader, 0, err)
	case err != nil:
		return fmt.Errorf("%s: %w", f.base, err)
	}
	f.keys, f.state = h.keys, h.state
	for _, i := range h.bad {
		f.warn(UnitHeader, int64(i), ErrDamaged, fmt.Sprintf("header copy %d is damaged; the other one is used", i))
	}
	for _, i := range h.old {
		f.warn(UnitHeader, int64(i), ErrStale, fmt.Sprintf("header copy %d is older than the other one, which is used", i))
	}
	return f.readMark(head)
}

// readTable loads the freshness table, or makes it anew where it is lost.
func (f *File) readTable() (err error) {
	if f.tags, err = f.fs.open(f.path+tableSuffix, os.O_RDWR|os.O_CREATE); err != nil {
		return f.failed(tableSuffix, "open", err)
	}
	if f.state.tableHalf == noTable {
		return f.rebuildTable()
	}
	err = f.table.load(f.tags, &f.state)
	if errors.Is(err, ErrDamaged) {
		return f.rebuildTable()
	}
	if err != nil {
		return f.failed(tableSuffix, "read", err)
	}
	return nil
}

// rebuildTable reads the tags from the pages themselves. Where they add up to the digest in the header, nothing
// is lost, as after a clean close. Otherwise some pages were rewritten since, by a checkpoint or by somebody:
// what was saved can still be read, and only its freshness is not known.
func (f *File) rebuildTable() error {
	size, err := f.main.Size()
	if err != nil {
		return f.failed("", "read", err)
	}
	var t tag
	for n := int64(1); n <= min(int64(f.state.pages), (size-headSize)/pageSize); n++ {
		if _, err := f.main.ReadAt(t[:], pageAt(n)+pageSize-overhead); err != nil {
			return f.failed("", "read", err)
		}
		f.table.set(n, t)
	}
	isNew := f.state.tableHalf == noTable
	switch same := f.table.sum() == f.state.tableSum; {
	case same && isNew:
	case same:
		f.warn(UnitTable, 0, ErrDamaged, "the table of page tags was missing or damaged; it was made anew, and is the one that the header knows")
	default:
		f.warn(UnitTable, 0, ErrStale, "the table of page tags is missing or damaged, and the pages do not make it up; "+
			"pages put back to an older version are not noticed until they are next written")
		f.table.loosen(maps.Keys(f.log.held), int64(f.state.pages))
		f.table.loosenAll()
	}
	return nil
}

func (f *File) lookForJournal() {
	if n, err := f.fs.size(f.path + journalSuffix); err == nil {
		f.warn(UnitJournal, 0, ErrRefused,
			fmt.Sprintf("a rollback journal of %d bytes lies beside the file; it is none of ours and was not read", n))
	}
}

// writeState gives the state the next number and writes it to both copies, each made durable before the next.
// The caller holds f.mu, or is Open.
func (f *File) writeState() error {
	f.state.seq++
	f.state.mark = f.log.mark
	for i := range 2 {
		if _, err := f.main.WriteAt(sealHeader(f.keys, &f.state, i), int64(i)*headerSize); err != nil {
			return f.failed("", "write", err)
		}
		if err := f.main.Sync(); err != nil {
			return f.failed("", "sync", err)
		}
	}
	return nil
}

// drop gives up what take has got.
func (f *File) drop() {
	for _, d := range []disk{f.main, f.tags} {
		if d != nil {
			_ = d.Close() // nothing was written that a failing close could lose
		}
	}
	if f.keys != nil {
		f.keys.forget()
	}
}
