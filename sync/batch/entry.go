package batch

import (
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"

	"leeward/internal/screening"
)

// The kinds of entries of the office's log (FORMAT.md, Log).
const (
	entryBatch      = 1
	entryGrant      = 2
	entryRevocation = 3
	entryOutcome    = 4
	entryErasure    = 5
	entryBulletin   = 6
	entryAudit      = 7
	entryCapsule    = 8
)

// An entry is a CBOR array whose first element is its kind. None holds anything about a person: ids of
// batches hide everything, and leaves of records are salted.

type idEntry struct {
	_    struct{} `cbor:",toarray"`
	Kind uint64
	ID   [32]byte
}

type outcomeEntry struct {
	_     struct{} `cbor:",toarray"`
	Kind  uint64
	Batch screening.BatchID
	Level uint64
	Code  string
}

type erasureEntry struct {
	_      struct{} `cbor:",toarray"`
	Kind   uint64
	Batch  screening.BatchID
	Leaves [][32]byte
}

// BatchEntry is the entry of a batch that was stored.
func BatchEntry(id screening.BatchID) []byte { return mustEncode(idEntry{Kind: entryBatch, ID: id}) }

// NamedBatch is the batch that an entry says was stored, or whose records it says were erased; neither where it says
// something else.
func NamedBatch(entry []byte) (id screening.BatchID, stored, erased bool) {
	var s idEntry
	if decode(entry, &s) == nil && s.Kind == entryBatch {
		return s.ID, true, false
	}
	var e erasureEntry
	if decode(entry, &e) == nil && e.Kind == entryErasure {
		return e.Batch, false, true
	}
	return id, false, false
}

// CapsuleEntry is the entry of a capsule that was stored.
func CapsuleEntry(id [32]byte) []byte { return mustEncode(idEntry{Kind: entryCapsule, ID: id}) }

// GrantEntry is the entry of an enrolment: a device that was added in secret would be seen here.
func GrantEntry(grant []byte) []byte {
	return mustEncode(idEntry{Kind: entryGrant, ID: sha256.Sum256(grant)})
}

// RevocationEntry is the entry of a signed revocation.
func RevocationEntry(statement []byte) []byte {
	return mustEncode(idEntry{Kind: entryRevocation, ID: sha256.Sum256(statement)})
}

// BulletinEntry is the entry of a bulletin that was published.
func BulletinEntry(statement []byte) []byte {
	return mustEncode(idEntry{Kind: entryBulletin, ID: sha256.Sum256(statement)})
}

// AuditEntry is the entry of the head of the office's audit trail.
func AuditEntry(head [32]byte) []byte { return mustEncode(idEntry{Kind: entryAudit, ID: head}) }

// OutcomeEntry is the entry of what opening a batch gave. code is empty where the level is OPENED.
func OutcomeEntry(id screening.BatchID, level screening.Level, code screening.Code) []byte {
	return mustEncode(outcomeEntry{Kind: entryOutcome, Batch: id, Level: uint64(level), Code: string(code)})
}

// ErasureEntry is the entry of a redaction: it names the batch, or the capsule, and the leaves of the records that were taken
// out, and nothing that was in them.
func ErasureEntry(id screening.BatchID, leaves [][32]byte) []byte {
	if leaves == nil {
		leaves = [][32]byte{}
	}
	return mustEncode(erasureEntry{Kind: entryErasure, Batch: id, Leaves: leaves})
}

func mustEncode(v any) []byte {
	b, err := encode(v)
	if err != nil {
		panic(err) // numbers, strings and bytes always encode
	}
	return b
}

// included says whether an entry stands at a place of a log.
func included(entry []byte, at uint64, path []tlog.Hash, log screening.Checkpoint) bool {
	return at < log.Size && tlog.CheckRecord(path, int64(log.Size), log.Root, int64(at), tlog.RecordHash(entry)) == nil
}
