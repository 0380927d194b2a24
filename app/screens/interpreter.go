package screens

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/internal/screening"
	"leeward/schema"
)

// interpreterCard is who interprets, by code, in the room or by phone, the checks before it, and what to
// agree on. Whoever interprets from now on is noted; no reason is asked. Another interpreter means that
// the questions of privacy, and the checks, are asked again.
func (t *talk) interpreterCard(note string) view {
	t.setAside()
	t.frame = t.newFrame()
	t.frame.note.Set(note, t.words.Lang())
	code := t.entry(func() {})
	code.SetText(t.session.Setting().Interpreter)
	words := t.button("interpreter.words.button", typeset.Quiet, func() {
		t.flush()
		t.show(t.glossary(func() { t.show(t.interpreterCard("")) }))
	})
	objects := []fyne.CanvasObject{
		t.title("menu.interpreter.button"), t.quiet("interpreter.change.text"), t.row(words),
		card(t.heading("prepare.interpreter.label"), t.quiet("prepare.interpreter.hint"), code, t.promiseOf(code)),
	}
	for _, path := range t.interpreting() {
		a := t.question(path)
		a.show()
		t.asked = append(t.asked, a)
		objects = append(objects, card(a.objects()...))
	}
	brief := []fyne.CanvasObject{t.heading("interpreter.brief.title")}
	for _, key := range []string{"interpreter.brief.line1", "interpreter.brief.line2", "interpreter.brief.line3", "interpreter.brief.line4", "interpreter.brief.line5"} {
		brief = append(brief, t.label("• "+t.say(key)))
	}
	objects = append(objects, card(brief...))
	done := func() {
		t.flush()
		who := strings.TrimSpace(code.Text)
		if t.session.Over() {
			return
		}
		if err := t.session.ChangeInterpreter(context.Background(), who); err != nil {
			t.frame.tell(t.trouble(err))
			return
		}
		t.present()
	}
	on := t.button("app.done.button", typeset.Primary, done)
	body := frameAround(padded(t.frame.note), page(objects...), t.footer(t.out(), t.rowEnd(on)))
	key := func(k fyne.KeyName) bool {
		if k == fyne.KeyPageDown || k == fyne.KeyEscape {
			done()
			return true
		}
		return false
	}
	return t.here(view{body: body, focus: code, key: key, digit: t.pick})
}

// Codes of the questions about the interpreter (screening outline).
const (
	codeInterpreting = "A3"
	codeChecks       = "A4"
	interpretByPhone = "phone"
	interpretNone    = "none"
)

// interpreting lists the questions about the interpreter that apply now.
func (t *talk) interpreting() (paths []schema.Path) {
	for _, code := range []string{codeInterpreting, codeChecks} {
		if path := t.questionOf(code); path != "" && t.session.State().Relevant(path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// byPhone reports whether the interpreter is on the telephone: then one clause stands on a line, and a
// call that was cut is begun anew with its checks.
func (t *talk) byPhone() bool {
	a, _ := t.session.Standing(t.questionOf(codeInterpreting))
	return a.Value == interpretByPhone
}

// callDropped interrupts the talk: who is there is not known until somebody answers again.
func (t *talk) callDropped() {
	t.recheck = true
	if err := t.session.Pause(context.Background()); err != nil {
		t.Log.Error("call dropped", "code", screening.CodeOf(err))
	}
	t.present()
}

// clauses stands each clause of a sentence on a line of its own, as it is read over the telephone.
func clauses(text string) string {
	var b strings.Builder
	runes := []rune(text)
	for i, r := range runes {
		b.WriteRune(r)
		if !strings.ContainsRune(",;:.!?،؛؟۔।၊။፣፤。，；：？！", r) || i+1 == len(runes) {
			continue
		}
		next := runes[i+1]
		if next == ' ' || r > 0x3000 || r == '၊' || r == '။' {
			b.WriteByte('\n')
		}
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n")
}
