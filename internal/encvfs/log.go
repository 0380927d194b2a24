package encvfs

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
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

// readLog checks the log against its mark and learns the tags of its frames. Frames beyond the mark are taken
// as far as they are authentic: SQLite decides by its own checksums which of them are a saved transaction.
func (f *File) readLog() error {
	size, err := f.fs.size(f.path + walSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		size = -1
	} else if err != nil {
		return f.failed(walSuffix, "read", err)
	}
	if size < 0 && f.log.mark.frames > 0 {
		return f.damaged(UnitFrame, 1, ErrWALMissing)
	}
	if size > 0 {
		d, err := f.fs.open(f.path+walSuffix, os.O_RDONLY)
		if err != nil {
			return f.failed(walSuffix, "open", err)
		}
		err = f.scanLog(d)
		if err := errors.Join(err, d.Close()); err != nil {
			return err
		}
	} else if err := f.matchPages(int64(f.state.pages)); err != nil {
		return err
	}
	if n := uint64(len(f.log.tags)); n < f.log.mark.frames {
		return f.damaged(UnitFrame, int64(n)+1, ErrWALShort)
	}
	if f.digest(f.log.mark.frames) != f.log.mark.digest {
		return f.damaged(UnitFrame, int64(f.log.mark.frames), ErrStale)
	}
	return nil
}

// digest is the chain over the first n frames.
func (f *File) digest(n uint64) [32]byte {
	d := chainStart(f.state.log)
	for _, t := range f.log.tags[:n] {
		d = chain(d, t)
	}
	return d
}

func (f *File) scanLog(d disk) error {
	label := make([]byte, logHeaderSize)
	if _, err := d.ReadAt(label, 0); err != nil && !errors.Is(err, io.EOF) {
		return f.failed(walSuffix, "read", err)
	}
	ours := string(label) == string(logLabel(f.keys, f.state.log))
	least := int64(f.state.pages)
	unit := make([]byte, frameSize)
	var aad []byte
	for k := uint64(1); ; k++ {
		if _, err := d.ReadAt(unit, frameAt(k)); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return f.failed(walSuffix, "read", err)
		}
		t := unitTag(unit)
		aad = frameAAD(aad, f.keys.id, f.state.log, k)
		if !f.keys.log.open(unit, aad) {
			if k <= f.log.mark.frames {
				return f.badFrame(k, ours)
			}
			break
		}
		f.log.tags = append(f.log.tags, t)
		f.log.held[binary.BigEndian.Uint32(unit)] = struct{}{}
		if endsTransaction(unit) {
			f.log.last = k
			least = min(least, int64(binary.BigEndian.Uint32(unit[4:])))
		}
	}
	clear(unit)
	if !ours {
		f.noteLabel()
	}
	return f.matchPages(least)
}

func (f *File) badFrame(k uint64, ours bool) error {
	reason := ErrDamaged
	if k == 1 && !ours {
		reason = ErrWALOther
	}
	return f.damaged(UnitFrame, int64(k), reason)
}

func (f *File) noteLabel() {
	if len(f.log.tags) > 0 {
		f.warn(UnitFrame, 0, ErrDamaged, "the label of the log is damaged; its frames are whole")
		return
	}
	f.warn(UnitFrame, 0, ErrWALOther, "a log of another time lies beside the file; nothing in it is needed and it was not read")
}

// matchPages checks that every page is there which the log does not hold, and excuses those that it holds from
// the freshness table. least is the smallest number of pages that a transaction in the log left: pages beyond it
// were cut off, or stand in the log.
func (f *File) matchPages(least int64) error {
	size, err := f.main.Size()
	if err != nil {
		return f.failed("", "read", err)
	}
	have := max(0, size-headSize) / pageSize
	for p := have + 1; p <= min(least, int64(f.state.pages)); p++ {
		if _, ok := f.log.held[uint32(p)]; !ok {
			return f.damaged(UnitPage, p, ErrTruncated)
		}
	}
	f.table.loosen(maps.Keys(f.log.held), have)
	return nil
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
