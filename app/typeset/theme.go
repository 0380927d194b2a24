package typeset

import (
	"image/color"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/assets"
)

// Mode is the brightness of the screen.
type Mode int

// The modes. Light comes first: it is read best in daylight and by tired eyes.
const (
	Light Mode = iota
	Dark
	Sun    // bright, in the strongest contrast: for a screen in the sun
	System // as the system says
)

// Theme is the look of the house: calm, large, high in contrast. Set it with App.Settings().SetTheme.
type Theme struct {
	mode  Mode
	scale float32
}

// NewTheme returns the theme in a mode and with letters scaled: 1 is 100 %, and 1 to 3 are sensible.
func NewTheme(mode Mode, scale float32) *Theme {
	return &Theme{mode: mode, scale: min(max(scale, 0.5), 4)}
}

// textSizes are in Fyne's units at 100 %.
var textSizes = map[fyne.ThemeSizeName]float32{
	theme.SizeNameCaptionText:    14,
	theme.SizeNameText:           16,
	theme.SizeNameSubHeadingText: 20,
	theme.SizeNameHeadingText:    25,
	theme.SizeNameInlineIcon:     22,
}

var lengths = map[fyne.ThemeSizeName]float32{
	theme.SizeNamePadding:         6,
	theme.SizeNameInnerPadding:    10,
	theme.SizeNameInputBorder:     1.5,
	theme.SizeNameInputRadius:     8,
	theme.SizeNameSelectionRadius: 4,
	theme.SizeNameScrollBar:       16,
	theme.SizeNameScrollBarSmall:  6,
}

// Color returns a colour of the palette; what it does not name is Fyne's own.
func (t *Theme) Color(name fyne.ThemeColorName, system fyne.ThemeVariant) color.Color {
	variant := t.variant(system)
	c, ok := palette[name]
	bright, sunny := sunlight[name]
	switch {
	case t.mode == Sun && sunny:
		return bright
	case !ok:
		return theme.DefaultTheme().Color(name, variant)
	case variant == theme.VariantDark:
		return c.dark
	}
	return c.light
}

func (t *Theme) variant(system fyne.ThemeVariant) fyne.ThemeVariant {
	switch t.mode {
	case Light, Sun:
		return theme.VariantLight
	case Dark:
		return theme.VariantDark
	}
	return system
}

// Size returns lengths in Fyne's units; only letters and the icons beside them scale with the text.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	if size, ok := textSizes[name]; ok {
		return size * t.scale
	}
	if length, ok := lengths[name]; ok {
		return length
	}
	return theme.DefaultTheme().Size(name)
}

// general is one resource for the whole program: Fyne's caches are keyed by the pointer.
var general = sync.OnceValue(func() fyne.Resource {
	name := assets.Families()[0].Regular()
	return fyne.NewStaticResource(name+".ttf", assets.Font(name))
})

// Font returns the general font for the little that Fyne itself writes; it has Latin, Cyrillic and Greek only.
// Words that people read go through [Label].
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	if style.Monospace || style.Symbol {
		return theme.DefaultTheme().Font(style)
	}
	return general()
}

// Icon returns Fyne's icons.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(name) }
