package fieldtest

import (
	"golang.org/x/mod/sumdb/tlog"

	"leeward/internal/office/ledger"
)

// Tree is an office's log in memory. The zero value is an empty one.
type Tree struct {
	Entries [][]byte
	nodes   map[int64]tlog.Hash
}

// Size is how many entries the log has.
func (t *Tree) Size() uint64 { return uint64(len(t.Entries)) }

// Read returns the nodes at some places.
func (t *Tree) Read(places []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(places))
	for i, p := range places {
		out[i] = t.nodes[p]
	}
	return out, nil
}

// Enter adds an entry and returns its place.
func (t *Tree) Enter(entry []byte) uint64 {
	if len(entry) == 0 {
		panic("an empty entry")
	}
	added, err := ledger.Grow(t.Size(), [][]byte{entry}, t.Read)
	if err != nil {
		panic(err)
	}
	if t.nodes == nil {
		t.nodes = map[int64]tlog.Hash{}
	}
	for _, n := range added {
		t.nodes[n.Place] = n.Hash
	}
	t.Entries = append(t.Entries, entry)
	return t.Size() - 1
}

// Prove proves entries, and that the log continues the one of size from.
func (t *Tree) Prove(from uint64, entries []uint64) (ledger.Proofs, error) {
	return ledger.Prove(t.Size(), from, entries, t.Read)
}
