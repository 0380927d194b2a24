package screens

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2/canvas"

	"leeward/app/typeset"
	"leeward/schema"
)

// A picture of a choice stands in its row, in the language that has one; a file that is missing, broken or elsewhere
// leaves the words alone.
func TestPicturesOfChoices(t *testing.T) {
	media := t.TempDir()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewRGBA(image.Rect(0, 0, 900, 300))); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(media, "rounds"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"rounds/boat.png": file.Bytes(), "rounds/torn.png": file.Bytes()[:60], "rounds/huge.png": make([]byte, maxPictureFile+1), "outside.png": file.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(media, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]int{"boat.png": 1, "torn.png": 0, "huge.png": 0, "none.png": 0, "../outside.png": 0, "..": 0} {
		q := roundsForm(t).Questionnaire()
		q.Choices[0].Choices[0].Media = map[string]schema.Text{"image": {"en": {Text: name}}}
		form, err := schema.Compile(q)
		if err != nil {
			t.Fatal(err)
		}
		at := entered(t, &fake{form: form}, plain)
		at.s.Media = media
		at.begin(1)
		pictures := 0
		for _, x := range at.everything() {
			row, is := x.object.(*typeset.Choice)
			if img, ok := x.object.(*canvas.Image); ok && img.Image != nil {
				if pictures++; img.Image.Bounds().Dx() > pictureSide || img.Size().Height < 3*typeset.Target/2 {
					t.Errorf("%s stands there in %v, of %v", name, img.Size(), img.Image.Bounds())
				}
			}
			if is && row.Size().Height < row.MinSize().Height {
				t.Errorf("%s: the row is too low", name)
			}
		}
		if pictures != want {
			t.Errorf("%s: %d pictures, want %d", name, pictures, want)
		}
	}
}
