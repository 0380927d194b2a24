package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
)

// withKeyFile puts a key file beside what somebody shows, and returns both.
func withKeyFile(t testing.TB, v *Vault, shown Secret) Secret {
	t.Helper()
	var made []byte
	err := v.MakeKeyFile(t.Context(), shown, func(file []byte) ([]byte, error) {
		made = bytes.Clone(file)
		return file, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	k, err := ParseKeyFile(made)
	if err != nil {
		t.Fatal(err)
	}
	return Secret{shown.Passphrase, k}
}

func aKeyFile(t testing.TB) *KeyFile {
	t.Helper()
	k, err := LoadKeyFile(filepath.Join("testdata", "other.key"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// refused tries a secret that must not open: it is a wrong passphrase like any other, and counts as one.
func refused(t *testing.T, doing, path string, c *clock, s Secret) {
	t.Helper()
	c.forward(longest)
	before := triesOf(t, path, c)
	_, err := Unlock(t.Context(), path, s, c.options())
	wantCode(t, doing, err, screening.CodeWrongPassphrase)
	if err != nil && strings.Contains(err.Error(), "key") {
		t.Errorf("%s: %v tells of a key file", doing, err)
	}
	if got := triesOf(t, path, c); got != before+1 {
		t.Errorf("%s: %d tries counted, want %d", doing, got, before+1)
	}
}

func triesOf(t *testing.T, path string, c *clock) uint32 {
	t.Helper()
	f, err := readFile(path, c.t)
	if err != nil {
		t.Fatal(err)
	}
	return f.tries.count
}

func opens(t *testing.T, doing, path string, c *clock, s Secret) *Vault {
	t.Helper()
	c.forward(longest)
	v, err := Unlock(t.Context(), path, s, c.options())
	if err != nil {
		t.Fatalf("%s: %v", doing, err)
	}
	if v.HasKeyFile() != (s.KeyFile != nil) {
		t.Errorf("%s: has a key file: %t", doing, v.HasKeyFile())
	}
	return v
}

// TestKeyFile makes, changes and takes off a key file: what holds opens the vault to the same keys, and nothing else does.
func TestKeyFile(t *testing.T) {
	c := newClock()
	path, v := made(t, c.options())
	batch := v.Signer("batch").Public()
	add(t, v, []byte("second screener"))
	alone := Passphrase(right)
	both := withKeyFile(t, v, alone)
	if !v.HasKeyFile() {
		t.Error("the open vault does not know of the key file")
	}
	refused(t, "the passphrase alone", path, c, alone)
	refused(t, "with another key file", path, c, Secret{right, aKeyFile(t)})
	refused(t, "the key file with another passphrase", path, c, Secret{wrong, both.KeyFile})
	refused(t, "a colleague's passphrase with it", path, c, Secret{[]byte("second screener"), both.KeyFile})
	opens(t, "a colleague", path, c, Passphrase("second screener"))
	if got := opens(t, "both", path, c, both).Signer("batch").Public(); got != batch {
		t.Error("the key file opens other keys")
	}

	again := withKeyFile(t, v, both)
	refused(t, "the key file before", path, c, both)
	if err := v.ChangePassphrase(t.Context(), again, wrong); err != nil {
		t.Fatal(err)
	}
	again.Passphrase = wrong
	refused(t, "another passphrase without the key file", path, c, Passphrase(wrong))
	v = opens(t, "another passphrase, and the key file", path, c, again)

	if place, err := v.AddPassphrase(t.Context(), again, []byte("third screener")); err != nil || place != 2 {
		t.Errorf("added at %d, %v", place, err)
	}
	opens(t, "who was added", path, c, Passphrase("third screener"))
	_, err := v.Confirm(t.Context(), Passphrase(wrong))
	wantCode(t, "confirm without the key file", err, screening.CodeWrongPassphrase)

	wantCode(t, "take it off without it", v.DropKeyFile(t.Context(), Passphrase(wrong)), screening.CodeWrongPassphrase)
	if err := v.DropKeyFile(t.Context(), again); err != nil || v.HasKeyFile() {
		t.Errorf("take it off: %v, has one: %t", err, v.HasKeyFile())
	}
	refused(t, "a key file that was taken off", path, c, again)
	opens(t, "the passphrase alone again", path, c, Passphrase(wrong))
}

// TestKeyFileShowsNowhere: the file of a vault is as long and as full with a key file as without, and a try costs one
// Argon2id with as much memory.
func TestKeyFileShowsNowhere(t *testing.T) {
	c := newClock()
	path, v := made(t, c.options())
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	both := withKeyFile(t, v, Passphrase(right))
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(before) != len(after) || !bytes.Equal(before[atRecords:atRecords+atSlots-4], after[atRecords:atRecords+atSlots-4]) {
		t.Error("what stands before the slots differs")
	}
	if bytes.Contains(after, both.KeyFile.key[:]) {
		t.Error("the key is in the file")
	}
	quick, times := argon2id, 0
	defer func() { argon2id = quick }()
	argon2id = func(passphrase, salt []byte, time, memory uint32, threads uint8, size uint32) []byte {
		times++
		return quick(passphrase, salt, time, memory, threads, size)
	}
	for doing, s := range map[string]Secret{"both": both, "alone": Passphrase(right)} {
		times = 0
		_, _ = Unlock(t.Context(), path, s, c.options())
		if times != 1 {
			t.Errorf("%s: Argon2id ran %d times, want once", doing, times)
		}
	}
	for _, said := range []string{fmt.Sprintf("%v %+v %#v %s", both, both, both, both), fmt.Sprintf("%v %x", both.KeyFile, both.KeyFile)} {
		if strings.Contains(said, string(right)) || strings.Contains(said, fmt.Sprintf("%x", both.KeyFile.key[:4])) {
			t.Errorf("a secret prints %q", said)
		}
	}
}

// TestKeyFileIsKeptFirst: the vault changes only when the file is where the person wants it, reads as it was written, and
// the passphrase fitted; a cut before the vault is written leaves what held before.
func TestKeyFileIsKeptFirst(t *testing.T) {
	c := newClock()
	path, v := made(t, c.options())
	kept := 0
	good := func(file []byte) ([]byte, error) { kept++; return file, nil }
	wantCode(t, "a wrong passphrase", v.MakeKeyFile(t.Context(), Passphrase(wrong), good), screening.CodeWrongPassphrase)
	if kept != 0 {
		t.Error("a wrong passphrase left a key file behind")
	}
	full := errors.New("the stick is full")
	err := v.MakeKeyFile(t.Context(), Passphrase(right), func([]byte) ([]byte, error) { return nil, full })
	if !errors.Is(err, full) {
		t.Errorf("a full stick: got %v", err)
	}
	for doing, reads := range map[string]func(file []byte) []byte{
		"a stick that forgets": func(file []byte) []byte { return file[:10] },
		"a stick that changes": func(file []byte) []byte { file[30] ^= 8; return file },
	} {
		err := v.MakeKeyFile(t.Context(), Passphrase(right), func(file []byte) ([]byte, error) { return reads(file), nil })
		wantCode(t, doing, err, screening.CodeTornKeyFile)
	}
	for _, at := range []step{stepWrite, stepRename} {
		v.o.hook = func(s step) error {
			if s == at {
				return diskFull
			}
			return nil
		}
		if err := v.MakeKeyFile(t.Context(), Passphrase(right), good); !errors.Is(err, diskFull) {
			t.Errorf("cut at %s: %v", at, err)
		}
	}
	v.o.hook = nil
	if v.HasKeyFile() || kept != 2 {
		t.Errorf("has one: %t, kept %d times, want 2", v.HasKeyFile(), kept)
	}
	opens(t, "what held before", path, c, Passphrase(right))
	if err := v.DropKeyFile(t.Context(), Passphrase(right)); err != nil { // there is none: nothing to take off
		t.Error(err)
	}
}

// TestKeyFileAndLimit: where a limit of tries is set, a missing key file uses up a try at that place.
func TestKeyFileAndLimit(t *testing.T) {
	path, c, o := limited(t)
	v, err := UnlockAt(t.Context(), path, 0, Passphrase(right), o)
	if err != nil {
		t.Fatal(err)
	}
	both := withKeyFile(t, v, Passphrase(right))
	for left := MinLimit - 1; left >= 0; left-- {
		if got := tryAt(t, path, c, 0, right); got != left {
			t.Fatalf("without the key file: %d tries left, want %d", got, left)
		}
	}
	c.forward(longest)
	_, err = UnlockAt(t.Context(), path, 0, both, c.options())
	wantCode(t, "after the limit", err, screening.CodeWrongPassphrase)
	if got := tryAt(t, path, c, 1, []byte("second screener")); got != -1 {
		t.Error("the colleague was locked out too")
	}
}

// TestKeyFileOfAFront: a front may have a key file of its own, or none, whatever stands beside the passphrase of who made it.
func TestKeyFileOfAFront(t *testing.T) {
	c := newClock()
	path, v := made(t, c.options())
	both := withKeyFile(t, v, Passphrase(right))
	second := func(int, encvfs.Key) error { return nil }
	wantCode(t, "make a front without the key file", v.SetFront(t.Context(), Passphrase(right), front, second), screening.CodeWrongPassphrase)
	if err := v.SetFront(t.Context(), both, front, second); err != nil {
		t.Fatal(err)
	}
	f := opens(t, "the front, alone", path, c, Passphrase(front))
	theirs := withKeyFile(t, f, Passphrase(front))
	refused(t, "the front alone", path, c, Passphrase(front))
	refused(t, "the front with the other key file", path, c, Secret{front, both.KeyFile})
	opens(t, "the front with its own", path, c, theirs)
	opens(t, "the other half", path, c, both)
}

// TestKeyFileVectors reads the files that are committed, with what they are answered with.
func TestKeyFileVectors(t *testing.T) {
	genuine(t)
	c := newClock()
	path := filepath.Join(t.TempDir(), "vault")
	whole, err := os.ReadFile(filepath.Join("testdata", "keyfile.vault"))
	if err == nil {
		err = os.WriteFile(path, whole, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]screening.Code{
		"": screening.CodeWrongPassphrase, "other.key": screening.CodeWrongPassphrase, "right.key": "",
		"flipped.key": screening.CodeTornKeyFile, "short.key": screening.CodeTornKeyFile, "long.key": screening.CodeTornKeyFile,
		"newer.key": screening.CodeNewer, "foreign.key": screening.CodeNoKeyFile, "shares.json": screening.CodeNoKeyFile,
	} {
		s := Passphrase(keyFilePassphrase)
		if name != "" {
			s.KeyFile, err = LoadKeyFile(filepath.Join("testdata", name))
		}
		if err == nil {
			c.forward(longest)
			_, err = Unlock(t.Context(), path, s, c.options())
		}
		if want == "" && err != nil || want != "" && (err == nil || screening.CodeOf(err) != want) {
			t.Errorf("%q: got %v, want %q", name, err, want)
		}
		err = nil
	}
}

// TestLoadKeyFile refuses what is no file, and says nothing of where it looked.
func TestLoadKeyFile(t *testing.T) {
	dir := t.TempDir()
	empty, whole := filepath.Join(dir, "empty"), filepath.Join(dir, "whole")
	file := aKeyFile(t).marshal()
	if err := errors.Join(os.WriteFile(empty, nil, 0o600), os.WriteFile(whole, file, 0o600)); err != nil {
		t.Fatal(err)
	}
	_, err := LoadKeyFile(dir)
	wantCode(t, "a folder", err, screening.CodeNoKeyFile)
	_, err = LoadKeyFile(os.DevNull)
	wantCode(t, "a device", err, screening.CodeNoKeyFile)
	_, err = LoadKeyFile(empty)
	wantCode(t, "nothing", err, screening.CodeNoKeyFile)
	if _, err = LoadKeyFile(filepath.Join(dir, "gone")); !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), dir) {
		t.Errorf("a missing file: got %v", err)
	}
	if k, err := LoadKeyFile(whole); err != nil || !bytes.Equal(k.marshal(), file) {
		t.Errorf("a whole one: got %v, %v", k, err)
	}
	for i := range len(file) * 8 { // no flipped bit is taken for a key
		bad := bytes.Clone(file)
		bad[i/8] ^= 1 << (i % 8)
		if _, err := ParseKeyFile(bad); err == nil {
			t.Fatalf("bit %d flipped: taken", i)
		}
	}
}

// FuzzParseKeyFile reads anything as a key file: no panic, and what is read is written back the same.
func FuzzParseKeyFile(f *testing.F) {
	for _, name := range []string{"right.key", "flipped.key", "short.key", "long.key", "newer.key", "foreign.key"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == KeyFileSize {
			resumKeyFile(b)
		}
		if k, err := ParseKeyFile(b); err == nil && !bytes.Equal(k.marshal(), b) {
			t.Error("what is read is written back otherwise")
		}
		_, err := ReadKeyFile(bytes.NewReader(append(b, make([]byte, 100)...)))
		if len(b) > 0 && err == nil {
			t.Error("a file that is too long is taken")
		}
	})
}
