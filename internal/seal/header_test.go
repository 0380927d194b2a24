package seal

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"
)

// FuzzCheckHeader holds the check against the library's own reading: a header that the check lets through
// and that the library can read is one and the same header, with nothing hidden in it.
func FuzzCheckHeader(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.age"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for n := range 3 {
			f.Add(b, n)
		}
		f.Add(bytes.Replace(b, []byte("mlkem768x25519 "), []byte("mlkem768x25519 A\nAAAA\n-> X25519 "), 1), 1)
	}
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		ok := checkHeader(b, n)
		header, err := age.ExtractHeader(bytes.NewReader(b))
		if !ok || err != nil {
			return
		}
		if len(header) != headerSize(n) || !bytes.Equal(header, b[:len(header)]) {
			t.Errorf("the library reads a header of %d bytes, the check one of %d", len(header), headerSize(n))
		}
		if got := bytes.Count(header, []byte("\n-> mlkem768x25519 ")); got != n {
			t.Errorf("stanzas: got %d, want %d", got, n)
		}
		if got := bytes.Count(header, []byte("\n-> ")); got != n {
			t.Errorf("stanzas of any kind: got %d, want %d", got, n)
		}
	})
}

func TestCheckHeaderCounts(t *testing.T) {
	_, a := pair(t)
	_, b := pair(t)
	sealed, err := Seal([]byte("x"), []Recipient{a, b})
	if err != nil {
		t.Fatal(err)
	}
	for n := -1; n <= MaxRecipients+1; n++ {
		if got, want := checkHeader(sealed, n), n == 2; got != want {
			t.Errorf("for %d: got %t, want %t", n, got, want)
		}
	}
	for i := range headerSize(2) {
		bad := bytes.Clone(sealed)
		bad[i] = '\n'
		if bad[i] != sealed[i] && checkHeader(bad, 2) {
			t.Errorf("line feed at %d passes", i)
		}
	}
}
