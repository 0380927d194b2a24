package shaping

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// divided writes a bar wherever a line may break.
func divided(text []rune, at func(int) bool) string {
	var out strings.Builder
	for i, r := range text {
		if at(i) {
			out.WriteByte('|')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// ICU itself divided these sentences (words/extract.py).
func TestWordsAsICUDividesThem(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "icu_breaks.txt"))
	if err != nil {
		t.Fatal(err)
	}
	sentences := 0
	for line := range strings.Lines(string(b)) {
		lang, want, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		want = strings.NewReplacer(" |", " ", "။ |", "။ ").Replace(want) // spaces are the line breaker's
		text := []rune(strings.ReplaceAll(want, "|", ""))
		breaks := wordBreaks(text, true)
		if got := divided(text, func(i int) bool { return breaks[i] }); got != want {
			t.Errorf("%s: got  %q\nwant %q", lang, got, want)
		}
		sentences++
	}
	if sentences < 20 {
		t.Errorf("compared %d sentences, want twenty or more", sentences)
	}
}

func TestWhatIsInNoList(t *testing.T) {
	for _, want := range []string{
		"ฃฅฃฅฃฅ",               // Thai letters out of use stay in one piece
		"คุณ|ฃฅฃฅ|ไม่",         // between words of the list
		"คุณๆ|ไม่",             // the sign of repetition goes with its word
		"ၐ|ၑ|ၒ|ၓ|ၔ",            // nothing of Burmese: syllables as they come
		"नमस्ते دنیا hello 你好", // other scripts are the line breaker's
	} {
		text := []rune(strings.ReplaceAll(want, "|", ""))
		breaks := wordBreaks(text, true)
		if got := divided(text, func(i int) bool { return breaks[i] }); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

// Each list is walked from its first letters to its last words, so that a damaged file is found here.
func TestEveryWordOfTheListsIsFound(t *testing.T) {
	for name, least := range map[string]int{"thai": 20_000, "lao": 10_000, "khmer": 30_000, "burmese": 20_000} {
		trie, n := loadTrie(name)(), 0
		var walk func(at, left, depth int)
		walk = func(at, left, depth int) {
			for c := range 0xfe {
				place, row, whole, more := trie.next(at, left, byte(c))
				if whole {
					n++
				}
				if more && depth < 60 {
					walk(place, row, depth+1)
				}
			}
		}
		walk(0, 0, 0)
		if n < least {
			t.Errorf("%s: %d words, want %d or more", name, n, least)
		}
		t.Logf("%s: %d words", name, n)
	}
}

// No break stands inside a cluster, whatever is typed.
func TestBreaksStandBetweenClusters(t *testing.T) {
	alphabets := [][]string{
		{"ก", "ข", "ค", "ง", "น", "เ", "แ", "า", "ำ", "ิ", "์", "่", "ๆ", "ฯ", " "},
		{"ກ", "ຂ", "ຄ", "ງ", "ນ", "ເ", "ແ", "າ", "ຳ", "ິ", "່", "ໆ", " "},
		{"ក", "ខ", "គ", "ង", "ន", "រ", "ក្រ", "ង្គ", "េ", "ា", "ិ", "ះ", "៍", " "},
		{"က", "ခ", "ဂ", "င", "န", "စ္စ", "င်္ဂ", "ျ", "ြ", "ိ", "်", "း", "့", "၊", " "},
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		letters := alphabets[random.IntN(len(alphabets))]
		var text []rune
		for range 1 + random.IntN(30) {
			text = append(text, []rune(letters[random.IntN(len(letters))])...)
		}
		stops := Stops(text)
		for _, whole := range []bool{true, false} {
			for at := range wordBreaks(text, whole) {
				if !slices.Contains(stops, at) {
					t.Fatalf("%q is broken inside a cluster, at rune %d (%U)", string(text), at, text)
				}
			}
		}
		for _, width := range []int{20, 60} {
			for _, line := range Lay(string(text), Style{Lang: "km", Size: 16, Width: width}).Lines {
				if at := line.Start; !slices.Contains(stops, at) && text[at-1] != ' ' { // a mark may follow a space
					t.Fatalf("%q: a line of %d px begins inside a cluster, at rune %d", string(text), width, line.Start)
				}
			}
		}
	}
}

func TestStops(t *testing.T) {
	for _, want := range []string{
		"กำ", "ที่|นี่", "น้ำ", "ข|า|ว", "ខ្មែ|រ", "ក|ម្ពុ|ជា", "မြ|န်|မာ", "ပ|စ္စ|ည်း", "ကျွ|န်ု|ပ်", "क्षि|ति", "শ্রী", "ශ්\u200dරී", "கொ|டு", "بِ|سْ|مِ", "é|a", "👩\u200d👧|x", "🇲🇲|🇹🇭", "",
	} {
		text := []rune(strings.ReplaceAll(want, "|", ""))
		stops := Stops(text)
		if stops[0] != 0 || stops[len(stops)-1] != len(text) {
			t.Errorf("%q: stops %v do not span the text", want, stops)
		}
		if got := divided(text, func(i int) bool { return i > 0 && slices.Contains(stops, i) }); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestLicenceTravelsWithTheWords(t *testing.T) {
	for _, want := range []string{"UNICODE, INC. LICENSE AGREEMENT", "laodict.txt", "burmesedict.txt", "Brian Eugene Wilson", "LeRoy Benjamin Sharon"} {
		if !strings.Contains(WordLicence(), want) {
			t.Errorf("the licence lacks %q", want)
		}
	}
}
