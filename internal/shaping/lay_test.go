package shaping

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/image/math/fixed"
)

// visual returns what one sees from left to right, without outer spaces: runs of one direction that
// follow each other in the text, divided for their fonts only, are joined.
func visual(text string, line Line) (out []string) {
	all := []rune(text)
	var joined []Run
	for _, r := range line.Runs {
		if n := len(joined) - 1; n >= 0 && joined[n].RTL == r.RTL {
			last := &joined[n]
			if r.RTL && r.End == last.Start {
				last.Start = r.Start
				continue
			}
			if !r.RTL && last.End == r.Start {
				last.End = r.End
				continue
			}
		}
		joined = append(joined, r)
	}
	for _, r := range joined {
		if s := strings.TrimSpace(string(all[r.Start:r.End])); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func TestVisualOrder(t *testing.T) {
	for name, c := range map[string]struct {
		text, lang string
		want       []string
	}{
		"digits in Arabic":           {"عمري 25 سنة", "ar", []string{"سنة", "25", "عمري"}},
		"digits in Persian":          {"۲۵ سال دارم", "fa", []string{"سال دارم", "۲۵"}},
		"Latin name in Arabic":       {"اسمي Maria هنا", "ar", []string{"هنا", "Maria", "اسمي"}},
		"Arabic begins in Latin":     {"Leeward برنامج", "ar", []string{"برنامج", "Leeward"}},
		"English begins in Arabic":   {"عمر is my name", "en", []string{"عمر", "is my name"}},
		"brackets in Arabic":         {"الجواز (AB 12345) معي", "ar", []string{") معي", "AB 12345", "الجواز ("}},
		"phone number in Arabic":     {"الهاتف +95 9 123 456", "ar", []string{"+95 9 123 456", "الهاتف"}},
		"date in Arabic":             {"مثلًا 2024-05-17 أو 10-15", "ar", []string{"15", "-", "10", "أو", "2024-05-17", "مثلًا"}},
		"sum in Arabic":              {"5 + 3-1 +", "ar", []string{"+", "3-1", "+", "5"}},
		"three levels, LTR base":     {"He said: عمرك 25 سنة", "en", []string{"He said:", "سنة", "25", "عمرك"}},
		"three levels, RTL base":     {"قال (my ref عمر 7 x) نعم", "ar", []string{") نعم", "x", "7", "عمر", "my ref", "قال ("}},
		"Burmese with digits, Latin": {"ကျွန်ုပ် 25 USD", "my", []string{"ကျွန်ုပ် 25 USD"}},
		"one script, one run":        {"Did he keep your passport?", "en", []string{"Did he keep your passport?"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := Lay(c.text, Style{Lang: c.lang, Size: 16})
			if len(l.Lines) != 1 {
				t.Fatalf("got %d lines, want 1", len(l.Lines))
			}
			if got := visual(c.text, l.Lines[0]); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestNoMissingGlyph(t *testing.T) {
	for _, s := range sentences {
		if got := Missing(s.text, s.lang); len(got) > 0 {
			t.Errorf("%s: got no glyph for %q, want one for every rune of %q", s.lang, got, s.text)
		}
	}
}

func TestMissingNamesEachRuneOnce(t *testing.T) {
	got := Missing("ok 𓀀 ok 𓀀 😀\tend", "en")
	if want := []rune{'𓀀', '😀'}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLinesFitAndLoseNothing(t *testing.T) {
	for _, s := range sentences {
		for _, width := range []int{120, 240, 400, 900} {
			l := Lay(s.text, Style{Lang: s.lang, Size: 18, Width: width})
			at := 0
			for i, line := range l.Lines {
				if line.Width > fixed.I(width) {
					t.Errorf("%s at %d px: line %d is %v wide", s.lang, width, i, line.Width)
				}
				if line.Start != at {
					t.Errorf("%s at %d px: line %d starts at rune %d, want %d", s.lang, width, i, line.Start, at)
				}
				at = line.End
			}
			if want := len([]rune(s.text)); at != want {
				t.Errorf("%s at %d px: lines end at rune %d, want %d", s.lang, width, at, want)
			}
		}
	}
}

// pieces returns the text of each line.
func pieces(text string, l *Layout) (out []string) {
	all := []rune(text)
	for _, line := range l.Lines {
		out = append(out, strings.Trim(string(all[line.Start:line.End]), " \u200b"))
	}
	return out
}

func TestBreaks(t *testing.T) {
	for name, c := range map[string]struct {
		text, lang string
		width      int
		want       []string
	}{
		"words":                  {"one two three", "en", 70, []string{"one two", "three"}},
		"paragraphs":             {"a\nb\r\n\nc", "en", 0, []string{"a", "b", "", "c"}},
		"no-break pair":          {"number AB 12345", "en", 100, []string{"number", "AB 12345"}},
		"amount":                 {"he paid 2,500 USD", "en", 110, []string{"he paid", "2,500 USD"}},
		"hints":                  {"သင့်နိုင်ငံ\u200bကူးလက်မှတ်", "my", 140, []string{"သင့်နိုင်ငံ", "ကူးလက်မှတ်"}},
		"Thai words":             {"คุณได้รับค่าจ้างหรือไม่", "th", 80, []string{"คุณได้รับค่า", "จ้างหรือไม่"}},
		"Lao words":              {"ທ່ານສາມາດອອກຈາກບ່ອນ", "lo", 90, []string{"ທ່ານສາມາດ", "ອອກຈາກບ່ອນ"}},
		"Khmer words":            {"អ្នកអាចចាកចេញពីកន្លែង", "km", 100, []string{"អ្នកអាចចាកចេញ", "ពីកន្លែង"}},
		"Chinese signs":          {"您的护照，是否被扣留？", "zh", 68, []string{"您的护", "照，是否", "被扣留？"}},
		"Chinese brackets":       {"请看《护照》", "zh", 52, []string{"请看", "《护", "照》"}},
		"Amharic word space":     {"ሰላም፡ነው፡እንዴት", "am", 60, []string{"ሰላም፡", "ነው፡", "እንዴት"}},
		"French narrow space":    {"Un mot\u202f? Oui", "fr", 60, []string{"Un", "mot\u202f?", "Oui"}},
		"Burmese syllables":      {"ကူးလက်မှတ်", "my", 50, []string{"ကူး", "လက်", "မှတ်"}},
		"Burmese stack is whole": {"ပစ္စည်းပစ္စည်း", "my", 60, []string{"ပစ္စည်း", "ပစ္စည်း"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := Lay(c.text, Style{Lang: c.lang, Size: 16, Width: c.width})
			if got := pieces(c.text, l); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestMeasuresGrowWithSize(t *testing.T) {
	small, large := Lay("Leeward", Style{Lang: "en", Size: 10}), Lay("Leeward", Style{Lang: "en", Size: 30})
	if small.Width*3 < large.Width-6 || small.Width*3 > large.Width+6 {
		t.Errorf("width at 10 px %d, at 30 px %d, want about three times", small.Width, large.Width)
	}
	if small.Baseline <= 0 || small.Baseline >= small.Height || large.Height <= small.Height {
		t.Errorf("got baseline %d, heights %d and %d", small.Baseline, small.Height, large.Height)
	}
}

// The space between two runs belongs to what one reads, wherever reordering puts it; only the one at the
// end of a line takes no room.
func TestOnlySpaceAtTheEndIsTrimmed(t *testing.T) {
	for _, c := range []struct{ text, tight, lang string }{
		{"He said: عمرك 25 سنة", "He said:عمرك25سنة", "en"},
		{"قال my عمر 7 x نعم", "قالmyعمر7xنعم", "ar"},
	} {
		space := Lay("a b", Style{Lang: "en", Size: 32}).Width - Lay("ab", Style{Lang: "en", Size: 32}).Width
		spaces := len(c.text) - len(c.tight)
		got := Lay(c.text, Style{Lang: c.lang, Size: 32}).Width - Lay(c.tight, Style{Lang: c.lang, Size: 32}).Width
		if got < (spaces-1)*space {
			t.Errorf("%d spaces of %q take %d px, want about %d", spaces, c.text, got, spaces*space)
		}
		if a, b := Lay(c.text+"  ", Style{Lang: c.lang, Size: 32}).Width, Lay(c.text, Style{Lang: c.lang, Size: 32}).Width; a != b {
			t.Errorf("spaces at the end make %q %d px wide, want %d", c.text, a, b)
		}
	}
}

func TestEmptyLineKeepsItsHeight(t *testing.T) {
	one := Lay("", Style{Lang: "my", Size: 16})
	two := Lay("က\n", Style{Lang: "my", Size: 16})
	if one.Height == 0 || two.Height != 2*one.Height {
		t.Errorf("empty text is %d px high, two lines %d, want double", one.Height, two.Height)
	}
}

func TestOddStylesAreBounded(t *testing.T) {
	nan := float32(0)
	nan /= nan
	for _, s := range []Style{{}, {Size: nan}, {Size: -4}, {Size: 1e9}, {Size: 12, Width: -1}, {Size: 12, Width: 1 << 30}, {Size: 12, Lang: "\x00"}} {
		if l := Lay("abc عمر", s); len(l.Lines) == 0 || l.Height <= 0 {
			t.Errorf("style %+v: got %d lines, height %d", s, len(l.Lines), l.Height)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	want := make([]int, len(sentences))
	for i, s := range sentences {
		want[i] = Lay(s.text, Style{Lang: s.lang, Size: 16, Width: 300}).Height
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				for i, s := range sentences {
					if got := Lay(s.text, Style{Lang: s.lang, Size: 16, Width: 300}).Height; got != want[i] {
						t.Errorf("%s: height %d, want %d", s.lang, got, want[i])
					}
				}
			}
		})
	}
	wg.Wait()
}

func FuzzLay(f *testing.F) {
	for _, s := range sentences {
		f.Add(s.text, s.lang, float32(16), 200)
	}
	f.Add("\u202e\u2067a\u2069b\u202c\u0301\u200d", "ar", float32(9), 1)
	f.Add("\xff\x00\r\n\r\u2028", "my", float32(40), 30)
	f.Fuzz(func(t *testing.T, text, lang string, size float32, width int) {
		if len(text) > 4096 {
			return
		}
		l := Lay(text, Style{Lang: lang, Size: size, Width: width})
		n := len([]rune(text))
		at := 0
		for _, line := range l.Lines {
			if line.Start < at || line.End < line.Start || line.End > n {
				t.Fatalf("line covers runes %d to %d of %d after %d", line.Start, line.End, n, at)
			}
			at = line.End
		}
		Missing(text, lang)
		l = Lay(text, Style{Lang: lang, Size: size, Width: width, Typed: true})
		caret := Caret{}
		for _, right := range []bool{true, false} {
			for range 20 {
				caret = l.Step(caret, right)
				if x, line := l.Caret(caret, width); caret.Pos < 0 || caret.Pos > n || line >= len(l.Lines) || x != x {
					t.Fatalf("the caret stands at rune %d of %d, line %d, %v px", caret.Pos, n, line, x)
				}
			}
		}
		l.Selected(0, n, width)
		for _, pos := range []int{0, n / 2, n} {
			if start, end := Word([]rune(text), pos); start < 0 || end > n || start > end {
				t.Fatalf("the word at rune %d of %d is %d to %d", pos, n, start, end)
			}
		}
	})
}

// Each round lays one sentence of the kind that a question is out in a column of a phone's width.
func BenchmarkLay(b *testing.B) {
	for _, s := range sentences {
		b.Run(s.lang, func(b *testing.B) {
			for b.Loop() {
				Lay(s.text, Style{Lang: s.lang, Size: 16, Width: 400})
			}
		})
	}
}
