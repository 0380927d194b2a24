package vault

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"leeward/internal/screening"
)

// diskFull stands for a disk without room.
var diskFull = fullError()

// TestFlips flips every byte of a vault, one at a time: the other copy answers, and the counter never
// becomes smaller. Then it flips the same byte of both copies of the record: the reason is always named.
func TestFlips(t *testing.T) {
	c := newClock()
	path, _ := made(t, c.options())
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	good, err := parseFile(whole, c.t)
	if err != nil || good.worn || good.changed {
		t.Fatalf("undamaged: %+v, %v", good, err)
	}
	half := (len(whole) - atRecords) / 2
	record := good.record.marshal()
	for i := range whole {
		mask := byte(1) << (i % 8)
		whole[i] ^= mask
		f, err := parseFile(whole, c.t)
		if err != nil {
			t.Fatalf("byte %d: %v", i, err)
		}
		if !bytes.Equal(f.record.marshal(), record) {
			t.Fatalf("byte %d: another record", i)
		}
		if want := i >= atRecords; f.worn != want {
			t.Fatalf("byte %d: worn got %t, want %t", i, f.worn, want)
		}
		if f.changed && f.tries.count == 0 {
			t.Fatalf("byte %d: the damaged counter is forgotten", i)
		}
		if i >= atRecords && i < atRecords+half {
			whole[i+half] ^= mask
			if _, err := parseFile(whole, c.t); err == nil {
				t.Fatalf("byte %d in both copies: no error", i-atRecords)
			}
			whole[i+half] ^= mask
		}
		whole[i] ^= mask
	}
	for n := range whole { // every cut
		if f, err := parseFile(whole[:n], c.t); err == nil && !bytes.Equal(f.record.marshal(), record) {
			t.Fatalf("cut at %d: another record", n)
		}
	}
}

// TestForgedRecord flips every byte of a record and makes the checksum right again, as somebody could who
// writes to the file: no slot and no body opens with what it was not sealed with.
func TestForgedRecord(t *testing.T) {
	path, _ := made(t, newClock().options())
	r := recordOf(t, path)
	stretched, err := r.stretch(t.Context(), Passphrase(right))
	if err != nil {
		t.Fatal(err)
	}
	all := entrance{Anyone, anyHalf}.admits
	master, at, err := r.find(stretched, all)
	if err != nil || master == nil || at.slot != 0 {
		t.Fatalf("find: slot %+v, %v", at, err)
	}
	slot := atSlots + at.half*slotCount*slotSize
	body := atBodies + at.half*len(r.halves[0].body)
	b := r.marshal()
	for i := range len(b) - sha256.Size {
		bad := bytes.Clone(b)
		bad[i] ^= 0x10
		sum := sha256.Sum256(bad[:len(bad)-sha256.Size])
		copy(bad[len(bad)-sha256.Size:], sum[:])
		forged, err := parseRecord(bad)
		if err != nil {
			continue
		}
		may := func(here spot) bool { return here == at || i%256 == 0 } // the other slots never open, and take their time
		opened, _, err := forged.find(stretched, may)
		if err != nil {
			t.Fatal(err)
		}
		wantSlot := i >= atLimit && (i < slot || i >= slot+slotSize) // neither what slots are bound to, nor the slot itself
		if got := opened != nil; got != wantSlot {
			t.Fatalf("byte %d: slot opens %t, want %t", i, got, wantSlot)
		}
		_, err = forged.openBody(at.half, master)
		wantBody := i >= atLimit && (i < body || i >= body+len(r.halves[0].body))
		if got := err == nil; got != wantBody {
			t.Fatalf("byte %d: body opens %t, want %t", i, got, wantBody)
		}
	}
}

// TestRepair unlocks with one copy damaged, and finds both whole afterwards.
func TestRepair(t *testing.T) {
	o := newClock().options()
	for _, second := range []bool{false, true} {
		path, v := made(t, o)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		at := atRecords + atSlots
		if second {
			at += (len(whole) - atRecords) / 2
		}
		whole[at] ^= 1
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := Unlock(t.Context(), path, Passphrase(right), o)
		if err != nil || again.Signer("batch").Public() != v.Signer("batch").Public() {
			t.Fatalf("second copy %t: %v", second, err)
		}
		f, err := readFile(path, o.now())
		if err != nil || f.worn || f.tries.count != 0 {
			t.Errorf("second copy %t: after unlocking: worn %t, %d tries, %v", second, f.worn, f.tries.count, err)
		}
	}
}

// TestRefusedFiles gives the vault files that it must refuse, fast, and by name.
func TestRefusedFiles(t *testing.T) {
	o := newClock().options()
	path, _ := made(t, o)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	half := (len(whole) - atRecords) / 2
	edited := func(edit func(record []byte)) []byte {
		b := bytes.Clone(whole)
		for _, at := range []int{atRecords, atRecords + half} {
			record := b[at : at+half]
			length := binary.BigEndian.Uint32(record[atLength:])
			edit(record)
			sum := sha256.Sum256(record[:length-sha256.Size])
			copy(record[length-sha256.Size:], sum[:])
		}
		return b
	}
	u32 := func(at int, v uint32) []byte {
		return edited(func(r []byte) { binary.BigEndian.PutUint32(r[at:], v) })
	}
	for _, tc := range []struct {
		name string
		file []byte
		code screening.Code
		err  error
	}{
		{"empty", nil, screening.CodeDamaged, errLength},
		{"too large", make([]byte, maxFile+1), screening.CodeDamaged, errLength},
		{"zeros", make([]byte, len(whole)), screening.CodeDamaged, errMagic},
		{"half a file", whole[:len(whole)/2], screening.CodeDamaged, nil},
		{"newer", edited(func(r []byte) { r[atVersion+1] = 2 }), screening.CodeNewer, errNewer},
		{"older than the first", edited(func(r []byte) { r[atVersion+1] = 0 }), screening.CodeDamaged, errMagic},
		{"4 TiB of memory", u32(atMemory, 1<<32-1), screening.CodeDamaged, errKDF},
		{"a little too much memory", u32(atMemory, 256<<10+1), screening.CodeDamaged, errKDF},
		{"too little memory", u32(atMemory, 19<<10-1), screening.CodeDamaged, errKDF},
		{"17 passes", u32(atTime, 17), screening.CodeDamaged, errKDF},
		{"one pass", u32(atTime, 1), screening.CodeDamaged, errKDF},
		{"five threads", edited(func(r []byte) { r[atThreads] = 5 }), screening.CodeDamaged, errKDF},
		{"no thread", edited(func(r []byte) { r[atThreads] = 0 }), screening.CodeDamaged, errKDF},
		{"reserved", edited(func(r []byte) { r[atZero] = 1 }), screening.CodeDamaged, errReserved},
		{"reserved behind the limit", edited(func(r []byte) { r[atZero2] = 1 }), screening.CodeDamaged, errReserved},
		{"a limit of nine tries", edited(func(r []byte) { r[atLimit] = 9 }), screening.CodeDamaged, errLimit},
		{"after the record", edited(func(r []byte) { r[len(r)-1] = 1 }), screening.CodeDamaged, errReserved},
		{"endless", u32Unsummed(whole, half, 1<<32-1), screening.CodeDamaged, errLength},
		{"too short", u32Unsummed(whole, half, atBodies), screening.CodeDamaged, errLength},
	} {
		bad := filepath.Join(t.TempDir(), "vault")
		if err := os.WriteFile(bad, tc.file, 0o600); err != nil {
			t.Fatal(err)
		}
		o.hook = func(s step) error {
			t.Errorf("%s: refused after %s, not before", tc.name, s)
			return nil
		}
		_, err := Unlock(t.Context(), bad, Passphrase(right), o)
		wantCode(t, tc.name, err, tc.code)
		if tc.err != nil && !errors.Is(err, tc.err) {
			t.Errorf("%s: got %v, want %v", tc.name, err, tc.err)
		}
	}
}

// u32Unsummed sets the length of both copies and leaves the checksum, which nobody should get to.
func u32Unsummed(whole []byte, half int, length uint32) []byte {
	b := bytes.Clone(whole)
	binary.BigEndian.PutUint32(b[atRecords+atLength:], length)
	binary.BigEndian.PutUint32(b[atRecords+half+atLength:], length)
	return b
}

// TestVectors unlocks vaults that were made once and must unlock for ever.
func TestVectors(t *testing.T) {
	genuine(t)
	if *writeVectors {
		makeVectors(t)
	}
	keyFile, err := LoadKeyFile(filepath.Join("testdata", "right.key"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ file, passphrase, batch string }{
		{"default.vault", "saddlebag ogle tarantula banner uncouth vista", "33a43910e37814ffc24aca9d433fa09f5d9b2d188e6d72f96b3feddb356a912b"},
		{"floor.vault", "caf\u00e9 au lait, and more", "5bfe743a271b3482b8c2ccaf838a9819f5a398149074a7544564b414360760ac"},
		{"floor.vault", "second  screener's words", "5bfe743a271b3482b8c2ccaf838a9819f5a398149074a7544564b414360760ac"},
		{"keyfile.vault", keyFilePassphrase, "c0e5d68c4abc1a1e5a2ee9ac8976cac1f3515e2e8455b16d545fa4ec68ddd7ac"},
		{"worn.vault", "caf\u00e9 au lait, and more", "5bfe743a271b3482b8c2ccaf838a9819f5a398149074a7544564b414360760ac"},
	} {
		whole, err := os.ReadFile(filepath.Join("testdata", tc.file))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "vault")
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		secret := Passphrase(tc.passphrase)
		if tc.file == "keyfile.vault" {
			secret.KeyFile = keyFile
		}
		v, err := Unlock(t.Context(), path, secret, Options{})
		if err != nil {
			t.Errorf("%s: %v", tc.file, err)
			continue
		}
		if got := fmt.Sprintf("%x", v.Signer("batch").Public()); got != tc.batch {
			t.Errorf("%s: signing key got %s, want %s", tc.file, got, tc.batch)
		}
		sealed, err := os.ReadFile(filepath.Join("testdata", tc.file+".age"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := v.Opener("inbox").Open(sealed, 1); err != nil || string(got) != "sealed to a vault\n" {
			t.Errorf("%s: open got %q, %v", tc.file, got, err)
		}
		if v.TLS("device").Leaf == nil || v.Web("browser").Leaf == nil {
			t.Errorf("%s: a certificate is missing", tc.file)
		}
	}
}

// FuzzParseFile reads anything as a vault: no panic, and what is read is written back the same.
func FuzzParseFile(f *testing.F) {
	for _, name := range []string{"floor.vault", "worn.vault"} {
		whole, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(whole)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		// Reach behind the checksums too: make them right wherever there is room.
		resum(b)
		v, err := parseFile(b, time.UnixMilli(0))
		if err != nil {
			return
		}
		half := (len(b) - atRecords) / 2
		r := v.record.marshal()
		if !bytes.HasPrefix(b[atRecords:], r) && !bytes.HasPrefix(b[atRecords+half:], r) {
			t.Error("the record is not written as it was read")
		}
		again, err := parseFile(v.marshal(), time.UnixMilli(0))
		if err != nil || again.worn || again.changed || again.tries != v.tries {
			t.Errorf("the file is not written as it was read: %+v, %v", again, err)
		}
		v.tries.wait(time.UnixMilli(1))
	})
}

func resum(b []byte) {
	if len(b) < atRecords+atBodies {
		return
	}
	for _, at := range []int{0, blockSize} {
		end := at + triesSize - triesSum
		sum := sha256.Sum256(b[at:end])
		copy(b[end:at+triesSize], sum[:])
	}
	half := (len(b) - atRecords) / 2
	for _, r := range [][]byte{b[atRecords : atRecords+half], b[atRecords+half:]} {
		if len(r) < atBodies {
			continue
		}
		if end := int(binary.BigEndian.Uint32(r[atLength:])) - sha256.Size; end > 0 && end+sha256.Size <= len(r) {
			sum := sha256.Sum256(r[:end])
			copy(r[end:], sum[:])
		}
	}
}

// FuzzParseBody reads anything as keys: no panic, and one way to write each.
func FuzzParseBody(f *testing.F) {
	keys, err := (Spec{Sign: []string{"batch"}, Data: true}).make()
	if err != nil {
		f.Fatal(err)
	}
	plain, err := (&body{People: [slotCount][]byte{0: random(keySize), 3: random(keySize)}, Keys: keys, Front: random(keySize)}).marshal(bodyUnit)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Fuzz(func(t *testing.T, b []byte) {
		parsed, err := parseBody(b)
		if err != nil {
			return
		}
		again, err := parsed.marshal(len(b))
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("written again it differs (%v)", err)
		}
		if _, err := newRing(parsed.Keys); err != nil && !errors.Is(err, errBody) {
			t.Errorf("ring: %v", err)
		}
	})
}

func BenchmarkUnlock(b *testing.B) {
	path := filepath.Join(b.TempDir(), "vault")
	if _, err := Create(b.Context(), path, right, everything, Options{Weak: true}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Unlock(b.Context(), path, Passphrase(right), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSign(b *testing.B) {
	_, v := made(b, newClock().options())
	s, header := v.Signer("batch"), make([]byte, 200)
	for b.Loop() {
		if _, err := s.Sign("leeward/test/v1", header); err != nil {
			b.Fatal(err)
		}
	}
}
