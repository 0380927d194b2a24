package screens

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"leeward/app/typeset"
	"leeward/internal/paper"
)

// Printer is how this computer prints; paper.Spooler is one.
type Printer interface {
	Printers(ctx context.Context) []string
	Print(ctx context.Context, printer string, page *paper.Sheet) error
}

// The paper screen shows a page this high, in which one can see what stands on it and hardly read it across
// the room.
const (
	previewWidth  = 420
	previewHeight = previewWidth * 297 / 210
)

// paper asks the system for its printers, which can take a while, and shows the page.
func (t *talk) paper() {
	var printers []string
	t.work(func(ctx context.Context) error {
		if t.Printer != nil {
			printers = t.Printer.Printers(ctx)
		}
		return nil
	}, func(error) {
		if t.open && t.talking == t {
			t.show(t.paperPage(printers, 0))
		}
	})
}

// paperPage offers what leaves a talk as paper: for the person only when they said that carrying it is safe,
// and for staff the result. Both are shown before they are printed, and nothing of them is kept.
func (t *talk) paperPage(printers []string, chosen int) view {
	state, d := t.session.State(), t.paperDetails()
	message := t.notice()
	objects := append([]fyne.CanvasObject{t.title("paper.print.title")}, t.printerRows(printers, chosen)...)
	objects = append(objects, message)
	offer := func(page *paper.Sheet, key string) []fyne.CanvasObject {
		picture, err := page.Page()
		if err != nil {
			return []fyne.CanvasObject{t.text("paper.failed.text")}
		}
		shown := canvas.NewImageFromImage(picture)
		shown.FillMode = canvas.ImageFillContain
		shown.SetMinSize(fyne.NewSize(previewWidth, previewHeight))
		out := []fyne.CanvasObject{shown}
		if len(printers) > 0 {
			out = append(out, t.row(t.button(key, typeset.Primary, func() { t.print(message, printers[chosen], page) })))
		}
		return out
	}
	objects = append(objects, t.heading("paper.person.title"))
	if page, err := paper.Agreement(state, d); err != nil {
		objects = append(objects, t.text("paper.not_safe.text"))
	} else {
		objects = append(objects, offer(page, "paper.person.button")...)
	}
	if t.result() != "" {
		objects = append(objects, t.heading("paper.staff.title"), t.quiet("paper.staff.text"))
		objects = append(objects, offer(paper.Result(state, d), "paper.staff.button")...)
	}
	back := func() { t.show(t.summary("")) }
	leave := t.button("app.back.button", typeset.Quiet, back)
	around := frameAround(nil, page(objects...), t.footer(t.row(leave), t.row()))
	return t.here(view{body: around, focus: leave, key: t.escape(back)})
}

// printerRows say where a page would be printed, and let one choose.
func (t *talk) printerRows(printers []string, chosen int) []fyne.CanvasObject {
	if len(printers) == 0 {
		return []fyne.CanvasObject{t.text("paper.no_printer.text")}
	}
	var buttons []fyne.CanvasObject
	for i, name := range printers {
		b := typeset.NewButton(name, "en", func() { t.show(t.paperPage(printers, i)) })
		b.SetMarked(i == chosen)
		buttons = append(buttons, b)
	}
	return []fyne.CanvasObject{t.quiet("paper.printer.label"), t.row(buttons...)}
}

// paperDetails is what stands on paper besides what follows from the answers.
func (t *talk) paperDetails() paper.Details {
	who := t.session.Setting()
	return paper.Details{
		Code: string(t.session.Code()), Made: time.Now(), Person: who.Language, Staff: who.ScreenerLang,
		Contact: t.session.Says("contact", who.Language), // as the office published it, else as it was typed here
		Need:    func(kind string) string { return t.say("need." + kind + ".title") },
	}
}

// print sends a page to a printer and says what became of it.
func (t *talk) print(message *typeset.Label, printer string, page *paper.Sheet) {
	t.tell(message, t.say("paper.sending.text"))
	t.work(func(ctx context.Context) error { return t.Printer.Print(ctx, printer, page) }, func(err error) {
		switch {
		case !t.open: // locked meanwhile
		case err != nil:
			t.Log.Error("print", "err", err)
			t.tell(message, t.say("paper.failed.text"))
		default:
			t.tell(message, t.say("paper.printed.text", "Printer", printer))
		}
	})
}
