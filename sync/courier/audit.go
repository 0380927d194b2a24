package courier

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"leeward/internal/screening"
	"leeward/sync/batch"
)

// Holds is where a device keeps what became of asking its office whether it still holds what it gave receipts for
// (sync/batch/FORMAT.md, Possession).
type Holds interface {
	// Pick chooses a batch with a receipt, at random, with its sealed bytes where they are still here; ask is false where this
	// visit is not to ask.
	Pick(ctx context.Context) (b screening.Batch, ask bool, err error)
	// Shown keeps that the office showed a chunk of a batch, or that its log has to show why it cannot.
	Shown(ctx context.Context, id screening.BatchID) error
	// Unshown keeps that the office could not show the chunk that draw chose, with a word of it in Newsroom.Reports.
	Unshown(ctx context.Context, id screening.BatchID, draw uint64) error
}

// draws bounds the numbers that choose a chunk.
const draws = 1 << 52

// audit asks the office, after a visit that ended well, for a chunk that nobody can foresee of a batch that it gave a receipt for.
// One that the office does not hold is handed in again where its bytes are still here, and the office is told either way. What
// goes wrong in asking itself says nothing about the office, and takes nothing back of what the visit reached.
func (v *visit) audit(ctx context.Context) {
	if v.Holds == nil {
		return
	}
	if err := v.ask(ctx); err != nil {
		v.Log.Warn("ask for a chunk", "code", screening.CodeOf(err), "err", err)
	}
}

func (v *visit) ask(ctx context.Context) error {
	b, ask, err := v.Holds.Pick(ctx)
	if err != nil || !ask {
		return err
	}
	draw := rand.Uint64N(draws)
	held, err := v.shown(ctx, b.ID, draw)
	switch {
	case err != nil:
		return err
	case held:
		return v.Holds.Shown(ctx, b.ID)
	}
	v.result.Unshown++
	v.Log.Error("the office does not hold what it gave a receipt for", "batch", b.ID.Short(), "here", len(b.File) > 0)
	if err := v.Holds.Unshown(ctx, b.ID, draw); err != nil {
		return err
	}
	if err := v.tell(ctx); err != nil || len(b.File) == 0 {
		return err
	}
	if err := v.send(ctx, b); err != nil {
		return err
	}
	if held, err = v.shown(ctx, b.ID, rand.Uint64N(draws)); err != nil || !held {
		return err
	}
	return v.Holds.Shown(ctx, b.ID)
}

// shown reports whether the office proves that it holds a chunk. An error is of the asking.
func (v *visit) shown(ctx context.Context, id screening.BatchID, draw uint64) (bool, error) {
	answer, err := v.link.ask(ctx, "GET", fmt.Sprintf("/v1/audit/%x?draw=%d", id[:], draw), nil)
	if no, refused := errors.AsType[*Refused](err); refused && (no.Code == screening.EFormat || no.Code == screening.ERoot) {
		return false, nil // it is not there, or not as long as it was
	}
	if err != nil {
		return false, err
	}
	if _, err := batch.CheckDrawn(answer, id, draw); err != nil {
		v.Log.Warn("chunk", "batch", id.Short(), "code", screening.CodeOf(err))
		return false, nil
	}
	return true, nil
}
