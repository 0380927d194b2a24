package device

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"leeward/internal/screening"
	"leeward/sync/batch"
)

const (
	// settingUnshown are the batches that the office gave a receipt for and could not show, in JSON.
	settingUnshown = "office_unshown"

	// auditOne in so many visits asks for a chunk: some 4,500 bytes, three times a day where the office is visited by the hour.
	auditOne = 8
	// maxUnshown are kept: an office that lost more has lost its data, and says so itself.
	maxUnshown = 16
)

// holds is the store of an open device as the courier asks from it whether the office holds what it receipted
// (courier.Holds).
type holds struct{ newsroom }

// Pick chooses now and then, and after the office could not show something each time: that first.
func (h holds) Pick(ctx context.Context) (b screening.Batch, ask bool, err error) {
	lost, err := h.o.unshown(ctx)
	if err != nil || len(lost) == 0 && rand.N(h.device.o.AuditOne) != 0 {
		return b, false, err
	}
	var id screening.BatchID
	if len(lost) > 0 {
		id = lost[rand.N(len(lost))]
	}
	b, err = h.o.store.Receipted(ctx, id)
	if errors.Is(err, screening.ErrNotFound) {
		return b, false, nil
	}
	return b, err == nil, err
}

// Shown ends the doubt about a batch.
func (h holds) Shown(ctx context.Context, id screening.BatchID) error {
	lost, err := h.o.unshown(ctx)
	if err != nil || !slices.Contains(lost, id) {
		return err
	}
	return h.o.keepUnshown(ctx, slices.DeleteFunc(lost, func(b screening.BatchID) bool { return b == id }))
}

// Unshown keeps the batch for the screens, and signs a word for the office, once.
func (h holds) Unshown(ctx context.Context, id screening.BatchID, draw uint64) error {
	lost, err := h.o.unshown(ctx)
	if err != nil || slices.Contains(lost, id) || len(lost) == maxUnshown {
		return err
	}
	e, _, err := h.o.store.Enrolment(ctx)
	if err != nil {
		return err
	}
	word, err := batch.SignUnshown(batch.Unshown{
		Device: e.Device, Epoch: e.Epoch, Batch: id, Draw: draw, At: h.device.o.Now(),
	}, h.o.vault.Signer(h.o.keys(ctx)))
	if err != nil {
		return err
	}
	if err := h.addReport(ctx, word); err != nil {
		return err
	}
	return h.o.keepUnshown(ctx, append(lost, id))
}

func (o *opened) unshown(ctx context.Context) (list []screening.BatchID, err error) {
	text, err := o.store.Setting(ctx, settingUnshown)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &list)
	}
	return list, err
}

func (o *opened) keepUnshown(ctx context.Context, list []screening.BatchID) error {
	if len(list) == 0 {
		return o.store.SetSetting(ctx, settingUnshown, "")
	}
	text, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("keep what was not shown: %w", err)
	}
	return o.store.SetSetting(ctx, settingUnshown, string(text))
}
