package assets

import (
	"embed"
	"slices"
)

//go:embed fonts/*.ttf fonts/*.otf fonts/OFL.txt
var files embed.FS

// Icon is the program's icon: PNG, 512 by 512 pixels. icon.svg is its source.
//
//go:embed icon.png
var Icon []byte

// Family is one font and the scripts that it is made for.
type Family struct {
	Name    string   // "NotoSansArabic"
	Scripts []string // ISO 15924 codes: "Arab"
	OneOnly bool     // there is no bold weight: thicken the strokes of the regular one
}

// families has the general font first: it serves every script that no other family names.
var families = []Family{
	{Name: "NotoSans", Scripts: []string{"Latn", "Cyrl", "Grek"}},
	{Name: "NotoSansArabic", Scripts: []string{"Arab"}},
	{Name: "NotoSansMyanmar", Scripts: []string{"Mymr"}},
	{Name: "NotoSansThai", Scripts: []string{"Thai"}},
	{Name: "NotoSansLao", Scripts: []string{"Laoo"}},
	{Name: "NotoSansKhmer", Scripts: []string{"Khmr"}},
	{Name: "NotoSansBengali", Scripts: []string{"Beng"}},
	{Name: "NotoSansDevanagari", Scripts: []string{"Deva"}},
	{Name: "NotoSansSinhala", Scripts: []string{"Sinh"}},
	{Name: "NotoSansTamil", Scripts: []string{"Taml"}},
	{Name: "NotoSansEthiopic", Scripts: []string{"Ethi"}},
	{Name: "NotoSansSC", Scripts: []string{"Hani", "Hans", "Hant", "Hira", "Kana", "Jpan", "Hang", "Kore", "Bopo"}, OneOnly: true},
	{Name: "NotoNastaliqUrdu", Scripts: []string{"Aran"}, OneOnly: true},
	{Name: "NotoSansHebrew", Scripts: []string{"Hebr"}, OneOnly: true},
	{Name: "NotoSansThaana", Scripts: []string{"Thaa"}, OneOnly: true},
	{Name: "NotoSansHanifiRohingya", Scripts: []string{"Rohg"}, OneOnly: true},
	{Name: "NotoSansAdlam", Scripts: []string{"Adlm"}, OneOnly: true},
	{Name: "NotoSansChakma", Scripts: []string{"Cakm"}, OneOnly: true},
	{Name: "NotoSansGeorgian", Scripts: []string{"Geor"}, OneOnly: true},
	{Name: "NotoSansArmenian", Scripts: []string{"Armn"}, OneOnly: true},
	{Name: "NotoSansGurmukhi", Scripts: []string{"Guru"}, OneOnly: true},
	{Name: "NotoSansGujarati", Scripts: []string{"Gujr"}, OneOnly: true},
	{Name: "NotoSansTelugu", Scripts: []string{"Telu"}, OneOnly: true},
	{Name: "NotoSansKannada", Scripts: []string{"Knda"}, OneOnly: true},
	{Name: "NotoSansMalayalam", Scripts: []string{"Mlym"}, OneOnly: true},
	{Name: "NotoSansOriya", Scripts: []string{"Orya"}, OneOnly: true},
	{Name: "NotoSansTifinagh", Scripts: []string{"Tfng"}, OneOnly: true},
	{Name: "NotoSerifTibetan", Scripts: []string{"Tibt"}, OneOnly: true},
	{Name: "NotoSansCherokee", Scripts: []string{"Cher"}, OneOnly: true},
	{Name: "NotoSansVai", Scripts: []string{"Vaii"}, OneOnly: true},
	{Name: "NotoSansYi", Scripts: []string{"Yiii"}, OneOnly: true},
}

// Families lists the embedded fonts, the general one first.
func Families() []Family { return slices.Clone(families) }

// Regular returns the name of the family's regular weight, for [Font].
func (f Family) Regular() string { return f.Name + "-Regular" }

// Bold returns the name of the family's bold weight, for [Font]: the regular one where there is no other.
func (f Family) Bold() string {
	if f.OneOnly {
		return f.Regular()
	}
	return f.Name + "-Bold"
}

// Font returns the TrueType or OpenType file of that name, for example "NotoSans-Bold", or nil when none is
// embedded. Each call copies it; keep the result.
func Font(name string) []byte {
	for _, kind := range []string{".ttf", ".otf"} {
		if b, err := files.ReadFile("fonts/" + name + kind); err == nil {
			return b
		}
	}
	return nil
}

// FontLicence returns the text of the licence under which the fonts are shipped.
func FontLicence() string {
	b, _ := files.ReadFile("fonts/OFL.txt")
	return string(b)
}
