package batch

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"leeward/internal/screening"
)

// A log file is an office's whole log as an auditor takes it away: the checkpoint, every entry, and the grants and
// revocations that entries name (FORMAT.md, Log).

const (
	logMagic = "LWSL1\n"
	// MaxLogFile is the longest log file in bytes.
	MaxLogFile = 1 << 30
)

// LogFile is a log that was read and found whole.
type LogFile struct {
	Checkpoint screening.Checkpoint
	entries    map[string]uint64
	leaves     []tlog.Hash
	Statements [][]byte // grants and revocations, each named by an entry
}

// PackLog writes a log file.
func PackLog(note []byte, entries, statements [][]byte) []byte {
	out := []byte(logMagic)
	put := func(b []byte) {
		out = binary.BigEndian.AppendUint32(out, uint32(len(b)))
		out = append(out, b...)
	}
	put(note)
	for _, list := range [][][]byte{entries, statements} {
		for _, b := range list {
			put(b)
		}
		put(nil)
	}
	return out
}

// ReadLog reads a log file and computes the tree anew from its entries: the checkpoint has to be the office's and of
// exactly this tree, and every statement has to be named by an entry. Errors carry E_FORMAT or bad_receipt.
func ReadLog(file []byte, root Root) (*LogFile, error) {
	rest, ok := bytes.CutPrefix(file, []byte(logMagic))
	if !ok {
		return nil, malformed("log", errMagic)
	}
	next := func() ([]byte, error) {
		if len(rest) < 4 || int(binary.BigEndian.Uint32(rest)) > len(rest)-4 {
			return nil, errEnd
		}
		n := int(binary.BigEndian.Uint32(rest))
		b := rest[4 : 4+n]
		rest = rest[4+n:]
		return b, nil
	}
	note, err := next()
	if err != nil {
		return nil, malformed("log", err)
	}
	l := &LogFile{entries: make(map[string]uint64)}
	if l.Checkpoint, err = VerifyCheckpoint(note, root.Origin(), root.Online); err != nil {
		return nil, err
	}
	for {
		b, err := next()
		if err != nil {
			return nil, malformed("log", err)
		}
		if len(b) == 0 {
			break
		}
		l.entries[string(b)] = uint64(len(l.leaves)) // of an outcome that was noted twice the newest
		l.leaves = append(l.leaves, tlog.RecordHash(b))
	}
	if uint64(len(l.leaves)) != l.Checkpoint.Size || treeHash(l.leaves) != l.Checkpoint.Root {
		return nil, screening.Fail(screening.CodeBadReceipt, fmt.Errorf("read log: %w: its entries do not give its root", ErrLog))
	}
	for {
		b, err := next()
		if err != nil {
			return nil, malformed("log", err)
		}
		if len(b) == 0 {
			break
		}
		if !l.Names(GrantEntry(b)) && !l.Names(RevocationEntry(b)) {
			return nil, screening.Fail(screening.CodeBadReceipt, fmt.Errorf("read log: statement: %w", errEntry))
		}
		l.Statements = append(l.Statements, b)
	}
	if len(rest) > 0 {
		return nil, malformed("log", errLength)
	}
	return l, nil
}

// Names says whether the log has an entry.
func (l *LogFile) Names(entry []byte) bool {
	_, ok := l.entries[string(entry)]
	return ok
}

// Continues says whether an older checkpoint is the beginning of this log.
func (l *LogFile) Continues(c screening.Checkpoint) bool {
	return c.Size <= uint64(len(l.leaves)) && treeHash(l.leaves[:c.Size]) == c.Root
}

// Erasure is what the log says of a redaction: the batch, and the leaves of the records that were taken out.
type Erasure struct {
	Batch  screening.BatchID
	Leaves [][32]byte
}

// Erasures returns the redactions that the log names from a place on.
func (l *LogFile) Erasures(from uint64) (all []Erasure) {
	for b, at := range l.entries {
		var e erasureEntry
		if at >= from && decode([]byte(b), &e) == nil && e.Kind == entryErasure {
			all = append(all, Erasure{e.Batch, e.Leaves})
		}
	}
	return all
}
