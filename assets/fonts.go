package assets

import (
	"embed"
	"slices"
)

//go:embed fonts/*.ttf fonts/OFL.txt
var files embed.FS

// Icon is the program's icon: PNG, 512 by 512 pixels. icon.svg is its source.
//
//go:embed icon.png
var Icon []byte

// Composite is the name of the font that merges every family (regular weight). It serves stock Fyne
// widgets only; text that matters is shaped with the families themselves.
const Composite = "LeewardComposite-Regular"

// Family is one font in two weights and the scripts that it is made for.
type Family struct {
	Name    string   // "NotoSansArabic"
	Scripts []string // ISO 15924 codes: "Arab"
}

// families has the general font first: it serves every script that no other family names.
var families = []Family{
	{Name: "NotoSans", Scripts: []string{"Latn", "Cyrl", "Grek"}},
	{Name: "NotoSansArabic", Scripts: []string{"Arab"}},
	{Name: "NotoSansMyanmar", Scripts: []string{"Mymr"}},
}

// Families lists the embedded fonts, the general one first.
func Families() []Family { return slices.Clone(families) }

// Regular returns the name of the family's regular weight, for [Font].
func (f Family) Regular() string { return f.Name + "-Regular" }

// Bold returns the name of the family's bold weight, for [Font].
func (f Family) Bold() string { return f.Name + "-Bold" }

// Font returns the TrueType file of that name, for example "NotoSans-Bold", or nil when none is embedded.
// Each call copies it; keep the result.
func Font(name string) []byte {
	b, err := files.ReadFile("fonts/" + name + ".ttf")
	if err != nil {
		return nil
	}
	return b
}

// FontLicence returns the text of the licence under which the fonts are shipped.
func FontLicence() string {
	b, _ := files.ReadFile("fonts/OFL.txt")
	return string(b)
}
