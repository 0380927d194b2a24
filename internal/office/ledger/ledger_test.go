package ledger_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"leeward/internal/office/ledger"
)

// nodes is what an engine keeps.
type nodes map[int64]tlog.Hash

func (n nodes) read(places []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(places))
	for i, p := range places {
		h, ok := n[p]
		if !ok {
			return nil, fmt.Errorf("node %d is not kept", p)
		}
		out[i] = h
	}
	return out, nil
}

func (n nodes) keep(added []ledger.Node) {
	for _, a := range added {
		n[a.Place] = a.Hash
	}
}

func entry(i uint64) []byte { return binary.BigEndian.AppendUint64(nil, i) }

// naive is the tree hash straight from RFC 6962, section 2.1.
func naive(from, to uint64) tlog.Hash {
	if to-from == 1 {
		return tlog.RecordHash(entry(from))
	}
	k := uint64(1)
	for k*2 < to-from {
		k *= 2
	}
	return tlog.NodeHash(naive(from, from+k), naive(from+k, to))
}

// TestGrowsInParts adds entries in groups of any size and proves any of them, and any older tree.
func TestGrowsInParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kept, cache, size := nodes{}, &ledger.Cache{}, uint64(0)
		for range rapid.IntRange(1, 8).Draw(t, "groups") {
			var group [][]byte
			for range rapid.IntRange(0, 20).Draw(t, "entries") {
				group = append(group, entry(size+uint64(len(group))))
			}
			added, err := ledger.Grow(size, group, cache.Through(kept.read))
			if err != nil {
				t.Fatal(err)
			}
			kept.keep(added)
			cache.Keep(added)
			size += uint64(len(group))
		}
		if size == 0 {
			return
		}
		from := rapid.Uint64Range(0, size).Draw(t, "from")
		n := rapid.Uint64Range(0, size-1).Draw(t, "entry")
		p, err := ledger.Prove(size, from, []uint64{n}, cache.Through(kept.read))
		if err != nil {
			t.Fatal(err)
		}
		if tlog.Hash(p.Root) != naive(0, size) {
			t.Fatalf("root of %d entries is not that of RFC 6962", size)
		}
		if err := tlog.CheckRecord(hashes(p.Inclusion[0]), int64(size), p.Root, int64(n), tlog.RecordHash(entry(n))); err != nil {
			t.Fatalf("entry %d of %d: %v", n, size, err)
		}
		if from > 0 {
			if err := tlog.CheckTree(hashes(p.Consistency), int64(size), p.Root, int64(from), naive(0, from)); err != nil {
				t.Fatalf("from %d to %d: %v", from, size, err)
			}
		}
	})
}

func hashes(path [][32]byte) []tlog.Hash {
	out := make([]tlog.Hash, len(path))
	for i, h := range path {
		out[i] = h
	}
	return out
}

func TestProvesNothingThatIsNotThere(t *testing.T) {
	kept := nodes{}
	added, err := ledger.Grow(0, [][]byte{entry(0), entry(1), entry(2)}, kept.read)
	if err != nil {
		t.Fatal(err)
	}
	kept.keep(added)
	if _, err := ledger.Prove(3, 0, []uint64{3}, kept.read); !errors.Is(err, ledger.ErrEntry) {
		t.Errorf("entry 3 of 3: got %v, want %v", err, ledger.ErrEntry)
	}
	if p, err := ledger.Prove(3, 4, nil, kept.read); err != nil || p.Consistency != nil {
		t.Errorf("from a longer log: got %v, %v, want no proof", p.Consistency, err)
	}
	delete(kept, tlog.StoredHashIndex(0, 1))
	if _, err := ledger.Prove(3, 0, []uint64{0}, kept.read); err == nil {
		t.Error("a lost node was not missed")
	}
}

// TestCacheForgetsAndStaysRight fills the cache over its bound.
func TestCacheForgetsAndStaysRight(t *testing.T) {
	kept, cache, size := nodes{}, &ledger.Cache{}, uint64(0)
	for size < 20000 {
		group := make([][]byte, 500)
		for i := range group {
			group[i] = entry(size + uint64(i))
		}
		added, err := ledger.Grow(size, group, cache.Through(kept.read))
		if err != nil {
			t.Fatal(err)
		}
		kept.keep(added)
		cache.Keep(added)
		size += 500
	}
	root, err := ledger.Root(size, cache.Through(kept.read))
	if err != nil || tlog.Hash(root) != naive(0, size) {
		t.Errorf("root after the cache was dropped: %x, %v", root[:4], err)
	}
}
