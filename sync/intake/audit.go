package intake

import (
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
	at, err := queried(r, "chunk")
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
	return batch.ProveChunk(a.Header, a.Payload, a.Redacted, at)
}
