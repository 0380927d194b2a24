package courier_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"leeward/internal/screening"
	"leeward/sync/batch"
	"leeward/sync/courier"
	"leeward/sync/fieldtest"
)

// ship is a device: the real courier over an outbox in memory.
type ship struct {
	w      *world
	n      int
	chain  chain
	next   []screening.Batch // that it will seal
	dice   *rand.Rand
	box    *pocket
	copied int // steps until somebody copies it; never if zero
	frozen bool
	shut   bool // the office showed a log that does not continue the one known here
	off    time.Duration
	mate   *courier.Courier // of this life

	readable map[screening.InterviewID]bool
	finished map[screening.InterviewID]bool
	rival    bool // another device has the same keys
	heard    words
}

func newShip(w *world, n int, c chain) *ship {
	s := &ship{
		w: w, n: n, chain: c, next: c.main, dice: w.dice(uint64(n + 1)),
		readable: map[screening.InterviewID]bool{}, finished: map[screening.InterviewID]bool{},
	}
	s.box = &pocket{ship: s, dieIn: -1, Outbox: &fieldtest.Outbox{
		Enrolled: &screening.Enrolment{
			Device: c.device, Epoch: 1, SignKey: signer(c.seed).Public(), TLSKey: fieldtest.PeerKey(supply().certs[c.seed]), RootVersion: 1,
		},
		Office: supply().root,
	}}
	return s
}

// pocket is the outbox as the courier has it. The device may die at any of its transactions, before or after it is
// durable.
type pocket struct {
	*fieldtest.Outbox
	ship  *ship
	dieIn int // transactions; never if negative
	after bool
}

// killed is the panic with which a device dies.
type killed struct{}

func (p *pocket) commit(do func() error) error {
	dies := p.dieIn == 0
	if p.dieIn >= 0 {
		p.dieIn--
	}
	if dies && !p.after {
		panic(killed{})
	}
	err := do()
	if dies {
		panic(killed{})
	}
	return err
}

// Unsent gives the courier something to send: without that it would seal a heartbeat, which costs more than the run.
func (p *pocket) Unsent(ctx context.Context) ([]screening.Batch, error) {
	list, err := p.Outbox.Unsent(ctx)
	if err == nil && len(list) == 0 && p.ship.finish() {
		return p.Outbox.Unsent(ctx)
	}
	return list, err
}

func (p *pocket) Advance(ctx context.Context, id screening.BatchID, r screening.Rung) error {
	return p.commit(func() error { return p.Outbox.Advance(ctx, id, r) })
}

func (p *pocket) Acknowledge(ctx context.Context, r screening.Receipt, at time.Time) error {
	return p.commit(func() error { return p.Outbox.Acknowledge(ctx, r, at) })
}

func (p *pocket) Remember(ctx context.Context, c screening.Checkpoint) error {
	return p.commit(func() error { return p.Outbox.Remember(ctx, c) })
}

func (p *pocket) Drop(ctx context.Context, kept uint64) (n int64, err error) {
	if p.ship.w.plant.dropEarly {
		kept = p.Log.Size
	}
	err = p.commit(func() error { n, err = p.Outbox.Drop(ctx, kept); return err })
	return n, err
}

// finish ends an interview and seals it: its batch is in the outbox before any byte of it can leave.
func (s *ship) finish() bool {
	if len(s.next) == 0 {
		return false
	}
	b := s.next[0]
	s.next = s.next[1:]
	if err := s.box.Enqueue(ctx, b); err != nil {
		s.w.fault("device %d: %v", s.n, err)
	}
	for _, id := range b.Holds {
		s.readable[id], s.finished[id] = true, true
	}
	s.w.total.finished.Add(1)
	return true
}

// sail is a device's days.
func (s *ship) sail() {
	for step := range 4 + s.dice.IntN(5) {
		s.w.sleep(hours(s.dice, 6))
		if s.copied > 0 && step == s.copied {
			s.copy()
		}
		switch s.dice.IntN(16) {
		case 0, 1, 2, 3:
			s.finish()
		case 4:
			s.off = time.Duration(s.dice.IntN(20)-10) * 365 * 24 * time.Hour
		case 5, 6, 7:
			s.box.dieIn, s.box.after = s.dice.IntN(6), s.dice.IntN(2) == 0
			s.sync()
		case 8:
			s.stick()
		default:
			s.sync()
		}
		s.purge()
	}
}

// courier is the one of this life.
func (s *ship) courier() *courier.Courier {
	if s.mate != nil {
		return s.mate
	}
	s.mate = courier.New(courier.Config{
		Outbox: s.box, Sign: signer(s.chain.seed), TLS: supply().certs[s.chain.seed], Open: identities()[2], URL: "https://office",
		Generation: func() (uint64, [16]byte) { return 1, [16]byte{1} }, Now: func() time.Time { return time.Now().Add(s.off) },
		Log: slog.New(slog.DiscardHandler),
	}).Over(&radio{s.w, s, s.dice}, supply().office, supply().root)
	return s.mate
}

// alive runs what a device does until it is done, or the device dies.
func (s *ship) alive(do func() error) {
	defer func() {
		if p := recover(); p != nil {
			if _, ours := p.(killed); !ours {
				panic(p)
			}
			s.w.total.kills.Add(1)
			s.w.note("device %d dies", s.n)
			s.box.dieIn, s.mate = -1, nil
			s.lose()
		}
	}()
	err := do()
	s.w.note("device %d: %v %v", s.n, screening.CodeOf(err), s.box.Rungs())
	no, refused := errors.AsType[*courier.Refused](err)
	switch {
	case err == nil, screening.CodeOf(err) == screening.CodeOffline:
	case errors.Is(err, batch.ErrLog):
		if s.shut = true; !s.w.office.restored {
			s.w.fault("device %d was shown another log by an office that was never put back", s.n)
		}
	case refused && no.Code == screening.EFork:
		if s.frozen = true; !s.rival && !s.w.office.restored {
			s.w.fault("device %d: a fork of itself", s.n)
		}
	case refused && (no.Temporary() || no.Code == screening.EHash || no.Code == screening.EOffset):
	default:
		s.w.fault("device %d: %v", s.n, err)
	}
}

// lose is the planted device that keeps its last batch in memory only.
func (s *ship) lose() {
	if last := len(s.box.Batches) - 1; s.w.plant.reseal && last >= 0 && last < len(s.chain.branch) {
		s.box.Batches = s.box.Batches[:last]
		s.next = s.chain.branch[last]
	}
}

func (s *ship) sync() {
	s.heard = words{}
	s.alive(func() error { _, err := s.courier().Sync(ctx); return err })
}

// purge erases readable copies where it may.
func (s *ship) purge() {
	for _, b := range s.box.Batches {
		enough := b.Rung == screening.RungOpened || s.w.plant.purgeEarly && b.Rung == screening.RungStored
		for _, id := range b.Holds {
			if !enough || !s.readable[id] {
				continue
			}
			s.readable[id] = false
			s.w.office.turn(func() {
				kept := s.w.office.records.Find(b.ID)
				if !s.w.office.restored && (kept == nil || kept.Receipt.Level != screening.LevelOpened) {
					s.w.fault("device %d erased a readable copy of what the office has not opened", s.n)
				}
			})
		}
	}
}

// stick carries what waits to the office by hand, hours later, perhaps twice, and its answer back.
func (s *ship) stick() {
	dir, err := os.MkdirTemp(filepath.Dir(s.w.office.dir), "stick")
	if err != nil {
		panic(err)
	}
	s.alive(func() error { _, err := s.courier().Carry(ctx, dir); return err })
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	trips, wait := 1+s.dice.IntN(2), hours(s.dice, 30)
	s.w.total.sticks.Add(1)
	s.w.begin(func() {
		defer os.RemoveAll(dir)
		for range trips {
			s.w.sleep(wait)
			s.handIn(files)
		}
	})
}

// handIn lets the office take the files of a stick.
func (s *ship) handIn(files []string) {
	h := s.w.office
	h.mu.Lock()
	in, up := h.in, h.up
	h.mu.Unlock()
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil || !up {
			continue
		}
		taken, err := in.Take(ctx, b)
		s.w.note("stick of device %d: %d batches, %v", s.n, len(taken), screening.CodeOf(err))
	}
}

// copy makes another device with the same keys and the same records.
func (s *ship) copy() {
	at := len(s.box.Batches)
	if at == 0 || at >= chainLength {
		return
	}
	s.rival = true
	other := newShip(s.w, len(s.w.ships), s.chain)
	other.box.Outbox, other.rival, other.next = s.box.Clone(), true, s.chain.branch[at]
	for id := range s.finished {
		other.finished[id], other.readable[id] = true, s.readable[id]
	}
	s.w.ships = append(s.w.ships, other)
	s.w.note("device %d is copied", s.n)
	s.w.begin(other.sail)
}

// settle is the calm after everything: what is not frozen arrives.
func (s *ship) settle() {
	s.off = 0
	for range 4 {
		if s.frozen || s.shut {
			return
		}
		s.w.sleep(time.Hour)
		s.sync()
		unsent, _ := s.box.Outbox.Unsent(ctx)
		unopened, _ := s.box.Unopened(ctx)
		if len(unsent)+len(unopened) == 0 {
			s.purge()
			return
		}
	}
	s.w.fault("device %d: in calm weather its batches are %v", s.n, s.box.Rungs())
}

// judge looks at what became of everything that this device ever finished.
func (s *ship) judge(recorded map[screening.InterviewID]int) {
	held := map[screening.InterviewID]bool{}
	for _, b := range s.box.Batches {
		for _, id := range b.Holds {
			held[id] = held[id] || b.File != nil
		}
		kept := s.w.office.records.Find(b.ID)
		if b.Rung >= screening.RungStored && kept == nil && !s.w.office.restored {
			s.w.fault("device %d has a receipt for batch %d, and the office has no such batch", s.n, b.Seq)
		}
		if b.Rung == screening.RungOpened {
			s.w.total.acknowledged.Add(1)
		}
		if b.Rung == screening.RungOpened && kept != nil && kept.Receipt.Level != screening.LevelOpened && !s.w.office.restored {
			s.w.fault("device %d has a proof of opening for batch %d, and the office has not opened it", s.n, b.Seq)
		}
	}
	for id := range s.finished {
		if recorded[id] == 0 && !held[id] {
			s.w.fault("interview %s of device %d is nowhere", fmt.Sprint(id[1]), s.n)
		}
	}
}
