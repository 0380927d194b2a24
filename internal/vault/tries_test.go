package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"leeward/internal/screening"
)

func TestDelays(t *testing.T) {
	want := []time.Duration{0, 0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15}
	for count, minutes := range want {
		if got := delay(uint32(count)); got != minutes*time.Minute {
			t.Errorf("after %d wrong tries: got %s, want %s", count, got, minutes*time.Minute)
		}
	}
	if got := delay(1<<32 - 1); got != longest {
		t.Errorf("after ever so many: got %s, want %s", got, longest)
	}
}

// TestWrongTries goes through the delays with a clock that stands still between tries.
func TestWrongTries(t *testing.T) {
	c := newClock()
	o := c.options()
	path, _ := made(t, o)
	for range freeTries {
		_, err := Unlock(t.Context(), path, Passphrase(wrong), o)
		wantCode(t, "free try", err, screening.CodeWrongPassphrase)
	}
	for _, minutes := range []time.Duration{1, 2, 4, 8, 15, 15} {
		want := minutes * time.Minute
		wantWait(t, path, o, want)
		_, err := Unlock(t.Context(), path, Passphrase(right), o) // nothing is tried, not even the right one
		wantCode(t, "try too early", err, screening.CodeWait)
		w, ok := errors.AsType[*WaitError](err)
		if !ok || w.Left != want || !w.Until.Equal(c.t.Add(want)) {
			t.Errorf("wait: got %+v, want %s until %s", w, want, c.t.Add(want))
		}
		c.forward(want - time.Millisecond)
		_, err = Unlock(t.Context(), path, Passphrase(right), o)
		wantCode(t, "try a millisecond too early", err, screening.CodeWait)
		c.forward(time.Millisecond)
		wantWait(t, path, o, 0)
		_, err = Unlock(t.Context(), path, Passphrase(wrong), o)
		wantCode(t, "try in time", err, screening.CodeWrongPassphrase)
	}
	c.forward(longest)
	v, err := Unlock(t.Context(), path, Passphrase(right), o)
	if err != nil {
		t.Fatal(err)
	}
	wantWait(t, path, o, 0) // the right one sets the counter back

	for range freeTries { // a wrong old passphrase on an unlocked screen counts as well
		wantCode(t, "change", v.ChangePassphrase(t.Context(), Passphrase(wrong), []byte("other")), screening.CodeWrongPassphrase)
	}
	wantCode(t, "change", v.ChangePassphrase(t.Context(), Passphrase(right), []byte("other")), screening.CodeWait)
}

func wantWait(t *testing.T, path string, o Options, want time.Duration) {
	t.Helper()
	if got, err := Wait(t.Context(), path, o); err != nil || got != want {
		t.Errorf("wait: got %s, %v, want %s", got, err, want)
	}
}

// TestClockSetBack waits a minute while the clock is moved about.
func TestClockSetBack(t *testing.T) {
	const d = longest
	start := newClock().t
	type at struct {
		clock time.Duration // where the clock stands, from the last try
		want  time.Duration // what remains
	}
	for name, steps := range map[string][]at{
		"not moved":              {{0, d}, {5 * time.Minute, 10 * time.Minute}, {d, 0}},
		"back a little":          {{10 * time.Minute, 5 * time.Minute}, {9 * time.Minute, 6 * time.Minute}},
		"back before the try":    {{10 * time.Minute, 5 * time.Minute}, {-time.Minute, d}, {2 * time.Minute, d - 2*time.Minute}},
		"back, then it runs on":  {{-time.Hour, d}, {-50 * time.Minute, 5 * time.Minute}, {-45 * time.Minute, 0}},
		"back and forth":         {{2 * time.Minute, d - 2*time.Minute}, {-time.Hour, d}, {3 * time.Minute, d - 3*time.Minute}},
		"back twice":             {{-time.Hour, d}, {-55 * time.Minute, 10 * time.Minute}, {-2 * time.Hour, d}, {-119 * time.Minute, d - time.Minute}},
		"back to 1970, and runs": {{-60 * 365 * 24 * time.Hour, d}, {-60*365*24*time.Hour + d, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			c := &clock{start}
			o := c.options()
			path, _ := made(t, o)
			setTries(t, path, tries{count: worst, at: start.UnixMilli(), back: start.UnixMilli()})
			for i, s := range steps {
				c.t = start.Add(s.clock)
				if got, err := Wait(t.Context(), path, o); err != nil || got != s.want {
					t.Fatalf("step %d: got %s, %v, want %s", i, got, err, s.want)
				}
			}
		})
	}
}

// TestSetBackNeverShortens moves a clock back by any amount at any time of a wait.
func TestSetBackNeverShortens(t *testing.T) {
	start := newClock().t
	try := tries{}.another(start, Anyone)
	for count := range uint32(12) {
		try.count = count
		for waited := time.Duration(0); waited <= 20*time.Minute; waited += 7 * time.Second {
			before := try.wait(start.Add(waited))
			for _, back := range []time.Duration{1, time.Millisecond, time.Second, time.Minute, 17 * time.Minute, 1000 * time.Hour} {
				settled, _ := try.settle(start.Add(waited - back))
				if after := settled.wait(start.Add(waited - back)); after < before || after > delay(count) {
					t.Fatalf("%d tries, waited %s, back %s: %s remained, now %s", count, waited, back, before, after)
				}
			}
		}
	}
}

// setTries puts a counter into both places of a vault.
func setTries(t *testing.T, path string, n tries) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(b, n.marshal())
	copy(b[blockSize:], n.marshal())
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestKilledTriesCount kills a process of its own after each try was counted and before it was made, and
// in the middle of Argon2id.
func TestKilledTriesCount(t *testing.T) {
	if path := os.Getenv("LEEWARD_TEST_VAULT"); path != "" {
		o := Options{Now: newClock().now, hook: func(s step) error {
			if s == stepTried { // quicker than the kill
				select {}
			}
			if s == stepStretch {
				p, err := os.FindProcess(os.Getpid())
				if err != nil {
					return err
				}
				if os.Getenv("LEEWARD_TEST_WHEN") == "before" {
					_ = p.Kill()
					select {}
				}
				time.AfterFunc(5*time.Millisecond, func() { _ = p.Kill() })
			}
			return nil
		}}
		_, err := Unlock(t.Context(), path, Passphrase(right), o)
		t.Fatalf("the process lives: %v", err)
	}

	c := newClock()
	o := c.options()
	o.KDF = KDF{Time: 8, Memory: 19 << 10, Threads: 1} // slow enough to be killed within
	path, _ := made(t, o)
	for i := range freeTries {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestKilledTriesCount$")
		cmd.Env = append(os.Environ(), "LEEWARD_TEST_VAULT="+path,
			"LEEWARD_TEST_WHEN="+map[bool]string{true: "before", false: "within"}[i%2 == 0])
		if out, err := cmd.CombinedOutput(); err == nil || bytes.Contains(out, []byte("lives")) {
			t.Fatalf("try %d was not killed: %v\n%s", i, err, out)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parseFile(b, c.t)
		if err != nil || f.tries.count != uint32(i+1) || f.worn {
			t.Fatalf("after %d kills: %+v, %v", i+1, f, err)
		}
	}
	wantWait(t, path, o, time.Minute)
}

// TestCountFirst holds that no passphrase is tried when the try cannot be counted.
func TestCountFirst(t *testing.T) {
	o := newClock().options()
	path, _ := made(t, o)
	o.hook = func(s step) error {
		switch s {
		case stepCount:
			return diskFull
		case stepStretch:
			t.Error("a try that was not counted was made")
		}
		return nil
	}
	_, err := Unlock(t.Context(), path, Passphrase(right), o)
	wantCode(t, "full disk", err, screening.CodeDiskFull)
}

// TestLostCounters damages the copies of the counter: no free try comes of it, and no lock for good.
func TestLostCounters(t *testing.T) {
	c := newClock()
	o := c.options()
	for _, tc := range []struct {
		name   string
		tries  int
		blocks []int64
		want   time.Duration
	}{
		{"the older copy, four tries", 4, []int64{0}, time.Minute}, // it might have been the newer: one more
		{"the newer copy, four tries", 4, []int64{1}, 0},
		{"the newer copy, five tries", 5, []int64{0}, time.Minute},
		{"one of two, no tries", 0, []int64{0}, 0},
		{"both", 0, []int64{0, 1}, longest},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path, _ := made(t, o)
			for range tc.tries {
				_, err := Unlock(t.Context(), path, Passphrase(wrong), o)
				wantCode(t, "try", err, screening.CodeWrongPassphrase)
			}
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			for _, block := range tc.blocks {
				if _, err := f.WriteAt([]byte("noise"), block*blockSize+20); err != nil {
					t.Fatal(err)
				}
			}
			wantWait(t, path, o, tc.want)
			wantWait(t, path, o, tc.want) // reading it does not make it longer
			c.forward(tc.want)
			if _, err := Unlock(t.Context(), path, Passphrase(right), o); err != nil {
				t.Errorf("after the wait: %v", err)
			}
		})
	}
}

// TestTriesAtOnce tries from many goroutines: as many as the counter allows come through, no more.
func TestTriesAtOnce(t *testing.T) {
	o := newClock().options()
	path, _ := made(t, o)
	const at = 12
	codes := make(chan screening.Code, at)
	var all sync.WaitGroup
	for range at {
		all.Go(func() {
			_, err := Unlock(t.Context(), path, Passphrase(wrong), o)
			codes <- screening.CodeOf(err)
		})
	}
	all.Wait()
	close(codes)
	got := map[screening.Code]int{}
	for code := range codes {
		got[code]++
	}
	want := map[screening.Code]int{screening.CodeWrongPassphrase: freeTries, screening.CodeWait: at - freeTries}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("outcomes: got %v, want %v", got, want)
	}
}

// TestInUse holds the lock of a vault and lets another wait for it in vain.
func TestInUse(t *testing.T) {
	o := newClock().options()
	path, _ := made(t, o)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err := locked(t.Context(), path, func() error {
		_, err := Unlock(ctx, path, Passphrase(right), o)
		return err
	})
	wantCode(t, "unlock beside another", err, screening.CodeInUse)
	if _, err := Unlock(t.Context(), path, Passphrase(right), o); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if left, err := filepath.Glob(path + "*"); err != nil || len(left) != 2 {
		t.Errorf("files: got %v, %v, want the vault and its lock", left, err)
	}
}
