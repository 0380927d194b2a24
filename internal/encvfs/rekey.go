package encvfs

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	sqlite3 "modernc.org/sqlite/lib"
)

// Rekey writes the database at path anew under another key and file id, and puts it in the old one's place in one
// step: whoever kept the old key, with or without an old copy of the file, opens nothing that is written from then
// on. Nobody may have the file open. told, which may be nil, hears how many of how many pages are written.
//
// A crash leaves the old file or the new one, whole; which one it is, [Open] tells by ErrWrongKey. Errors are those
// of Open, and of reading a damaged page: then the old file stands. Its bytes may live on in the medium for a while.
func Rekey(path string, old, fresh Key, told func(done, of int64)) error {
	if err := rekey(system{}, path, old, fresh, told); err != nil {
		return fmt.Errorf("change key: %w", err)
	}
	return nil
}

func rekey(sys filesystem, path string, old, fresh Key, told func(done, of int64)) error {
	if err := settleFile(sys, path, old); err != nil {
		return err
	}
	f, err := open(sys, path, old, false)
	if err != nil {
		return err
	}
	draft := f.path + draftSuffix
	err = f.copyTo(draft, fresh, told)
	f.finish() // no SQLite file is open; and Windows does not replace what is
	if err == nil {
		if err = sys.replace(draft, f.path); err != nil {
			err = f.failed("", "rename", err)
		}
	}
	if err != nil {
		return errors.Join(err, sys.remove(draft))
	}
	if err := sys.syncDir(f.path); err != nil {
		return f.failed("", "sync", err)
	}
	return nil
}

// settleFile empties the log into the main file.
func settleFile(sys filesystem, path string, key Key) error {
	f, err := open(sys, path, key, false)
	if err != nil {
		return err
	}
	db, err := f.DB()
	if err == nil {
		err = f.Cause(db.Ping())
	}
	return errors.Join(err, f.Close())
}

// copyTo writes and syncs the head and all pages under another key. The generation goes on counting; the table of
// the new file is made by its first Open.
func (f *File) copyTo(draft string, fresh Key, told func(done, of int64)) error {
	if len(f.log.tags) > 0 {
		return f.damaged(UnitFrame, 1, ErrWALOther) // the log was emptied a moment ago
	}
	var id fileID
	_, _ = rand.Read(id[:])
	keys := newKeyring(fresh, id)
	defer keys.forget()
	d, err := f.fs.open(draft, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return f.failed(draftSuffix, "open", err)
	}
	t := newTable()
	if err = f.copyPages(d, keys, t, told); err == nil {
		s := state{
			seq: 1, generation: f.state.generation, openID: f.state.openID,
			pages: uint64(t.count()), tableHalf: noTable, tableSum: t.sum(),
		}
		_, err = d.WriteAt(newHead(keys, &s), 0)
	}
	if err == nil {
		err = d.Sync()
	}
	err = errors.Join(err, d.Close())
	if _, ok := errors.AsType[*DamageError](err); err != nil && !ok {
		return f.failed(draftSuffix, "write", err)
	}
	return err
}

// tellEvery is after how many pages Rekey tells of its progress.
const tellEvery = 256

func (f *File) copyPages(d disk, keys *keyring, t *table, told func(done, of int64)) error {
	from := newPageFile(f)
	page, unit := make([]byte, pageSize), make([]byte, pageSize)
	defer clear(page)
	var aad []byte
	for n, all := int64(1), f.table.count(); n <= all; n++ {
		if rc := from.load(page, n); rc != sqlite3.SQLITE_OK {
			f.causeMu.Lock()
			defer f.causeMu.Unlock()
			if f.damage != nil {
				return f.damage
			}
			return f.trouble
		}
		aad = pageAAD(aad, keys.id, n)
		t.set(n, keys.pages.seal(unit, page[:pageSize-overhead], aad))
		if _, err := d.WriteAt(unit, pageAt(n)); err != nil {
			return err
		}
		if told != nil && (n%tellEvery == 0 || n == all) {
			told(n, all)
		}
	}
	return nil
}

// newHead makes the head of a file that has no log yet, and gives the state its log id and mark.
func newHead(keys *keyring, s *state) []byte {
	_, _ = rand.Read(s.log[:])
	s.mark = mark{seq: 1, log: s.log, digest: chainStart(s.log), state: s.seq, earliest: chainStart(s.log)}
	head := make([]byte, headSize)
	for i := range 2 {
		copy(head[i*headerSize:], sealHeader(keys, s, i))
		m := s.mark
		m.seq = uint64(i)
		copy(head[markOffset+i*headerSize:], sealMark(keys, &m, inMain))
	}
	return head
}
