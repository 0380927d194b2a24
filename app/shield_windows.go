package main

import (
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"golang.org/x/sys/windows"
)

// excludeFromCapture is WDA_EXCLUDEFROMCAPTURE (winuser.h): on the screen, and in no picture of it. Windows before 10
// version 2004 knows only monitorOnly, WDA_MONITOR, which leaves a black window in pictures.
const (
	excludeFromCapture = 0x11
	monitorOnly        = 0x01
)

var setAffinity = windows.NewLazySystemDLL("user32.dll").NewProc("SetWindowDisplayAffinity")

// shield keeps the window out of screenshots, recordings, shared screens and thumbnails of the taskbar.
func shield(w fyne.Window) (err error) {
	native, ok := w.(driver.NativeWindow)
	if !ok {
		return errors.New("the window has no handle")
	}
	native.RunNative(func(context any) {
		c, ok := context.(driver.WindowsWindowContext)
		if !ok {
			err = errors.New("the window has no handle")
			return
		}
		for _, how := range []uintptr{excludeFromCapture, monitorOnly} {
			var done uintptr
			if done, _, err = setAffinity.Call(c.HWND, how); done != 0 {
				err = nil
				return
			}
		}
	})
	return err
}
