package screens

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"leeward/app/typeset"
	"leeward/schema"
)

// wide is a picture that is wider than high.
func wide(t *testing.T) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewRGBA(image.Rect(0, 0, 900, 300))); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// mediaOf is a folder of media, with files for the questionnaire of rounds and beside it.
func mediaOf(t *testing.T, files map[string][]byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "rounds"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A picture of a choice stands in its row, in the language that has one; a file that is missing, broken or elsewhere
// leaves the words alone.
func TestPicturesOfChoices(t *testing.T) {
	boat := wide(t)
	media := mediaOf(t, map[string][]byte{
		"rounds/boat.png": boat, "rounds/torn.png": boat[:60], "rounds/huge.png": make([]byte, maxPictureFile+1), "outside.png": boat,
	})
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

// What the questionnaire shows and plays with the words of a question comes from the folder of media. What is not there
// is said, by name, and so is a film.
func TestPicturesAndSoundOfAQuestion(t *testing.T) {
	media := mediaOf(t, map[string][]byte{
		"rounds/boat.png": wide(t), "rounds/boat.ogg": []byte("sound"), "rounds/yes.ogg": []byte("sound"),
	})
	var played []string
	sit := func(picture, sound, film string) *sitting {
		q := roundsForm(t).Questionnaire()
		q.Items[0].Items[0].Media = map[string]schema.Text{}
		for kind, name := range map[string]string{"image": picture, "audio": sound, "video": film} {
			if name != "" {
				q.Items[0].Items[0].Media[kind] = schema.Text{"en": {Text: name}}
			}
		}
		q.Choices[0].Choices[0].Media = map[string]schema.Text{"audio": {"en": {Text: "yes.ogg"}}}
		form, err := schema.Compile(q)
		if err != nil {
			t.Fatal(err)
		}
		at := entered(t, &fake{form: form}, plain)
		at.s.Media = media
		at.s.Play = func(_ context.Context, file string) error {
			played = append(played, filepath.Base(file))
			return nil
		}
		at.begin(1)
		return at
	}
	pictures := func(at *sitting) (n int) {
		for _, x := range at.everything() {
			if img, ok := x.object.(*canvas.Image); ok && img.Image != nil && img.Size().Height > typeset.Target {
				n++
			}
		}
		return n
	}

	at := sit("boat.png", "boat.ogg", "")
	if got := pictures(at); got != 1 {
		t.Errorf("%d pictures on the page, want 1", got)
	}
	at.check("a question with a picture")
	at.press("lines.play.button")
	if !slices.Equal(played, []string{"boat.ogg", "yes.ogg"}) {
		t.Errorf("played %v: the question, then its answers", played)
	}
	at.wantNot("boat.png", "boat.ogg")
	at.key(fyne.KeyF10)
	if got := pictures(at); got != 1 {
		t.Errorf("%d pictures where the person holds the screen, want 1", got)
	}

	at = sit("none.png", "../outside.ogg", "boat.mp4")
	at.want(at.say("media.missing.text", "Name", isolated("none.png")), at.say("media.missing.text", "Name", isolated("../outside.ogg")),
		at.say("media.film.text", "Name", isolated("boat.mp4")))
	at.wantNot(at.say("lines.play.button"))
	if got := pictures(at); got != 0 {
		t.Errorf("%d pictures of a file that is not there", got)
	}
}
