package assets

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/go-text/typesetting/font"
)

// a letter that each script cannot do without
var sample = map[string]rune{"Latn": 'ế', "Cyrl": 'Ж', "Grek": 'Ω', "Arab": 'ع', "Mymr": 'က'}

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

func TestCompositeHoldsEveryScript(t *testing.T) {
	face, err := font.ParseTTF(bytes.NewReader(Font(Composite)))
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range Families() {
		for _, script := range family.Scripts {
			if _, ok := face.NominalGlyph(sample[script]); !ok {
				t.Errorf("got no glyph for %s, want one: run fonts/composite.py", script)
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
	for _, want := range []string{"SIL OPEN FONT LICENSE Version 1.1", "Copyright 2015-2021 Google LLC"} {
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
