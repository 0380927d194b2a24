package typeset

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Keys is what a window does with keys that the focused widget has no use for. Fyne gives a key to the
// focused widget alone, so the widgets of the house pass on what is not theirs.
type Keys struct {
	Key     func(fyne.KeyName) bool // function and page keys, Escape
	Digit   func(n int) bool        // 1 to 9, in the digits of any script
	Touched func()                  // after every key and every tap: somebody is there
	Focused func(fyne.CanvasObject) // what has the keyboard now; a screen that scrolls calls Reveal
}

// listeners is touched on Fyne's goroutine only, as the widgets are.
var listeners = map[fyne.Canvas]Keys{}

// OnKeys says what a window does with such keys, whether or not something has the keyboard.
func OnKeys(c fyne.Canvas, k Keys) {
	listeners[c] = k
	c.SetOnTypedKey(func(e *fyne.KeyEvent) { k.press(e) })
	c.SetOnTypedRune(func(r rune) { k.typed(r) })
}

// PassKey offers a key that o has no use for to the window. It reports whether the window used it.
func PassKey(o fyne.CanvasObject, e *fyne.KeyEvent) bool {
	k, ok := listener(o)
	return ok && k.press(e)
}

// PassRune offers a typed character that o has no use for to the window.
func PassRune(o fyne.CanvasObject, r rune) bool {
	k, ok := listener(o)
	return ok && k.typed(r)
}

// Touched tells the window that somebody is there.
func Touched(o fyne.CanvasObject) {
	if k, ok := listener(o); ok {
		k.touched()
	}
}

// focused tells the window what has the keyboard now.
func focused(o fyne.CanvasObject) {
	if k, ok := listener(o); ok && k.Focused != nil {
		k.Focused(o)
	}
}

// Reveal scrolls as little as it takes to show the whole of an object, or its top where it is too high.
// Fyne leaves what the Tab key reaches outside the window.
func Reveal(scroll *container.Scroll, o fyne.CanvasObject) {
	driver := fyne.CurrentApp().Driver()
	top := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(scroll).Y - 2*ringWidth
	bottom := top + o.Size().Height + 4*ringWidth
	y := scroll.Offset.Y
	switch {
	case top < 0 || bottom-top > scroll.Size().Height:
		y += top
	case bottom > scroll.Size().Height:
		y += bottom - scroll.Size().Height
	default:
		return
	}
	scroll.ScrollToOffset(fyne.NewPos(scroll.Offset.X, y))
}

func listener(o fyne.CanvasObject) (Keys, bool) {
	k, ok := listeners[fyne.CurrentApp().Driver().CanvasForObject(o)]
	return k, ok
}

func (k Keys) press(e *fyne.KeyEvent) bool {
	k.touched()
	return k.Key != nil && k.Key(e.Name)
}

func (k Keys) typed(r rune) bool {
	k.touched()
	n, _ := Digit(r)
	return n > 0 && k.Digit != nil && k.Digit(n)
}

func (k Keys) touched() {
	if k.Touched != nil {
		k.Touched()
	}
}
