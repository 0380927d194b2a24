package screens

import (
	"bytes"
	"image"
	_ "image/jpeg" // the two kinds that every camera and every drawing program writes
	_ "image/png"
	"os"
	"path/filepath"
	"regexp"

	"golang.org/x/image/draw"

	"leeward/schema"
)

// Bounds of the pictures of choices: a file that is larger, or unpacks to more, is not shown.
const (
	maxPictureFile = 4 << 20
	maxPictureSide = 6000
	pictureSide    = 320 // pixels that are kept of the longer side
)

// Names of questionnaires and files that may be looked for: nothing that leads out of the folder.
var plainName = regexp.MustCompile(`^[\pL\pN_][\pL\pN_ .-]*$`)

// picture is what a questionnaire shows beside the words of a choice (XLSForm column media::image), in the person's
// language or the source language; nil where there is none. The files stand in the folder of media, under the name of
// the questionnaire; they are the same for everybody and hold nothing that anybody said.
func (t *talk) picture(path schema.Path, choice string) image.Image {
	form := t.session.Form().Questionnaire()
	for _, c := range t.session.State().Node(path).Choices {
		if c.Name != choice {
			continue
		}
		for _, lang := range []schema.Lang{t.session.Setting().Language, form.Source} {
			if file := c.Media["image"][lang].Text; file != "" {
				return t.load(form.ID, file)
			}
		}
	}
	return nil
}

// load reads a picture once for a talk.
func (t *talk) load(questionnaire, file string) image.Image {
	if t.Media == "" || !plainName.MatchString(questionnaire) || !plainName.MatchString(file) {
		return nil
	}
	if img, known := t.pictures[file]; known {
		return img
	}
	if t.pictures == nil {
		t.pictures = make(map[string]image.Image)
	}
	t.pictures[file] = decoded(filepath.Join(t.Media, questionnaire, file))
	return t.pictures[file]
}

// decoded reads a picture and makes it as small as it is shown; nil where it is none, or larger than it may be.
func decoded(file string) image.Image {
	info, err := os.Stat(file)
	if err != nil || info.Size() > maxPictureFile {
		return nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || size.Width < 1 || size.Height < 1 || max(size.Width, size.Height) > maxPictureSide {
		return nil
	}
	whole, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil
	}
	by := min(1, float64(pictureSide)/float64(max(size.Width, size.Height)))
	small := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(size.Width)*by)), max(1, int(float64(size.Height)*by))))
	draw.CatmullRom.Scale(small, small.Bounds(), whole, whole.Bounds(), draw.Over, nil)
	return small
}
