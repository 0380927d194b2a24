package courier_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
	"leeward/sync/fieldtest"
	"leeward/sync/intake"
)

// harbour is the office: the real intake over records in memory, which dies, is put back, fills its disk and is locked.
type harbour struct {
	w    *world
	dir  string
	dice *rand.Rand

	mu       sync.Mutex
	records  *fieldtest.Records
	in       *intake.Intake
	handler  http.Handler
	life     int // counts starts: what an earlier life still does changes nothing
	up       bool
	locked   bool
	full     bool
	off      time.Duration      // of the clock
	dieAfter int                // so many further commits
	backup   *fieldtest.Records // off the machine
	before   *fieldtest.Records // plant: before the last arrival
	restored bool
	promised words // in this life
}

var errDead = errors.New("the office is dead")

func newHarbour(w *world, dir string) *harbour {
	h := &harbour{w: w, dir: dir, dice: w.dice(99), records: fieldtest.NewRecords(), dieAfter: -1}
	s := supply()
	h.records.Log.Enter([]byte("an office's log begins with something"))
	for _, c := range s.chains {
		h.records.Devices = append(h.records.Devices, casework.Enrolled{
			ID: c.device, Epoch: 1, Current: true, SignKey: signer(c.seed).Public(), TLSKey: fieldtest.PeerKey(s.certs[c.seed]),
			SealTo: supply().sealTo, Enrolled: today,
		})
	}
	h.start()
	return h
}

// start begins a new life over what is recorded.
func (h *harbour) start() {
	h.mu.Lock()
	h.life++
	g := &grip{h.records, h, h.life}
	h.mu.Unlock()
	in, err := intake.New(intake.Config{
		Ledger: g, Register: g, Root: supply().root, Online: signer(fieldtest.OnlineKey), Registrar: signer(fieldtest.RegistrarKey),
		Requests: identities()[0], Payload: h.key, Forms: func(schema.Ref) (*schema.Form, bool) { return supply().form, true },
		Parts: h.dir, Now: h.now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		panic(err)
	}
	h.mu.Lock()
	h.in, h.handler, h.up = in, in.Handler(), true
	h.mu.Unlock()
	_ = in.Resume(ctx) // a disk that is full says no: the next start tries again
}

func (h *harbour) key() seal.Opener {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.locked {
		return nil
	}
	return supply().opener
}

func (h *harbour) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Now().Add(h.off)
}

// die ends a life in the middle of whatever it does. Of what it was writing beside the records some is there.
func (h *harbour) die() {
	h.w.total.kills.Add(1)
	h.w.total.faults.Add(1)
	h.w.note("office dies")
	h.mu.Lock()
	defer h.mu.Unlock()
	h.up, h.dieAfter, h.promised = false, -1, nil
	h.life++
	if h.before != nil {
		h.records = h.before
		h.before = nil
	}
	parts, _ := os.ReadDir(h.dir)
	for _, p := range parts {
		info, err := p.Info()
		if err != nil {
			continue
		}
		path := filepath.Join(h.dir, p.Name())
		if h.dice.IntN(2) == 0 {
			_ = os.Truncate(path, h.dice.Int64N(info.Size()+1))
		} else if b, err := os.ReadFile(path); err == nil && len(b) > 0 {
			b[h.dice.IntN(len(b))] ^= 1
			_ = os.WriteFile(path, b, 0o600)
		}
	}
}

// trouble is what happens to an office in a few days.
func (h *harbour) trouble() {
	for range 3 + h.dice.IntN(6) {
		h.w.sleep(hours(h.dice, 8))
		kind := h.dice.IntN(8)
		h.w.note("office %d", kind)
		h.w.total.faults.Add(1)
		switch kind {
		case 0, 1: // in the middle of something, before or after the commit
			h.mu.Lock()
			h.dieAfter = h.dice.IntN(4)
			h.mu.Unlock()
		case 2:
			h.die()
		case 3:
			h.turn(func() { h.full = !h.full })
		case 4:
			h.turn(func() { h.locked = !h.locked })
		case 5:
			h.turn(func() { h.off = time.Duration(h.dice.IntN(20)-10) * 365 * 24 * time.Hour })
		case 6:
			h.turn(func() { h.backup = h.records.Clone() })
		case 7:
			if h.backup != nil && h.dice.IntN(3) == 0 {
				h.restore()
			}
		}
		if h.dice.IntN(2) == 0 {
			h.again()
		}
	}
}

func (h *harbour) turn(do func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	do()
}

// restore puts the records back to the last backup.
func (h *harbour) restore() {
	h.die()
	h.w.total.restores.Add(1)
	h.turn(func() { h.records, h.restored, h.before = h.backup.Clone(), true, nil })
	h.start()
}

// again starts an office that is dead, or lets a living one do what is due.
func (h *harbour) again() {
	h.mu.Lock()
	up, in := h.up, h.in
	h.mu.Unlock()
	if !up {
		h.start()
		return
	}
	_ = in.Resume(ctx)
}

// recover ends all troubles.
func (h *harbour) recover() {
	h.turn(func() { h.full, h.locked, h.dieAfter, h.off = false, false, -1, 0 })
	h.again()
	h.again()
}

// grip is what one life of the office has on the records: after its death it changes nothing.
type grip struct {
	*fieldtest.Records
	h    *harbour
	life int
}

// hold runs one transaction of the records, if this life still lives; it may die before or after the commit.
func hold[T any](g *grip, do func(*fieldtest.Records) (T, error)) (v T, err error) {
	h, records := g.h, g.Records
	h.mu.Lock()
	alive, full := g.life == h.life, h.full
	dies := alive && h.dieAfter == 0
	if h.dieAfter > 0 {
		h.dieAfter--
	}
	late := dies && h.dice.IntN(2) == 0
	h.mu.Unlock()
	switch {
	case !alive:
		return v, errDead
	case dies && !late:
		h.die()
		return v, errDead
	case full:
		return v, screening.Fail(screening.EFull, errors.New("full"))
	}
	if v, err = do(records); dies {
		h.die()
		return v, errDead
	}
	return v, err
}

func (g *grip) Receive(ctx context.Context, a casework.Arrival) (casework.Reception, error) {
	return g.arrive(a, func(r *fieldtest.Records) (casework.Reception, error) { return r.Receive(ctx, a) })
}

func (g *grip) Take(ctx context.Context, a casework.Arrival, o casework.Opened) (casework.Reception, error) {
	return g.arrive(a, func(r *fieldtest.Records) (casework.Reception, error) { return r.Take(ctx, a, o) })
}

// arrive records an arrival, with the faults that were planted.
func (g *grip) arrive(a casework.Arrival, do func(*fieldtest.Records) (casework.Reception, error)) (casework.Reception, error) {
	return hold(g, func(r *fieldtest.Records) (casework.Reception, error) {
		if g.h.w.plant.answerFirst {
			before := r.Clone()
			g.h.turn(func() { g.h.before = before })
		}
		got, err := do(r)
		if got.Duplicate && g.h.w.plant.twice {
			again := *r.Find(a.Batch)
			again.Receipt.Level = screening.LevelOpened // else it were due for ever
			r.Batches = append(r.Batches, &again)
		}
		g.h.w.note("receive %d: duplicate %v, fork %v, ahead %v", a.Seq, got.Duplicate, got.Rival != nil, got.Ahead)
		return got, err
	})
}

func (g *grip) Known(ctx context.Context, id screening.BatchID) (screening.Receipt, bool, error) {
	if g.h.w.plant.twice {
		return screening.Receipt{}, false, nil
	}
	return g.Records.Known(ctx, id)
}

func (g *grip) Open(ctx context.Context, o casework.Opened) (casework.Settled, error) {
	return hold(g, func(r *fieldtest.Records) (casework.Settled, error) { return r.Open(ctx, o) })
}

func (g *grip) Redact(ctx context.Context, r casework.Redaction) error {
	_, err := hold(g, func(m *fieldtest.Records) (struct{}, error) { return struct{}{}, m.Redact(ctx, r) })
	return err
}

func (g *grip) Greet(ctx context.Context, hello casework.Hello) (casework.Account, error) {
	a, err := hold(g, func(r *fieldtest.Records) (casework.Account, error) { return r.Greet(ctx, hello) })
	a.Kept = g.h.kept()
	return a, err
}

func (g *grip) Report(ctx context.Context, id screening.DeviceID, epoch uint64, most int) (casework.Account, error) {
	a, err := g.Records.Report(ctx, id, epoch, most)
	a.Kept = g.h.kept()
	return a, err
}

// kept is how much of the log the backup has.
func (h *harbour) kept() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.backup == nil {
		return 0
	}
	return h.backup.Log.Size()
}
