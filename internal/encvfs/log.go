package encvfs

import (
	"crypto/rand"
	"encoding/binary"
	"os"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// Sizes of SQLite's log (https://sqlite.org/fileformat2.html#walformat). On disk a head of our own stands before
// the frames; each frame is one sealed unit of the frame header and the used part of the page.
const (
	logHeaderSize   = 32
	frameHeaderSize = 24
	frameSize       = frameHeaderSize + pageSize

	logHead     = 4096 // label and notes
	noteOffset  = 1024 // of note 0; each is inside a sector of its own
	noteSpacing = 1024
)

// confirmAfter is how long a mark in the main file may wait for its sync. Until then only a note in the log, which
// was synced with the frames, speaks of them durably.
const confirmAfter = 200 * time.Millisecond

// log is what is known of the write-ahead log.
type log struct {
	disk disk // nil while the file is not open
	refs int  // SQLite files that share disk
	life int  // counts resets in this process

	tags   []tag               // of frame k+1, as last written or as found by Open
	held   map[uint32]struct{} // pages that have a frame: only they may be written to the main file
	batch  batch               // frames at the end of tags that are not written yet
	recent recent              // the newest frames, opened
	length int64               // how far the file reaches, or was meant to

	unlisted bool // the file is new, and its name not durable: its first sync sees to that

	last uint64 // newest frame that ends a transaction
	mark mark   // newest durable mark

	tried   uint64 // seq of the newest mark or note that may be on disk: above mark.seq where writing one failed
	claimed uint64 // most frames that a mark which may be on disk speaks of
	good    int    // slot of the newest mark in the main file that is not known to be damaged

	unsynced bool        // the newest mark was written and not synced
	doubtful bool        // a sync of it failed
	confirm  *time.Timer // syncs it; nil while nothing waits

	badMarks int // marks that Open found damaged

	// owed: the state that names this log may not be on disk, because writing it failed. The file of the log
	// before must not go until it is.
	owed bool

	// ready: the state on disk names this log, so frames may be written. While it is not so, a mark would
	// speak of a log that no header knows.
	ready bool
}

// frameAt is the place of a frame in the log's file.
func frameAt(k uint64) int64 { return logHead + int64(k-1)*frameSize }

// noteAt is the place of a note in the log's head.
func noteAt(slot int) int { return noteOffset + slot*noteSpacing }

// logLength is the length that SQLite sees of a log's file that is size bytes long.
func logLength(size int64) int64 {
	return min(size, logHeaderSize) + max(0, size-logHead)
}

func frameAAD(b []byte, id fileID, log logID, k uint64) []byte {
	b = append(b[:0], 'W')
	b = binary.BigEndian.AppendUint64(b, k)
	b = append(b, id[:]...)
	return append(b, log[:]...)
}

// logLabel stands where SQLite's log header would stand. It tells which log this is, to nobody else.
func logLabel(k *keyring, log logID) []byte {
	unit := make([]byte, logHeaderSize)
	var seed Key
	copy(seed[:], k.log.key[:])
	derive(unit, seed, fileID(log), "log label")
	clear(seed[:])
	return unit
}

// endsTransaction reports whether a frame header says that its frame commits.
func endsTransaction(header []byte) bool { return binary.BigEndian.Uint32(header[4:]) != 0 }

// digest is the chain over the first n frames.
func (f *File) digest(n uint64) [32]byte {
	d := chainStart(f.state.log)
	for _, t := range f.log.tags[:n] {
		d = chain(d, t)
	}
	return d
}

// nextMark is the mark that says that the first n frames are durable. Marks take turns in their slots; where a
// number was tried and its mark is not known to be good, the next one still does not go over the last good one.
// The caller holds f.mu.
func (f *File) nextMark(n uint64, digest [32]byte) mark {
	m := mark{
		seq: f.log.tried + 1, frames: n, digest: digest, log: f.state.log, state: f.state.seq,
		already: f.log.mark.frames, earliest: f.log.mark.digest,
	}
	if m.slot() == f.log.good {
		m.seq++
	}
	f.log.tried = m.seq
	return m
}

// writeNote writes what is about to be durable to the log's head: the sync that makes the frames durable makes
// the note so too. The caller holds f.mu.
func (f *File) writeNote(m *mark) error {
	if _, err := f.log.disk.WriteAt(sealMark(f.keys, m, inLog), int64(noteAt(m.slot()))); err != nil {
		return f.failed(walSuffix, "write", err)
	}
	return nil
}

// writeMark writes to the main file that frames are durable; the caller holds f.mu and has synced them. The first
// mark of a log is durable at once, so that a log cannot be taken away whole. The others are within confirmAfter:
// until then the note vouches for them. Where writing fails, the mark may or may not be on disk.
func (f *File) writeMark(m mark, now bool) error {
	f.log.claimed = max(f.log.claimed, m.frames)
	if _, err := f.main.WriteAt(sealMark(f.keys, &m, inMain), markOffset+int64(m.slot())*headerSize); err != nil {
		return f.failed("", "write", err)
	}
	if !now && f.log.mark.frames > 0 && !f.log.doubtful {
		f.log.mark, f.log.claimed, f.log.good, f.log.unsynced = m, m.frames, m.slot(), true
		if f.log.confirm == nil {
			f.log.confirm = time.AfterFunc(f.confirmAfter, f.confirmMark)
		}
		return nil
	}
	if err := f.main.Sync(); err != nil {
		return f.failed("", "sync", err)
	}
	f.log.mark, f.log.claimed, f.log.good = m, m.frames, m.slot()
	f.log.unsynced, f.log.doubtful = false, false
	return nil
}

// confirmMark makes marks durable that were written since it was last called. Where that fails, the next
// commit does it, and fails where it cannot.
func (f *File) confirmMark() {
	f.mu.Lock()
	f.log.confirm = nil
	seq, waiting := f.log.mark.seq, f.log.unsynced && !f.closing
	f.mu.Unlock()
	if !waiting {
		return
	}
	err := f.main.Sync()
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case err != nil && !f.closing:
		f.log.doubtful = true
		f.failed("", "sync", err)
	case err == nil && f.log.mark.seq == seq:
		f.log.unsynced = false
	}
}

// settleMark makes the newest mark durable before a header speaks of it. The caller holds f.mu.
func (f *File) settleMark() error {
	if f.log.tried == f.log.mark.seq && !f.log.unsynced && !f.log.doubtful {
		return nil
	}
	return f.writeMark(f.nextMark(f.log.mark.frames, f.log.mark.digest), true)
}

// resetLog ends the life of the log: its pages are in the main file. It makes the main file and the freshness
// table durable, then a state that names a new, empty log with the given SQLite header (all zero for none yet).
// From then on no frame written before authenticates. The caller holds f.mu.
func (f *File) resetLog(header [logHeaderSize]byte) error {
	if len(f.log.tags) > 0 {
		if err := f.saveTable(); err != nil {
			return err
		}
	}
	if err := f.settleMark(); err != nil {
		return err
	}
	if f.state.logHeader != [logHeaderSize]byte{} {
		f.state.lastLog = f.state.log
	}
	_, _ = rand.Read(f.state.log[:])
	f.state.logHeader = header
	f.log.tags, f.log.last = f.log.tags[:0], 0
	f.log.batch.cut(1)
	f.log.recent.forget()
	f.log.life++
	f.log.ready = false
	clear(f.log.held)
	f.log.mark.log, f.log.mark.frames, f.log.claimed = f.state.log, 0, 0
	f.log.mark.digest = chainStart(f.state.log)
	f.log.mark.already, f.log.mark.earliest = 0, f.log.mark.digest
	if err := f.nameLog(); err != nil {
		return err
	}
	f.log.ready = header != [logHeaderSize]byte{}
	return nil
}

// nameLog writes the state that names the present log, or no log.
func (f *File) nameLog() error {
	f.log.owed = true
	if err := f.writeState(); err != nil {
		return err
	}
	f.log.owed = false
	return nil
}

func (f *File) saveTable() error {
	if err := f.settle(); err != nil {
		return err
	}
	if err := f.main.Sync(); err != nil {
		return f.failed("", "sync", err)
	}
	f.log.unsynced = false
	half := 1 - int(f.state.tableHalf&1)
	pages, sum, err := f.table.save(f.tags, half)
	if err != nil {
		return f.failed(tableSuffix, "write", err)
	}
	f.state.pages, f.state.tableHalf, f.state.tableSum = pages, uint64(half), sum
	return nil
}

// openLog opens the log for one more connection.
func (f *File) openLog() (*logFile, int32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.log.disk == nil {
		_, err := f.fs.size(f.path + walSuffix)
		isNew := err != nil
		d, err := f.fs.open(f.path+walSuffix, os.O_RDWR|os.O_CREATE)
		if err != nil {
			return nil, f.failed(walSuffix, "open", err).code(sqlite3.SQLITE_CANTOPEN)
		}
		f.log.disk, f.log.length, f.log.unlisted = d, logHead, isNew
		if n, err := d.Size(); err == nil {
			f.log.length = max(n, logHead)
		}
	}
	f.log.refs++
	f.refs++
	return &logFile{File: f, buf: make([]byte, frameSize)}, sqlite3.SQLITE_OK
}

// lowerMark takes frames after n out of the mark, before they are overwritten. That happens only where a
// commit failed after its frames had become durable. The caller holds f.mu.
func (f *File) lowerMark(n uint64) error {
	f.log.last = min(f.log.last, n)
	if f.log.claimed <= n {
		return nil
	}
	n = min(n, f.log.mark.frames)
	return f.writeMark(f.nextMark(n, f.digest(n)), true)
}

// endLog ends the life of a log that is about to be emptied or removed. The caller holds f.mu.
func (f *File) endLog() error {
	var none [logHeaderSize]byte
	if f.state.logHeader != none || len(f.log.tags) > 0 {
		return f.resetLog(none)
	}
	if f.log.owed {
		return f.nameLog()
	}
	return nil
}

// removeLog carries out SQLite's removal of the log after its last connection.
func (f *File) removeLog() int32 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.endLog(); err != nil {
		return code(err, sqlite3.SQLITE_IOERR_DELETE)
	}
	if err := f.fs.remove(f.path + walSuffix); err != nil {
		return f.failed(walSuffix, "remove", err).code(sqlite3.SQLITE_IOERR_DELETE)
	}
	return sqlite3.SQLITE_OK
}
