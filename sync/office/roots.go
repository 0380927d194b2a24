package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"leeward/internal/seal"
	"leeward/sync/batch"
)

// chain is the root documents of an office, from the first on, as they lie in its folder: root.1, root.2, … Devices go
// from one to the next, so that all of them are kept.
type chain [][]byte

func rootFile(version int) string { return "root." + strconv.Itoa(version) }

// readChain reads the roots of a folder and checks that each follows the one before it.
func readChain(dir string) (roots chain, newest batch.Root, err error) {
	for {
		name := rootFile(len(roots) + 1)
		doc, err := os.ReadFile(filepath.Join(dir, name))
		if len(roots) > 0 && errors.Is(err, fs.ErrNotExist) {
			return roots, newest, nil
		}
		if err == nil && len(roots) == 0 {
			newest, err = batch.VerifyRoot(doc)
		} else if err == nil {
			newest, err = batch.FollowRoot(roots.last(), doc)
		}
		if err != nil {
			return nil, batch.Root{}, fmt.Errorf("read root document %s: %w", name, err)
		}
		roots = append(roots, doc)
	}
}

func (c chain) last() []byte { return c[len(c)-1] }

// files are the names of the roots in the folder.
func (c chain) files() (names []string) {
	for n := range c {
		names = append(names, rootFile(n+1))
	}
	return names
}

// readers are how many can read what was sealed under each root, each number once, the newest first.
func (c chain) readers() (counts []int, err error) {
	seen := map[int]bool{}
	for n := len(c) - 1; n >= 0; n-- {
		r, err := batch.VerifyRoot(c[n])
		if err != nil {
			return nil, err
		}
		if n := len(r.Payload); !seen[n] {
			seen[n] = true
			counts = append(counts, n)
		}
	}
	return counts, nil
}

// onlineName is under which name the vault holds the online key that came with a root. The first has a name of its own.
func onlineName(version uint64) string {
	if version == 1 {
		return keyOnline
	}
	return fmt.Sprintf("%s-%d", keyOnline, version)
}

// online is the key that signs receipts, as the newest root names it; whatever name it has.
func (o *office) online() seal.Signer {
	for v := o.root.Version; v > 1; v-- {
		if s := o.vault.Signer(onlineName(v)); s.Public() == o.root.Online {
			return s
		}
	}
	return o.vault.Signer(keyOnline)
}
