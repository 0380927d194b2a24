package screens

import (
	"context"
	"image"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"leeward/app/questions"
	"leeward/app/typeset"
	"leeward/internal/screening"
	"leeward/schema"
)

// handScale is how much larger letters stand for somebody who sits on the other side of the table.
const handScale = 1.5

// handOver turns the screen to the person: one question, large, in their language alone, and its answers.
// Nothing else is on the screen, no key leads to another page, and the way back is the screener's gesture.
// Pages of the staff, and what the staff answers, are never handed over.
func (t *talk) handOver() {
	t.flush()
	if t.session.Over() {
		return
	}
	t.session.CloseStaff()
	path := t.handed()
	if path == "" || t.session.NeedsWelcomeBack() {
		t.present()
		t.frame.tell(t.say("handover.none.text"))
		return
	}
	t.show(t.handView(path))
}

// handed is the question of the page that can be handed over: the one with the keyboard, or the first.
func (t *talk) handed() schema.Path {
	for _, path := range t.session.Page().Paths {
		node := t.session.State().Node(path)
		if node.Item.Kind == schema.Note || node.Item.Staff || node.Item.Calculation != "" || node.Stage == schema.StageStaff {
			continue
		}
		return path
	}
	return ""
}

func (t *talk) handView(path schema.Path) view {
	t.setAside()
	t.frame = t.newFrame() // what it says is not shown here: it is for the screener
	lang := t.session.Setting().Language
	words := t.Catalogue.For(string(lang))
	state := t.session.State()
	label, hint := state.Label(path, lang), state.Hint(path, lang)
	title, under := typeset.NewLabel(label.Text, string(label.Lang)), typeset.NewLabel(hint.Text, string(hint.Lang))
	title.Step, title.Bold, under.Color = typeset.Title, true, typeset.ColorMuted
	q := questions.Question{
		Node: state.Node(path), Interview: lang, Screener: lang, Words: words,
		Caption: func(choice string, in schema.Lang) schema.Shown { return state.ChoiceLabel(path, choice, in) },
		Picture: func(choice string) image.Image { return t.picture(path, choice) },
	}
	q.Node.Answer = schema.Answer{} // what was said before is not for everybody who looks
	block := questions.NewBlock(q, nil)
	give := func(a schema.Answer) {
		t.touch()
		if block.Incomplete() || t.session.TakesBack(path, a) { // the screener asks about that
			return
		}
		weighs := t.weighs()
		if _, err := t.session.Answer(context.Background(), path, a); err != nil {
			t.Log.Error("handed over", "code", screening.CodeOf(err))
		}
		if t.session.Over() {
			t.leave(t.say("withdraw.done.text"), weighs)
		}
	}
	block = questions.NewBlock(q, give)
	delete(t.half, path)
	objects := []fyne.CanvasObject{title, under}
	if img := t.load(t.mediaFile(t.mediaName(q.Node.Item.Media, "image")), questionSide); img != nil {
		objects = append(objects, t.illustrate(path)[0])
	}
	if read := t.listen(path, t.pointer(block)); read != nil {
		objects = append(objects, typeset.NewButton(words.Say("lines.play.button"), words.Lang(), read))
	}
	inner := container.New(&narrow{width: measure * 1.25, inset: 24}, column(20, append(objects, block.Object())...))
	scaled := container.NewThemeOverride(container.NewVScroll(inner), typeset.NewTheme(t.mode(), float32(t.textSize())*handScale))
	back := newGrip(t.after, t.present)
	body := frameAround(nil, scaled, container.New(&cornered{rtl: words.RTL()}, back))
	return view{
		body: body, bare: true, handed: true, key: back.key,
		begin: func() { block.Focus(t.Window.Canvas()) },
		digit: func(n int) bool {
			p, ok := block.Field.(questions.Picker)
			return ok && p.Pick(n)
		},
	}
}

// gripHold is how long the corner is held to take the screen back; a tap, or a hand that wipes over it,
// does nothing.
const gripHold = 1200 * time.Millisecond

// gripKeys is how often Escape is pressed, within gripKeysIn, where there is no finger.
const (
	gripKeys   = 3
	gripKeysIn = 2 * time.Second
)

// grip is the corner that the screener holds to take the screen back. It says nothing.
type grip struct {
	widget.BaseWidget
	after func(time.Duration, func()) timer
	back  func()
	held  timer
	count int
}

func newGrip(after func(time.Duration, func()) timer, back func()) *grip {
	g := &grip{after: after, back: back}
	g.ExtendBaseWidget(g)
	return g
}

func (g *grip) hold() {
	g.release()
	g.held = g.after(gripHold, func() { g.back() })
}

func (g *grip) release() {
	if g.held != nil {
		g.held.Stop()
		g.held = nil
	}
}

// key counts Escape, and keeps every other key from leading anywhere but to cover and lock.
func (g *grip) key(k fyne.KeyName) bool {
	if k == fyne.KeyEscape {
		if g.count++; g.count == gripKeys {
			g.back()
			return true
		}
		if g.count == 1 {
			g.after(gripKeysIn, func() { g.count = 0 })
		}
	}
	return true
}

// MouseDown is Fyne's.
func (g *grip) MouseDown(*desktop.MouseEvent) { g.hold() }

// MouseUp is Fyne's.
func (g *grip) MouseUp(*desktop.MouseEvent) { g.release() }

// TouchDown is Fyne's.
func (g *grip) TouchDown(*mobile.TouchEvent) { g.hold() }

// TouchUp is Fyne's.
func (g *grip) TouchUp(*mobile.TouchEvent) { g.release() }

// TouchCancel is Fyne's.
func (g *grip) TouchCancel(*mobile.TouchEvent) { g.release() }

// CreateRenderer is Fyne's.
func (g *grip) CreateRenderer() fyne.WidgetRenderer {
	dot := canvas.NewRectangle(theme.Color(theme.ColorNameSeparator))
	dot.CornerRadius = 4
	dot.SetMinSize(fyne.NewSize(typeset.Target, 8))
	return widget.NewSimpleRenderer(container.NewPadded(container.NewCenter(dot)))
}

// MinSize is a large target.
func (g *grip) MinSize() fyne.Size { return fyne.NewSize(2*typeset.Target, typeset.Target) }

// cornered stands its one object in the corner at the end of the last line.
type cornered struct{ rtl bool }

func (c *cornered) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	least := objects[0].MinSize()
	x := size.Width - least.Width
	if c.rtl {
		x = 0
	}
	objects[0].Resize(least)
	objects[0].Move(fyne.NewPos(x, 0))
}

func (c *cornered) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }
