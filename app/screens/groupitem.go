package screens

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/questions"
	"leeward/app/typeset"
	"leeward/schema"
)

// quickItem is one of the sixty-second questions on the page.
type quickItem struct {
	page    *quickPage
	path    schema.Path
	item    *schema.Item
	words   *typeset.Pair
	draft   *typeset.Badge
	block   *questions.Block
	objects []fyne.CanvasObject
}

func (q *quickPage) item(path schema.Path, item *schema.Item) *quickItem {
	i := &quickItem{page: q, path: path, item: item}
	first, second := typeset.NewLabel("", ""), typeset.NewLabel("", "")
	first.Step, first.Bold, second.Color = typeset.Large, true, typeset.ColorMuted
	i.words = typeset.NewPair(first, second)
	i.draft = typeset.NewBadge("", q.words.Lang(), theme.ColorNameWarning)
	i.block = questions.NewBlock(i.question(), func(a schema.Answer) {
		if !i.block.Incomplete() {
			q.give(path, a)
		}
	})
	i.block.Set(q.one.Answers[path])
	i.show()
	i.objects = []fyne.CanvasObject{i.draft, i.words, i.block.Object()}
	return i
}

// languages returns in which language the question is asked, and which stands beside it.
func (i *quickItem) languages() (first, second schema.Lang) {
	mine := i.page.screenerLanguage()
	if i.item.Staff {
		return mine, mine
	}
	return i.page.lang, mine
}

func (i *quickItem) question() questions.Question {
	first, second := i.languages()
	state := i.page.state
	return questions.Question{
		Node: state.Node(i.path), Interview: first, Screener: second, Words: i.page.words,
		Caption: func(choice string, lang schema.Lang) schema.Shown { return state.ChoiceLabel(i.path, choice, lang) },
	}
}

func (i *quickItem) show() {
	one, two := i.languages()
	first, second := i.page.state.Label(i.path, one), i.page.state.Label(i.path, two)
	i.words.Set(first.Text, string(first.Lang), second.Text, string(second.Lang))
	mark := ""
	switch {
	case first.Fallback:
		mark = i.page.say("interview.fallback.badge")
	case first.Translation == schema.MachineDraft:
		mark = i.page.say("interview.draft.badge")
	}
	i.draft.Set(mark, i.page.words.Lang())
	i.block.Show(i.question())
}

// pick answers with a digit: the question that has the keyboard, or else the first.
func (q *quickPage) pick(n int) bool {
	focused, _ := q.Window.Canvas().Focused().(fyne.CanvasObject)
	at := q.asked[0]
	for _, i := range q.asked {
		if focused != nil && holds(i.block.Object(), focused) {
			at = i
		}
	}
	p, ok := at.block.Field.(questions.Picker)
	return ok && p.Pick(n)
}
