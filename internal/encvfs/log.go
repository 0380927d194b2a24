package encvfs

import (
	"crypto/rand"
	"encoding/binary"
	"os"

	sqlite3 "modernc.org/sqlite/lib"
)

// Sizes of SQLite's log (https://sqlite.org/fileformat2.html#walformat). The layout on disk is the same; each
// frame is one sealed unit of the frame header and the used part of the page.
const (
	logHeaderSize   = 32
	frameHeaderSize = 24
	frameSize       = frameHeaderSize + pageSize
)

// log is what is known of the write-ahead log.
type log struct {
	disk disk // nil while the file is not open
	refs int  // SQLite files that share disk
	life int  // counts resets in this process

	tags []tag               // of frame k+1, as last written or as found by Open
	held map[uint32]struct{} // pages that have a frame: only they may be written to the main file
	last uint64              // newest frame that ends a transaction
	mark mark                // newest durable mark

	tried   uint64 // seq of the newest mark that may be on disk: above mark.seq where writing one failed
	claimed uint64 // most frames that a mark which may be on disk speaks of

	badMarks int // marks that Open found damaged

	// ready: the state on disk names this log, so frames may be written. While it is not so, a mark would
	// speak of a log that no header knows.
	ready bool
}

func frameAt(k uint64) int64 { return logHeaderSize + int64(k-1)*frameSize }

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

// writeMark makes the first n frames of the log the durable ones. The caller holds f.mu and has synced them.
// Where writing a mark fails, it may or may not be on disk; the next one then goes to the same slot, so that the
// last good one is not at risk.
func (f *File) writeMark(n uint64, digest [32]byte) error {
	m := mark{seq: f.log.tried + 1, frames: n, digest: digest, log: f.state.log, state: f.state.seq}
	if f.log.tried != f.log.mark.seq {
		m.seq++
	}
	f.log.tried, f.log.claimed = m.seq, max(f.log.claimed, n)
	if _, err := f.main.WriteAt(sealMark(f.keys, &m), markOffset+int64(m.slot())*headerSize); err != nil {
		return f.failed("", "write", err)
	}
	if err := f.main.Sync(); err != nil {
		return f.failed("", "sync", err)
	}
	f.log.mark, f.log.claimed = m, n
	return nil
}

// resetLog ends the life of the log: its pages are in the main file. It makes the main file and the freshness
// table durable, then a state that names a new, empty log with the given SQLite header (all zero for none yet).
// From then on no frame written before authenticates. The caller holds f.mu.
func (f *File) resetLog(header [logHeaderSize]byte) error {
	if f.log.tried != f.log.mark.seq { // the header is about to say which mark is the newest
		if err := f.writeMark(f.log.mark.frames, f.log.mark.digest); err != nil {
			return err
		}
	}
	if len(f.log.tags) > 0 {
		if err := f.saveTable(); err != nil {
			return err
		}
	}
	if f.state.logHeader != [logHeaderSize]byte{} {
		f.state.lastLog = f.state.log
	}
	_, _ = rand.Read(f.state.log[:])
	f.state.logHeader = header
	f.log.tags, f.log.last = f.log.tags[:0], 0
	f.log.life++
	f.log.ready = false
	clear(f.log.held)
	f.log.mark.log, f.log.mark.frames, f.log.claimed = f.state.log, 0, 0
	f.log.mark.digest = chainStart(f.state.log)
	if err := f.writeState(); err != nil {
		return err
	}
	f.log.ready = header != [logHeaderSize]byte{}
	return nil
}

func (f *File) saveTable() error {
	if err := f.settle(); err != nil {
		return err
	}
	if err := f.main.Sync(); err != nil {
		return f.failed("", "sync", err)
	}
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
		if isNew {
			if err := f.fs.syncDir(f.path + walSuffix); err != nil {
				_ = d.Close()
				return nil, f.failed(walSuffix, "open", err).code(sqlite3.SQLITE_CANTOPEN)
			}
		}
		f.log.disk = d
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
	return f.writeMark(n, f.digest(n))
}

// endLog ends the life of a log that is about to be emptied or removed. The caller holds f.mu.
func (f *File) endLog() error {
	var none [logHeaderSize]byte
	if f.state.logHeader == none && len(f.log.tags) == 0 {
		return nil
	}
	return f.resetLog(none)
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
