package ledger

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// ErrEntry says that a tree of the size asked about has no such entry.
var ErrEntry = errors.New("not in the log")

// Node is the hash of a subtree, by its place in the order of tlog.StoredHashIndex.
type Node struct {
	Place int64
	Hash  [32]byte
}

// Reader reads nodes that Grow returned, in the order asked for.
type Reader func(places []int64) ([]tlog.Hash, error)

// Proofs is what a log says of itself at one size.
type Proofs struct {
	Size        uint64
	Root        [32]byte     // of the first Size entries
	Consistency [][32]byte   // that the tree asked from is its beginning; nil where from was 0 or above Size
	Inclusion   [][][32]byte // one path for each entry asked about
}

// Grow returns the nodes that entries add to a tree of the given size. The new size is size + len(entries).
func Grow(size uint64, entries [][]byte, read Reader) ([]Node, error) {
	var added []Node
	fresh := make(map[int64]tlog.Hash)
	within := tlog.HashReaderFunc(func(places []int64) ([]tlog.Hash, error) {
		return overlay(fresh, places, read)
	})
	for i, entry := range entries {
		n := int64(size) + int64(i)
		hashes, err := tlog.StoredHashes(n, entry, within)
		if err != nil {
			return nil, fmt.Errorf("grow log at %d: %w", n, err)
		}
		place := tlog.StoredHashIndex(0, n)
		for j, h := range hashes {
			fresh[place+int64(j)] = h
			added = append(added, Node{Place: place + int64(j), Hash: h})
		}
	}
	return added, nil
}

// overlay reads from what is fresh first.
func overlay(fresh map[int64]tlog.Hash, places []int64, read Reader) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(places))
	var ask []int64
	var at []int
	for i, p := range places {
		if h, ok := fresh[p]; ok {
			out[i] = h
			continue
		}
		ask, at = append(ask, p), append(at, i)
	}
	if len(ask) == 0 {
		return out, nil
	}
	found, err := read(ask)
	if err != nil {
		return nil, err
	}
	for i, h := range found {
		out[at[i]] = h
	}
	return out, nil
}

// Root returns the hash of the first size entries.
func Root(size uint64, read Reader) ([32]byte, error) {
	root, err := tlog.TreeHash(int64(size), tlog.HashReaderFunc(read))
	if err != nil {
		return [32]byte{}, fmt.Errorf("hash log of %d: %w", size, err)
	}
	return root, nil
}

// Prove proves entries of the tree of the given size, and that the tree of size from is its beginning. A
// tree that is shorter than from proves no consistency: it has lost what somebody saw.
func Prove(size, from uint64, entries []uint64, read Reader) (Proofs, error) {
	p := Proofs{Size: size, Inclusion: make([][][32]byte, len(entries))}
	var err error
	if p.Root, err = Root(size, read); err != nil {
		return Proofs{}, err
	}
	if from > 0 && from < size {
		path, err := tlog.ProveTree(int64(size), int64(from), tlog.HashReaderFunc(read))
		if err != nil {
			return Proofs{}, fmt.Errorf("prove log of %d from %d: %w", size, from, err)
		}
		p.Consistency = plain(path)
	}
	for i, n := range entries {
		if n >= size {
			return Proofs{}, fmt.Errorf("prove entry %d of %d: %w", n, size, ErrEntry)
		}
		path, err := tlog.ProveRecord(int64(size), int64(n), tlog.HashReaderFunc(read))
		if err != nil {
			return Proofs{}, fmt.Errorf("prove entry %d of %d: %w", n, size, err)
		}
		p.Inclusion[i] = plain(path)
	}
	return p, nil
}

func plain[P ~[]tlog.Hash](path P) [][32]byte {
	out := make([][32]byte, len(path))
	for i, h := range path {
		out[i] = h
	}
	return out
}
