package courier_test

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// Many devices, one office, and everything that can go wrong between them, in virtual time: real couriers and the real
// intake, over a network and disks that are told when to fail. One number draws one run. -seeds says how many runs, and
// -seed begins with a certain one, as a failure names it. `make simulate` runs ten thousand.
var (
	seeds     = flag.Int("seeds", 100, "how many `runs` of the simulation")
	firstSeed = flag.Uint64("seed", 1, "the first `run` of the simulation")
)

// tally counts what happened in all runs.
type tally struct{ runs, finished, acknowledged, faults, kills, cuts, forks, restores, sticks atomic.Int64 }

func (t *tally) String() string {
	return fmt.Sprintf("%d runs: %d interviews finished, %d of them acknowledged as opened; %d faults, of which %d kills and %d cuts; "+
		"%d forks refused, %d offices restored, %d sticks", t.runs.Load(), t.finished.Load(), t.acknowledged.Load(), t.faults.Load(),
		t.kills.Load(), t.cuts.Load(), t.forks.Load(), t.restores.Load(), t.sticks.Load())
}

// TestSimulation runs many seeds: nothing that was acknowledged is lost, nothing is there twice, every receipt verifies,
// and no readable copy goes before its batch was opened.
func TestSimulation(t *testing.T) {
	n := *seeds
	if testing.Short() {
		n = min(n, 20)
	}
	var total tally
	each(t, n, func(t *testing.T, seed uint64) bool {
		if _, fault := simulate(t, seed, plant{}, &total); fault != "" {
			t.Errorf("seed %d: %s", seed, fault)
		}
		return !t.Failed()
	})
	t.Log(&total)
	if total.acknowledged.Load() < int64(n) || n > 30 && total.kills.Load() == 0 {
		t.Error("too little happened: the simulation shows nothing")
	}
}

// TestTheSameSeedIsTheSameRun compares the traces of two runs, event by event and at the same virtual times.
func TestTheSameSeedIsTheSameRun(t *testing.T) {
	n := 30
	if testing.Short() {
		n = 10
	}
	var total tally
	seen := map[[32]byte]bool{}
	var mu sync.Mutex
	each(t, n, func(t *testing.T, seed uint64) bool {
		first, _ := simulate(t, seed, plant{}, &total)
		again, _ := simulate(t, seed, plant{}, &total)
		if first != again {
			t.Errorf("seed %d: traces %x and %x", seed, first[:4], again[:4])
		}
		mu.Lock()
		defer mu.Unlock()
		seen[first] = true
		return true
	})
	if len(seen) != n {
		t.Errorf("%d different runs from %d seeds", len(seen), n)
	}
}

// TestPlantedFaultsAreFound breaks a rule on purpose: the simulation has to notice each within a few seeds.
func TestPlantedFaultsAreFound(t *testing.T) {
	for name, p := range map[string]plant{
		"an office that answers before it commits":     {answerFirst: true},
		"an office that records a batch twice":         {twice: true},
		"a device that purges what is only stored":     {purgeEarly: true},
		"a device that drops sealed bytes when opened": {dropEarly: true},
		"a device that seals a number again":           {reseal: true},
		"a device that forgets where an upload was":    {restart: true},
		"an office that forgets what it has of one":    {forget: true},
	} {
		t.Run(name, func(t *testing.T) {
			var total tally
			for seed := uint64(1); seed <= 500; seed++ {
				if _, fault := simulate(t, seed, p, &total); fault != "" {
					t.Logf("found by seed %d: %s", seed, fault)
					return
				}
			}
			t.Error("nobody noticed in 500 runs")
		})
	}
}

// each runs seeds on all cores until one returns false.
func each(t *testing.T, n int, run func(t *testing.T, seed uint64) bool) {
	t.Helper()
	var next atomic.Uint64
	next.Store(*firstSeed)
	end := *firstSeed + uint64(n)
	t.Run("runs", func(t *testing.T) {
		for core := range runtime.NumCPU() {
			t.Run(fmt.Sprint(core), func(t *testing.T) {
				t.Parallel()
				for seed := next.Add(1) - 1; seed < end; seed = next.Add(1) - 1 {
					if !run(t, seed) {
						return
					}
				}
			})
		}
	})
}

// quickDir is a folder in memory where the system has one: a run waits for no disk.
func quickDir(t *testing.T) (dir string, clean func()) {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "leeward")
	if err != nil {
		return t.TempDir(), func() {}
	}
	return dir, func() { _ = os.RemoveAll(dir) }
}

// simulate is one run: the hash of what happened when, and the first rule that was broken.
func simulate(t *testing.T, seed uint64, p plant, total *tally) (trace [32]byte, fault string) {
	t.Helper()
	supply() // outside of the run's time
	parts, clean := quickDir(t)
	defer clean()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(seed, p, total, parts)
		w.run()
		trace, fault = w.end()
	})
	return trace, fault
}
