package screens

import (
	"context"

	"fyne.io/fyne/v2"

	"leeward/app/session"
	"leeward/schema"
)

// lines are the statements of consent: read, interpreted, then the next. Each is noted with its wording,
// its language and how long it stood on the screen.
type lines struct {
	paths []schema.Path
	at    int
}

// linesOf returns the statements of a page that holds nothing else; nil for any other page.
func (t *talk) linesOf(page session.Page) *lines {
	if page.Stage != schema.StageConsent || len(page.Paths) < 2 {
		return nil
	}
	for _, path := range page.Paths {
		if t.session.State().Node(path).Item.Kind != schema.Note {
			return nil
		}
	}
	l := &lines{paths: page.Paths}
	if t.reading != nil && t.reading.at < len(page.Paths) && t.reading.paths[0] == page.Paths[0] {
		l.at = t.reading.at
	}
	return l
}

// nextLine notes the statement that was read and goes to the next; false where that was the last.
func (t *talk) nextLine() bool {
	l := t.reading
	if l == nil {
		return false
	}
	if err := t.session.Read(context.Background(), l.paths[l.at]); err != nil {
		t.frame.tell(t.trouble(err))
		return true
	}
	if l.at+1 == len(l.paths) {
		return false
	}
	l.at++
	t.show(t.pageView())
	return true
}

// lineBefore goes to the statement before; false at the first.
func (t *talk) lineBefore() bool {
	l := t.reading
	if l == nil || l.at == 0 {
		return false
	}
	l.at--
	t.show(t.pageView())
	return true
}

// lineObjects is the number of a statement.
func (t *talk) lineObjects(l *lines) []fyne.CanvasObject {
	return []fyne.CanvasObject{t.quiet("lines.number.text", "Number", l.at+1, "Of", len(l.paths))}
}
