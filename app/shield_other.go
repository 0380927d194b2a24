//go:build !windows

package main

import (
	"errors"

	"fyne.io/fyne/v2"
)

// shield says that pictures of the window cannot be kept from being taken here. On X11 and Wayland nothing can: Wayland
// asks the person before a program records, X11 lets every program of the same user look. macOS and Android could, but
// not without code that was never run on them.
func shield(fyne.Window) error {
	return errors.New("this system has no way to keep a window out of screenshots")
}
