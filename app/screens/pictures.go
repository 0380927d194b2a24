package screens

import (
	"bytes"
	"image"
	_ "image/jpeg" // the two kinds that every camera and every drawing program writes
	_ "image/png"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"golang.org/x/image/draw"

	"leeward/schema"
)

// Bounds of pictures: a file that is larger, or unpacks to more, is not shown.
const (
	maxPictureFile = 4 << 20
	maxPictureSide = 6000
	pictureSide    = 320 // pixels that are kept of the longer side, of a choice
	questionSide   = 640 // the same of a question
)

// Names of questionnaires and files that may be looked for: nothing that leads out of the folder.
var plainName = regexp.MustCompile(`^[\pL\pN_][\pL\pN_ .-]*$`)

// picture is what a questionnaire shows beside the words of a choice (XLSForm column media::image), in the person's
// language or the source language; nil where there is none. The files stand in the folder of media, under the name of
// the questionnaire; they are the same for everybody and hold nothing that anybody said.
func (t *talk) picture(path schema.Path, choice string) image.Image {
	for _, c := range t.session.State().Node(path).Choices {
		if c.Name == choice {
			return t.load(t.mediaFile(t.mediaName(c.Media, "image")), pictureSide)
		}
	}
	return nil
}

// mediaName is how the questionnaire calls a picture, sound or film in the person's language or the source language;
// empty where there is none.
func (t *talk) mediaName(media map[string]schema.Text, kind string) string {
	for _, lang := range []schema.Lang{t.session.Setting().Language, t.session.Form().Questionnaire().Source} {
		if name := media[kind][lang].Text; name != "" {
			return name
		}
	}
	return ""
}

// mediaFile finds what the questionnaire calls so; empty where it is not on this device.
func (t *talk) mediaFile(name string) string {
	id := t.session.Form().Questionnaire().ID
	if t.Media == "" || !plainName.MatchString(id) || !plainName.MatchString(name) {
		return ""
	}
	file := filepath.Join(t.Media, id, name)
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	return file
}

// load reads a picture once for a talk; side is how many pixels are kept of its longer side.
func (t *talk) load(file string, side int) image.Image {
	if file == "" {
		return nil
	}
	key := strconv.Itoa(side) + file
	if img, known := t.pictures[key]; known {
		return img
	}
	if t.pictures == nil {
		t.pictures = make(map[string]image.Image)
	}
	t.pictures[key] = decoded(file, side)
	return t.pictures[key]
}

// illustrate returns what the questionnaire shows with the words of a question: its picture, and a line in the
// screener's language for what is not on this device or cannot be shown.
func (t *talk) illustrate(path schema.Path) (objects []fyne.CanvasObject) {
	media := t.session.State().Node(path).Item.Media
	if name := t.mediaName(media, "image"); name != "" {
		if img := t.load(t.mediaFile(name), questionSide); img != nil {
			shown := canvas.NewImageFromImage(img)
			shown.FillMode = canvas.ImageFillContain
			shown.SetMinSize(fyne.NewSize(0, min(float32(img.Bounds().Dy()), 3*pictureSide/4)))
			objects = append(objects, shown)
		} else {
			objects = append(objects, t.quiet("media.missing.text", "Name", isolated(name)))
		}
	}
	if name := t.mediaName(media, "audio"); name != "" && t.mediaFile(name) == "" {
		objects = append(objects, t.quiet("media.missing.text", "Name", isolated(name)))
	}
	if name := t.mediaName(media, "video"); name != "" {
		objects = append(objects, t.quiet("media.film.text", "Name", isolated(name)))
	}
	return objects
}

// isolated keeps a name of a file in one piece beside any script.
func isolated(name string) string { return "\u2068" + name + "\u2069" }

// decoded reads a picture and makes it as small as it is shown, its longer side so many pixels at most; nil where it is
// none, or larger than it may be.
func decoded(file string, side int) image.Image {
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
	by := min(1, float64(side)/float64(max(size.Width, size.Height)))
	small := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(size.Width)*by)), max(1, int(float64(size.Height)*by))))
	draw.CatmullRom.Scale(small, small.Bounds(), whole, whole.Bounds(), draw.Over, nil)
	return small
}
