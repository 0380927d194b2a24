package intake

import (
	"leeward/internal/seal"
	"leeward/sync/batch"
)

// follow checks that roots come one after the other, from the first on, and returns them by version.
func follow(roots [][]byte) (map[uint64]batch.Root, error) {
	chain := make(map[uint64]batch.Root, len(roots))
	for n, file := range roots {
		root, err := batch.VerifyRoot(file)
		if err == nil && n > 0 {
			root, err = batch.FollowRoot(roots[n-1], file)
		}
		if err != nil {
			return nil, err
		}
		chain[root.Version] = root
	}
	return chain, nil
}

// after lists the roots that come after a version, in order: a device follows them one by one. Nothing where it knows the
// newest, or none that this office ever had.
func (i *Intake) after(version uint64) (list [][]byte) {
	all := append(i.Before[:len(i.Before):len(i.Before)], i.Root)
	for n, file := range all {
		if at := i.root.Version - uint64(len(all)-1-n); at > max(version, 1) {
			list = append(list, file)
		}
	}
	return list
}

// sealedTo are the recipients of a payload: those that the root of its header names, and no others. A root that this office
// never had names those of today.
func (i *Intake) sealedTo(h batch.Header) []seal.Recipient {
	if root, known := i.chain[h.RootVersion]; known {
		return root.Payload
	}
	return i.root.Payload
}
