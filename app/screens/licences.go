package screens

import (
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/assets"
)

// licenceList names everything that the program is made of, and leads to its terms.
func (s *Screens) licenceList() view {
	back := func() { s.show(s.settings("")) }
	objects := []fyne.CanvasObject{s.title("licences.list.title"), s.quiet("licences.list.text")}
	var first *typeset.Button
	for _, l := range assets.Licences() {
		b := typeset.NewButton(strings.TrimSpace(l.Name+" "+l.Version), "en", func() { s.show(s.licence(l, sheets(l.Text), 0)) })
		if objects = append(objects, b); first == nil {
			first = b
		}
	}
	leave := s.button("app.back.button", typeset.Primary, back)
	body := frameAround(nil, page(objects...), s.footer(s.row(), s.rowEnd(leave)))
	return view{body: body, focus: first, key: s.escape(back)}
}

// licence shows one sheet of a text. Terms stand in the language in which they were written.
func (s *Screens) licence(l assets.Licence, sheets [][]string, at int) view {
	back := func() { s.show(s.licenceList()) }
	title := typeset.NewLabel(l.Name, "en")
	title.Step, title.Bold = typeset.Large, true
	objects := []fyne.CanvasObject{title}
	if len(sheets) > 1 {
		objects = append(objects, s.quiet("rounds.number.text", "Number", at+1, "Of", len(sheets)))
	}
	for _, paragraph := range sheets[at] {
		objects = append(objects, typeset.NewLabel(paragraph, "en"))
	}
	leave := s.button("app.back.button", typeset.Quiet, back)
	focus, end := leave, s.rowEnd()
	if at+1 < len(sheets) {
		focus = s.button("interview.next.button", typeset.Primary, func() { s.show(s.licence(l, sheets, at+1)) })
		end = s.rowEnd(focus)
	}
	body := frameAround(nil, page(objects...), s.footer(s.row(leave), end))
	return view{body: body, focus: focus, key: s.escape(back)}
}

// sheetSize is how many bytes of a text stand on one sheet, about.
const sheetSize = 6000

// sheets deals a text out to sheets of paragraphs. Lines that its authors broke by hand are joined: the window is not
// as wide as their terminal. A line that begins with a dash, a star or a digit stays a line.
func sheets(text string) (all [][]string) {
	var sheet []string
	size := 0
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if joined := unwrap(paragraph); joined != "" {
			if size > 0 && size+len(joined) > sheetSize {
				all, sheet, size = append(all, sheet), nil, 0
			}
			sheet, size = append(sheet, joined), size+len(joined)
		}
	}
	return append(all, sheet)
}

func unwrap(paragraph string) string {
	var b strings.Builder
	for line := range strings.Lines(paragraph) {
		kept := strings.TrimSpace(line)
		switch {
		case b.Len() == 0 || kept == "":
		case strings.ContainsRune("-*•#|0123456789", rune(kept[0])):
			b.WriteByte('\n')
		default:
			b.WriteByte(' ')
		}
		b.WriteString(kept)
	}
	return b.String()
}
