package vault

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type shareVector struct {
	Passphrase string   `json:"passphrase"`
	Shares     []string `json:"shares"`
}

// shareVectors were made by another program from FORMAT.md.
func shareVectors(t *testing.T) (all []shareVector) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "shares.json"))
	if err == nil {
		err = json.Unmarshal(b, &all)
	}
	if err != nil || len(all) == 0 {
		t.Fatalf("%d vectors: %v", len(all), err)
	}
	return all
}

func parsed(t *testing.T, text string) Share {
	t.Helper()
	s, err := ParseShare(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestShareVectors(t *testing.T) {
	for i, v := range shareVectors(t) {
		for a := range v.Shares {
			one := parsed(t, " "+strings.ToUpper(strings.ReplaceAll(v.Shares[a], " ", "\n ")))
			if one.Number != a+1 || one.Text() != v.Shares[a] {
				t.Errorf("vector %d: share %d is read as number %d, or written otherwise", i, a+1, one.Number)
			}
			for b := range v.Shares {
				got, err := JoinShares(one, parsed(t, v.Shares[b]))
				if a == b {
					if !errors.Is(err, ErrShareSame) {
						t.Errorf("vector %d: one share twice: %v", i, err)
					}
				} else if err != nil || string(got) != v.Passphrase {
					t.Errorf("vector %d: shares %d and %d do not give the passphrase: %v", i, a+1, b+1, err)
				}
			}
		}
	}
	all := shareVectors(t)
	if _, err := JoinShares(parsed(t, all[0].Shares[0]), parsed(t, all[1].Shares[1])); !errors.Is(err, ErrShareSets) {
		t.Errorf("shares of two sets: %v", err)
	}
}

// TestTypingErrorsAreNamed: one wrong word is always found with what it should be; two are always noticed.
func TestTypingErrorsAreNamed(t *testing.T) {
	list := words()
	for _, v := range shareVectors(t) {
		right := strings.Fields(v.Shares[1])
		for i := range right {
			wrong := append([]string{}, right...)
			for wrong[i] == right[i] {
				wrong[i] = list[rand.IntN(shareField)]
			}
			_, err := ParseShare(strings.Join(wrong, " "))
			e, ok := errors.AsType[*ShareError](err)
			if !ok || e.Word != i+1 || e.Mean != right[i] || e.Said != wrong[i] {
				t.Fatalf("word %d replaced: got %v", i+1, err)
			}
			if strings.Contains(err.Error(), right[i]) {
				t.Error("the error quotes the share")
			}
			j := (i + 1 + rand.IntN(len(right)-1)) % len(right)
			for wrong[j] == right[j] {
				wrong[j] = list[rand.IntN(shareField)]
			}
			if _, err := ParseShare(strings.Join(wrong, " ")); err == nil {
				t.Fatal("two wrong words pass")
			} else if e, ok := errors.AsType[*ShareError](err); !ok || e.Word > 0 {
				t.Fatalf("two wrong words are taken for one: %v", err)
			}
		}
		misspelt := append([]string{}, right...)
		misspelt[4] = right[4][:1] + "q" + right[4][1:]
		if _, err := ParseShare(strings.Join(misspelt, " ")); err == nil || !strings.Contains(err.Error(), "word 5") {
			t.Errorf("a misspelt word: %v", err)
		} else if e, _ := errors.AsType[*ShareError](err); e.Mean != right[4] {
			t.Errorf("a misspelt word: nearest is not what was meant")
		}
		if _, err := ParseShare(strings.Join(right[1:], " ")); err == nil || !strings.Contains(err.Error(), "13 words, want 14") {
			t.Errorf("a word left out: %v", err)
		}
		swapped := append([]string{}, right...)
		swapped[2], swapped[3] = right[3], right[2]
		if _, err := ParseShare(strings.Join(swapped, " ")); err == nil || !strings.Contains(err.Error(), "another order") {
			t.Errorf("two words swapped: %v", err)
		}
	}
	if _, err := ParseShare(""); err == nil {
		t.Error("nothing passes for a share")
	}
}

// TestOneShareSaysNothing: for every passphrase there are slopes that give the same share.
func TestOneShareSaysNothing(t *testing.T) {
	_, shares := NewShares()
	for range 50 {
		other := shares[1]
		other.Number = 1
		for i := range other.value {
			other.value[i] = rand.IntN(shareField)
		}
		if _, err := JoinShares(shares[1], other); err != nil {
			t.Errorf("a share does not go with every other point: %v", err)
		}
	}
	if got := fmt.Sprintf("%v %+v %s", shares[0], shares, shares[0].LogValue()); strings.Contains(got, shares[0].Text()[:6]) {
		t.Error("a share prints itself")
	}
}

// TestSharesOpenAVault: the passphrase of two shares counts as strong, opens the vault, and gives a place whose
// passphrase is lost another one.
func TestSharesOpenAVault(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault")
	v, err := Create(t.Context(), path, []byte("harbour lantern thistle anchor violet meadow"), Spec{Sign: []string{"a"}}, Options{KDF: FloorKDF})
	if err != nil {
		t.Fatal(err)
	}
	recovery, shares := NewShares()
	place, err := v.AddPassphrase(t.Context(), Passphrase("harbour lantern thistle anchor violet meadow"), recovery)
	if err != nil || place != 1 {
		t.Fatalf("place %d: %v", place, err)
	}
	v.Lock()
	joined, err := JoinShares(parsed(t, shares[2].Text()), parsed(t, shares[0].Text()))
	if err != nil {
		t.Fatal(err)
	}
	if v, err = Unlock(t.Context(), path, Passphrase(joined), Options{}); err != nil {
		t.Fatal(err)
	}
	if err := v.GivePassphrase(t.Context(), Passphrase(joined), 5, []byte("another lantern thistle anchor violet meadow")); !errors.Is(err, ErrNobody) {
		t.Errorf("a place that nobody has: %v", err)
	}
	if err := v.GivePassphrase(t.Context(), Passphrase(joined), 0, []byte("another lantern thistle anchor violet meadow")); err != nil {
		t.Fatal(err)
	}
	v.Lock()
	if v, err = Unlock(t.Context(), path, Passphrase("another lantern thistle anchor violet meadow"), Options{}); err != nil {
		t.Errorf("the new passphrase: %v", err)
	} else {
		v.Lock()
	}
	if _, err = Unlock(t.Context(), path, Passphrase("harbour lantern thistle anchor violet meadow"), Options{}); err == nil {
		t.Error("the lost passphrase still opens")
	}
}

func FuzzParseShare(f *testing.F) {
	f.Add("abacus abdomen")
	_, shares := NewShares()
	f.Add(shares[0].Text())
	f.Fuzz(func(t *testing.T, typed string) {
		s, err := ParseShare(typed)
		if err == nil && s.Text() != strings.Join(strings.Fields(strings.ToLower(typed)), " ") {
			t.Error("what is read is not what is written")
		}
	})
}
