package intake

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/sync/batch"
)

// getChunk shows a device that the office still holds a batch of its own (sync/batch/FORMAT.md, Possession). That a batch
// is another's is not told from that it is not here.
func (h *handler) getChunk(_ http.ResponseWriter, r *http.Request) ([]byte, error) {
	device, err := h.device(r)
	if err != nil {
		return nil, err
	}
	var id screening.BatchID
	raw, err := hex.DecodeString(r.PathValue("id"))
	if err != nil || len(raw) != len(id) || h.Holdings == nil {
		return nil, errNoRoute
	}
	copy(id[:], raw)
	drawn := r.URL.Query().Has("draw")
	at, err := queried(r, map[bool]string{true: "draw", false: "chunk"}[drawn])
	if err != nil {
		return nil, err
	}
	a, err := h.Holdings.Stored(r.Context(), id)
	if errors.Is(err, casework.ErrNotFound) || err == nil && a.Device != device.ID {
		return nil, errNoRoute
	}
	if err != nil {
		return nil, fmt.Errorf("audit batch %s: %w", id.Short(), err)
	}
	if drawn {
		return batch.ProveDrawn(a.Header, a.Payload, a.Redacted, at)
	}
	return batch.ProveChunk(a.Header, a.Payload, a.Redacted, at)
}

// mend puts the sealed bytes of a batch back that this office recorded, and has lost or let change since: the device that
// asked for a chunk of it in vain hands it in again. Where something was taken out of it nothing is put back.
func (i *Intake) mend(ctx context.Context, file []byte, from casework.Enrolled) error {
	e, err := batch.Parse(file)
	if err != nil {
		return err
	}
	if i.Holdings == nil || e.Header().Device != from.ID {
		return nil
	}
	d, err := i.Ledger.Device(ctx, e.Header().Device, e.Header().Epoch)
	if err != nil {
		return err
	}
	v, err := e.Verify(d.SignKey)
	if err != nil {
		return err
	}
	kept, err := i.Holdings.Stored(ctx, v.ID())
	_, _, payload := v.Parts()
	if errors.Is(err, casework.ErrNotFound) || err == nil && !kept.Redacted && !bytes.Equal(kept.Payload, payload) {
		if err = i.Holdings.Mend(context.WithoutCancel(ctx), v.ID(), payload); err == nil {
			i.Log.Warn("sealed bytes put back", "batch", v.ID().Short(), "device", from.ID.String())
		}
	}
	if err != nil && !errors.Is(err, casework.ErrNotFound) {
		return fmt.Errorf("mend batch %s: %w", v.ID().Short(), err)
	}
	return nil
}

// unshown notes a device's word that it was not shown what it has a receipt for; from is the device at the other end of a
// connection, or nil for a stick.
func (i *Intake) unshown(ctx context.Context, file []byte, from *casework.Enrolled) error {
	u, verify, err := batch.ParseUnshown(file)
	if err != nil {
		return err
	}
	if from != nil && (u.Device != from.ID || u.Epoch != from.Epoch) || i.Holdings == nil {
		return screening.Fail(screening.ESig, errOther)
	}
	d, err := i.Ledger.Device(ctx, u.Device, u.Epoch)
	if err != nil {
		return err
	}
	if err := verify(d.SignKey); err != nil {
		return err
	}
	if err := i.Holdings.Unshown(context.WithoutCancel(ctx), u.Device, u.Batch, file); err != nil {
		return fmt.Errorf("note a batch that was not shown: %w", err)
	}
	i.Log.Error("a batch could not be shown to its device", "batch", u.Batch.Short(), "device", u.Device.String())
	return nil
}
