// Package typeset has the widgets that show words, in every script: Label, Pair, Choice, Button, Badge,
// Entry, and the theme and layouts that they stand in.
//
// Stock Fyne text has no bidirectional order and no line breaking for scripts without spaces, so nothing
// that a person is asked or told, or types, is drawn with it. The widgets here measure and paint through
// [leeward/internal/shaping]. Every text is set together with its language, which decides direction, font
// and alignment; setting another one swaps words in place and keeps focus and state.
//
// A focused widget hands on to the window the keys that it has no use for: [OnKeys] says what happens to
// them, wherever the focus is.
//
// Widgets are touched on Fyne's goroutine only. Heights depend on widths: stand wrapping widgets in a
// [Column], which asks for the height after it has set the width.
package typeset
