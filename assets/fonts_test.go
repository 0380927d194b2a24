package assets

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/go-text/typesetting/font"
)

// a letter that each script cannot do without
var sample = map[string]rune{
	"Latn": 'ế', "Cyrl": 'Ж', "Grek": 'Ω', "Arab": 'ع', "Aran": 'ے', "Mymr": 'က', "Thai": 'ก', "Laoo": 'ກ', "Khmr": 'ក', "Beng": 'ক',
	"Deva": 'क', "Sinh": 'ක', "Taml": 'க', "Ethi": 'ሀ', "Hani": '中', "Hans": '国', "Hant": '體', "Jpan": '本', "Hira": 'あ', "Kana": 'ア',
	"Hang": '한', "Kore": '국', "Bopo": 'ㄅ', "Hebr": 'א', "Thaa": 'ހ', "Rohg": '𐴀', "Adlm": '𞤀', "Cakm": '𑄌', "Geor": 'ქ', "Armn": 'հ',
	"Guru": 'ਪ', "Gujr": 'ગ', "Telu": 'త', "Knda": 'ಕ', "Mlym": 'മ', "Orya": 'ଓ', "Tfng": 'ⵜ', "Tibt": 'བ', "Cher": 'Ꮳ', "Vaii": 'ꕙ', "Yiii": 'ꆈ',
}

func TestFamiliesHoldTheirScripts(t *testing.T) {
	for _, family := range Families() {
		for _, name := range []string{family.Regular(), family.Bold()} {
			face, err := font.ParseTTF(bytes.NewReader(Font(name)))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, script := range family.Scripts {
				if _, ok := face.NominalGlyph(sample[script]); sample[script] == 0 || !ok {
					t.Errorf("%s: got no glyph for %q of %s, want one", name, sample[script], script)
				}
			}
		}
	}
}

func TestUnknownFont(t *testing.T) {
	if got := Font("NotoSansKlingon-Regular"); got != nil {
		t.Errorf("got %d bytes, want nil", len(got))
	}
}

func TestLicenceTravelsWithTheFonts(t *testing.T) {
	for _, want := range []string{"SIL OPEN FONT LICENSE Version 1.1", "Copyright 2015-2021 Google LLC", "Copyright 2014-2021 Adobe"} {
		if !strings.Contains(FontLicence(), want) {
			t.Errorf("licence text lacks %q", want)
		}
	}
}

func TestIcon(t *testing.T) {
	img, err := png.Decode(bytes.NewReader(Icon))
	if err != nil {
		t.Fatal(err)
	}
	if got := img.Bounds().Size(); got.X != 512 || got.Y != 512 {
		t.Errorf("icon is %v, want 512 by 512", got)
	}
}
