package typeset_test

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"leeward/app/typeset"
)

func press(w fyne.Window, keys ...fyne.KeyName) {
	for _, key := range keys {
		w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: key})
	}
}

// rows returns three choices in a window and a list that grows with each tap.
func rows(t *testing.T) (fyne.Window, []*typeset.Choice, *[]int) {
	t.Helper()
	start(t, typeset.Light, 1)
	tapped := new([]int)
	column := container.New(&typeset.Column{Gap: 8})
	var choices []*typeset.Choice
	for i, text := range wordings["en"].choices {
		c := typeset.NewChoice(true, func() { *tapped = append(*tapped, i) })
		c.Captions.Set(text, "en", "", "")
		choices = append(choices, c)
		column.Add(c)
	}
	typeset.NewGroup(choices...)
	return window(t, 500, 400, column), choices, tapped
}

func TestWholeRowTakesTaps(t *testing.T) {
	w, choices, tapped := rows(t)
	row := choices[1]
	y := row.Position().Y + row.Size().Height/2
	for _, x := range []float32{2, 250, 498} {
		test.TapCanvas(w.Canvas(), fyne.NewPos(x, y))
	}
	if got := len(*tapped); got != 3 || (*tapped)[2] != 1 {
		t.Errorf("got taps %v, want three on row 1", *tapped)
	}
	if !row.Focused() {
		t.Error("the tapped row has no keyboard focus, want it")
	}
}

func TestKeyboardChooses(t *testing.T) {
	w, choices, tapped := rows(t)
	w.Canvas().FocusNext()
	press(w, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown)
	if !choices[2].Focused() || len(*tapped) != 0 {
		t.Fatalf("after three Down: row 2 focused %v, taps %v; want focus there and no tap", choices[2].Focused(), *tapped)
	}
	press(w, fyne.KeySpace, fyne.KeyUp, fyne.KeyReturn, fyne.KeyHome, fyne.KeyEnter)
	if got := *tapped; len(got) != 3 || got[0] != 2 || got[1] != 1 || got[2] != 0 {
		t.Errorf("got taps %v, want [2 1 0]", got)
	}
	w.Canvas().FocusNext()
	if !choices[1].Focused() {
		t.Error("Tab did not reach the next row")
	}
}

func TestDisabledRowIsNotChosen(t *testing.T) {
	w, choices, tapped := rows(t)
	choices[0].Disable()
	test.Tap(choices[0])
	w.Canvas().Focus(choices[0])
	choices[0].TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if len(*tapped) != 0 {
		t.Errorf("got taps %v, want none", *tapped)
	}
}

func TestButton(t *testing.T) {
	start(t, typeset.Light, 1)
	n := 0
	b := typeset.NewButton("Next", "en", func() { n++ })
	w := window(t, 300, 100, container.NewCenter(b))
	test.Tap(b)
	press(w, fyne.KeySpace, fyne.KeyEnter, fyne.KeyReturn, fyne.KeyA)
	if n != 4 {
		t.Errorf("got %d presses, want 4", n)
	}
	b.Disable()
	test.Tap(b)
	if n != 4 {
		t.Errorf("a disabled button was pressed")
	}
	b.Set("التالي", "ar")
	if b.Text() != "التالي" {
		t.Errorf("got caption %q after Set", b.Text())
	}
}

func TestTargetsAreLargeEnough(t *testing.T) {
	for _, scale := range []float32{1, 2} {
		for _, lang := range []string{"en", "ar", "my"} {
			start(t, typeset.Light, scale)
			p := newPage(wordings[lang], wordings["en"], true)
			window(t, 400, 900, container.NewVScroll(p.content))
			for _, o := range p.content.Objects[2:5] {
				if got := o.Size().Height; got < typeset.Target {
					t.Errorf("%s at %v: a row is %v high, want %d or more", lang, scale, got, typeset.Target)
				}
			}
			if got := p.next.Size(); got.Height < typeset.Target || got.Width < typeset.Target {
				t.Errorf("%s at %v: a button is %v, want %d or more", lang, scale, got, typeset.Target)
			}
		}
	}
}

// A language switch swaps words and nothing else.
func TestLanguageSwitchKeepsFocusAndChoice(t *testing.T) {
	start(t, typeset.Light, 1)
	p := newPage(wordings["en"], wordings["my"], true)
	w := window(t, 700, 600, p.content)
	w.Canvas().Focus(p.choices[1])
	p.show(wordings["ar"], wordings["en"])
	if w.Canvas().Focused() != p.choices[1] || !p.choices[1].On() || p.choices[0].On() {
		t.Error("the switch moved focus or choice")
	}
	for i, c := range p.choices {
		if got, want := c.Captions.First.Text(), wordings["ar"].choices[i]; got != want || !c.Captions.First.RTL() {
			t.Errorf("row %d shows %q, want %q", i, got, want)
		}
	}
}

func TestColumnFollowsTheWidth(t *testing.T) {
	start(t, typeset.Light, 1)
	l := typeset.NewLabel(wordings["en"].question, "en")
	below := typeset.NewLabel("below", "en")
	column := container.New(&typeset.Column{Gap: 10}, l, typeset.NewLabel("", "en"), below)
	for _, width := range []float32{900, 120, 400} {
		column.Resize(fyne.NewSize(width, 800))
		if l.Size().Height != l.MinSize().Height {
			t.Errorf("at %v: label is %v high, needs %v", width, l.Size().Height, l.MinSize().Height)
		}
		if got, want := below.Position().Y, l.Size().Height+10; got != want {
			t.Errorf("at %v: the next stands at %v, want %v", width, got, want)
		}
		if got, want := column.MinSize().Height, below.Position().Y+below.Size().Height; got != want {
			t.Errorf("at %v: column needs %v, want %v", width, got, want)
		}
	}
}

func TestPairStandsBesideOrUnder(t *testing.T) {
	start(t, typeset.Light, 1)
	p := typeset.NewPair(typeset.NewLabel("نعم", "ar"), typeset.NewLabel("Yes", "en"))
	for _, c := range []struct {
		width  float32
		beside bool
	}{{900, true}, {300, false}} {
		p.Resize(fyne.NewSize(c.width, 200))
		if got := p.Second.Position().Y < p.First.Position().Y+p.First.Size().Height/2; got != c.beside {
			t.Errorf("at %v: beside %v, want %v", c.width, got, c.beside)
		}
	}
	p.Resize(fyne.NewSize(900, 200))
	first, second := p.First.Position().Y+p.First.Baseline(), p.Second.Position().Y+p.Second.Baseline()
	if math.Abs(float64(first-second)) > 0.5 {
		t.Errorf("baselines at %v and %v, want the same", first, second)
	}
	p.Set("Yes", "en", "Yes", "en")
	if p.Second.Visible() {
		t.Error("the same words stand there twice")
	}
}

func TestMirror(t *testing.T) {
	start(t, typeset.Light, 1)
	a, b := typeset.NewButton("a", "en", nil), typeset.NewButton("b", "en", nil)
	m := &typeset.Mirror{Inner: layout.NewHBoxLayout()}
	box := container.New(m, a, b)
	box.Resize(fyne.NewSize(300, 50))
	if a.Position().X > b.Position().X {
		t.Fatal("left-to-right: a stands right of b")
	}
	m.RTL = true
	m.Layout(box.Objects, box.Size())
	if got := a.Position().X + a.Size().Width; a.Position().X < b.Position().X || got != 300 {
		t.Errorf("right-to-left: a ends at %v, want 300 and right of b", got)
	}
}

// relative luminance and contrast as WCAG 2.2 defines them
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestContrast(t *testing.T) {
	grounds := []fyne.ThemeColorName{
		theme.ColorNameBackground, typeset.ColorSurface, typeset.ColorSelected, theme.ColorNameInputBackground,
		theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground, theme.ColorNameHeaderBackground,
	}
	words := []fyne.ThemeColorName{
		theme.ColorNameForeground, typeset.ColorMuted, theme.ColorNameError, theme.ColorNameWarning, theme.ColorNameSuccess,
		theme.ColorNamePrimary, theme.ColorNameHyperlink, theme.ColorNamePlaceHolder,
	}
	outlines := []fyne.ThemeColorName{theme.ColorNameInputBorder, typeset.ColorRing, theme.ColorNamePrimary}
	for mode, readable := range map[typeset.Mode]float64{typeset.Light: 4.5, typeset.Dark: 4.5, typeset.Sun: 7} {
		look := typeset.NewTheme(mode, 1)
		check := func(a, b fyne.ThemeColorName, least float64) {
			if got := contrast(look.Color(a, 0), look.Color(b, 0)); got < least {
				t.Errorf("mode %d: %s on %s has a contrast of %.2f, want %.1f", mode, a, b, got, least)
			}
		}
		for _, ground := range grounds {
			for _, word := range words {
				check(word, ground, readable)
			}
			for _, outline := range outlines {
				check(outline, ground, 3)
			}
		}
		check(theme.ColorNameForeground, theme.ColorNameButton, 4.5)
		check(theme.ColorNameForegroundOnPrimary, theme.ColorNamePrimary, 4.5)
		check(theme.ColorNameForegroundOnError, theme.ColorNameError, 4.5)
		check(theme.ColorNameForegroundOnWarning, theme.ColorNameWarning, 4.5)
		check(theme.ColorNameForegroundOnSuccess, theme.ColorNameSuccess, 4.5)
		check(theme.ColorNameForeground, theme.ColorNameSelection, 4.5)
	}
}

func TestTextScale(t *testing.T) {
	one, three := typeset.NewTheme(typeset.Light, 1), typeset.NewTheme(typeset.Light, 3)
	if got, want := three.Size(theme.SizeNameText), 3*one.Size(theme.SizeNameText); got != want {
		t.Errorf("letters at 300 %% are %v, want %v", got, want)
	}
	if got, want := three.Size(theme.SizeNamePadding), one.Size(theme.SizeNamePadding); got != want {
		t.Errorf("padding at 300 %% is %v, want %v", got, want)
	}
}

// The keys of the screen work wherever the focus is, digits too where nothing is typed.
func TestKeysReachTheWindow(t *testing.T) {
	start(t, typeset.Light, 1)
	entry, button, choice := typeset.NewMultiLineEntry(3), typeset.NewButton("b", "en", nil), typeset.NewChoice(true, nil)
	w := window(t, 300, 300, container.NewVBox(entry, button, choice))
	var keys []fyne.KeyName
	var digits []int
	touched := 0
	typeset.OnKeys(w.Canvas(), typeset.Keys{
		Key:     func(key fyne.KeyName) bool { keys = append(keys, key); return true },
		Digit:   func(n int) bool { digits = append(digits, n); return true },
		Touched: func() { touched++ },
	})
	for _, f := range []fyne.Focusable{entry, button, choice} {
		w.Canvas().Focus(f)
		press(w, fyne.KeyF2, fyne.KeyEscape)
		f.TypedRune('၃')
	}
	if len(keys) != 6 {
		t.Errorf("window got %v, want F2 and Escape from each of three widgets", keys)
	}
	if len(digits) != 2 || digits[0] != 3 || entry.Text != "၃" {
		t.Errorf("window got digits %v and the field %q, want 3 from button and row, and the field its own", digits, entry.Text)
	}
	if touched != 9 {
		t.Errorf("touched %d times, want 9", touched)
	}
	w.Canvas().Focus(entry)
	w.Canvas().FocusNext()
	if !button.Focused() {
		t.Error("Tab did not leave the field")
	}
}

// What the Tab key reaches comes into sight.
func TestReveal(t *testing.T) {
	start(t, typeset.Light, 1)
	column := container.New(&typeset.Column{Gap: 10})
	var fields []fyne.CanvasObject
	for range 10 {
		fields = append(fields, typeset.NewButton("b", "en", nil), typeset.NewEntry())
	}
	column.Objects = fields
	scroll := container.NewVScroll(column)
	w := window(t, 300, 200, scroll)
	typeset.OnKeys(w.Canvas(), typeset.Keys{Focused: func(o fyne.CanvasObject) { typeset.Reveal(scroll, o) }})
	seen := func(o fyne.CanvasObject) bool {
		top := o.Position().Y - scroll.Offset.Y
		return top >= 0 && top+o.Size().Height <= scroll.Size().Height
	}
	for i, o := range fields {
		w.Canvas().FocusNext()
		if w.Canvas().Focused() != o.(fyne.Focusable) || !seen(o) {
			t.Fatalf("field %d at %v is out of sight at offset %v", i, o.Position(), scroll.Offset)
		}
	}
	w.Canvas().Focus(fields[0].(fyne.Focusable))
	if !seen(fields[0]) {
		t.Errorf("the first field is out of sight at offset %v", scroll.Offset)
	}
	before := scroll.Offset
	w.Canvas().Focus(fields[1].(fyne.Focusable))
	if scroll.Offset != before {
		t.Error("the page moved though the field was in sight")
	}
}

func TestTilesAreEqual(t *testing.T) {
	start(t, typeset.Light, 1)
	var tiles []fyne.CanvasObject
	for _, text := range []string{"Does not want to answer the question", "Does not know", "Not asked", "Not applicable"} {
		tiles = append(tiles, typeset.NewButton(text, "en", nil))
	}
	box := container.New(&typeset.Tiles{Gap: 6}, tiles...)
	for width, columns := range map[float32]int{900: 4, 400: 2, 190: 1} {
		box.Resize(fyne.NewSize(width, 500))
		box.MinSize()
		top := 0
		for _, tile := range tiles {
			if tile.Size() != tiles[0].Size() {
				t.Errorf("at %v: tiles of %v and %v, want the same", width, tile.Size(), tiles[0].Size())
			}
			if tile.Position().Y == 0 {
				top++
			}
		}
		if top != columns {
			t.Errorf("at %v: %d columns, want %d", width, top, columns)
		}
		last := tiles[3]
		if got, want := box.MinSize().Height, last.Position().Y+last.Size().Height; got != want {
			t.Errorf("at %v: needs %v, want %v", width, got, want)
		}
	}
}

func TestEntryRefusesRunes(t *testing.T) {
	start(t, typeset.Light, 1)
	e := typeset.NewEntry()
	e.Accept = func(r rune) bool { return r != 'x' }
	window(t, 300, 100, e)
	test.Type(e, "axb")
	if e.Text != "ab" || e.MinSize().Height < typeset.Target {
		t.Errorf("got %q, height %v; want ab and %d or more", e.Text, e.MinSize().Height, typeset.Target)
	}
}
