package typeset

import (
	"math"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"leeward/internal/shaping"
)

// Entry is a field to type into, in every script. The caret moves as letters are seen, stands between letters
// only (never inside a Burmese or Thai cluster), and each paragraph runs in the direction of its first letter,
// as it does where it is shown later. Text is selected by mouse, finger (hold, then drag) and keyboard.
//
// Tab always moves on, and keys that mean nothing here reach the window. Letters come as the system has
// composed them: Fyne shows no unfinished composition of input methods.
//
// The exported fields may be set before it is shown; call Refresh after setting them later.
type Entry struct {
	widget.DisableableWidget
	Text        string // what stands in the field; set it with SetText
	Password    bool   // shows dots; what is typed never reaches the clipboard and is not kept for undoing
	ReadOnly    bool   // may be read, selected and copied
	MultiLine   bool   // wraps, and Enter begins a new line
	MaxLength   int    // in runes; 0 for no limit
	Mobile      mobile.KeyboardType
	Accept      func(rune) bool // where set, refuses runes as they are typed; pasted text does not pass it
	OnChanged   func(string)
	OnSubmitted func(string) // Enter, in a field of one line

	edit       editor
	lang       string
	hint       string // shown while the field is empty
	rows, grow int    // least and most lines in sight
	focused    bool
	shift      bool
	plain      bool    // without frame, as high as its text
	upX        float32 // where Up and Down lead; NaN when that is the caret's place
	scroll     fyne.Position
	look       look
	layout     *shaping.Layout
	laid       string
	laidStyle  shaping.Style
	raster     *canvas.Raster
	caret      *canvas.Rectangle
	clicks     clicks
	now        func() time.Time
}

// look is how the words of a field are set.
type look struct {
	step fyne.ThemeSizeName
	bold bool
}

// growLines is how many lines a field of several lines shows before it scrolls.
const growLines = 12

// NewEntry makes a field of one line.
func NewEntry() *Entry {
	e := &Entry{Mobile: mobile.SingleLineKeyboard, rows: 1, grow: 1, upX: nowhere(), now: time.Now, look: look{step: Body}}
	e.ExtendBaseWidget(e)
	return e
}

// NewMultiLineEntry makes a field that wraps, with room for so many lines; it grows with its text.
func NewMultiLineEntry(lines int) *Entry {
	e := NewEntry()
	e.Mobile, e.MultiLine, e.rows, e.grow = mobile.DefaultKeyboard, true, lines, max(lines, growLines)
	return e
}

func nowhere() float32 { return float32(math.NaN()) }

// SetText replaces the text, with the caret at its end, and forgets what could be undone.
func (e *Entry) SetText(text string) {
	if text == e.Text {
		return
	}
	e.edit.set(text)
	e.changed()
}

// SetLang says in which language one is expected to type: its direction is that of the empty field, its font
// the first choice, its forms of letters those that are shown.
func (e *Entry) SetLang(lang string) {
	if e.lang != lang {
		e.lang = lang
		e.Refresh()
	}
}

// SetPlaceHolder says what an empty field shows.
func (e *Entry) SetPlaceHolder(text string) {
	if e.hint != text {
		e.hint = text
		e.Refresh()
	}
}

// SelectedText returns what is selected; nothing of a password.
func (e *Entry) SelectedText() string {
	if e.Password {
		return ""
	}
	return e.edit.selected()
}

// CaretAt returns how many runes stand before the caret.
func (e *Entry) CaretAt() int { return e.edit.caret.Pos }

// SetCaret puts the caret behind so many runes, or before the letter that it would otherwise divide.
func (e *Entry) SetCaret(runes int) {
	stops := shaping.Stops(e.edit.text)
	at := 0
	for _, stop := range stops {
		if stop <= runes {
			at = stop
		}
	}
	e.to(shaping.Caret{Pos: at, After: at > 0}, false)
}

// Keyboard is the keyboard that a phone shows.
func (e *Entry) Keyboard() mobile.KeyboardType {
	if e.Password {
		return mobile.PasswordKeyboard
	}
	return e.Mobile
}

// Focused reports whether the field has the keyboard.
func (e *Entry) Focused() bool { return e.focused }

// FocusGained is Fyne's.
func (e *Entry) FocusGained() {
	e.focused = true
	e.Refresh()
	focused(e)
}

// FocusLost is Fyne's. What was selected stays selected, out of sight.
func (e *Entry) FocusLost() {
	e.focused, e.shift = false, false
	e.Refresh()
}

// Cursor is Fyne's.
func (e *Entry) Cursor() desktop.Cursor { return desktop.TextCursor }

// AccessibilityLabel is what a screen reader says: what the field is for, and what stands in it unless that is
// a secret.
func (e *Entry) AccessibilityLabel() string {
	if e.Password || e.Text == "" {
		return e.hint
	}
	return strings.TrimSpace(e.hint + " " + e.Text)
}

// AccessibilityRole is the nearest role that Fyne knows.
func (e *Entry) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// changed tells of a new text.
func (e *Entry) changed() {
	e.Text, e.upX = string(e.edit.text), nowhere()
	e.Refresh()
	if e.OnChanged != nil {
		e.OnChanged(e.Text)
	}
}

// change runs an edit, if the field may be edited, and tells of it if it changed something.
func (e *Entry) change(edit func()) {
	if e.Disabled() || e.ReadOnly {
		return
	}
	before := e.edit.text
	e.edit.secret = e.Password
	edit()
	if !slices.Equal(before, e.edit.text) {
		e.changed()
	} else {
		e.Refresh()
	}
}

// put puts typed or pasted runes in the place of what is selected, as far as there is room.
func (e *Entry) put(with []rune, typing bool) {
	if e.MaxLength > 0 {
		from, to := e.edit.selection()
		room := max(0, e.MaxLength-len(e.edit.text)+to-from)
		with = with[:min(len(with), room)]
	}
	if len(with) > 0 {
		e.change(func() { e.edit.insert(with, typing) })
	}
}

// TypedRune types a rune that the field accepts.
func (e *Entry) TypedRune(r rune) {
	Touched(e)
	if e.Accept == nil || e.Accept(r) {
		e.put([]rune{r}, true)
	}
}

func (e *Entry) size() float32 { return theme.SizeForWidget(e.look.step, e) }

// shown is the text as it is painted: dots for a password, one for each rune.
func (e *Entry) shown() string {
	if e.Password {
		return strings.Repeat("•", len(e.edit.text))
	}
	return e.Text
}

// lay returns the layout of the text at the present width. The last one is kept.
func (e *Entry) lay() *shaping.Layout {
	style := shaping.Style{Lang: e.lang, Size: e.size(), Bold: e.look.bold, Typed: true, Fixed: e.plain}
	if e.MultiLine {
		style.Width = max(1, int(e.inner(e.BaseWidget.Size()).Width))
	}
	text := e.shown()
	if e.layout == nil || e.laidStyle != style || e.laid != text {
		e.layout, e.laid, e.laidStyle = shaping.Lay(text, style), text, style
	}
	return e.layout
}

const entryPadX, entryPadY = 10, 6

// inner returns the room for the text in a field of a size.
func (e *Entry) inner(size fyne.Size) fyne.Size {
	if e.plain {
		return size
	}
	return fyne.NewSize(max(1, size.Width-2*entryPadX), max(1, size.Height-2*entryPadY))
}

// box is the width in which lines are aligned: the field's, or that of a longer line.
func (e *Entry) box() int {
	width := int(e.inner(e.BaseWidget.Size()).Width)
	if !e.MultiLine {
		width = max(width, e.lay().Width+caretWidth)
	}
	return width
}

// MinSize is never lower than what a finger needs.
func (e *Entry) MinSize() fyne.Size {
	e.ExtendBaseWidget(e)
	l := e.lay()
	row := float32(l.Lines[0].Height)
	height := max(row*float32(e.rows), min(float32(l.Height), row*float32(e.grow)))
	if e.plain {
		return fyne.NewSize(3*e.size(), float32(l.Height))
	}
	return fyne.NewSize(4*e.size()+2*entryPadX, max(Target, height+2*entryPadY))
}

// Resize wraps the text anew when the width changes.
func (e *Entry) Resize(size fyne.Size) {
	before := e.BaseWidget.Size()
	e.BaseWidget.Resize(size)
	if before != size {
		e.Refresh()
	}
}
