package encvfs

import (
	"crypto/subtle"
	"encoding/binary"
	"fmt"
)

// The head of the file (FORMAT.md, layout): two header copies, two marks, then the pages.
const (
	pageSize   = 4096
	headerSize = 4096           // one header copy
	markOffset = 2 * headerSize // first mark; the second one follows headerSize later
	headSize   = 4 * headerSize // page 1 begins here

	magic   = "leeward/encvfs\r\n"
	version = 1

	clearSize = 56 // magic, version, page size, file id, key check
	stateSize = headerSize - clearSize - overhead
)

// clearPart is what a header copy says in clear: 56 bytes.
type clearPart struct {
	version  uint32
	pageSize uint32
	id       fileID
	check    [16]byte
}

// state is what a header copy keeps sealed. Every state is written to both copies.
type state struct {
	seq        uint64 // counts states
	generation uint64 // counts opens
	openID     [16]byte
	log        logID
	lastLog    logID    // the log before: its frames may still lie in the log's file
	logHeader  [32]byte // SQLite's own header of the log; all zero while there is none
	pages      uint64   // pages in the tag table
	tableHalf  uint64   // which half of the table's file holds it
	tableSum   [32]byte // SHA-256 of the table
	mark       mark     // the newest mark at the time of writing
}

// parseClear reads the clear part of a header copy. It fails with ErrNotEncrypted where the magic is missing
// and with ErrVersion where the version or the page size is not ours.
func parseClear(b []byte) (c clearPart, err error) {
	if len(b) < clearSize || string(b[:16]) != magic {
		return c, ErrNotEncrypted
	}
	c.version = binary.BigEndian.Uint32(b[16:])
	c.pageSize = binary.BigEndian.Uint32(b[20:])
	copy(c.id[:], b[24:])
	copy(c.check[:], b[40:])
	if c.version != version || c.pageSize != pageSize {
		return c, fmt.Errorf("format %d with pages of %d bytes: %w", c.version, c.pageSize, ErrVersion)
	}
	return c, nil
}

func (c clearPart) append(b []byte) []byte {
	b = append(b, magic...)
	b = binary.BigEndian.AppendUint32(b, c.version)
	b = binary.BigEndian.AppendUint32(b, c.pageSize)
	b = append(b, c.id[:]...)
	return append(b, c.check[:]...)
}

func (s *state) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, s.seq)
	b = binary.BigEndian.AppendUint64(b, s.generation)
	b = append(b, s.openID[:]...)
	b = append(b, s.log[:]...)
	b = append(b, s.lastLog[:]...)
	b = append(b, s.logHeader[:]...)
	b = binary.BigEndian.AppendUint64(b, s.pages)
	b = binary.BigEndian.AppendUint64(b, s.tableHalf)
	b = append(b, s.tableSum[:]...)
	return s.mark.append(b)
}

// parseState reads a state that has been authenticated.
func parseState(b []byte) (s state) {
	s.seq = binary.BigEndian.Uint64(b)
	s.generation = binary.BigEndian.Uint64(b[8:])
	copy(s.openID[:], b[16:])
	copy(s.log[:], b[32:])
	copy(s.lastLog[:], b[48:])
	copy(s.logHeader[:], b[64:])
	s.pages = binary.BigEndian.Uint64(b[96:])
	s.tableHalf = binary.BigEndian.Uint64(b[104:])
	copy(s.tableSum[:], b[112:])
	s.mark = parseMark(b[144:])
	return s
}

// sealHeader makes one header copy. Its number is part of the associated data, so that one copy cannot stand
// in the other's place.
func sealHeader(k *keyring, s *state, number int) []byte {
	b := make([]byte, 0, headerSize)
	b = clearPart{version: version, pageSize: pageSize, id: k.id, check: k.check}.append(b)
	aad := append(b[:clearSize:clearSize], byte(number))
	plain := make([]byte, 0, stateSize)
	plain = s.append(plain)[:stateSize]
	b = b[:headerSize]
	k.header.seal(b[clearSize:], plain, aad)
	return b
}

// openHeader authenticates one header copy whose clear part names k's file id.
func openHeader(k *keyring, b []byte, number int) (state, bool) {
	aad := append(append(make([]byte, 0, clearSize+1), b[:clearSize]...), byte(number))
	unit := append([]byte(nil), b[clearSize:headerSize]...)
	if !k.header.open(unit, aad) {
		return state{}, false
	}
	return parseState(unit), true
}

// found is what Open made of the two header copies.
type found struct {
	keys  *keyring
	state state
	bad   []int // copies that do not authenticate
	old   []int // copies that hold an older state
}

// readHeaders finds the newest authentic state among the two copies in head. It fails with ErrNotEncrypted,
// ErrVersion, ErrWrongKey or ErrHeader.
func readHeaders(head []byte, key Key) (*found, error) {
	f := new(found)
	var clearErr [2]error
	var states [2]state
	var valid [2]bool
	rightKey := false
	for i := range 2 {
		b := head[i*headerSize : (i+1)*headerSize]
		c, err := parseClear(b)
		if clearErr[i] = err; err != nil {
			continue
		}
		k := newKeyring(key, c.id)
		if subtle.ConstantTimeCompare(k.check[:], c.check[:]) == 1 {
			rightKey = true
		}
		s, ok := openHeader(k, b, i)
		if !ok || (f.keys != nil && f.keys.id != c.id) {
			k.forget()
			continue
		}
		states[i], valid[i] = s, true
		if f.keys == nil {
			f.keys = k
		} else {
			k.forget()
		}
	}
	switch {
	case f.keys != nil:
		f.pick(states, valid)
		return f, nil
	case rightKey:
		return nil, ErrHeader
	case clearErr[0] != nil && clearErr[1] != nil:
		return nil, clearErr[0]
	}
	return nil, ErrWrongKey
}

func (f *found) pick(states [2]state, valid [2]bool) {
	best := 0
	if !valid[0] || (valid[1] && states[1].seq > states[0].seq) {
		best = 1
	}
	f.state = states[best]
	other := 1 - best
	switch {
	case !valid[other]:
		f.bad = append(f.bad, other)
	case states[other].seq < f.state.seq:
		f.old = append(f.old, other)
	}
}
