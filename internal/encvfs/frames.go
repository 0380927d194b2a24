package encvfs

import (
	"encoding/binary"

	sqlite3 "modernc.org/sqlite/lib"
)

const (
	batchFrames  = 32   // frames that are written by one system call
	gatherFrames = 1000 // frames that gather in the log before a commit writes them back, but for Gather: as SQLite has it
	recentMore   = 24   // frames that are kept in memory beyond those: a commit ends behind the number

	// reserveSize is how far a log that grows by small transactions is lengthened beyond them, with random bytes. The
	// commits that follow fill that room: their sync need not record a new size, which halves what it takes.
	reserveSize = 32 * frameSize
)

// batch is frames of the running transaction that are sealed and not yet written. What ends a transaction writes it.
type batch struct {
	first uint64 // number of the first of them
	units []byte
}

func (b *batch) count() uint64 { return uint64(len(b.units) / frameSize) }

// next gives room for one more sealed frame. The caller has made sure that there is some.
func (b *batch) next(k uint64) []byte {
	if b.units == nil {
		b.units = make([]byte, 0, batchFrames*frameSize)
	}
	if len(b.units) == 0 {
		b.first = k
	}
	b.units = b.units[:len(b.units)+frameSize]
	return b.units[len(b.units)-frameSize:]
}

// cut drops frame k and those after it.
func (b *batch) cut(k uint64) {
	if n := b.count(); n > 0 && k < b.first+n {
		b.units = b.units[:max(0, int(k)-int(b.first))*frameSize]
	}
}

// recent holds the newest frames as SQLite wrote them: a checkpoint, and who reads what was just committed, need not
// open them again. The end of the log's life zeroes them.
type recent struct {
	frames [][]byte // frame k at k modulo their number
	number []uint64 // which frame it is; 0 for none
}

func newRecent(frames int) recent {
	return recent{make([][]byte, frames+recentMore), make([]uint64, frames+recentMore)}
}

func (r *recent) at(k uint64) uint64 { return k % uint64(len(r.number)) }

func (r *recent) put(k uint64, plain []byte) {
	i := r.at(k)
	if r.frames[i] == nil {
		r.frames[i] = make([]byte, frameSize-overhead)
	}
	copy(r.frames[i], plain)
	r.number[i] = k
}

// get copies frame k to dst, which holds a whole frame, if it is there.
func (r *recent) get(k uint64, dst []byte) bool {
	i := r.at(k)
	if r.number[i] != k {
		return false
	}
	clear(dst[copy(dst, r.frames[i]):])
	return true
}

// drop forgets frame k: what is on the disk counts.
func (r *recent) drop(k uint64) {
	if i := r.at(k); r.number[i] == k {
		clear(r.frames[i])
		r.number[i] = 0
	}
}

func (r *recent) forget() {
	for i, k := range r.number {
		if k != 0 {
			clear(r.frames[i])
			r.number[i] = 0
		}
	}
}

// add seals the frame in l.buf behind the last one. SQLite goes back to an earlier one after a rollback: what was
// there counts no more. The caller holds l.mu.
func (l *logFile) add(k uint64) int32 {
	g := &l.log
	g.batch.cut(k)
	g.tags = g.tags[:k-1]
	commits := endsTransaction(l.buf)
	plain := l.buf[:frameSize-overhead]
	l.aad = frameAAD(l.aad, l.keys.id, l.state.log, k)
	g.tags = append(g.tags, l.keys.log.seal(g.batch.next(k), plain, l.aad))
	g.recent.put(k, plain)
	g.held[binary.BigEndian.Uint32(plain)] = struct{}{}
	if commits || g.batch.count() == batchFrames {
		if err := l.writeBatch(); err != nil {
			return code(err, sqlite3.SQLITE_IOERR_WRITE)
		}
	}
	if commits {
		g.last = k
	}
	return sqlite3.SQLITE_OK
}

// change seals the frame in l.buf in the place of one that is there: SQLite writes a page again within its transaction,
// or corrects a checksum. The caller holds l.mu.
func (l *logFile) change(k uint64) int32 {
	g := &l.log
	if err := l.writeBatch(); err != nil {
		return code(err, sqlite3.SQLITE_IOERR_WRITE)
	}
	commits := endsTransaction(l.buf)
	plain := l.buf[:frameSize-overhead]
	l.aad = frameAAD(l.aad, l.keys.id, l.state.log, k)
	g.recent.put(k, plain)
	g.held[binary.BigEndian.Uint32(plain)] = struct{}{}
	t := l.keys.log.seal(l.buf, plain, l.aad)
	if _, err := g.disk.WriteAt(l.buf, frameAt(k)); err != nil {
		g.recent.drop(k)
		return l.failed(walSuffix, "write", err).code(sqlite3.SQLITE_IOERR_WRITE)
	}
	g.tags[k-1] = t
	if commits {
		g.last = k
	}
	return sqlite3.SQLITE_OK
}

// writeBatch writes the frames that wait. Where that fails, they are not there: the transaction is not either. The
// caller holds f.mu.
func (f *File) writeBatch() error {
	b := &f.log.batch
	if len(b.units) == 0 {
		return nil
	}
	units, first := b.units, b.first
	b.units = b.units[:0]
	if _, err := f.log.disk.WriteAt(units, frameAt(first)); err != nil {
		f.log.tags = f.log.tags[:first-1]
		return f.failed(walSuffix, "write", err)
	}
	f.log.length = max(f.log.length, frameAt(first)+int64(len(units)))
	return nil
}
