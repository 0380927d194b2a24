package typeset

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Colour roles of the house beside Fyne's own.
const (
	ColorMuted    fyne.ThemeColorName = "leewardMuted"    // words that come second: the screener's language, hints
	ColorSurface  fyne.ThemeColorName = "leewardSurface"  // a row that can be chosen
	ColorSelected fyne.ThemeColorName = "leewardSelected" // a row that is chosen
	ColorRing     fyne.ThemeColorName = "leewardRing"     // the outline of what has the keyboard
)

// shades is one colour role in the bright and in the dark variant.
type shades struct{ light, dark color.NRGBA }

// palette is checked by a test: words have a contrast of 4.5 to 1 or more with what they stand on,
// outlines and marks 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
var palette = map[fyne.ThemeColorName]shades{
	theme.ColorNameBackground:          {rgb(0xf6f4ef), rgb(0x12191d)},
	theme.ColorNameForeground:          {rgb(0x1b262c), rgb(0xeceff0)},
	ColorMuted:                         {rgb(0x4a5a63), rgb(0xb3c0c7)},
	ColorSurface:                       {rgb(0xffffff), rgb(0x1a2328)},
	ColorSelected:                      {rgb(0xdfedf1), rgb(0x1f3c47)},
	ColorRing:                          {rgb(0xb3470b), rgb(0xffb37a)},
	theme.ColorNamePrimary:             {rgb(0x1c5265), rgb(0x8cc6d8)},
	theme.ColorNameForegroundOnPrimary: {rgb(0xffffff), rgb(0x0b2129)},
	theme.ColorNameHyperlink:           {rgb(0x1c5265), rgb(0x8cc6d8)},
	theme.ColorNameError:               {rgb(0x9b1c1c), rgb(0xff9e94)},
	theme.ColorNameForegroundOnError:   {rgb(0xffffff), rgb(0x3a0906)},
	theme.ColorNameWarning:             {rgb(0x7a4b00), rgb(0xf1c27d)},
	theme.ColorNameForegroundOnWarning: {rgb(0xffffff), rgb(0x2f1e00)},
	theme.ColorNameSuccess:             {rgb(0x1e5e37), rgb(0x93d3a8)},
	theme.ColorNameForegroundOnSuccess: {rgb(0xffffff), rgb(0x06210f)},
	theme.ColorNameInputBackground:     {rgb(0xffffff), rgb(0x1c262c)},
	theme.ColorNameInputBorder:         {rgb(0x5f6e76), rgb(0x90a0a9)},
	theme.ColorNamePlaceHolder:         {rgb(0x55636b), rgb(0xa6b3ba)},
	theme.ColorNameButton:              {rgb(0xe3e7e5), rgb(0x28343b)},
	theme.ColorNameDisabledButton:      {rgb(0xe9e9e5), rgb(0x20292e)},
	theme.ColorNameDisabled:            {rgb(0x6b7780), rgb(0x8b979e)},
	theme.ColorNameSeparator:           {rgb(0xc9cfcc), rgb(0x39464e)},
	theme.ColorNameSelection:           {rgb(0xc3dde6), rgb(0x2a4a56)},
	theme.ColorNameHeaderBackground:    {rgb(0xecebe5), rgb(0x1a2429)},
	theme.ColorNameMenuBackground:      {rgb(0xffffff), rgb(0x1c262c)},
	theme.ColorNameOverlayBackground:   {rgb(0xffffff), rgb(0x1c262c)},
	theme.ColorNameFocus:               {alpha(0x1c5265, 0x40), alpha(0x8cc6d8, 0x40)},
	theme.ColorNameHover:               {alpha(0x1b262c, 0x10), alpha(0xeceff0, 0x14)},
	theme.ColorNamePressed:             {alpha(0x1b262c, 0x24), alpha(0xeceff0, 0x2c)},
	theme.ColorNameScrollBar:           {alpha(0x1b262c, 0x90), alpha(0xeceff0, 0x90)},
	theme.ColorNameShadow:              {alpha(0x000000, 0x30), alpha(0x000000, 0x60)},
}

func rgb(c uint32) color.NRGBA { return alpha(c, 0xff) }

func alpha(c uint32, a uint8) color.NRGBA {
	return color.NRGBA{R: uint8(c >> 16), G: uint8(c >> 8), B: uint8(c), A: a}
}

// colour returns a role's colour for a widget. The house's own roles are known whatever the theme: a
// widget may be made before the theme is set.
func colour(name fyne.ThemeColorName, w fyne.Widget) color.Color {
	switch name {
	case ColorMuted, ColorSurface, ColorSelected, ColorRing:
		if _, ok := fyne.CurrentApp().Settings().Theme().(*Theme); !ok {
			return palette[name].light
		}
	}
	return theme.ColorForWidget(name, w)
}
