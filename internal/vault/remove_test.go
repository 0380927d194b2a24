package vault

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
)

func dataKey(t *testing.T, v *Vault) (key encvfs.Key) {
	t.Helper()
	if err := v.LendDataKey(func(k encvfs.Key) error { key = k; return nil }); err != nil {
		t.Fatal(err)
	}
	return key
}

// TestRemovePassphrase: who was removed opens neither the vault nor, with what they knew, anything that changed;
// everybody else goes on with the passphrase that they have.
func TestRemovePassphrase(t *testing.T) {
	o := newClock().options()
	path, v := made(t, o)
	second, third := []byte("second screener"), []byte("third screener")
	for _, p := range [][]byte{second, third} {
		add(t, v, p)
	}
	if got, me := v.People(); !slices.Equal(got, []int{0, 1, 2}) || me != 0 {
		t.Errorf("people: got %v, me %d", got, me)
	}
	before := recordOf(t, path)
	stretched, err := before.stretch(t.Context(), Passphrase(second))
	if err != nil {
		t.Fatal(err)
	}
	known, _, err := before.find(stretched, entrance{Anyone, anyHalf}.admits)
	if err != nil || known == nil {
		t.Fatal("the second screener does not open the vault", err)
	}
	old := dataKey(t, v)

	for _, c := range []struct {
		slot int
		want error
	}{{0, ErrOneself}, {3, ErrNobody}, {-1, ErrNobody}, {officeSlot, ErrNobody}} {
		if err := v.RemovePassphrase(t.Context(), Passphrase(right), c.slot); !errors.Is(err, c.want) {
			t.Errorf("remove slot %d: got %v, want %v", c.slot, err, c.want)
		}
	}
	wantCode(t, "remove with a wrong passphrase", v.RemovePassphrase(t.Context(), Passphrase(wrong), 1), screening.CodeWrongPassphrase)
	if err := v.RemovePassphrase(t.Context(), Passphrase(right), 1); err != nil {
		t.Fatal(err)
	}

	_, err = Unlock(t.Context(), path, Passphrase(second), o)
	wantCode(t, "who was removed", err, screening.CodeWrongPassphrase)
	after := recordOf(t, path)
	if _, err := after.openBody(v.Half(), known); err == nil {
		t.Error("the old master key opens the new body")
	}
	for i, s := range after.halves[v.Half()].slots {
		if s == before.halves[v.Half()].slots[i] {
			t.Errorf("slot %d is unchanged: it shows that nobody has it", i)
		}
	}
	again, err := Unlock(t.Context(), path, Passphrase(third), o)
	if err != nil {
		t.Fatal(err)
	}
	if again.Signer("batch").Public() != v.Signer("batch").Public() {
		t.Error("another device key")
	}
	if got, me := again.People(); !slices.Equal(got, []int{0, 2}) || me != 2 {
		t.Errorf("people afterwards: got %v, me %d", got, me)
	}
	for _, x := range []*Vault{v, again} {
		if !x.Rekeying() || dataKey(t, x) == old {
			t.Error("the store's key did not change")
		}
		err := x.LendDataKeys(func(last, now encvfs.Key) error {
			if last != old || now != dataKey(t, x) {
				t.Error("not the store's keys")
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	if err := again.RemovePassphrase(t.Context(), Passphrase(third), 0); !errors.Is(err, ErrPending) {
		t.Errorf("remove before the store is written anew: got %v, want ErrPending", err)
	}
}

// add gives somebody else a passphrase.
func add(t testing.TB, v *Vault, passphrase []byte) (place int) {
	t.Helper()
	place, err := v.AddPassphrase(t.Context(), Passphrase(right), passphrase)
	if err != nil {
		t.Fatal(err)
	}
	return place
}

func TestEndRekeying(t *testing.T) {
	o := newClock().options()
	path, v := made(t, o)
	if err := v.EndRekeying(t.Context()); !errors.Is(err, ErrNoKey) {
		t.Errorf("nothing to end: got %v, want ErrNoKey", err)
	}
	add(t, v, []byte("second screener"))
	if err := v.RemovePassphrase(t.Context(), Passphrase(right), 1); err != nil {
		t.Fatal(err)
	}
	now := dataKey(t, v)
	later, err := Unlock(t.Context(), path, Passphrase(right), o) // as after a crash
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []*Vault{v, later} { // the second finds it done
		if err := x.EndRekeying(t.Context()); err != nil {
			t.Error(err)
		}
	}
	again, err := Unlock(t.Context(), path, Passphrase(right), o)
	if err != nil {
		t.Fatal(err)
	}
	if v.Rekeying() || again.Rekeying() || dataKey(t, again) != now {
		t.Error("the old key is still there, or the new one is not")
	}
	if err := again.LendDataKeys(func(_, _ encvfs.Key) error { return nil }); !errors.Is(err, ErrNoKey) {
		t.Errorf("lend both: got %v, want ErrNoKey", err)
	}
	v.Lock()
	if err := v.EndRekeying(t.Context()); !errors.Is(err, ErrLocked) {
		t.Errorf("locked: got %v, want ErrLocked", err)
	}
}

// TestCutRemoval ends a removal before each of its steps: the vault is as it was, for everybody.
func TestCutRemoval(t *testing.T) {
	for _, at := range []step{stepCount, stepStretch, stepWrite, stepRename} {
		o := newClock().options()
		path, v := made(t, o)
		second := []byte("second screener")
		add(t, v, second)
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		v.o.hook = func(s step) error {
			if s == at {
				return diskFull
			}
			return nil
		}
		if err := v.RemovePassphrase(t.Context(), Passphrase(right), 1); !errors.Is(err, diskFull) {
			t.Errorf("cut at %s: got %v, want %v", at, err, diskFull)
		}
		after, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(before[atRecords:], after[atRecords:]) {
			t.Errorf("cut at %s: the record changed (%v)", at, err)
		}
		if _, err := Unlock(t.Context(), path, Passphrase(second), o); err != nil || v.Rekeying() {
			t.Errorf("cut at %s: %v", at, err)
		}
	}
}

// TestSlotsLookAlike: neither length nor the one bit that a public key never has tells a slot in use.
func TestSlotsLookAlike(t *testing.T) {
	for range 8 {
		path, _ := made(t, newClock().options())
		for _, h := range recordOf(t, path).halves {
			for i, s := range h.slots {
				if s[keySize-1]&0x80 != 0 {
					t.Errorf("slot %d cannot begin with a public key", i)
				}
			}
		}
	}
}

func TestCalibrated(t *testing.T) {
	before := argon2id
	argon2id = func(_, _ []byte, _, _ uint32, _ uint8, size uint32) []byte { return make([]byte, size) }
	t.Cleanup(func() { argon2id = before })
	for _, c := range []struct {
		took time.Duration
		want uint32
	}{
		{0, maxPasses}, {100 * time.Millisecond, maxPasses}, {300 * time.Millisecond, 10}, {900 * time.Millisecond, 3}, {20 * time.Second, 3},
	} {
		k := calibrated(func(time.Time) time.Duration { return c.took })
		if k.Time != c.want || k.Memory != DefaultKDF.Memory || k.Threads != DefaultKDF.Threads || !k.inBounds() {
			t.Errorf("where the default takes %s: got %+v, want %d passes", c.took, k, c.want)
		}
	}
	path := filepath.Join(t.TempDir(), "vault")
	if _, err := Create(t.Context(), path, right, Spec{}, Options{Weak: true}); err != nil {
		t.Fatal(err)
	}
	if k := recordOf(t, path).kdf; k.Time < DefaultKDF.Time || k.Memory < DefaultKDF.Memory {
		t.Errorf("made without parameters: got %+v, want %+v or more", k, DefaultKDF)
	}
}
