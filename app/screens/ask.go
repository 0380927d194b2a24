package screens

import (
	"fyne.io/fyne/v2"

	"leeward/app/typeset"
)

// way is one of the ways out of a screen that asks.
type way struct {
	key    string // of its words
	weight typeset.Weight
	take   func()
}

// ask shows a title, a few lines and the ways to go on, as a screen of its own: no window over another
// hides what was there from somebody who looks away. The first way has the keyboard; Escape takes the last.
func (s *Screens) ask(title string, lines []fyne.CanvasObject, ways ...way) view {
	body := append([]fyne.CanvasObject{s.title(title)}, lines...)
	var first *typeset.Button
	for _, w := range ways {
		b := s.button(w.key, w.weight, w.take)
		if first == nil {
			first = b
		}
		body = append(body, b)
	}
	last := ways[len(ways)-1].take
	return view{body: page(body...), focus: first, key: s.escape(last)}
}

// ask is the same in a talk: the ways out stay in sight.
func (t *talk) ask(title string, lines []fyne.CanvasObject, ways ...way) view {
	v := t.Screens.ask(title, lines, ways...)
	v.body = frameAround(nil, v.body, t.footer(t.out(), t.row()))
	return t.here(v)
}
