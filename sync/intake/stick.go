package intake

import (
	"context"
	"errors"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/sync/batch"
	"leeward/sync/bulletin"
)

// reported is how many of a device's newest batches an answer by stick speaks of: older ones were answered
// before.
const reported = 8 * batch.MaxReceipts

var errStrange = errors.New("neither a batch nor a carry file")

// Taken is what one thing on a stick came to. Where Err is set nothing of it was recorded.
type Taken struct {
	Receipt screening.Receipt
	Err     error
}

// Take receives what came by stick: a carry file, or a batch file as it lies in a device's outbox folder. Each
// batch inside is for itself: one that is refused keeps no other back. What came before, by whatever way, is
// recorded once and has the same receipt. The error is that of a file that is neither, or cannot be opened:
// E_FORMAT, E_OPEN (sealed to another office, or damaged), or E_BUSY while the key is locked.
func (i *Intake) Take(ctx context.Context, file []byte) ([]Taken, error) {
	items := [][]byte{file}
	if !batch.IsBatch(file) && !bulletin.IsReport(file) {
		var err error
		if items, err = batch.OpenCarry(file, i.Requests); err != nil {
			if screening.CodeOf(err) == screening.CodeInternal {
				err = screening.Fail(screening.EBusy, err)
			}
			return nil, fmt.Errorf("take carry file: %w", err)
		}
	}
	taken := make([]Taken, 0, len(items))
	for _, item := range items {
		if batch.IsManifest(item) {
			if err := i.manifest(ctx, item); err != nil {
				i.Log.Warn("manifest on a stick", "code", screening.CodeOf(err), "err", err)
			}
			continue
		}
		if bulletin.IsReport(item) {
			if err := i.obeyed(ctx, item, nil); err != nil {
				i.Log.Warn("report on a stick", "code", screening.CodeOf(err), "err", err)
			}
			continue
		}
		if !batch.IsBatch(item) {
			taken = append(taken, Taken{Err: screening.Fail(screening.EFormat, errStrange)})
			continue
		}
		receipt, err := i.Receive(ctx, item)
		taken = append(taken, Taken{Receipt: receipt, Err: err})
		if code := screening.CodeOf(err); err != nil && (code == screening.EFull || code == screening.EBusy) {
			return taken, err // nothing more goes in now: the same file again, later
		}
	}
	return taken, nil
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
