package encvfs

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
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

// create makes an empty database. Its table is made by the first Open.
func create(sys filesystem, path string, key Key) error {
	path, err := absolute(path)
	if err != nil {
		return err
	}
	if _, err := sys.size(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", filepath.Base(path), errors.Join(fs.ErrExist, err))
	}
	return deliver(sys, path, func(draft string) error {
		return writeNew(sys, draft, key, state{}, func(put putPage) error { return put(firstPage()) })
	})
}

// deliver has a new file written under another name, and gives it its own when it is whole and durable, so that a
// crash leaves either no file or the whole one. It never replaces a file.
func deliver(sys filesystem, path string, write func(draft string) error) error {
	base, draft := filepath.Base(path), path+draftSuffix
	if err := write(draft); err != nil {
		return errors.Join(err, sys.remove(draft))
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

// putPage takes the next page of a new file.
type putPage func(page []byte) error

// writeNew writes and syncs a database without a log under a new file id: the pages that each puts, from the first,
// and a head. Generation and opening id are those of from. An error of each comes back as it is.
func writeNew(sys filesystem, draft string, key Key, from state, each func(put putPage) error) error {
	d, err := sys.open(draft, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return diskError(filepath.Base(draft), "open", err)
	}
	if err := writePages(d, filepath.Base(draft), key, from, each); err != nil {
		return errors.Join(err, d.Close())
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return diskError(filepath.Base(draft), "sync", err)
	}
	return nil
}

func writePages(d disk, base string, key Key, from state, each func(put putPage) error) error {
	var id fileID
	_, _ = rand.Read(id[:])
	keys := newKeyring(key, id)
	defer keys.forget()
	t, unit, aad := newTable(), make([]byte, pageSize), []byte(nil)
	w := bufio.NewWriterSize(io.NewOffsetWriter(d, headSize), writeAhead)
	put := func(page []byte) error {
		n := t.count() + 1
		aad = pageAAD(aad, id, n)
		t.set(n, keys.pages.seal(unit, page[:pageSize-overhead], aad))
		if _, err := w.Write(unit); err != nil {
			return diskError(base, "write", err)
		}
		return nil
	}
	if err := each(put); err != nil {
		return err
	}
	s := state{
		seq: 1, generation: from.generation, openID: from.openID,
		pages: uint64(t.count()), tableHalf: noTable, tableSum: t.sum(),
	}
	_, err := d.WriteAt(newHead(keys, &s), 0)
	if err := errors.Join(err, w.Flush()); err != nil {
		return diskError(base, "write", err)
	}
	return nil
}

// writeAhead is how many bytes of sealed pages are written at once.
const writeAhead = 16 * pageSize

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
