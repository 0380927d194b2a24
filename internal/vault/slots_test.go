package vault

import (
	"fmt"
	"testing"

	"leeward/internal/screening"
)

// TestOneStretchServesAllSlots: what Argon2id makes of a passphrase once, under the one salt of the file, opens the slot
// of whoever it is, whichever that is, and no other.
func TestOneStretchServesAllSlots(t *testing.T) {
	path, v := made(t, newClock().options())
	words := [][]byte{right}
	for i := 1; i < 3; i++ {
		words = append(words, fmt.Appendf(nil, "screener %d", i))
		add(t, v, words[i])
	}
	r := recordOf(t, path)
	for place, w := range words {
		stretched, err := r.stretch(t.Context(), Passphrase(w))
		if err != nil {
			t.Fatal(err)
		}
		opened := 0
		for h := range halfCount {
			for i := range slotCount {
				master, at, err := r.find(stretched, func(at spot) bool { return at == spot{h, i} })
				if err != nil {
					t.Fatal(err)
				}
				if master == nil {
					continue
				}
				if opened++; at != (spot{v.Half(), place}) {
					t.Errorf("the words of place %d open %+v", place, at)
				}
			}
		}
		keys := map[string]bool{} // nor does one person have one key pair at two of them
		for h := range halfCount {
			for i := range slotCount {
				public, err := r.public(stretched, spot{h, i})
				if err != nil {
					t.Fatal(err)
				}
				keys[string(public)] = true
			}
		}
		if len(keys) != halfCount*slotCount {
			t.Errorf("the words of place %d have %d key pairs, want one a slot", place, len(keys))
		}
		if opened != 1 {
			t.Errorf("the words of place %d open %d slots, want 1", place, opened)
		}
	}
}

// TestOfficeSlotTakesNoPassphrase puts the master key into the office's slot for a passphrase: no try looks there.
func TestOfficeSlotTakesNoPassphrase(t *testing.T) {
	o := newClock().options()
	path, v := made(t, o)
	f, err := readFile(path, o.now())
	if err != nil {
		t.Fatal(err)
	}
	stretched, err := f.record.stretch(t.Context(), Passphrase(right))
	if err != nil {
		t.Fatal(err)
	}
	master, mine, err := f.record.find(stretched, entrance{Anyone, anyHalf}.admits)
	if err != nil || master == nil {
		t.Fatalf("find: %v", err)
	}
	at := spot{v.Half(), officeSlot}
	public, err := f.record.public(stretched, at)
	if err == nil {
		err = f.record.wrap(at, public, master)
	}
	if err == nil {
		err = f.record.empty(mine)
	}
	if err == nil {
		err = f.replace(path, o)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = Unlock(t.Context(), path, Passphrase(right), o)
	wantCode(t, "a passphrase at the office's slot", err, screening.CodeWrongPassphrase)
}

// TestSlotsAreMadeAnew: a write leaves no slot of its half as it was, in use or not, and the other half untouched.
func TestSlotsAreMadeAnew(t *testing.T) {
	path, v := made(t, newClock().options())
	before := recordOf(t, path)
	if err := v.ChangePassphrase(t.Context(), Passphrase(right), []byte("other words")); err != nil {
		t.Fatal(err)
	}
	after := recordOf(t, path)
	for h := range halfCount {
		for i := range slotCount {
			if same := before.halves[h].slots[i] == after.halves[h].slots[i]; same != (h != v.Half()) {
				t.Errorf("half %d (in use: %t), slot %d: as before %t", h, h == v.Half(), i, same)
			}
		}
	}
}
