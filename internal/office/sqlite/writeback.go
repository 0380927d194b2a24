package sqlite

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"leeward/internal/screening"
)

// gathered is how many frames gather in the log, 32 MiB, before they are written back: a group of batches brings a thousand,
// and most pages of an index change with every group.
const gathered = 8192

// writeBack moves pages from the log into the main file while others write, on another processor than theirs. What they
// added meanwhile is moved between two of their transactions: then the next one begins the log anew. Where that cannot be,
// because somebody reads an older state all the time, a commit does it when four times as much gathered (encvfs.Gather).
type writeBack struct {
	file *file
	log  *slog.Logger
	from int // frames

	moving sync.Mutex   // held while pages are moved
	state  atomic.Int32 // idle, busy, nearly
	again  int          // frames; the engine's one writer has it

	ending sync.Mutex
	ended  bool
	work   sync.WaitGroup // of the goroutine that moves most pages
}

const (
	idle   = iota
	busy   // most are being moved
	nearly // they are; a few have come since
)

// committed looks after a commit whether it is time (engine.Options). Nobody writes meanwhile.
func (w *writeBack) committed(ctx context.Context) {
	n := w.file.Gathered()
	if n < w.from { // the log began anew
		w.again = w.from
	}
	if n < w.again {
		return
	}
	switch w.state.Load() {
	case idle:
		w.begin(context.WithoutCancel(ctx))
	case nearly:
		w.move(ctx)
		w.state.Store(idle)
		w.again = n + w.from
	}
}

func (w *writeBack) begin(ctx context.Context) {
	w.ending.Lock()
	defer w.ending.Unlock()
	if w.ended {
		return
	}
	w.state.Store(busy)
	w.work.Go(func() {
		w.move(ctx)
		w.state.Store(nearly)
	})
}

// end waits for what is under way, and begins nothing more.
func (w *writeBack) end() {
	w.ending.Lock()
	w.ended = true
	w.ending.Unlock()
	w.work.Wait()
}

// move writes back what it can without waiting for anybody. That it could not is no error: nothing is lost, and the next
// commit that finds as much gathered tries again.
func (w *writeBack) move(ctx context.Context) {
	w.moving.Lock()
	defer w.moving.Unlock()
	var others, frames, moved int
	if err := w.file.db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(PASSIVE)`).Scan(&others, &frames, &moved); err != nil {
		w.log.Warn("log was not written back", "code", screening.CodeOf(w.file.Explain(err)))
	}
}
