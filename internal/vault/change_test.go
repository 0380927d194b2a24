package vault

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"leeward/internal/screening"
)

func TestChangePassphrase(t *testing.T) {
	o := newClock().options()
	path, v := made(t, o)
	before := recordOf(t, path)
	if err := v.ChangePassphrase(t.Context(), Passphrase(right), []byte("another one")); err != nil {
		t.Fatal(err)
	}
	after := recordOf(t, path)
	if !bytes.Equal(before.core(), after.core()) {
		t.Error("more than slot and body was changed")
	}
	for h := range after.halves { // all of one's own half, so that they do not show who changed; nothing of the other
		for i := range slotCount {
			if same := after.halves[h].slots[i] == before.halves[h].slots[i]; same == (h == v.Half()) {
				t.Errorf("half %d of %d, slot %d: unchanged %t", h, v.Half(), i, same)
			}
		}
		if same := bytes.Equal(after.halves[h].body, before.halves[h].body); same == (h == v.Half()) {
			t.Errorf("half %d of %d: body unchanged %t", h, v.Half(), same)
		}
	}
	_, err := Unlock(t.Context(), path, Passphrase(right), o)
	wantCode(t, "old passphrase", err, screening.CodeWrongPassphrase)
	again, err := Unlock(t.Context(), path, Passphrase("another one"), o)
	if err != nil {
		t.Fatal(err)
	}
	if again.Signer("batch").Public() != v.Signer("batch").Public() {
		t.Error("another key after the change")
	}
	if err := v.ChangePassphrase(t.Context(), Passphrase("another one"), []byte("another one")); err != nil {
		t.Errorf("the same passphrase once more: %v", err)
	}
}

func recordOf(t *testing.T, path string) *record {
	t.Helper()
	f, err := readFile(path, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return f.record
}

func TestAddPassphrase(t *testing.T) {
	o := newClock().options()
	path, v := made(t, o)
	nth := func(i int) []byte { return []byte("screener " + strconv.Itoa(i)) }
	for i := 1; i < Places; i++ {
		if place, err := v.AddPassphrase(t.Context(), Passphrase(right), nth(i)); err != nil || place != i {
			t.Fatalf("passphrase %d: place %d, %v", i, place, err)
		}
	}
	if _, err := v.AddPassphrase(t.Context(), Passphrase(right), nth(Places)); !errors.Is(err, ErrFull) {
		t.Errorf("a ninth: got %v, want %v", err, ErrFull)
	}
	if err := v.ChangePassphrase(t.Context(), Passphrase(nth(3)), nth(4)); !errors.Is(err, ErrTaken) {
		t.Errorf("somebody else's: got %v, want %v", err, ErrTaken)
	}
	_, err := v.AddPassphrase(t.Context(), Passphrase(wrong), nth(9))
	wantCode(t, "add with a wrong one", err, screening.CodeWrongPassphrase)
	for i := 1; i < Places; i++ {
		again, err := Unlock(t.Context(), path, Passphrase(nth(i)), o)
		if err != nil {
			t.Fatalf("passphrase %d: %v", i, err)
		}
		if again.Signer("batch").Public() != v.Signer("batch").Public() {
			t.Errorf("passphrase %d opens other keys", i)
		}
	}
	if _, err := Unlock(t.Context(), path, Passphrase(right), o); err != nil {
		t.Errorf("the first passphrase: %v", err)
	}
}

// TestPassphraseForms unlocks with the passphrase typed another way.
func TestPassphraseForms(t *testing.T) {
	o := newClock().options()
	path := filepath.Join(t.TempDir(), "vault")
	if _, err := Create(t.Context(), path, []byte("caf\u00e9 au  lait"), Spec{}, o); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"cafe\u0301 au lait", " caf\u00e9\u3000au\u00a0lait\n"} {
		if _, err := Unlock(t.Context(), path, Passphrase(form), o); err != nil {
			t.Errorf("%q: %v", form, err)
		}
	}
	_, err := Unlock(t.Context(), path, Passphrase("cafe au lait"), o)
	wantCode(t, "without the accent", err, screening.CodeWrongPassphrase)
}

// TestCutWrites ends a change before each of its steps, and fills the disk: the old vault stands.
func TestCutWrites(t *testing.T) {
	for _, at := range []step{stepCount, stepStretch, stepWrite, stepRename} {
		o := newClock().options()
		path, v := made(t, o)
		v.o.hook = func(s step) error {
			if s == at {
				return diskFull
			}
			return nil
		}
		err := v.ChangePassphrase(t.Context(), Passphrase(right), []byte("another one"))
		if !errors.Is(err, diskFull) {
			t.Errorf("cut at %s: got %v, want %v", at, err, diskFull)
		}
		if at != stepStretch {
			wantCode(t, "cut at "+string(at), err, screening.CodeDiskFull)
		}
		again, err := Unlock(t.Context(), path, Passphrase(right), o)
		if err != nil {
			t.Fatalf("after a cut at %s: %v", at, err)
		}
		if again.Signer("batch").Public() != v.Signer("batch").Public() {
			t.Errorf("after a cut at %s: another key", at)
		}
		if _, err := os.Stat(path + ".new"); err == nil {
			t.Errorf("cut at %s left a file", at)
		}
	}
}

func TestFileMode(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	path, v := made(t, newClock().options())
	if err := v.ChangePassphrase(t.Context(), Passphrase(right), wrong); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + ".lock"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := info.Mode().Perm(), os.FileMode(0o600); got != want {
			t.Errorf("%s: mode got %o, want %o", filepath.Base(name), got, want)
		}
	}
}

// TestCancelled gives up before the try is counted.
func TestCancelled(t *testing.T) {
	o := newClock().options()
	path, _ := made(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range freeTries + 1 {
		if _, err := Unlock(ctx, path, Passphrase(right), o); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want %v", err, context.Canceled)
		}
	}
	wantWait(t, path, o, 0)
}
