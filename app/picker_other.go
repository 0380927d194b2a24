//go:build !android && !ios && !mobile

package main

import (
	"fyne.io/fyne/v2"

	"leeward/app/screens"
)

// newPicker returns none: the program finds files by itself.
func newPicker(fyne.Window) screens.Picker { return nil }
