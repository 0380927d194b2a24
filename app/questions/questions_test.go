package questions_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"leeward/app/questions"
	"leeward/app/typeset"
	"leeward/schema"
	"leeward/translations"
)

// captions are invented choices in three languages.
var captions = map[schema.Lang]map[string]string{
	"en": {"food": "Food", "rest": "Rest", "doctor": "A doctor or medicine", "none": "Nothing", "yes": "Yes", "no": "No"},
	"ar": {"food": "طعام", "rest": "راحة", "doctor": "طبيب أو دواء", "none": "لا شيء", "yes": "نعم", "no": "لا"},
	"my": {"food": "အစားအစာ", "rest": "အနားယူခြင်း", "doctor": "ဆရာဝန် သို့မဟုတ် ဆေး", "none": "ဘာမှမလို", "yes": "ဟုတ်ကဲ့", "no": "မဟုတ်ပါ"},
}

func words(t testing.TB, lang string) questions.Words {
	t.Helper()
	c, err := translations.New()
	if err != nil {
		t.Fatal(err)
	}
	return c.For(lang)
}

// question is asked in lang, with the screener working in English.
func question(t testing.TB, item schema.Item, lang schema.Lang, choices ...string) questions.Question {
	t.Helper()
	q := questions.Question{
		Node: schema.Node{Item: &item}, Interview: lang, Screener: "en", Words: words(t, "en"),
		Caption: func(choice string, lang schema.Lang) schema.Shown {
			return schema.Shown{Text: captions[lang][choice], Lang: lang}
		},
	}
	for _, name := range choices {
		q.Node.Choices = append(q.Node.Choices, schema.Choice{Name: name})
	}
	return q
}

// shown is a block in a window, with what it called back.
type shown struct {
	t      *testing.T
	w      fyne.Window
	block  *questions.Block
	got    []schema.Answer
	canvas fyne.Canvas
}

func show(t *testing.T, q questions.Question) *shown {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(typeset.NewTheme(typeset.Light, 1))
	s := &shown{t: t}
	s.block = questions.NewBlock(q, func(a schema.Answer) { s.got = append(s.got, a) })
	s.w = test.NewTempWindow(t, container.NewVScroll(s.block.Object()))
	s.canvas = s.w.Canvas()
	s.w.Resize(fyne.NewSize(700, 600))
	s.block.Focus(s.canvas)
	return s
}

func (s *shown) press(keys ...fyne.KeyName) {
	for _, key := range keys {
		s.canvas.Focused().TypedKey(&fyne.KeyEvent{Name: key})
	}
}

func (s *shown) typed(text string) { test.Type(s.canvas.Focused(), text) }

// expect checks what stands, and that the last call back said the same.
func (s *shown) expect(value string, reason schema.Missing) {
	s.t.Helper()
	want := schema.Answer{Value: value, Missing: reason}
	if got := s.block.Answer(); got != want {
		s.t.Errorf("answer is %q %q, want %q %q", got.Value, got.Missing, value, reason)
	}
	if n := len(s.got); n == 0 || s.got[n-1] != want {
		s.t.Errorf("the last call back of %d differs from %q %q", n, value, reason)
	}
}

// all returns every widget of a type below an object.
func all[T fyne.CanvasObject](o fyne.CanvasObject) (out []T) {
	if w, ok := o.(T); ok {
		out = append(out, w)
	}
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			out = append(out, all[T](child)...)
		}
	case *container.Scroll:
		out = append(out, all[T](o.Content)...)
	}
	return out
}

func TestSelectOne(t *testing.T) {
	s := show(t, question(t, schema.Item{Kind: schema.SelectOne}, "ar", "yes", "no"))
	s.press(fyne.KeySpace)
	s.expect("yes", "")
	s.press(fyne.KeyDown, fyne.KeyReturn)
	s.expect("no", "")
	rows := all[*typeset.Choice](s.block.Object())
	if rows[0].On() || !rows[1].On() {
		t.Error("marks differ from the answer")
	}
}

func TestSelectMultipleWithAlone(t *testing.T) {
	item := schema.Item{Kind: schema.SelectMultiple, Alone: []string{"none"}}
	s := show(t, question(t, item, "my", "food", "rest", "doctor", "none"))
	rows := all[*typeset.Choice](s.block.Object())
	for _, step := range []struct {
		tap  int
		want string
	}{{2, "doctor"}, {0, "food doctor"}, {3, "none"}, {1, "rest"}, {3, "none"}, {3, ""}, {0, "food"}} {
		test.Tap(rows[step.tap])
		s.expect(step.want, "")
	}
}

func TestSelectKeepsRowsWhenTheFilterChanges(t *testing.T) {
	q := question(t, schema.Item{Kind: schema.SelectMultiple}, "en", "food", "rest", "doctor")
	q.Node.Answer.Value = "food rest"
	s := show(t, q)
	rest := all[*typeset.Choice](s.block.Object())[1]
	s.canvas.Focus(rest)
	q.Node.Choices = q.Node.Choices[1:]
	s.block.Show(q)
	if s.canvas.Focused() != rest || !rest.On() {
		t.Error("the row that stays lost focus or mark")
	}
	if got := s.block.Answer().Value; got != "rest" {
		t.Errorf("got %q, want only what is still offered: rest", got)
	}
}

func TestText(t *testing.T) {
	for _, text := range []string{"He said 25 days", "قال 25 يومًا", "ရက် ၂၅ ရက်"} {
		s := show(t, question(t, schema.Item{Kind: schema.TextKind, Appearance: "multiline"}, "en"))
		s.typed(text + " ")
		s.expect(text, "")
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		kind        schema.Kind
		typed, want string
		incomplete  bool
	}{
		{schema.Integer, "25", "25", false},
		{schema.Integer, "٢٥", "25", false},
		{schema.Integer, "۲۵", "25", false},
		{schema.Integer, "၂၅", "25", false},
		{schema.Integer, "২৫", "25", false}, // Bengali
		{schema.Integer, "२५", "25", false}, // Devanagari
		{schema.Integer, "២៥", "25", false}, // Khmer
		{schema.Integer, "໒໕", "25", false}, // Lao
		{schema.Integer, "๒๕", "25", false}, // Thai
		{schema.Integer, "-3", "-3", false},
		{schema.Integer, "2x5", "25", false}, // letters are refused as they are typed
		{schema.Integer, "007", "7", false},
		{schema.Integer, "-", "", true},
		{schema.Integer, "99999999999999999999", "", true},
		{schema.Decimal, "2.50", "2.50", false},
		{schema.Decimal, "٢٫٥", "2.5", false},
		{schema.Decimal, "၁၂.၅", "12.5", false},
		{schema.Decimal, "2,5", "2.5", false},
		{schema.Decimal, "2,500", "", true},          // nobody can tell which is meant
		{schema.Decimal, "٢٬٥٠٠٫٥", "2500.5", false}, // Arabic says which sign is which
		{schema.Decimal, "2.", "", true},
		{schema.Decimal, "1.2.3", "", true},
	} {
		s := show(t, question(t, schema.Item{Kind: c.kind}, "en"))
		s.typed(c.typed)
		s.expect(c.want, "")
		if got := s.block.Incomplete(); got != c.incomplete {
			t.Errorf("%q: incomplete %v, want %v", c.typed, got, c.incomplete)
		}
	}
}

func TestPastedNonsenseIsNoNumber(t *testing.T) {
	s := show(t, question(t, schema.Item{Kind: schema.Integer}, "en"))
	all[*typeset.Entry](s.block.Object())[0].SetText("about five")
	s.expect("", "")
	if !s.block.Incomplete() {
		t.Error("got complete, want incomplete: leaving would lose what was pasted")
	}
}

func TestAcknowledge(t *testing.T) {
	s := show(t, question(t, schema.Item{Kind: schema.Acknowledge}, "my"))
	s.press(fyne.KeySpace)
	s.expect("OK", "")
	s.press(fyne.KeySpace)
	s.expect("", "")
}

func TestNoteTakesNoAnswer(t *testing.T) {
	s := show(t, question(t, schema.Item{Kind: schema.Note}, "en"))
	if s.block.Missing != nil || !s.block.Object().MinSize().IsZero() {
		t.Errorf("a note has reasons or needs room: %v", s.block.Object().MinSize())
	}
}

// Every kind comes back with the answer that it gave.
func TestAnswersComeBack(t *testing.T) {
	for kind, value := range map[schema.Kind]string{
		schema.SelectOne: "no", schema.SelectMultiple: "yes no", schema.TextKind: "two\nlines", schema.Integer: "12",
		schema.Decimal: "1.50", schema.Date: "2024-02-29", schema.Acknowledge: "OK", schema.Time: "14:30:12.500+07:00",
		schema.DateTime: "2024-02-29T14:30:00.000+07:00", schema.Range: "7", schema.Rank: "no yes", schema.Barcode: "AB 1",
		schema.Geopoint: "13.75 100.5 0.0 0.0", schema.Geotrace: "1.0 2.0 0.0 0.0;3.0 4.0 0.0 0.0", schema.Image: "1.jpg",
	} {
		q := question(t, schema.Item{Kind: kind}, "en", "yes", "no")
		q.Node.Answer.Value = value
		s := show(t, q)
		if got := s.block.Answer().Value; got != value || len(s.got) != 0 {
			t.Errorf("%s: shows %q after %d call backs, want %q and none", kind, got, len(s.got), value)
		}
		s.block.Set(schema.Answer{Missing: schema.Declined})
		if got := s.block.Field.Answer(); !got.IsZero() || len(s.got) != 0 {
			t.Errorf("%s: the field still holds %q beside a reason", kind, got.Value)
		}
		if got := s.block.Answer().Missing; got != schema.Declined {
			t.Errorf("%s: reason %q, want declined", kind, got)
		}
	}
}

func TestReasonAndValueExcludeEachOther(t *testing.T) {
	s := show(t, question(t, schema.Item{Kind: schema.Integer}, "en"))
	s.typed("12")
	buttons := all[*typeset.Button](s.block.Object())
	if len(buttons) != 4 {
		t.Fatalf("got %d reasons, want 4", len(buttons))
	}
	test.Tap(buttons[1])
	s.expect("", schema.DoesNotKnow)
	if entry := all[*typeset.Entry](s.block.Object())[0]; entry.Text != "" || !buttons[1].Marked {
		t.Errorf("field shows %q and the mark is %v, want an empty field and a mark", entry.Text, buttons[1].Marked)
	}
	test.Tap(buttons[3])
	s.expect("", schema.NotApplicable)
	s.block.Focus(s.canvas)
	s.typed("5")
	s.expect("5", "")
	if buttons[3].Marked {
		t.Error("the reason is still marked beside a value")
	}
	test.Tap(buttons[0])
	test.Tap(buttons[0])
	s.expect("", "")
}

func TestReadOnly(t *testing.T) {
	for _, kind := range []schema.Kind{schema.SelectOne, schema.TextKind, schema.Integer, schema.Date, schema.Acknowledge} {
		q := question(t, schema.Item{Kind: kind}, "en", "yes", "no")
		q.Node.ReadOnly = true
		s := show(t, q)
		for _, o := range all[fyne.CanvasObject](s.block.Object()) {
			if f, ok := o.(fyne.Focusable); ok {
				f.TypedRune('1')
				f.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
			}
		}
		if len(s.got) != 0 {
			t.Errorf("%s: %d changes of what is read only", kind, len(s.got))
		}
	}
}

// A language switch changes words and nothing else: not the focus, the caret or a half-typed answer.
func TestLanguageSwitchKeepsEverything(t *testing.T) {
	for _, kind := range []schema.Kind{schema.TextKind, schema.Integer, schema.Date, schema.SelectMultiple} {
		item := schema.Item{Kind: kind}
		s := show(t, question(t, item, "en", "food", "rest"))
		switch kind {
		case schema.SelectMultiple:
			s.press(fyne.KeySpace, fyne.KeyDown)
		default:
			s.typed("12")
			s.press(fyne.KeyLeft)
		}
		focused, before, calls := s.canvas.Focused(), s.block.Answer(), len(s.got)
		for _, lang := range []schema.Lang{"ar", "my", "en", "ar"} {
			q := question(t, item, lang, "food", "rest")
			q.Words = words(t, string(lang))
			s.block.Show(q)
		}
		if s.canvas.Focused() != focused || s.block.Answer() != before || len(s.got) != calls {
			t.Errorf("%s: the switch moved the focus, changed the answer or called back", kind)
		}
		if entry, ok := focused.(*typeset.Entry); ok && entry.CaretAt() != 1 {
			t.Errorf("%s: caret at %d, want 1", kind, entry.CaretAt())
		}
		for _, row := range all[*typeset.Choice](s.block.Object()) {
			if kind == schema.Date {
				if got, want := row.Captions.First.Text(), words(t, "ar").Say("interview.about.label"); got != want {
					t.Errorf("the row of rough dates still says %q", got)
				}
				continue
			}
			if first := row.Captions.First; first.Lang() != "ar" || !strings.Contains(first.Text(), captions["ar"]["food"]) && first.Text() != captions["ar"]["rest"] {
				t.Errorf("row still says %q in %s", first.Text(), first.Lang())
			}
		}
	}
}

func TestTargets(t *testing.T) {
	for _, kind := range []schema.Kind{schema.SelectOne, schema.TextKind, schema.Integer, schema.Decimal, schema.Date, schema.Acknowledge} {
		s := show(t, question(t, schema.Item{Kind: kind}, "en", "yes", "no"))
		for _, o := range all[fyne.CanvasObject](s.block.Object()) {
			if _, ok := o.(fyne.Focusable); ok && o.Size().Height < typeset.Target {
				t.Errorf("%s: %T is %v high, want %d or more", kind, o, o.Size().Height, typeset.Target)
			}
		}
	}
}
