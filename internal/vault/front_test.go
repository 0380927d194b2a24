package vault

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
)

var front = []byte("an ordinary front")

// fronted is a vault of two people, of whom the first has a front.
func fronted(t *testing.T) (path string, v *Vault, o Options) {
	t.Helper()
	o = newClock().options()
	path, v = made(t, o)
	add(t, v, []byte("second screener"))
	made := 0
	err := v.SetFront(t.Context(), Passphrase(right), front, func(half int, key encvfs.Key) error {
		made++
		if half == v.Half() || key == dataKey(t, v) || key == (encvfs.Key{}) {
			t.Error("the front's store is not one of its own")
		}
		return nil
	})
	if err != nil || made != 1 || !v.HasFront() {
		t.Fatalf("front: stores made %d, has front %t, %v", made, v.HasFront(), err)
	}
	return path, v, o
}

// TestFront: the front is a vault like any other, with keys of its own, and cannot tell that it is one.
func TestFront(t *testing.T) {
	path, v, o := fronted(t)
	f, err := Unlock(t.Context(), path, Passphrase(front), o)
	if err != nil {
		t.Fatal(err)
	}
	if f.Half() == v.Half() || f.HasFront() || f.Signer("batch").Public() == v.Signer("batch").Public() || dataKey(t, f) == dataKey(t, v) {
		t.Error("the front is not a vault of its own")
	}
	if people, me := f.People(); len(people) != 1 || me != 0 {
		t.Errorf("people in the front: %v, me %d", people, me)
	}
	var lent encvfs.Key
	err = v.LendFrontKey(t.Context(), func(k encvfs.Key) error { lent = k; return nil })
	if err != nil || lent != dataKey(t, f) {
		t.Errorf("lend the front's key: %v", err)
	}
	// In the front only the front's passphrases count, and what is done there leaves the other half as it is.
	before := recordOf(t, path)
	_, err = f.Confirm(t.Context(), Passphrase(right))
	wantCode(t, "the real passphrase in the front", err, screening.CodeWrongPassphrase)
	_, err = v.Confirm(t.Context(), Passphrase(front))
	wantCode(t, "the front's passphrase beside it", err, screening.CodeWrongPassphrase)
	if _, err := f.AddPassphrase(t.Context(), Passphrase(front), []byte("somebody in the front")); err != nil {
		t.Fatal(err)
	}
	for _, taken := range [][]byte{right, []byte("second screener")} {
		if _, err := f.AddPassphrase(t.Context(), Passphrase(front), taken); !errors.Is(err, ErrTaken) {
			t.Errorf("a passphrase of the other half: got %v, want %v", err, ErrTaken)
		}
	}
	after := recordOf(t, path)
	if after.halves[v.Half()].slots != before.halves[v.Half()].slots || !bytes.Equal(after.halves[v.Half()].body, before.halves[v.Half()].body) {
		t.Error("the front changed the other half")
	}
	for _, p := range []string{string(right), "second screener", "somebody in the front"} {
		if _, err := Unlock(t.Context(), path, Passphrase(p), o); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
	if err := f.LendFrontKey(t.Context(), func(encvfs.Key) error { return nil }); !errors.Is(err, ErrNoFront) {
		t.Errorf("a front of the front: got %v, want %v", err, ErrNoFront)
	}
}

// TestFrontOfEverybody: each person has a front passphrase of their own, which goes with them.
func TestFrontOfEverybody(t *testing.T) {
	path, v, o := fronted(t)
	second, err := Unlock(t.Context(), path, Passphrase("second screener"), o)
	if err != nil {
		t.Fatal(err)
	}
	never := func(int, encvfs.Key) error { t.Error("a second front was made"); return nil }
	if err := second.SetFront(t.Context(), Passphrase("second screener"), []byte("second front"), never); err != nil {
		t.Fatal(err)
	}
	if err := v.SetFront(t.Context(), Passphrase(right), []byte("first front anew"), never); err != nil {
		t.Fatal(err)
	}
	for p, opens := range map[string]bool{"first front anew": true, "second front": true, string(front): false} {
		f, err := Unlock(t.Context(), path, Passphrase(p), o)
		if opens != (err == nil) || opens && f.Half() == v.Half() {
			t.Errorf("%s: %v", p, err)
		}
	}
	if err := v.SetFront(t.Context(), Passphrase(right), []byte("second front"), never); !errors.Is(err, ErrTaken) {
		t.Errorf("a colleague's front: got %v, want %v", err, ErrTaken)
	}
	if err := v.RemovePassphrase(t.Context(), Passphrase(right), 1); err != nil {
		t.Fatal(err)
	}
	_, err = Unlock(t.Context(), path, Passphrase("second front"), o)
	wantCode(t, "the front of who was removed", err, screening.CodeWrongPassphrase)
	if _, err := Unlock(t.Context(), path, Passphrase("first front anew"), o); err != nil {
		t.Errorf("the front of who stays: %v", err)
	}
	if err := v.DropFront(t.Context()); err != nil || v.HasFront() {
		t.Errorf("drop: %v", err)
	}
	_, err = Unlock(t.Context(), path, Passphrase("first front anew"), o)
	wantCode(t, "a front that was dropped", err, screening.CodeWrongPassphrase)
	if _, err := Unlock(t.Context(), path, Passphrase(right), o); err != nil {
		t.Error(err)
	}
}

// TestFrontDestroysNothing, unless that was ordered; then it destroys the other half, once, and is ordinary afterwards.
func TestFrontDestroysNothing(t *testing.T) {
	path, v, o := fronted(t)
	if _, err := Unlock(t.Context(), path, Passphrase(front), o); err != nil {
		t.Fatal(err)
	}
	if _, err := Unlock(t.Context(), path, Passphrase(right), o); err != nil {
		t.Fatalf("after the front was opened: %v", err)
	}
	for _, ends := range []bool{true, false, true} {
		if err := v.SetFrontEnds(t.Context(), ends); err != nil {
			t.Fatal(err)
		}
	}
	cut := o
	for _, at := range []step{stepWrite, stepRename} { // a cut opens nothing and destroys nothing
		cut.hook = func(s step) error {
			if s == at {
				return diskFull
			}
			return nil
		}
		if _, err := Unlock(t.Context(), path, Passphrase(front), cut); !errors.Is(err, diskFull) {
			t.Errorf("cut at %s: got %v", at, err)
		}
		if _, err := Unlock(t.Context(), path, Passphrase(right), o); err != nil {
			t.Fatalf("cut at %s: %v", at, err)
		}
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Unlock(t.Context(), path, Passphrase(front), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range [][]byte{right, []byte("second screener")} {
		_, err = Unlock(t.Context(), path, Passphrase(p), o)
		wantCode(t, "after the front ended the other half", err, screening.CodeWrongPassphrase)
	}
	after, err := os.ReadFile(path)
	if err != nil || len(after) != len(before) {
		t.Errorf("the file has %d bytes, and had %d; %v", len(after), len(before), err)
	}
	was := recordOf(t, path)
	if _, err := f.AddPassphrase(t.Context(), Passphrase(front), []byte("another in the front")); err != nil {
		t.Error(err)
	}
	if is := recordOf(t, path); is.halves[v.Half()].slots != was.halves[v.Half()].slots {
		t.Error("the front destroys the other half every time: that shows what it is")
	}
}

// TestHalvesLookAlike: with or without a front the file has the same length and form, and which half is in use is
// drawn by lot.
func TestHalvesLookAlike(t *testing.T) {
	o := newClock().options()
	used := map[int]int{}
	for range 24 {
		_, v := made(t, o)
		used[v.Half()]++
	}
	if used[0] == 0 || used[1] == 0 {
		t.Errorf("halves in use: %v", used)
	}
	plain, _ := made(t, o)
	with, _, _ := fronted(t)
	a, b := recordOf(t, plain).marshal(), recordOf(t, with).marshal()
	if len(a) != len(b) {
		t.Errorf("a vault with a front has %d bytes, one without has %d", len(b), len(a))
	}
	for name, r := range map[string][]byte{"without": a, "with": b} {
		if e := entropy(r[atSlots:]); e < 7.94 { // random bytes of this length have about 7.96
			t.Errorf("%s a front: %.4f bits a byte", name, e)
		}
	}
}

func TestDestroy(t *testing.T) {
	path, _, o := fronted(t)
	if err := os.WriteFile(path+".new", bytes.Repeat([]byte("cut"), 99), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := Destroy(t.Context(), path); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Unlock(t.Context(), path, Passphrase(right), o); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after all: %v", err)
	}
	if left, _ := filepath.Glob(path + "*"); len(left) != 1 { // the lock
		t.Errorf("left: %v", left)
	}
}
