package intake

import (
	"context"
	"errors"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/internal/vault"
	"leeward/sync/batch"
	"leeward/sync/bulletin"
)

// reported is how many of a device's newest batches an answer by stick speaks of: older ones were answered
// before.
const reported = 8 * batch.MaxReceipts

var errStrange = errors.New("neither a batch nor a carry file")

// Taken is what one thing on a stick came to. Where Err is set nothing of it was recorded.
type Taken struct {
	Receipt screening.Receipt  // of a batch
	Capsule *casework.Recovery // instead, of a recovery copy
	Err     error
}

// Take receives what came by stick: a carry file, a hand-in file, or a batch or capsule by itself. Each thing inside is
// for itself: one that is refused keeps no other back. What came before, by whatever way, is recorded once and has the
// same receipt. The error is that of a file that is none of them, or cannot be opened: E_FORMAT, E_OPEN (sealed to another
// office, or damaged), or E_BUSY while the key is locked.
func (i *Intake) Take(ctx context.Context, file []byte) ([]Taken, error) {
	items, taken := [][]byte{file}, []Taken(nil)
	if !batch.IsBatch(file) && !batch.IsCapsule(file) && !isWord(file) {
		var err error
		if items, err = i.unpack(file); err != nil {
			return nil, err
		}
	}
	for _, item := range items {
		one, told := i.takeOne(ctx, item)
		if told {
			taken = append(taken, one)
		}
		if one.Err != nil && passing(one.Err) {
			return taken, one.Err // nothing more goes in now: the same file again, later
		}
	}
	return taken, nil
}

// isWord says whether a file is what a device says of itself beside its batches.
func isWord(file []byte) bool { return bulletin.IsReport(file) || batch.IsUnshown(file) }

// takeOne takes one item. What a device only says of itself is not told.
func (i *Intake) takeOne(ctx context.Context, item []byte) (one Taken, told bool) {
	switch {
	case batch.IsManifest(item):
		if err := i.manifest(ctx, item); err != nil {
			i.Log.Warn("manifest on a stick", "code", screening.CodeOf(err), "err", err)
		}
		return Taken{}, false
	case isWord(item):
		if err := i.obeyed(ctx, item, nil); err != nil {
			i.Log.Warn("report on a stick", "code", screening.CodeOf(err), "err", err)
		}
		return Taken{}, false
	case batch.IsCapsule(item):
		done, err := i.ReceiveCapsule(ctx, item)
		return Taken{Capsule: &done, Err: err}, true
	case batch.IsBatch(item):
		receipt, err := i.Receive(ctx, item)
		return Taken{Receipt: receipt, Err: err}, true
	}
	return Taken{Err: screening.Fail(screening.EFormat, errStrange)}, true
}

// unpack opens what was put together for a stick.
func (i *Intake) unpack(file []byte) (items [][]byte, err error) {
	if vault.IsHandIn(file) {
		items, err := i.unpackHandIn(file)
		if err == nil || screening.CodeOf(err) == screening.EBusy {
			return items, err
		}
	}
	if items, err = batch.OpenCarry(file, i.Requests); err != nil {
		if screening.CodeOf(err) == screening.CodeInternal {
			err = screening.Fail(screening.EBusy, err)
		}
		return nil, fmt.Errorf("take carry file: %w", err)
	}
	return items, nil
}

// manifest notes where a device stands that comes by stick.
func (i *Intake) manifest(ctx context.Context, item []byte) error {
	h, verify, err := batch.ParseManifest(item)
	if err != nil {
		return err
	}
	d, err := i.Ledger.Device(ctx, h.Device, h.Epoch)
	if err != nil {
		return err
	}
	if err := verify(d.SignKey); err != nil {
		return err
	}
	if !d.Revoked.IsZero() { // whoever holds its keys now must not say what was its word before
		return screening.Fail(screening.ERevoked, errClosed)
	}
	_, err = i.Ledger.Greet(ctx, casework.Hello{
		Device: h.Device, Epoch: h.Epoch, Seq: h.Seq, Head: h.Head, LogSize: h.LogSize, News: h.Bulletin,
		Store: casework.Generation{N: h.Generation.N, Open: h.Generation.Open}, At: i.Now().UTC(),
	})
	return err
}

// Answer makes the carry file that takes an office's answers back to one device, sealed to it.
func (i *Intake) Answer(ctx context.Context, d casework.Enrolled) ([]byte, error) {
	to, err := seal.ParseRecipient(d.SealTo)
	if err != nil {
		return nil, fmt.Errorf("answer device %s: %w", d.ID, err)
	}
	if !d.Revoked.IsZero() {
		items, err := i.carried(ctx, d, batch.MaxCarry)
		if err != nil {
			return nil, fmt.Errorf("answer device %s: %w", d.ID, err)
		}
		return batch.PackCarry(items, to)
	}
	news, err := i.current(ctx)
	if err != nil {
		return nil, fmt.Errorf("answer device %s: %w", d.ID, err)
	}
	account, err := i.Ledger.Report(ctx, d.ID, d.Epoch, reported)
	if err != nil {
		return nil, fmt.Errorf("answer device %s: %w", d.ID, err)
	}
	var items [][]byte
	known := account.LogSize // each item goes on from the one before it
	for rest := account.Receipts; len(rest) > 0 || items == nil; {
		n := min(len(rest), batch.MaxReceipts)
		item, size, err := i.proved(ctx, d, batch.Receipts{
			Next: account.Next, Missing: account.Missing, Kept: account.Kept, Receipts: rest[:n], Bulletin: news.Version,
		}, known)
		if err != nil {
			return nil, fmt.Errorf("answer device %s: %w", d.ID, err)
		}
		items, rest, known = append(items, item), rest[n:], size
	}
	used := 0
	for _, item := range items {
		used += batch.CarrySize(len(item))
	}
	published, err := i.carried(ctx, d, batch.MaxCarry-bulletin.MaxParcel-used)
	if err != nil {
		return nil, fmt.Errorf("answer device %s: %w", d.ID, err)
	}
	return batch.PackCarry(append(items, published...), to)
}
