package vault

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// pooled is a vault with a pool beside it.
func pooled(t *testing.T) (dir string, v *Vault) {
	t.Helper()
	path, v := made(t, newClock().options())
	dir = filepath.Join(filepath.Dir(path), "capsules")
	if err := MakePool(dir); err != nil {
		t.Fatal(err)
	}
	return dir, v
}

func TestPool(t *testing.T) {
	dir, v := pooled(t)
	p := v.Pool(dir)
	for slot, size := range map[int]int{0: 0, 1: 1, 7: 7400, PoolSlots - 1: MaxCapsule} {
		want := bytes.Repeat([]byte{byte(slot + 1)}, size)
		for _, put := range [][]byte{[]byte("an earlier version"), want} {
			if err := p.Put(slot, put); err != nil {
				t.Fatal(err)
			}
		}
		if got, held, err := p.Read(slot); err != nil || !held || !bytes.Equal(got, want) {
			t.Errorf("slot %d: got %d bytes, held %t, %v; want %d", slot, len(got), held, err, size)
		}
	}
	if err := errors.Join(p.Erase(7), p.Erase(7), p.Erase(8)); err != nil {
		t.Error(err)
	}
	for slot, want := range map[int]bool{0: true, 2: false, 7: false, 8: false} {
		if _, held, err := p.Read(slot); err != nil || held != want {
			t.Errorf("slot %d: held %t, %v; want %t", slot, held, err, want)
		}
	}
	for _, slot := range []int{-1, PoolSlots} {
		_, _, err := p.Read(slot)
		for doing, err := range map[string]error{"put": p.Put(slot, nil), "erase": p.Erase(slot), "read": err} {
			if !errors.Is(err, ErrPoolSlot) {
				t.Errorf("%s slot %d: got %v, want %v", doing, slot, err, ErrPoolSlot)
			}
		}
	}
	if err := p.Put(0, make([]byte, MaxCapsule+1)); !errors.Is(err, ErrCapsule) {
		t.Errorf("too large: got %v, want %v", err, ErrCapsule)
	}
	v.Lock()
	if err := p.Put(0, nil); !errors.Is(err, ErrLocked) {
		t.Errorf("put into a locked pool: got %v, want %v", err, ErrLocked)
	}
	if _, _, err := p.Read(0); !errors.Is(err, ErrLocked) {
		t.Errorf("read a locked pool: got %v, want %v", err, ErrLocked)
	}
	if err := p.Erase(0); err != nil { // a withdrawal is carried out whenever it has to be
		t.Errorf("erase in a locked pool: %v", err)
	}
}

// TestPoolLooksAlike: number, size, mode, time and entropy of the files say nothing of what is in them.
func TestPoolLooksAlike(t *testing.T) {
	dir, v := pooled(t)
	p := v.Pool(dir)
	for slot := range PoolSlots / 2 {
		if err := p.Put(slot, bytes.Repeat([]byte("what somebody said "), 100+slot)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(p.Erase(3), MakePool(dir)); err != nil { // making it again leaves what is there
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != PoolSlots {
		t.Fatalf("got %d files, %v; want %d", len(files), err, PoolSlots)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() != poolFile || !info.ModTime().Equal(poolTime) || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %d bytes, %s, %v", f.Name(), info.Size(), info.ModTime(), info.Mode())
		}
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if e := entropy(b); e < 7.98 { // random bytes of this length have 7.992 on average
			t.Errorf("%s: %.4f bits a byte", f.Name(), e)
		}
	}
	if info, err := os.Stat(dir); err != nil || !info.ModTime().Equal(poolTime) {
		t.Errorf("the folder was changed at %v (%v)", info.ModTime(), err)
	}
	if _, held, err := p.Read(4); err != nil || !held {
		t.Errorf("after making the pool again: held %t, %v", held, err)
	}
}

func entropy(b []byte) (bits float64) {
	var count [256]float64
	for _, c := range b {
		count[c]++
	}
	for _, n := range count {
		if n > 0 {
			bits -= n / float64(len(b)) * math.Log2(n/float64(len(b)))
		}
	}
	return bits
}

// TestPoolCut leaves what a crash leaves between the steps of Put, and damages files: there is the old capsule, the new
// one, or nothing, never half of one; and what was erased does not come back.
func TestPoolCut(t *testing.T) {
	dir, v := pooled(t)
	p := v.Pool(dir)
	path := poolPath(dir, 5)
	if err := p.Put(5, []byte("second")); err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Put(5, []byte("first")); err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		old, beside []byte
		want        string
	}{
		"half of the new one is written":  {first, second[:1000], "first"},
		"the new one is written":          {first, second, "first"},
		"half of the old one is no more":  {append(random(poolFile/2), first[poolFile/2:]...), second, "second"},
		"the old one is overwritten":      {random(poolFile), second, "second"},
		"the old one is gone":             {nil, second, "second"},
		"a bit of it fell over":           {flipped(first, 9000), nil, ""},
		"it was cut":                      {first[:poolFile-1], nil, ""},
		"it was made longer":              {append(bytes.Clone(first), 0), nil, ""},
		"a file of another vault's pool":  {random(poolFile), nil, ""},
		"nothing was ever in it, and now": {nil, nil, ""},
	} {
		for at, b := range map[string][]byte{path: c.old, path + poolNew: c.beside} {
			err := os.Remove(at)
			if b != nil {
				err = os.WriteFile(at, b, 0o600)
			}
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
		}
		got, held, err := p.Read(5)
		if err != nil || string(got) != c.want || held != (c.want != "") {
			t.Errorf("%s: got %q, held %t, %v; want %q", name, got, held, err, c.want)
		}
		if err := p.Erase(5); err != nil {
			t.Fatal(err)
		}
		if got, held, err := p.Read(5); err != nil || held {
			t.Errorf("%s, then erased: got %q, %v", name, got, err)
		}
	}
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 0x40
	return b
}
