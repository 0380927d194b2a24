package encvfs

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"

	sqlite3 "modernc.org/sqlite/lib"
)

// logFile is one connection's view of the write-ahead log. SQLite writes a frame as a header of 24 bytes and
// then a page; the two are sealed together, so a header waits for its page.
type logFile struct {
	*File
	buf     []byte // one sealed frame
	aad     []byte
	waiting uint64 // frame whose header waits in header; 0 for none
	header  [frameHeaderSize]byte
	whole   uint64 // frame whose content is in buf after a read of all of it; 0 for none
}

// place finds frame and offset within it.
func place(off int64) (k uint64, in int64) {
	return uint64((off-logHeaderSize)/frameSize) + 1, (off - logHeaderSize) % frameSize
}

func (l *logFile) known() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return uint64(len(l.log.tags))
}

// load decrypts frame k into buf.
func (l *logFile) load(k uint64) int32 {
	l.whole = 0
	l.mu.Lock()
	id := l.state.log
	var want tag
	if k <= uint64(len(l.log.tags)) {
		if l.log.recent.get(k, l.buf) {
			l.mu.Unlock()
			return sqlite3.SQLITE_OK
		}
		want = l.log.tags[k-1]
	}
	l.mu.Unlock()
	if _, err := l.log.disk.ReadAt(l.buf, frameAt(k)); errors.Is(err, io.EOF) {
		clear(l.buf)
		l.damaged(UnitFrame, int64(k), ErrWALShort)
		return sqlite3.SQLITE_IOERR_DATA
	} else if err != nil {
		clear(l.buf)
		l.failed(walSuffix, "read", err)
		return sqlite3.SQLITE_IOERR_READ
	}
	got := unitTag(l.buf)
	l.aad = frameAAD(l.aad, l.keys.id, id, k)
	switch {
	case !l.keys.log.open(l.buf, l.aad):
		l.damaged(UnitFrame, int64(k), ErrDamaged)
		return sqlite3.SQLITE_IOERR_DATA
	case got != want:
		clear(l.buf)
		l.damaged(UnitFrame, int64(k), ErrStale)
		return sqlite3.SQLITE_IOERR_DATA
	}
	return sqlite3.SQLITE_OK
}

func (l *logFile) read(b []byte, off int64) int32 {
	if off+int64(len(b)) <= logHeaderSize {
		l.mu.Lock()
		copy(b, l.state.logHeader[off:])
		l.mu.Unlock()
		return sqlite3.SQLITE_OK
	}
	if rc := l.flush(); rc != sqlite3.SQLITE_OK {
		return rc
	}
	k, in := place(off)
	if off < logHeaderSize || in+int64(len(b)) > frameSize {
		clear(b)
		l.refused(fmt.Sprintf("read of %d bytes at %d of the log", len(b), off))
		return sqlite3.SQLITE_IOERR_READ
	}
	recovering := in == 0 && len(b) == frameSize
	if recovering && k > l.known() {
		clear(b) // what lies there is none of this log's: SQLite sees its end
		return sqlite3.SQLITE_OK
	}
	rc := l.load(k)
	copy(b, l.buf[in:])
	if rc == sqlite3.SQLITE_OK && recovering {
		l.whole = k
	}
	return rc
}

func (l *logFile) write(b []byte, off int64) int32 {
	if off == 0 && len(b) == logHeaderSize {
		return l.start(b)
	}
	k, in := place(off)
	switch {
	case off >= logHeaderSize && in == 0 && len(b) == frameHeaderSize && l.whole == k:
		// SQLite corrects checksums in frames it has written before: no page follows.
		copy(l.buf, b)
		return l.store(k, true)
	case off >= logHeaderSize && in == 0 && len(b) == frameHeaderSize:
		rc := l.flush()
		l.waiting = k
		copy(l.header[:], b)
		return rc
	case off >= logHeaderSize && in == frameHeaderSize && len(b) == pageSize:
		return l.writePage(k, b)
	}
	l.refused(fmt.Sprintf("write of %d bytes at %d of the log", len(b), off))
	return sqlite3.SQLITE_IOERR_WRITE
}

func (l *logFile) writePage(k uint64, page []byte) int32 {
	if !zero(page[pageSize-overhead:]) {
		l.refused("page with its reserved bytes in use")
		return sqlite3.SQLITE_IOERR_WRITE
	}
	again := l.waiting != k
	if !again {
		l.waiting, l.whole = 0, 0
		copy(l.buf, l.header[:])
	} else { // a page written again within its transaction keeps its header for now
		if rc := l.flush(); rc != sqlite3.SQLITE_OK {
			return rc
		}
		if rc := l.load(k); rc != sqlite3.SQLITE_OK {
			return rc
		}
	}
	copy(l.buf[frameHeaderSize:], page)
	return l.store(k, again)
}

// flush writes a header that has waited in vain for its page. SQLite has no such case; were there one, the
// frame would change in place.
func (l *logFile) flush() int32 {
	if l.waiting == 0 {
		return sqlite3.SQLITE_OK
	}
	k := l.waiting
	l.waiting = 0
	if k > l.known() {
		return sqlite3.SQLITE_OK // a frame without a page is no frame
	}
	if rc := l.load(k); rc != sqlite3.SQLITE_OK {
		return rc
	}
	copy(l.buf, l.header[:])
	return l.store(k, true)
}

// store seals what is in buf and writes it as frame k; again says that the frame is there and those after it stay.
func (l *logFile) store(k uint64, again bool) int32 {
	l.whole = 0
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.log.ready || k > uint64(len(l.log.tags))+1 {
		l.refused(fmt.Sprintf("frame %d out of turn", k))
		return sqlite3.SQLITE_IOERR_WRITE
	}
	if err := l.lowerMark(k - 1); err != nil { // takes the frame out of the mark where it stands in it
		return code(err, sqlite3.SQLITE_IOERR_WRITE)
	}
	if again && k <= uint64(len(l.log.tags)) {
		return l.change(k)
	}
	return l.add(k)
}

// start begins a new log. SQLite's header of it is kept in the database's own header; in the log's file stands
// a label.
func (l *logFile) start(header []byte) int32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting, l.whole = 0, 0
	if err := l.resetLog([logHeaderSize]byte(header)); err != nil {
		return code(err, sqlite3.SQLITE_IOERR_WRITE)
	}
	if _, err := l.log.disk.WriteAt(logLabel(l.keys, l.state.log), 0); err != nil {
		return l.failed(walSuffix, "write", err).code(sqlite3.SQLITE_IOERR_WRITE)
	}
	return sqlite3.SQLITE_OK
}

// lengthen makes room behind a small transaction that has made the log longer, for those that follow. Where there is
// none on the disk, they go without. The caller holds l.mu.
func (l *logFile) lengthen() {
	g := &l.log
	end := frameAt(g.last + 1)
	if end < g.length || end-frameAt(g.mark.frames+1) > l.reserve {
		return
	}
	room := make([]byte, l.reserve)
	var seed [32]byte
	_, _ = rand.Read(seed[:])
	_, _ = mathrand.NewChaCha8(seed).Read(room) // never fails
	_, _ = g.disk.WriteAt(room, end)
	g.length = end + l.reserve // also where it failed: not to be tried at every commit
}

// sync makes the log durable, with a note of what is in it, and then writes the mark. Only whole transactions are
// marked: what another connection is still writing may yet be written over.
func (l *logFile) sync() int32 {
	if rc := l.flush(); rc != sqlite3.SQLITE_OK {
		return rc
	}
	l.mu.Lock()
	if err := l.writeBatch(); err != nil {
		l.mu.Unlock()
		return code(err, sqlite3.SQLITE_IOERR_FSYNC)
	}
	if l.log.unlisted {
		if err := l.fs.syncDir(l.path + walSuffix); err != nil {
			l.mu.Unlock()
			return l.failed(walSuffix, "sync", err).code(sqlite3.SQLITE_IOERR_FSYNC)
		}
		l.log.unlisted = false
	}
	life, m, fresh := l.log.life, mark{}, l.log.ready && l.log.last > l.log.mark.frames
	if fresh {
		l.lengthen()
		d := l.log.mark.digest
		for _, t := range l.log.tags[l.log.mark.frames:l.log.last] {
			d = chain(d, t)
		}
		m = l.nextMark(l.log.last, d)
		if err := l.writeNote(&m); err != nil {
			l.mu.Unlock()
			return code(err, sqlite3.SQLITE_IOERR_FSYNC)
		}
	}
	l.mu.Unlock()
	if err := l.log.disk.Sync(); err != nil {
		return l.failed(walSuffix, "sync", err).code(sqlite3.SQLITE_IOERR_FSYNC)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !fresh || life != l.log.life || l.log.last < m.frames || m.frames <= l.log.mark.frames {
		return sqlite3.SQLITE_OK
	}
	if err := l.writeMark(m, false); err != nil {
		return code(err, sqlite3.SQLITE_IOERR_FSYNC)
	}
	return sqlite3.SQLITE_OK
}

func (l *logFile) truncate(size int64) int32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting, l.whole = 0, 0
	if err := l.writeBatch(); err != nil {
		return code(err, sqlite3.SQLITE_IOERR_TRUNCATE)
	}
	if size == 0 {
		if err := l.endLog(); err != nil {
			return code(err, sqlite3.SQLITE_IOERR_TRUNCATE)
		}
	} else if n := uint64(max(0, size-logHeaderSize) / frameSize); n < uint64(len(l.log.tags)) {
		if err := l.lowerMark(n); err != nil {
			return code(err, sqlite3.SQLITE_IOERR_TRUNCATE)
		}
		l.log.tags = l.log.tags[:n]
	}
	if size > 0 {
		size += logHead - logHeaderSize
	}
	if err := l.log.disk.Truncate(size); err != nil {
		return l.failed(walSuffix, "truncate", err).code(sqlite3.SQLITE_IOERR_TRUNCATE)
	}
	l.log.length = size
	return sqlite3.SQLITE_OK
}

func (l *logFile) size() (int64, int32) {
	l.mu.Lock()
	err := l.writeBatch()
	l.mu.Unlock()
	var n int64
	if err == nil {
		n, err = l.log.disk.Size()
	}
	if err != nil {
		l.failed(walSuffix, "read", err)
		return 0, sqlite3.SQLITE_IOERR_FSTAT
	}
	return logLength(n), sqlite3.SQLITE_OK
}

func (l *logFile) close() int32 {
	rc := l.flush()
	clear(l.buf)
	l.mu.Lock()
	if l.log.refs--; l.log.refs == 0 {
		if err := l.log.disk.Close(); err != nil {
			rc = l.failed(walSuffix, "close", err).code(sqlite3.SQLITE_IOERR_CLOSE)
		}
		l.log.disk = nil
	}
	l.mu.Unlock()
	if r := l.release(); rc == sqlite3.SQLITE_OK {
		rc = r
	}
	return rc
}
