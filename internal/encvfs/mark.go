package encvfs

import (
	"crypto/sha256"
	"encoding/binary"
)

// mark says how much of the log is durable. It is written twice: before the log is synced, to the log's own head,
// so that one sync makes both durable; there it is called the note, and what it says of its newest frames is a
// promise that the sync has yet to keep. After the sync it goes to the main file, and what it says is so.
type mark struct {
	seq      uint64   // counts marks
	frames   uint64   // frames 1 to frames are durable; in a note, will be
	digest   [32]byte // chain over the tags of those frames
	log      logID
	state    uint64   // seq of the header state that was current
	already  uint64   // frames that were durable before this sync
	earliest [32]byte // chain over the tags of those
}

const (
	markSize     = 112
	markUnitSize = markSize + overhead // well inside one sector: written whole or not at all
)

func (m *mark) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, m.seq)
	b = binary.BigEndian.AppendUint64(b, m.frames)
	b = append(b, m.digest[:]...)
	b = append(b, m.log[:]...)
	b = binary.BigEndian.AppendUint64(b, m.state)
	b = binary.BigEndian.AppendUint64(b, m.already)
	return append(b, m.earliest[:]...)
}

func parseMark(b []byte) (m mark) {
	m.seq = binary.BigEndian.Uint64(b)
	m.frames = binary.BigEndian.Uint64(b[8:])
	copy(m.digest[:], b[16:])
	copy(m.log[:], b[48:])
	m.state = binary.BigEndian.Uint64(b[64:])
	m.already = binary.BigEndian.Uint64(b[72:])
	copy(m.earliest[:], b[80:])
	return m
}

// Where a mark lies, for its associated data.
const (
	inMain = 'M'
	inLog  = 'N' // a note
)

func markAAD(id fileID, where byte, slot int) []byte {
	return append([]byte{where, byte(slot)}, id[:]...)
}

// slot is where the mark goes: marks take turns, so that a torn write leaves the one before.
func (m *mark) slot() int { return int(m.seq % 2) }

func sealMark(k *keyring, m *mark, where byte) []byte {
	unit := make([]byte, markUnitSize)
	k.marks.seal(unit, m.append(make([]byte, 0, markSize)), markAAD(k.id, where, m.slot()))
	return unit
}

// openMark authenticates the mark in the given slot of the main file's head, or of the log's.
func openMark(k *keyring, head []byte, where byte, slot int) (mark, bool) {
	at := markOffset + slot*headerSize
	if where == inLog {
		at = noteAt(slot)
	}
	unit := append([]byte(nil), head[at:at+markUnitSize]...)
	if !k.marks.open(unit, markAAD(k.id, where, slot)) {
		return mark{}, false
	}
	m := parseMark(unit)
	return m, m.slot() == slot
}

// chainStart is the digest of a log without frames.
func chainStart(id logID) [32]byte {
	return sha256.Sum256(append([]byte("leeward/encvfs/v1 chain"), id[:]...))
}

// chain adds the tag of the next frame to a digest.
func chain(d [32]byte, t tag) [32]byte {
	var b [32 + tagSize]byte
	copy(b[:], d[:])
	copy(b[32:], t[:])
	return sha256.Sum256(b[:])
}

// readMarks finds the newest authentic mark, and checks it against the header's state: the two count each
// other, so that neither can be put back to an older one alone. bad lists slots that do not authenticate.
func readMarks(k *keyring, head []byte, s *state) (m mark, bad []int, err error) {
	some := false
	for slot := range 2 {
		x, ok := openMark(k, head, inMain, slot)
		if !ok {
			bad = append(bad, slot)
			continue
		}
		if !some || x.seq > m.seq {
			m = x
		}
		some = true
	}
	none := mark{seq: max(m.seq, s.mark.seq), log: s.log, digest: chainStart(s.log), state: s.seq}
	switch {
	case !some:
		return none, bad, ErrMark
	case m.seq > s.mark.seq && (m.log != s.log || m.state != s.seq):
		return none, bad, ErrRolledBack // the header is older than the mark
	case m.seq < s.mark.seq && len(bad) == 0:
		return none, bad, ErrRolledBack // the mark is older than the header
	case m.seq < s.mark.seq:
		m = s.mark // its slot is the damaged one; the header keeps a copy
	}
	if m.log != s.log {
		m = none // no sync of the log that the header names came so far
	}
	return m, bad, nil
}
