package screens

import (
	"context"
	"maps"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"leeward/app/device"
	"leeward/internal/paper"
	"leeward/schema"
)

// tray is a printer that keeps what it was given.
type tray struct {
	names []string
	err   error
	pages []*paper.Sheet
	on    []string
}

func (p *tray) Printers(context.Context) []string { return p.names }

func (p *tray) Print(_ context.Context, printer string, page *paper.Sheet) error {
	if p.err == nil {
		p.pages, p.on = append(p.pages, page), append(p.on, printer)
	}
	return p.err
}

// toPaper walks an interview to its summary and on to the paper, with what was said of carrying one.
func toPaper(t *testing.T, p *tray, carry string) *sitting {
	t.Helper()
	at := entered(t, &fake{local: device.Local{Me: "S-01", Office: map[string]schema.Text{"contact": {"en": {Text: "555 0100"}}}}}, plain)
	at.s.Printer = p
	at.begin(2)
	said := maps.Clone(answers)
	said["m1_paper"] = carry
	at.walkTo("", said, nil)
	at.press("summary.paper.button")
	at.want(at.say("paper.print.title"))
	return at
}

func pictures(at *sitting) (n int) {
	find(at.w.Content(), func(o fyne.CanvasObject) bool {
		if _, is := o.(*canvas.Image); is {
			n++
		}
		return false
	})
	return n
}

// What the person takes along and what staff keep are shown, and printed where the screener says.
func TestPrinting(t *testing.T) {
	p := &tray{names: []string{"desk", "hall"}}
	at := toPaper(t, p, "3")
	if got := pictures(at); got != 2 {
		t.Fatalf("%d pages are shown, want the person's and the staff's", got)
	}
	at.tap("hall")
	at.press("paper.person.button")
	at.want(at.say("paper.printed.text", "Printer", "hall"))
	at.press("paper.staff.button")
	if len(p.pages) != 2 || p.on[0] != "hall" || p.pages[0] == p.pages[1] {
		t.Errorf("printed %d pages on %q", len(p.pages), p.on)
	}
	p.err = paper.ErrNoPrinter
	at.press("paper.staff.button")
	at.want(at.say("paper.failed.text"))
	at.key(fyne.KeyEscape)
	at.want(at.say("summary.interview.title"))
}

// Whoever did not say that a paper is safe gets none; the staff's page stays.
func TestNoPaperForThePerson(t *testing.T) {
	at := toPaper(t, &tray{names: []string{"desk"}}, "1")
	at.want(at.say("paper.not_safe.text"), at.say("paper.staff.button"))
	at.wantNot(at.say("paper.person.button"))
	if got := pictures(at); got != 1 {
		t.Errorf("%d pages are shown, want the staff's alone", got)
	}
}

// The number on the person's paper is the office's, in the words for this person's language where it has some.
func TestTheNumberOnPaperIsTheOffices(t *testing.T) {
	at := toPaper(t, &tray{names: []string{"desk"}}, "3")
	talk := at.s.talking
	if got := talk.paperDetails().Contact; got != "555 0100" {
		t.Errorf("the paper says %q, want the number", got)
	}
}

// Without a printer the pages can be read, and nothing offers to keep them.
func TestNoPrinter(t *testing.T) {
	at := toPaper(t, &tray{}, "2")
	at.want(at.say("paper.no_printer.text"))
	at.wantNot(at.say("paper.person.button"), at.say("paper.staff.button"))
	if got := pictures(at); got != 2 {
		t.Errorf("%d pages are shown, want 2", got)
	}
}
