package courier_test

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"math/rand/v2"
	"sync"
	"time"

	"leeward/internal/screening"
	"leeward/sync/batch"
)

// plant is a rule that is broken on purpose.
type plant struct {
	answerFirst bool // the office answers, and writes a little later
	twice       bool // the office records what it has already
	purgeEarly  bool // a device erases the readable copy of what is stored and not opened
	dropEarly   bool // a device drops sealed bytes of which no backup is known
	reseal      bool // a device forgets the batch it sealed last when it dies, and uses its number again
	restart     bool // a device sends an upload from its first byte whatever the office has of it
	forget      bool // the office forgets what it said it has of an upload
}

// world is one run: an office, its devices and what happens between them. Whoever acts sleeps first, until a moment that
// nobody else has, so that at any time one goroutine runs and the same seed gives the same run.
type world struct {
	seed   uint64
	plant  plant
	total  *tally
	office *harbour
	ships  []*ship
	work   sync.WaitGroup

	mu     sync.Mutex
	began  time.Time
	wakes  map[time.Duration]bool
	trace  hash.Hash
	broken string
	calm   bool // nothing fails any more: what is under way has to arrive
}

func newWorld(seed uint64, p plant, total *tally, dir string) *world {
	w := &world{seed: seed, plant: p, total: total, began: time.Now(), wakes: map[time.Duration]bool{}, trace: sha256.New()}
	w.office = newHarbour(w, dir)
	dice := w.dice(0)
	for n := range 2 + dice.IntN(devicesInStock-1) {
		w.ships = append(w.ships, newShip(w, n, supply().chains[n]))
	}
	if dice.IntN(4) == 0 { // somebody copies the first device, or puts an old copy of it back
		w.ships[0].copied = 1 + dice.IntN(4)
	}
	return w
}

// dice are those of one actor: what another draws does not change them.
func (w *world) dice(actor uint64) *rand.Rand { return rand.New(rand.NewPCG(w.seed, actor)) }

// sleep waits until a moment that nobody else has.
func (w *world) sleep(d time.Duration) {
	time.Sleep(w.until(d))
	w.turn()
}

// until is how long it is from now to a moment that nobody else has.
func (w *world) until(d time.Duration) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := time.Since(w.began) + max(d, 1)
	for w.wakes[at] {
		at++
	}
	w.wakes[at] = true
	return at - time.Since(w.began)
}

// turn is to be called by whoever woke up, and by whoever will not act again: what was done in the turn before happened
// before this one. Virtual time keeps the turns apart; that alone is no order in the sense of the memory model.
func (w *world) turn() {
	w.mu.Lock()
	defer w.mu.Unlock()
}

// begin lets somebody more act.
func (w *world) begin(act func()) {
	w.work.Go(func() {
		w.turn()
		defer w.turn()
		act()
	})
}

// note adds an event to the trace.
func (w *world) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fmt.Fprintf(w.trace, "%d ", time.Since(w.began))
	fmt.Fprintf(w.trace, format+"\n", args...)
}

// fault keeps the first rule that was broken.
func (w *world) fault(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken == "" {
		w.broken = fmt.Sprintf("after %v: ", time.Since(w.began)) + fmt.Sprintf(format, args...)
	}
}

func (w *world) isCalm() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calm
}

// run lets everybody act, then lets what is under way arrive, and looks at what came of it.
func (w *world) run() {
	for _, s := range w.ships {
		w.begin(s.sail)
	}
	w.begin(w.office.trouble)
	w.work.Wait() // copies that were made meanwhile too
	w.mu.Lock()
	w.calm = true
	w.mu.Unlock()
	w.office.recover()
	for _, s := range w.ships {
		s.settle()
	}
	w.work.Wait()
	w.judge()
}

// end gives the hash of the trace and the first rule that was broken.
func (w *world) end() (trace [32]byte, broken string) {
	w.total.runs.Add(1)
	return [32]byte(w.trace.Sum(nil)), w.broken
}

// judge looks at all that is left.
func (w *world) judge() {
	o := w.office
	recorded := map[screening.InterviewID]int{}
	numbers := map[string]bool{}
	entries := map[string]int{}
	for _, e := range o.records.Log.Entries {
		entries[string(e)]++
	}
	for _, b := range o.records.Batches {
		number := fmt.Sprintf("%s %d %d", b.Device, b.Epoch, b.Seq)
		if numbers[number] {
			w.fault("two batches with the number %d of one device", b.Seq)
		}
		numbers[number] = true
		if n := entries[string(batch.BatchEntry(b.Batch))]; n != 1 {
			w.fault("a batch stands %d times in the log", n)
		}
		for _, id := range supply().holds[b.Batch] {
			recorded[id]++
		}
	}
	for id, n := range recorded {
		if n > 1 {
			w.fault("interview %d is recorded %d times", id[1], n)
		}
	}
	for _, s := range w.ships {
		s.judge(recorded)
	}
	w.total.forks.Add(int64(len(o.records.Incidents)))
}
