package intake

import (
	"context"
	"net/http"

	"golang.org/x/mod/sumdb/tlog"

	"leeward/sync/batch"
)

// Log is what intake needs of an office's records to show its log to whoever is enrolled (sync/batch/FORMAT.md, Log).
type Log interface {
	// Nodes returns committed nodes of the log by their places (tlog.StoredHashIndex).
	Nodes(ctx context.Context, places []int64) ([]tlog.Hash, error)
	// Entries returns committed entries of the log from a place on, at most limit.
	Entries(ctx context.Context, from uint64, limit int) ([][]byte, error)
}

// kept says to whoever passes a tile on that it never changes: a longer log has it, too.
const kept = "public, max-age=31536000, immutable"

// getCheckpoint gives the signed word about the whole log as it is committed now.
func (h *handler) getCheckpoint(_ http.ResponseWriter, r *http.Request) ([]byte, error) {
	if _, err := h.device(r); err != nil {
		return nil, err
	}
	if h.Tiles == nil {
		return nil, errNoRoute
	}
	now, err := h.Ledger.Prove(r.Context(), 0, nil)
	if err != nil {
		return nil, err
	}
	return h.checkpoint(now.Size, now.Root)
}

// getTile gives 256 hashes or entries of the log, or, of the newest, as many as the path says.
func (h *handler) getTile(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if _, err := h.device(r); err != nil {
		return nil, err
	}
	if h.Tiles == nil {
		return nil, errNoRoute
	}
	t, err := batch.TileAt(r.PathValue("path"))
	if err != nil {
		return nil, err
	}
	now, err := h.Ledger.Prove(r.Context(), 0, nil)
	if err != nil {
		return nil, err
	}
	if end, ok := batch.TileEnd(t); !ok || end > now.Size {
		return nil, errNoRoute
	}
	w.Header().Set("Cache-Control", kept)
	if t.L >= 0 {
		return tlog.ReadTileData(t, tlog.HashReaderFunc(func(places []int64) ([]tlog.Hash, error) { return h.Tiles.Nodes(r.Context(), places) }))
	}
	entries, err := h.Tiles.Entries(r.Context(), uint64(t.N)<<t.H, t.W)
	return batch.JoinEntries(entries), err
}
