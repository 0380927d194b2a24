package encvfs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
)

// findings is what Open found in the log's file. The frames themselves are in File.log.
type findings struct {
	missing bool  // there is no file
	ours    bool  // the label is that of the log that the header names
	last    bool  // the label is that of the log before: its last process ended between header and label
	bad     error // why the first frame that is not taken is not; nil at the end of the file
	noted   bool  // the head holds notes of this log
	note    *mark // the newest one, where it is newer than the mark in the main file

	badNotes []int // slots of notes that do not authenticate
	least    int64 // smallest number of pages that a transaction in the log left
}

// readLog checks the log against its mark, and the size of the main file against both. Frames beyond the mark
// are taken as far as they are authentic: SQLite decides by its own checksums which of them are a saved
// transaction.
func (f *File) readLog() error {
	l := findings{ours: true, least: int64(f.state.pages)}
	d, err := f.fs.open(f.path+walSuffix, os.O_RDWR)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.missing = true
	case err != nil:
		return f.failed(walSuffix, "open", err)
	default:
		err = f.scanLog(d, &l)
		if err == nil && f.log.last > f.log.mark.frames {
			err = d.Sync() // what is found now counts as saved from now on
		}
		if err := errors.Join(err, d.Close()); err != nil {
			return f.failed(walSuffix, "read", err)
		}
	}
	if err := f.matchMark(&l); err != nil {
		return err
	}
	if err := f.matchPages(l.least); err != nil {
		return err
	}
	return f.catchUp(&l)
}

// scanLog reads the frames of the log up to the first that is not one of its own.
func (f *File) scanLog(d disk, l *findings) error {
	size, err := d.Size()
	if err != nil || size == 0 {
		return err
	}
	head := make([]byte, logHead)
	if _, err := d.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	label := string(head[:logHeaderSize])
	l.ours = label == string(logLabel(f.keys, f.state.log))
	l.last = label == string(logLabel(f.keys, f.state.lastLog))
	f.readNotes(head, l)
	unit := make([]byte, frameSize)
	defer clear(unit)
	var aad []byte
	for k := uint64(1); ; k++ {
		if _, err := d.ReadAt(unit, frameAt(k)); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		t := unitTag(unit)
		aad = frameAAD(aad, f.keys.id, f.state.log, k)
		if !f.keys.log.open(unit, aad) {
			l.bad = ErrDamaged
			return nil
		}
		f.log.tags = append(f.log.tags, t)
		f.log.held[binary.BigEndian.Uint32(unit)] = struct{}{}
		if endsTransaction(unit) {
			f.log.last = k
			l.least = min(l.least, int64(binary.BigEndian.Uint32(unit[4:])))
		}
	}
}

// readNotes finds the newest note in the log's head. A slot of zeros was never written.
func (f *File) readNotes(head []byte, l *findings) {
	for slot := range 2 {
		if zero(head[noteAt(slot):][:markUnitSize]) {
			continue
		}
		m, ok := openMark(f.keys, head, inLog, slot)
		switch {
		case !ok:
			l.badNotes = append(l.badNotes, slot)
		case m.log != f.state.log: // of the log before
		default:
			l.noted = true
			if m.seq > f.log.mark.seq && (l.note == nil || m.seq > l.note.seq) {
				l.note = &m
			}
			f.log.tried = max(f.log.tried, m.seq)
		}
	}
}

// matchMark objects where the log is not all that its mark says, or that a newer note says of what was durable
// when it was written.
func (f *File) matchMark(l *findings) error {
	n, marked, digest := uint64(len(f.log.tags)), f.log.mark.frames, f.log.mark.digest
	if l.note != nil && l.note.already > marked {
		marked, digest = l.note.already, l.note.earliest
	}
	reason := error(nil)
	switch {
	case l.missing && marked > 0:
		reason = ErrWALMissing
	case n < marked && l.bad == nil:
		reason = ErrWALShort
	case n == 0 && marked > 0 && !l.ours:
		reason = ErrWALOther
	case n < marked:
		reason = l.bad
	case f.digest(marked) != digest:
		return f.object(UnitFrame, int64(marked), ErrStale)
	}
	switch {
	case reason != nil:
		return f.object(UnitFrame, int64(n)+1, reason)
	case !l.ours && n > 0:
		f.warn(UnitFrame, 0, ErrDamaged, "the label of the log is damaged; its frames are whole")
	case l.last:
		f.state.logHeader = [logHeaderSize]byte{} // this log has not begun: what lies there is still the last one
	case !l.ours:
		f.warn(UnitFrame, 0, ErrWALOther, "a log of another time lies beside the file; nothing in it is needed and it was not read")
	}
	for _, slot := range l.badNotes {
		if l.ours || n > 0 {
			f.warn(UnitNote, int64(slot), ErrDamaged, fmt.Sprintf("note %d in the log is damaged; the marks and the other one are used", slot))
		}
	}
	switch note := l.note; {
	case note != nil && (n < note.frames || f.digest(note.frames) != note.digest):
		f.warn(UnitFrame, int64(marked)+1, ErrUnfinished, "the newest transaction is not in the log whole: the power went "+
			"while it was being saved and before anybody was told that it was, or it was damaged since")
	case marked > 0 && !l.noted && len(l.badNotes) == 0:
		f.warn(UnitNote, 0, ErrDamaged, "the notes in the log are gone; the marks are used")
	}
	return nil
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
			if err := f.object(UnitPage, p, ErrTruncated); err != nil {
				return err
			}
			break // one is enough to tell
		}
	}
	f.table.loosen(maps.Keys(f.log.held), have)
	return nil
}

// catchUp makes the mark speak of what was found: of transactions that were saved when the last process ended,
// and whose mark it did not write; or, after an objection, of what is left. It also replaces damaged marks.
func (f *File) catchUp(l *findings) error {
	if f.objected {
		f.table.loosenAll()
		f.log.claimed = f.log.mark.frames
	}
	times := f.log.badMarks
	if times == 0 && (f.objected || l.note != nil || f.log.last > f.log.mark.frames) {
		times = 1
	}
	n := f.log.last
	if !f.objected {
		n = max(n, f.log.mark.frames)
	}
	for range times {
		if err := f.writeMark(f.nextMark(n, f.digest(n)), true); err != nil {
			return err
		}
	}
	return nil
}

// readMark finds the newest mark of the log.
func (f *File) readMark(head []byte) error {
	m, bad, err := readMarks(f.keys, head, &f.state)
	f.log.mark, f.log.tried, f.log.claimed, f.log.badMarks = m, m.seq, m.frames, len(bad)
	f.log.good = m.slot()
	if len(bad) == 1 {
		f.log.good = 1 - bad[0] // the next mark goes to the damaged slot, not over the good one
	}
	if err != nil {
		return f.object(UnitMark, int64(m.slot()), err)
	}
	for _, slot := range bad {
		f.warn(UnitMark, int64(slot), ErrDamaged, fmt.Sprintf("mark %d of the log is damaged; the other one is used", slot))
	}
	return nil
}
