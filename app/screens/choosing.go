package screens

import (
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/internal/vault"
)

// choosing is where a new passphrase is made: six drawn words by default, one's own on request. Typed
// a second time, so that a slip does not lock anybody out for ever.
type choosing struct {
	s              *Screens
	words          *typeset.Label
	own, confirm   *typeset.Entry
	strength, note *typeset.Label
	use, again     *typeset.Button
	label          string // of whose passphrase it is
}

// choose makes the lines for a new passphrase. done is called by Enter in the last of them.
func (s *Screens) choose(done func()) *choosing {
	c := &choosing{s: s, words: s.label(drawWords()), note: s.notice(), strength: s.quiet("first.words.hint"), label: "first.passphrase.label"}
	c.words.Step, c.words.Bold = typeset.Large, true
	c.confirm = s.secret(done)
	c.own = s.secret(func() { s.Window.Canvas().Focus(c.confirm) })
	c.own.OnChanged = func(p string) {
		s.tell(c.strength, s.strength(p))
		s.touch()
	}
	c.again = s.button("first.again.button", typeset.Quiet, func() { c.words.Set(drawWords(), "en") })
	c.use = s.button("first.words.button", typeset.Quiet, func() {
		c.own.SetText(c.words.Text())
		s.Window.Canvas().Focus(c.confirm)
	})
	return c
}

// offered is the words that are offered; fields is where one is typed.
func (c *choosing) offered() []fyne.CanvasObject {
	return []fyne.CanvasObject{c.s.quiet("first.words.label"), c.words, c.s.row(c.use, c.again)}
}

func (c *choosing) fields() []fyne.CanvasObject {
	return []fyne.CanvasObject{c.s.quiet(c.label), c.own, c.strength, c.s.quiet("first.confirm.label"), c.confirm, c.note}
}

// chosen returns the passphrase, if it is strong enough and was typed twice alike; else it says what is wrong.
func (c *choosing) chosen() (passphrase string, ok bool) {
	if ok, _ := vault.Strength(c.own.Text); !ok {
		c.s.tell(c.note, c.s.say("first.weak.text"))
		c.s.Window.Canvas().Focus(c.own)
		return "", false
	}
	if strings.TrimSpace(c.own.Text) != strings.TrimSpace(c.confirm.Text) {
		c.s.tell(c.note, c.s.say("first.differ.text"))
		c.s.Window.Canvas().Focus(c.confirm)
		return "", false
	}
	return c.own.Text, true
}

func (s *Screens) strength(passphrase string) string {
	if passphrase == "" {
		return s.say("first.words.hint")
	}
	if ok, _ := vault.Strength(passphrase); ok {
		return s.say("first.strong.text")
	}
	return s.say("first.weak.text")
}

// drawWords draws six words; the list is part of the program, so this cannot fail in a program that starts.
func drawWords() string {
	words, err := vault.Words(vault.GeneratedWords)
	if err != nil {
		panic("leeward: internal error: " + err.Error())
	}
	return strings.Join(words, " ")
}

// signs name the places of the vault: whoever has a passphrase has a sign. All of them are always shown, so that the
// screen does not tell how many people use the device.
var signs = [vault.Places]string{
	"sign.sun.label", "sign.moon.label", "sign.tree.label", "sign.lamp.label",
	"sign.key.label", "sign.bell.label", "sign.cup.label", "sign.bird.label",
}

func (s *Screens) sign(place int) string { return s.say(signs[place]) }
