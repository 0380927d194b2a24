package encvfs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	sqlite3 "modernc.org/sqlite/lib"
)

// pageFile is SQLite's view of the main file. A page is sealed as a whole: ciphertext of its used part, then tag
// and nonce in the bytes that SQLite keeps free at its end, which read back as zeros.
type pageFile struct {
	*File
	buf   []byte // one sealed page
	aad   []byte
	run   pageRun
	ahead ahead
	locks connLocks
}

// pageRun is sealed pages that follow each other and are not written yet: a checkpoint goes through the pages in
// order, and one system call writes many. Whatever else is asked of the file writes them first.
type pageRun struct {
	first int64
	units []byte
	tags  []tag
}

const runPages = 16 // in a run at most

func newPageFile(f *File) *pageFile {
	return &pageFile{File: f, buf: make([]byte, pageSize)}
}

func pageAt(n int64) int64 { return headSize + (n-1)*pageSize }

func pageAAD(b []byte, id fileID, n int64) []byte {
	b = append(b[:0], 'D')
	b = binary.BigEndian.AppendUint64(b, uint64(n))
	return append(b, id[:]...)
}

// load reads page n (from 1) into b, which holds one page, and decrypts it there.
func (p *pageFile) load(b []byte, n int64) int32 {
	if rc := p.flush(); rc != sqlite3.SQLITE_OK {
		clear(b)
		return rc
	}
	if n > p.table.count() {
		clear(b)
		return sqlite3.SQLITE_IOERR_SHORT_READ
	}
	if p.loadAhead(b, n) {
		return sqlite3.SQLITE_OK
	}
	if _, err := p.main.ReadAt(b, pageAt(n)); err != nil {
		clear(b)
		if errors.Is(err, io.EOF) {
			p.damaged(UnitPage, n, ErrTruncated)
			return sqlite3.SQLITE_IOERR_DATA
		}
		p.failed("", "read", err)
		return sqlite3.SQLITE_IOERR_READ
	}
	fresh := p.table.admits(n, unitTag(b))
	p.aad = pageAAD(p.aad, p.keys.id, n)
	switch {
	case !p.keys.pages.open(b, p.aad):
		p.damaged(UnitPage, n, ErrDamaged)
		return sqlite3.SQLITE_IOERR_DATA
	case !fresh:
		clear(b)
		p.damaged(UnitPage, n, ErrStale)
		return sqlite3.SQLITE_IOERR_DATA
	}
	return sqlite3.SQLITE_OK
}

// store seals the page in b and writes it as page n, now or with those that follow it.
func (p *pageFile) store(b []byte, n int64) int32 {
	r := &p.run
	if len(r.tags) == runPages || len(r.tags) > 0 && n != r.first+int64(len(r.tags)) {
		if rc := p.flush(); rc != sqlite3.SQLITE_OK {
			return rc
		}
	}
	if len(r.tags) == 0 {
		r.first, r.units = n, r.units[:0]
	}
	p.aad = pageAAD(p.aad, p.keys.id, n)
	r.units = slices.Grow(r.units, pageSize)[:len(r.units)+pageSize]
	r.tags = append(r.tags, p.keys.pages.seal(r.units[len(r.units)-pageSize:], b[:pageSize-overhead], p.aad))
	return sqlite3.SQLITE_OK
}

// flush writes the run. The table hears of its pages when they are written: where that fails, SQLite is told and
// writes them again from the log.
func (p *pageFile) flush() int32 {
	r := &p.run
	if len(r.tags) == 0 {
		return sqlite3.SQLITE_OK
	}
	tags := r.tags
	r.tags = r.tags[:0]
	if _, err := p.main.WriteAt(r.units, pageAt(r.first)); err != nil {
		return p.failed("", "write", err).code(sqlite3.SQLITE_IOERR_WRITE)
	}
	for i, t := range tags {
		p.table.set(r.first+int64(i), t)
	}
	return sqlite3.SQLITE_OK
}

// count is the number of pages of the file, with those that are not written yet.
func (p *pageFile) count() int64 {
	return max(p.table.count(), p.run.first+int64(len(p.run.tags))-1)
}

func (p *pageFile) read(b []byte, off int64) int32 {
	if len(b) == pageSize && off%pageSize == 0 {
		return p.load(b, off/pageSize+1)
	}
	if off == 0 && len(b) == 100 {
		// sqlite3BtreeOpen asks for page size and reserved bytes before it looks at the log. Page 1 may be
		// torn while its good copy stands in the log, so the answer does not depend on it.
		copy(b, firstPage())
		return sqlite3.SQLITE_OK
	}
	in := int(off % pageSize)
	if in+len(b) > pageSize {
		clear(b)
		p.refused(fmt.Sprintf("read of %d bytes at %d", len(b), off))
		return sqlite3.SQLITE_IOERR_READ
	}
	rc := p.load(p.buf, off/pageSize+1)
	copy(b, p.buf[in:])
	clear(p.buf)
	return rc
}

func (p *pageFile) write(b []byte, off int64) int32 {
	if len(b) != pageSize || off%pageSize != 0 {
		p.refused(fmt.Sprintf("write of %d bytes at %d", len(b), off))
		return sqlite3.SQLITE_IOERR_WRITE
	}
	n := off/pageSize + 1
	what := misfit(b, n)
	if what == "" && !p.logged(n) {
		what = fmt.Sprintf("page %d written past the log", n)
	}
	if what != "" {
		p.refused(what)
		return sqlite3.SQLITE_IOERR_WRITE
	}
	if rc := p.fill(n - 1); rc != sqlite3.SQLITE_OK {
		return rc
	}
	return p.store(b, n)
}

// logged reports whether the log holds page n. A checkpoint writes no others; whatever does is an attempt to
// leave the write-ahead log, and after a crash the freshness table could not excuse such a page.
func (p *pageFile) logged(n int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.log.held[uint32(n)]
	return ok
}

// misfit says why a page cannot be kept, or nothing.
func misfit(b []byte, n int64) string {
	switch {
	case !zero(b[pageSize-overhead:]):
		return "page with its reserved bytes in use"
	case n > 1:
		return ""
	case int(b[16])<<8|int(b[17])<<16 != pageSize || b[20] != overhead:
		return "change of the page size"
	case b[18] != 2 || b[19] != 2:
		return "change from the write-ahead log to a rollback journal"
	}
	return ""
}

// fill adds sealed pages of zeros up to page n, so that no page of the file is without a seal.
func (p *pageFile) fill(n int64) int32 {
	for i := p.count() + 1; i <= n; i++ {
		if rc := p.store(make([]byte, pageSize), i); rc != sqlite3.SQLITE_OK {
			return rc
		}
	}
	return sqlite3.SQLITE_OK
}

func (p *pageFile) truncate(size int64) int32 {
	n := (size + pageSize - 1) / pageSize
	if rc := p.flush(); rc != sqlite3.SQLITE_OK {
		return rc
	}
	switch {
	case n >= p.table.count():
		if rc := p.fill(n); rc != sqlite3.SQLITE_OK {
			return rc
		}
		return p.flush()
	case !p.logged(1): // every transaction that changes the size changes page 1
		p.refused("file shortened past the log")
		return sqlite3.SQLITE_IOERR_TRUNCATE
	}
	if err := p.main.Truncate(pageAt(n + 1)); err != nil {
		return p.failed("", "truncate", err).code(sqlite3.SQLITE_IOERR_TRUNCATE)
	}
	p.table.cut(n)
	return sqlite3.SQLITE_OK
}

func (p *pageFile) sync() int32 {
	if rc := p.flush(); rc != sqlite3.SQLITE_OK {
		return rc
	}
	if err := p.main.Sync(); err != nil {
		return p.failed("", "sync", err).code(sqlite3.SQLITE_IOERR_FSYNC)
	}
	return sqlite3.SQLITE_OK
}

func (p *pageFile) size() (int64, int32) { return p.count() * pageSize, sqlite3.SQLITE_OK }

func (p *pageFile) close() int32 {
	rc := p.flush() // only a checkpoint that ended in the middle leaves something
	p.unlockTo(sqlite3.SQLITE_LOCK_NONE)
	p.shmUnmap()
	clear(p.buf)
	p.ahead.forget()
	if r := p.release(); rc == sqlite3.SQLITE_OK {
		rc = r
	}
	return rc
}

// settle fixes the tags of pages that Open excused from the table and that nobody has written since.
func (f *File) settle() error {
	b := make([]byte, pageSize)
	for _, n := range f.table.looseLeft() {
		if _, err := f.main.ReadAt(b, pageAt(n)); err != nil && !errors.Is(err, io.EOF) {
			return f.failed("", "read", err)
		}
		t := unitTag(b)
		if !f.keys.pages.open(b, pageAAD(nil, f.keys.id, n)) {
			t = tag{} // admits nothing: reading the page is an error with its number
		}
		f.table.set(n, t)
	}
	clear(b)
	return nil
}

func zero(b []byte) bool {
	var x byte
	for _, c := range b {
		x |= c
	}
	return x == 0
}
