package screens

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/session"
	"leeward/app/typeset"
	"leeward/schema"
)

// Where a questionnaire keeps who asked the person about the same before, and when (screening outline, A6).
const (
	localEarlier     = "x_EarlierTalks"
	localEarlierDate = "x_EarlierTalkDate"
	earlierNone      = "none"
)

// earlier names the agencies that asked the person about the same before, and when, in the screener's language; empty
// where nobody did, as far as is known. What such a record says is not to be asked again (REQ-09, REQ-30).
func (t *talk) earlier() string {
	state, lang := t.session.State(), t.session.Setting().ScreenerLang
	var who []string
	when := ""
	for _, path := range state.Visible() {
		node := state.Node(path)
		switch node.Item.Local {
		case localEarlier:
			for _, name := range strings.Fields(node.Answer.Value) {
				if name != earlierNone {
					who = append(who, state.ChoiceLabel(path, name, lang).Text)
				}
			}
		case localEarlierDate:
			when = node.Answer.Value
		}
	}
	if said := strings.Join(who, " · "); said == "" || when == "" {
		return said
	}
	return strings.Join(who, " · ") + " · \u2068" + when + "\u2069"
}

// earlierNote stands over the first page of the talk, before anything is asked that may have been asked before.
func (t *talk) earlierNote(page session.Page) []fyne.CanvasObject {
	if page.Stage != schema.StageTalk || len(page.Paths) == 0 || t.told != "" && !slices.Contains(page.Paths, t.told) {
		return nil
	}
	t.told = page.Paths[0]
	who := t.earlier()
	if who == "" {
		return nil
	}
	said := t.text("interview.earlier.text", "Who", who)
	said.Bold = true
	return []fyne.CanvasObject{said}
}

// earlierRows repeats it in the summary.
func (t *talk) earlierRows() []fyne.CanvasObject {
	who := t.earlier()
	if who == "" {
		return nil
	}
	said := t.label(who)
	said.Color = typeset.ColorMuted
	return []fyne.CanvasObject{t.heading("interview.earlier.badge"), said}
}
