package typeset

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// sunlight replaces colours of the bright variant where the sun washes greys out: words and edges black on
// white, 7 to 1 or more (WCAG 2.2, 1.4.6).
var sunlight = map[fyne.ThemeColorName]color.NRGBA{
	theme.ColorNameBackground:       rgb(0xffffff),
	theme.ColorNameForeground:       rgb(0x000000),
	ColorMuted:                      rgb(0x262d31),
	ColorSelected:                   rgb(0xd2e8f0),
	ColorRing:                       rgb(0x7a2c00),
	theme.ColorNamePrimary:          rgb(0x00313f),
	theme.ColorNameHyperlink:        rgb(0x00313f),
	theme.ColorNameError:            rgb(0x7a0000),
	theme.ColorNameWarning:          rgb(0x4f2f00),
	theme.ColorNameSuccess:          rgb(0x003d1a),
	theme.ColorNameInputBorder:      rgb(0x000000),
	theme.ColorNamePlaceHolder:      rgb(0x33393d),
	theme.ColorNameButton:           rgb(0xf0f2f1),
	theme.ColorNameDisabled:         rgb(0x4d565c),
	theme.ColorNameSeparator:        rgb(0x4d565c),
	theme.ColorNameHeaderBackground: rgb(0xffffff),
}
