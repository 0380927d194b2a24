package encvfs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
)

func open(sys filesystem, path string, key Key, salvage bool) (*File, error) {
	path, err := absolute(path)
	if err != nil {
		return nil, err
	}
	f := newFileAt(sys, path)
	f.salvage = salvage
	if err := f.take(key); err != nil {
		f.drop()
		return nil, err
	}
	return f, nil
}

func newFileAt(sys filesystem, path string) *File {
	f := &File{
		path: path, base: filepath.Base(path), name: fmt.Sprintf("/leeward-%d", names.Add(1)),
		fs: sys, patience: closeWait, confirmAfter: confirmAfter, reserve: reserveSize, gather: gatherFrames,
		table: newTable(), log: log{held: map[uint32]struct{}{}, recent: newRecent(gatherFrames)}, done: make(chan struct{}),
	}
	f.ending, f.end = context.WithCancel(context.Background())
	return f
}

// take does the work of Open: lock, head, table, log, new generation.
func (f *File) take(key Key) (err error) {
	if err := register(); err != nil {
		return err
	}
	if err := f.takeMain(key, os.O_RDWR); err != nil {
		return err
	}
	if err := f.readTable(); err != nil {
		return err
	}
	if err := f.readLog(); err != nil {
		return err
	}
	f.lookForJournal()
	if f.state.tableHalf == noTable && len(f.log.tags) == 0 { // before the first checkpoint makes the pages differ from it
		if err := f.saveTable(); err != nil {
			return err
		}
	}
	f.state.generation++
	_, _ = rand.Read(f.state.openID[:])
	if err := f.writeState(); err != nil { // heals a copy that was damaged or left behind
		return err
	}
	f.log.ready = f.state.logHeader != [logHeaderSize]byte{}
	enroll(f)
	return nil
}

// takeMain opens and locks the main file and reads its head.
func (f *File) takeMain(key Key, flag int) error {
	main, err := f.fs.open(f.path, flag)
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
	f.key = key
	return f.readHead(key)
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
	for _, i := range append(h.bad, h.old...) {
		f.unsure = i
	}
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
	if err := f.collectTags(); err != nil {
		return err
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

// collectTags fills the table in memory from the pages that there are.
func (f *File) collectTags() error {
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
	return nil
}

func (f *File) lookForJournal() {
	if n, err := f.fs.size(f.path + journalSuffix); err == nil {
		f.warn(UnitJournal, 0, ErrRefused,
			fmt.Sprintf("a rollback journal of %d bytes lies beside the file; it is none of ours and was not read", n))
	}
}

// writeState gives the state the next number and writes it to both copies, each made durable before the next. It begins
// with a copy that may not be whole on disk, where there is one: the other has to outlive a power cut meanwhile.
// The caller holds f.mu, or is Open.
func (f *File) writeState() error {
	f.state.seq++
	f.state.mark = f.log.mark
	for _, i := range [2]int{f.unsure, 1 - f.unsure} {
		f.unsure = i
		if _, err := f.main.WriteAt(sealHeader(f.keys, &f.state, i), int64(i)*headerSize); err != nil {
			return f.failed("", "write", err)
		}
		if err := f.main.Sync(); err != nil {
			return f.failed("", "sync", err)
		}
	}
	f.unsure = 0
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
	f.log.recent.forget()
	clear(f.key[:])
	f.end()
}
