package vault

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"leeward/internal/screening"
)

// limited is a vault of two people with a limit of tries. Its clock is far enough ahead before each try.
func limited(t *testing.T) (path string, c *clock, o Options) {
	t.Helper()
	c = newClock()
	o = c.options()
	path, v := made(t, o)
	if place := add(t, v, []byte("second screener")); place != 1 {
		t.Fatalf("the second screener has place %d", place)
	}
	if err := v.SetLimit(t.Context(), MinLimit); err != nil {
		t.Fatal(err)
	}
	return path, c, o
}

// tryAt makes a try after all waiting and says how many are left; -1 where it opened.
func tryAt(t *testing.T, path string, c *clock, place int, passphrase []byte) (left int) {
	t.Helper()
	c.forward(longest)
	_, err := UnlockAt(t.Context(), path, place, Passphrase(passphrase), c.options())
	if err == nil {
		return -1
	}
	wantCode(t, "try", err, screening.CodeWrongPassphrase)
	limit, ok := errors.AsType[*LimitError](err)
	if !ok {
		t.Fatalf("got %v, want how many tries are left", err)
	}
	return limit.Left
}

// TestLimit: as many wrong tries in a row at one place destroy what is there, and nothing of a colleague's; a try that
// ends well in between begins the count again; and a place that nobody has answers like one that somebody has.
func TestLimit(t *testing.T) {
	path, c, o := limited(t)
	if limit, err := Limit(t.Context(), path, o); err != nil || limit != MinLimit {
		t.Errorf("limit: got %d, %v", limit, err)
	}
	for _, place := range []int{Anyone, Places} {
		if _, err := UnlockAt(t.Context(), path, place, Passphrase(right), o); !errors.Is(err, ErrPlace) {
			t.Errorf("place %d: got %v, want %v", place, err, ErrPlace)
		}
	}
	for i := range MinLimit - 1 {
		if left := tryAt(t, path, c, 0, wrong); left != MinLimit-1-i {
			t.Fatalf("wrong try %d: %d left", i+1, left)
		}
	}
	if left := tryAt(t, path, c, 0, right); left != -1 {
		t.Fatal("the right passphrase does not open after nine wrong tries")
	}
	if left := tryAt(t, path, c, 0, []byte("second screener")); left != MinLimit-1 {
		t.Errorf("a colleague's passphrase at one's own place: %d left, want it tried nowhere else", left)
	}
	for i := range 3 * MinLimit { // places 5 and 0: nobody's, and somebody's
		for place, want := range map[int]int{5: (MinLimit - 1 - i%MinLimit), 0: (4*MinLimit - 2 - i) % MinLimit} {
			if left := tryAt(t, path, c, place, wrong); left != want {
				t.Fatalf("wrong try %d at place %d: %d left, want %d", i+1, place, left, want)
			}
		}
	}
	if left := tryAt(t, path, c, 0, right); left == -1 {
		t.Error("a destroyed passphrase opens")
	}
	second := []byte("second screener")
	c.forward(longest)
	v, err := UnlockAt(t.Context(), path, 1, Passphrase(second), c.options())
	if err != nil {
		t.Fatal("a colleague's slot was destroyed too:", err)
	}
	if people, me := v.People(); len(people) != 1 || me != 1 {
		t.Errorf("people: got %v, me %d, want the colleague alone", people, me)
	}
	// The place is free again, and what a colleague writes does not bring the destroyed passphrase back.
	if place, err := v.AddPassphrase(t.Context(), Passphrase(second), []byte("third screener")); err != nil || place != 0 {
		t.Errorf("added at place %d, %v", place, err)
	}
	if left := tryAt(t, path, c, 0, right); left == -1 {
		t.Error("a destroyed passphrase opens again")
	}
	if left := tryAt(t, path, c, 0, []byte("third screener")); left != -1 {
		t.Error("who came after does not get in")
	}
}

func TestLimitRefuses(t *testing.T) {
	_, v := made(t, newClock().options())
	for _, limit := range []int{-1, 1, MinLimit - 1, 256} {
		if err := v.SetLimit(t.Context(), limit); !errors.Is(err, ErrLimit) {
			t.Errorf("limit %d: got %v, want %v", limit, err, ErrLimit)
		}
	}
}

// TestLimitCut ends the program after the last try is counted and before anything follows from it: the slot is
// destroyed before another try is made, even of the right passphrase. A full disk makes no try.
func TestLimitCut(t *testing.T) {
	for _, at := range []step{stepStretch, stepTried, stepWrite, stepRename} {
		path, c, o := limited(t)
		for range MinLimit - 1 {
			tryAt(t, path, c, 0, wrong)
		}
		c.forward(longest)
		o.hook = func(s step) error {
			if s == at {
				return diskFull
			}
			return nil
		}
		if _, err := UnlockAt(t.Context(), path, 0, Passphrase(wrong), o); !errors.Is(err, diskFull) {
			t.Fatalf("cut at %s: got %v", at, err)
		}
		if left := tryAt(t, path, c, 0, right); left == -1 {
			t.Errorf("cut at %s: the passphrase opens after all its tries", at)
		}
		if left := tryAt(t, path, c, 1, []byte("second screener")); left != -1 {
			t.Errorf("cut at %s: a colleague does not get in", at)
		}
	}
}

// TestLimitKilled is the same with a process of its own that is killed.
func TestLimitKilled(t *testing.T) {
	if path := os.Getenv("LEEWARD_TEST_LIMITED"); path != "" {
		now, err := time.Parse(time.RFC3339, os.Getenv("LEEWARD_TEST_NOW"))
		if err != nil {
			t.Fatal(err)
		}
		o := Options{Now: func() time.Time { return now }, hook: func(s step) error {
			if s == stepTried {
				p, err := os.FindProcess(os.Getpid())
				if err == nil {
					_ = p.Kill()
				}
				select {}
			}
			return nil
		}}
		_, err = UnlockAt(t.Context(), path, 0, Passphrase(wrong), o)
		t.Fatalf("the process lives: %v", err)
	}
	path, c, _ := limited(t)
	for range MinLimit {
		c.forward(longest)
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestLimitKilled$")
		cmd.Env = append(os.Environ(), "LEEWARD_TEST_LIMITED="+path, "LEEWARD_TEST_NOW="+c.t.Format(time.RFC3339))
		if out, err := cmd.CombinedOutput(); err == nil || bytes.Contains(out, []byte("lives")) {
			t.Fatalf("the try was not killed: %v\n%s", err, out)
		}
	}
	if left := tryAt(t, path, c, 0, right); left == -1 {
		t.Error("killing the program gave free tries")
	}
	if left := tryAt(t, path, c, 1, []byte("second screener")); left != -1 {
		t.Error("a colleague does not get in")
	}
}
