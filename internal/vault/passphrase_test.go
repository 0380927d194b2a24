package vault

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWordList(t *testing.T) {
	list := words()
	if got, want := len(list), 7776; got != want {
		t.Errorf("words: got %d, want %d", got, want)
	}
	if !slices.IsSorted(list) {
		t.Error("the list is not sorted: listed searches it by halves")
	}
	if got := len(slices.Compact(slices.Clone(list))); got != len(list) {
		t.Errorf("different words: got %d, want %d", got, len(list))
	}
	for _, w := range list {
		if len(w) < 3 || len(w) > 9 || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz-") != "" {
			t.Errorf("word %q", w)
		}
	}
}

func TestWords(t *testing.T) {
	seen := map[string]int{}
	for range 3000 {
		chosen, err := Words(GeneratedWords)
		if err != nil || len(chosen) != GeneratedWords {
			t.Fatalf("got %d words, %v", len(chosen), err)
		}
		for _, w := range chosen {
			seen[w]++
		}
		if got := len(slices.Compact(slices.Sorted(slices.Values(chosen)))); got != GeneratedWords {
			t.Fatalf("a word stands twice: %v", chosen)
		}
	}
	// 18,000 draws from 7,776: 7,008 different words are expected, with a spread of about 25, and no word
	// should come up more than 15 times.
	if got := len(seen); got < 6850 || got > 7160 {
		t.Errorf("different words in 18,000 draws: got %d, want about 7,008", got)
	}
	for w, n := range seen {
		if n > 15 {
			t.Errorf("%q was drawn %d times in 18,000", w, n)
		}
	}
	half := 0
	for w, n := range seen {
		if w < words()[len(words())/2] {
			half += n
		}
	}
	if half < 8600 || half > 9400 { // six spreads of 67 about 9,000
		t.Errorf("draws from the first half of the list: got %d of 18,000", half)
	}
	for _, n := range []int{-1, 0, 25} {
		if _, err := Words(n); err == nil {
			t.Errorf("%d words: no error", n)
		}
	}
}

func TestStrength(t *testing.T) {
	for _, tc := range []struct {
		pass string
		ok   bool
	}{
		{"", false},
		{"password1", false},
		{"482913", false},
		{"Leeward2031!", false},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
		{"abcdefghijklmnopqrstuvwxyz", false},
		{"qwertyuiopasdfghjkl", false},
		{"zoom zoom zoom zoom zoom zoom", false}, // words of the list, but one
		{"mississippimississippimississippi", false},
		{"P@$$w0rd1!P@$$w0rd1!", false},
		{"m0nk3y dr4g0n", false},
		{"kd93hFqp2x0vbn7w", true},
		{"abacus abdomen abide zoom yodel wreath", true}, // six of the list
		{"ပင်လယ်ကမ်းခြေမှာ လှိုင်းသံကြားရတယ်", true},
		{"البحر هادئ والريح من الشرق هذا المساء", true},
	} {
		if ok, bits := Strength(tc.pass); ok != tc.ok {
			t.Errorf("%q: got %t (%.1f bits), want %t", tc.pass, ok, bits, tc.ok)
		}
	}
	for range 200 {
		chosen, err := Words(GeneratedWords)
		if err != nil {
			t.Fatal(err)
		}
		if ok, bits := Strength(strings.Join(chosen, "  ")); !ok || bits < 77 {
			t.Fatalf("generated passphrase: got %t, %.1f bits", ok, bits)
		}
	}
}

func TestNormalise(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"  a \t b\n", "a b"},
		{"a\u3000b\u00a0c", "a b c"}, // full-width and no-break space
		{"cafe\u0301", "caf\u00e9"},  // composed
		{"\uff41\uff11", "a1"},       // full-width letters
		{"\ufb01sh", "fish"},         // ligature
		{"Case Stays", "Case Stays"},
		{"", ""},
	} {
		if got := string(normalise([]byte(tc.in))); got != tc.want {
			t.Errorf("normalise(%q): got %q, want %q", tc.in, got, tc.want)
		}
	}
	in := []byte(" keep  me ")
	normalise(in)
	if string(in) != " keep  me " {
		t.Errorf("the caller's passphrase was changed to %q", in)
	}
}

// FuzzStrength looks for input on which the estimate fails, which must not end the program.
func FuzzStrength(f *testing.F) {
	for _, s := range []string{"", "p@ssw0rd", "ÿÿÿ1990", "က္ကာ၁၂၃", "مرحبا123", "12/12/2012", "\xff\xfe", "$$$€€€", "ａｂｃ@4"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ok, bits := Strength(s)
		if ok && bits < MinBits {
			t.Errorf("passes with %.1f bits", bits)
		}
		if bits < 0 || bits != bits {
			t.Errorf("bits: got %f", bits)
		}
		if n := normalise([]byte(s)); utf8.ValidString(s) && string(normalise(n)) != string(n) {
			t.Errorf("normalising twice differs: %q, %q", n, normalise(n))
		}
	})
}

func BenchmarkStrength(b *testing.B) {
	for b.Loop() {
		Strength("a long sentence that a person might make up by the sea in 2031")
	}
}
