package typeset_test

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/test"

	"leeward/app/typeset"
)

// keys sends a line of keystrokes: what stands in ‹› is a key (‹L›, ‹⇧L› with Shift, ‹^L› with Control, ‹^⇧L›),
// everything else is typed.
func keys(e *typeset.Entry, line string) {
	names := map[string]fyne.KeyName{
		"L": fyne.KeyLeft, "R": fyne.KeyRight, "U": fyne.KeyUp, "D": fyne.KeyDown, "H": fyne.KeyHome, "E": fyne.KeyEnd,
		"B": fyne.KeyBackspace, "X": fyne.KeyDelete, "N": fyne.KeyReturn,
	}
	for len(line) > 0 {
		before, rest, found := strings.Cut(line, "‹")
		for _, r := range before {
			e.TypedRune(r)
		}
		if !found {
			return
		}
		key, after, _ := strings.Cut(rest, "›")
		line = after
		shift, control := strings.Contains(key, "⇧"), strings.Contains(key, "^")
		name := names[strings.Trim(key, "⇧^")]
		switch {
		case key == "all":
			e.TypedShortcut(&fyne.ShortcutSelectAll{})
		case key == "copy":
			e.TypedShortcut(&fyne.ShortcutCopy{})
		case key == "cut":
			e.TypedShortcut(&fyne.ShortcutCut{})
		case key == "paste":
			e.TypedShortcut(&fyne.ShortcutPaste{})
		case key == "undo":
			e.TypedShortcut(&fyne.ShortcutUndo{})
		case key == "redo":
			e.TypedShortcut(&fyne.ShortcutRedo{})
		case control:
			modifier := fyne.KeyModifierControl
			if shift {
				modifier |= fyne.KeyModifierShift
			}
			e.TypedShortcut(&desktop.CustomShortcut{KeyName: name, Modifier: modifier})
		default:
			if shift {
				e.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
			}
			e.TypedKey(&fyne.KeyEvent{Name: name})
			if shift {
				e.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
			}
		}
	}
}

// state writes a bar at the caret and brackets around what is selected.
func state(e *typeset.Entry) string {
	text, at := []rune(e.Text), e.CaretAt()
	if sel := []rune(e.SelectedText()); len(sel) > 0 {
		if at+len(sel) <= len(text) && string(text[at:at+len(sel)]) == string(sel) && !e.CaretAfterSelection() {
			return string(text[:at]) + "|[" + string(sel) + "]" + string(text[at+len(sel):])
		}
		return string(text[:at-len(sel)]) + "[" + string(sel) + "]|" + string(text[at:])
	}
	return string(text[:at]) + "|" + string(text[at:])
}

func TestKeystrokes(t *testing.T) {
	for _, c := range []struct{ lang, typed, want string }{
		{"en", "abc‹L›X", "abX|c"},
		{"en", "abc‹H›X‹E›Y", "XabcY|"},
		{"en", "abc‹B›", "ab|"},
		{"en", "abc‹H›‹X›", "|bc"},
		{"en", "one two‹^L›", "one |two"},
		{"en", "one two‹^L›‹^L›", "|one two"},
		{"en", "one two‹H›‹^R›", "one| two"},
		{"en", "one two‹^B›", "one |"},
		{"en", "one two‹H›‹^X›", "| two"},
		{"en", "abc‹⇧L›‹⇧L›", "a|[bc]"},
		{"en", "abc‹H›‹⇧R›", "[a]|bc"},
		{"en", "abc‹⇧L›‹⇧L›X", "aX|"},
		{"en", "abc‹⇧L›‹⇧L›‹L›", "a|bc"},
		{"en", "abc‹⇧L›‹⇧L›‹R›", "abc|"},
		{"en", "abc‹all›‹B›", "|"},
		{"en", "one two‹^⇧L›", "one |[two]"},
		// Arabic: Left goes on in reading, Right goes back.
		{"ar", "عمر‹R›X", "عمX|ر"},
		{"ar", "عمر‹R›‹R›‹R›", "|عمر"},
		{"ar", "عمر‹H›‹L›", "ع|مر"},
		{"ar", "بِسم‹R›‹R›", "بِ|سم"}, // a vowel mark belongs to its letter
		{"ar", "لا‹R›", "ل|ا"},        // one glyph, two letters
		{"ar", "نعم لا‹^R›", "نعم |لا"},
		{"ar", "عمر‹⇧R›", "عم|[ر]"},
		// Digits and Latin run the other way: the caret goes on in one direction for the eye.
		{"ar", "عم 25‹R›", "عم| 25"}, // after digits it stands on their right
		{"ar", "عم 25‹L›", "عم 2|5"},
		{"ar", "عم 25‹L›‹L›‹L›", "عم |25"},
		{"ar", "عم AB‹H›‹L›‹L›‹L›‹L›", "عم A|B"},
		{"en", "ab עב‹H›‹R›‹R›‹R›‹R›", "ab ע|ב"},
		{"en", "ab עב‹H›‹R›‹R›‹R›‹R›‹R›", "ab |עב"},
		// Clusters stay whole; Backspace takes the last sign, Delete the whole letter.
		{"my", "ကျွန်ုပ်‹L›", "ကျွန်ု|ပ်"},
		{"my", "ကျွန်ုပ်‹L›‹L›", "ကျွ|န်ုပ်"},
		{"my", "ကျွန်ုပ်‹L›‹L›‹L›", "|ကျွန်ုပ်"},
		{"my", "ကျွန်‹B›", "ကျွန|"},
		{"my", "ကျွန်‹H›‹X›", "|န်"},
		{"my", "ပစ္စ‹L›", "ပ|စ္စ"},
		{"my", "မြန်မာ‹B›ာ", "မြန်မာ|"},
		{"th", "ที่นี่‹L›", "ที่|นี่"},
		{"th", "น้ำ‹L›", "|น้ำ"},
		{"th", "คุณไม่ไป‹^L›", "คุณไม่|ไป"},
		{"th", "คุณไม่ไป‹^L›‹^L›", "คุณ|ไม่ไป"},
		{"th", "ที่‹B›", "ที|"},
		{"km", "ខ្មែរ‹L›‹L›", "|ខ្មែរ"},
		{"hi", "क्षि‹L›", "|क्षि"},
		// Undo takes back a stretch of typing, redo brings it again.
		{"en", "abc‹undo›", "|"},
		{"en", "abc‹undo›‹redo›", "abc|"},
		{"en", "ab‹L›c‹undo›", "a|b"},
		{"en", "one two three‹undo›", "one two |"}, // word by word
		{"en", "one two three‹undo›‹undo›‹redo›", "one two |"},
		{"ar", "عمر‹all›س‹undo›", "عمر|"},
		{"en", "abc‹undo›‹undo›‹redo›‹redo›", "abc|"},
		{"en", "abc‹undo›x‹redo›", "x|"},
		{"en", "abc‹all›‹copy›‹E›‹paste›", "abcabc|"},
		{"my", "ကခ‹⇧L›‹cut›‹H›‹paste›", "ခ|က"},
	} {
		start(t, typeset.Light, 1)
		e := typeset.NewEntry()
		e.SetLang(c.lang)
		window(t, 400, 60, e)
		e.FocusGained()
		keys(e, c.typed)
		if got := state(e); got != c.want {
			t.Errorf("%s: got %q, want %q", c.typed, got, c.want)
		}
	}
}

func TestLinesUpAndDown(t *testing.T) {
	for _, c := range []struct{ lang, typed, want string }{
		{"en", "abcd‹N›x‹N›abcd‹U›", "abcd\nx|\nabcd"},
		{"en", "abcd‹N›x‹N›abcd‹U›‹U›", "abcd|\nx\nabcd"}, // it keeps to its column
		{"en", "abcd‹N›ab‹U›‹U›", "|abcd\nab"},
		{"en", "abcd‹N›ab‹U›‹D›‹D›", "abcd\nab|"},
		{"en", "ab‹N›‹N›cd‹L›‹L›‹L›", "ab\n|\ncd"},
		{"en", "ab‹N›cd‹H›‹L›X", "abX|\ncd"},
		{"ar", "اب‹N›جد‹R›‹R›‹R›", "اب|\nجد"},
		{"en", "ab‹N›cd‹^H›", "|ab\ncd"},
		{"en", "ab‹N›cd‹^H›‹^E›", "ab\ncd|"},
		{"en", "ab‹N›cd‹⇧U›", "ab|[\ncd]"},
	} {
		start(t, typeset.Light, 1)
		e := typeset.NewMultiLineEntry(3)
		e.SetLang(c.lang)
		window(t, 400, 120, e)
		keys(e, c.typed)
		if got := state(e); got != c.want {
			t.Errorf("%s: got %q, want %q", c.typed, got, c.want)
		}
	}
}

// From end to end and back, in any mixture, the caret reaches the other side, and never stands in a cluster.
func TestCaretReachesBothEnds(t *testing.T) {
	for _, text := range []string{
		"abc", "عمري 25 سنة", "He said: عمرك 25 سنة ok", "قال (my ref عمر 7 x) نعم", "+95 9 123-456 رقم", "ကျွန်ုပ် 25 USD عمر", "ที่นี่ ខ្មែរ", "שלום 12 abc",
	} {
		for _, lang := range []string{"en", "ar"} {
			start(t, typeset.Light, 1)
			e := typeset.NewMultiLineEntry(2)
			e.SetLang(lang)
			window(t, 150, 200, e) // wraps
			e.SetText(text)
			n := len([]rune(text))
			seen := map[int]bool{}
			for _, key := range []string{"‹L›", "‹R›", "‹L›"} {
				for range 4 * n {
					keys(e, key)
					seen[e.CaretAt()] = true
				}
			}
			if !seen[0] || !seen[n] {
				t.Errorf("%q in %s: the caret did not reach both ends: %v", text, lang, seen)
			}
		}
	}
}

func TestPasswordStaysOutOfTheClipboard(t *testing.T) {
	start(t, typeset.Light, 1)
	fyne.CurrentApp().Clipboard().SetContent("before")
	e := typeset.NewEntry()
	e.Password = true
	window(t, 400, 60, e)
	keys(e, "open sesame‹all›‹copy›‹cut›")
	if got := fyne.CurrentApp().Clipboard().Content(); got != "before" {
		t.Errorf("the clipboard holds %q, want what was there before", got)
	}
	if e.Text != "open sesame" || e.SelectedText() != "" || strings.Contains(e.AccessibilityLabel(), "sesame") {
		t.Errorf("text %q, selected %q, label %q", e.Text, e.SelectedText(), e.AccessibilityLabel())
	}
	if keys(e, "‹E›‹^L›"); e.CaretAt() != 0 {
		t.Errorf("word movement shows where words end: caret at %d, want 0", e.CaretAt())
	}
	if keys(e, "‹all›‹B›‹undo›"); e.Text != "" {
		t.Errorf("undo brings a password back: %q", e.Text)
	}
	if e.Keyboard() != mobile.PasswordKeyboard {
		t.Errorf("a phone shows keyboard %v, want the one for passwords", e.Keyboard())
	}
}

func TestReadOnlyAndLimits(t *testing.T) {
	start(t, typeset.Light, 1)
	e := typeset.NewEntry()
	e.SetText("abc")
	e.ReadOnly = true
	window(t, 400, 60, e)
	keys(e, "x‹B›‹all›‹cut›‹paste›‹copy›")
	if got := fyne.CurrentApp().Clipboard().Content(); e.Text != "abc" || got != "abc" {
		t.Errorf("text %q, clipboard %q, want abc in both", e.Text, got)
	}

	e = typeset.NewEntry()
	e.MaxLength = 3
	window(t, 400, 60, e)
	fyne.CurrentApp().Clipboard().SetContent("x\ny\tz\x00!")
	keys(e, "a‹paste›b")
	if e.Text != "ax " {
		t.Errorf("got %q, want what fits, with spaces for new lines", e.Text)
	}
	keys(e, "‹all›‹paste›")
	if e.Text != "x y" {
		t.Errorf("got %q, want x y", e.Text)
	}
}

func TestMouseAndTouch(t *testing.T) {
	start(t, typeset.Light, 1)
	e := typeset.NewEntry()
	w := window(t, 400, 60, container.NewStack(e))
	e.SetText("one two three")
	at := func(x float32) *desktop.MouseEvent {
		return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, 25)}, Button: desktop.MouseButtonPrimary}
	}
	e.MouseDown(at(395))
	if got := state(e); got != "one two three|" || w.Canvas().Focused() != e {
		t.Errorf("a click behind the text leaves %q, focused %v", got, w.Canvas().Focused())
	}
	e.MouseDown(at(5))
	e.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(395, 25)}})
	if got := e.SelectedText(); got != "one two three" {
		t.Errorf("dragging selects %q, want all", got)
	}
	e.MouseDown(at(60))
	e.MouseDown(at(60))
	if got := e.SelectedText(); got != "two" {
		t.Errorf("a double click selects %q, want two", got)
	}
	e.MouseDown(at(60))
	if got := e.SelectedText(); got != "one two three" {
		t.Errorf("a triple click selects %q, want all", got)
	}
	e.MouseDown(at(300))
	test.TapSecondaryAt(e, fyne.NewPos(20, 25))
	if got := e.SelectedText(); got != "one" || w.Canvas().Overlays().Top() == nil {
		t.Errorf("holding selects %q, want the word, with signs of what can be done", got)
	}
}

// A long text in a small field is scrolled to the caret.
func TestScrolling(t *testing.T) {
	start(t, typeset.Light, 1)
	for _, lang := range []string{"en", "ar"} {
		e := typeset.NewEntry()
		e.SetLang(lang)
		w := window(t, 120, 50, container.NewStack(e))
		e.SetText(strings.Repeat("word عمر ", 10))
		w.Canvas().Focus(e)
		for _, key := range []string{"‹E›", "‹H›"} {
			keys(e, key)
			if x := e.CaretX(); x < 0 || x > e.Size().Width {
				t.Errorf("%s %s: the caret stands at %v, want it in the field", lang, key, x)
			}
		}
	}
}

func TestEntryGoldens(t *testing.T) {
	for _, c := range []struct {
		name, lang, text string
		keys             string
		width, height    float32
		rows             int
	}{
		{"entry-ar", "ar", "اسمي Maria وعمري 25 سنة\nالهاتف +95 9 123-456 (ليلًا)", "‹^H›‹L›‹L›‹L›‹⇧L›‹⇧L›‹⇧L›‹⇧L›‹⇧L›‹⇧L›", 420, 110, 3},
		{"entry-my", "my", "သင့်အလုပ်ရှင်သည် နိုင်ငံကူးလက်မှတ်ကို သိမ်းထားသည်", "‹^H›‹R›‹R›‹⇧R›‹⇧R›‹⇧R›", 300, 140, 3},
		{"entry-th", "th", "คุณไม่จำเป็นต้องตอบคำถามทุกข้อ น้ำ ที่นี่", "‹^H›‹⇧R›‹⇧R›‹⇧R›‹⇧R›", 220, 120, 3},
		{"entry-en-mixed", "en", "He said: عمرك 25 سنة.", "‹^H›‹⇧R›‹⇧R›‹⇧R›‹⇧R›‹⇧R›‹⇧R›‹⇧R›‹⇧R›‹⇧R›‹⇧R›‹⇧R›‹⇧R›‹⇧R›", 300, 60, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			start(t, typeset.Light, 1)
			e := typeset.NewMultiLineEntry(c.rows)
			e.SetLang(c.lang)
			w := window(t, c.width, c.height, container.NewPadded(e))
			e.SetText(c.text)
			w.Canvas().Focus(e)
			keys(e, c.keys)
			test.AssertImageMatches(t, c.name+".png", w.Canvas().Capture())
		})
	}
}

// What may be copied looks as a label does, runs as its language does, and cannot be changed.
func TestReading(t *testing.T) {
	start(t, typeset.Light, 1)
	r := typeset.NewReading("Leeward برنامج (AB 12345)", "ar", typeset.Large, true)
	label := typeset.NewLabel("Leeward برنامج (AB 12345)", "ar")
	label.Step, label.Bold = typeset.Large, true
	w := window(t, 200, 160, container.New(&typeset.Column{Gap: 10}, r, label))
	if r.Size() != label.Size() {
		t.Errorf("the text is %v, the label %v, want the same", r.Size(), label.Size())
	}
	w.Canvas().Focus(r)
	keys(r, "x‹B›‹all›‹copy›")
	if got := fyne.CurrentApp().Clipboard().Content(); got != r.Text || r.Text != label.Text() {
		t.Errorf("the clipboard holds %q, the text is %q", got, r.Text)
	}
	test.AssertImageMatches(t, "reading-ar.png", w.Canvas().Capture())
}

func BenchmarkEntryKey(b *testing.B) {
	test.NewTempApp(b)
	for _, n := range []int{20, 2000} {
		b.Run(fmt.Sprintf("%d letters", n), func(b *testing.B) {
			e := typeset.NewMultiLineEntry(4)
			w := test.NewTempWindow(b, e)
			w.Resize(fyne.NewSize(600, 200))
			e.SetText(strings.Repeat("عمري 25 سنة ", n/12))
			for b.Loop() {
				keys(e, "س‹B›")
			}
		})
	}
}
