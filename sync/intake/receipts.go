package intake

import (
	"context"
	"fmt"
	"net/http"

	"leeward/internal/office/casework"
	"leeward/internal/office/ledger"
	"leeward/internal/screening"
	"leeward/sync/batch"
)

// receipts signs what was committed, with the log that proves it, for its owner only. known is the size of the
// log that the device remembers.
func (i *Intake) receipts(ctx context.Context, d casework.Enrolled, r batch.Receipts, known uint64) (file []byte, err error) {
	file, _, err = i.proved(ctx, d, r, known)
	return file, err
}

// proved is receipts that also tells the size of the log that it shows.
func (i *Intake) proved(ctx context.Context, d casework.Enrolled, r batch.Receipts, known uint64) (file []byte, size uint64, err error) {
	if len(r.Receipts) > batch.MaxReceipts {
		r.Receipts = r.Receipts[:batch.MaxReceipts]
	}
	proofs, err := i.Ledger.Prove(ctx, known, entriesOf(r.Receipts))
	if err != nil {
		return nil, 0, fmt.Errorf("prove receipts: %w", err)
	}
	r.Device, r.Epoch, r.At = d.ID, d.Epoch, i.Now().UTC()
	r.From, r.Since, r.Paths = known, proofs.Consistency, pathsOf(r.Receipts, proofs)
	r.Log = screening.Checkpoint{Size: proofs.Size, Root: proofs.Root}
	if r.Log.Note, err = i.checkpoint(proofs.Size, proofs.Root); err != nil {
		return nil, 0, err
	}
	file, err = batch.SignReceipts(r, i.Online)
	return file, proofs.Size, err
}

// entriesOf lists the places of receipts in the log, each with its outcome where it has one.
func entriesOf(receipts []screening.Receipt) (places []uint64) {
	for _, r := range receipts {
		if places = append(places, r.Entry); r.Level != screening.LevelStored {
			places = append(places, r.Outcome)
		}
	}
	return places
}

// pathsOf gives each receipt the paths of the places that entriesOf listed.
func pathsOf(receipts []screening.Receipt, proofs ledger.Proofs) []batch.Paths {
	paths, rest := make([]batch.Paths, len(receipts)), proofs.Inclusion
	for n, r := range receipts {
		paths[n].Entry, rest = rest[0], rest[1:]
		if r.Level != screening.LevelStored {
			paths[n].Outcome, rest = rest[0], rest[1:]
		}
	}
	return paths
}

// checkpoint signs the log at one size, once: devices that ask while nothing arrives get the same words.
func (i *Intake) checkpoint(size uint64, root [32]byte) ([]byte, error) {
	i.signing.Lock()
	defer i.signing.Unlock()
	if i.signed.Note != nil && i.signed.Size == size && i.signed.Root == root {
		return i.signed.Note, nil
	}
	note, err := batch.SignCheckpoint(i.root.Origin(), size, root, i.Online)
	if err != nil {
		return nil, err
	}
	i.signed = screening.Checkpoint{Size: size, Root: root, Note: note}
	return note, nil
}

// knownLog reads the size of the log that an uploading device remembers.
func knownLog(r *http.Request) (uint64, error) { return queried(r, "log") }
