package screens

import (
	"cmp"
	"context"

	"fyne.io/fyne/v2"

	"leeward/app/questions"
	"leeward/internal/screening"
	"leeward/schema"
)

// sound is the recorded voice of a text, for people who do not read: the file that reads exactly these words, empty
// where there is none.
func (t *talk) sound(shown schema.Shown) string {
	if t.Play == nil || shown.Fallback || shown.Text == "" {
		return ""
	}
	return t.Voices.Find(string(shown.Lang), schema.WordingHash(shown.Text)) // with what the office put into them
}

// ownSound is the recording that the questionnaire names itself (XLSForm column media::audio); empty where it names none,
// or it is not on this device.
func (t *talk) ownSound(media map[string]schema.Text) string {
	if t.Play == nil {
		return ""
	}
	return t.mediaFile(t.mediaName(media, "audio"))
}

// listen returns what reads a question aloud in the person's language, and then its answers, each of which point marks
// while it is heard; nil where the question was not recorded, or nothing plays here. point may be nil.
func (t *talk) listen(path schema.Path, point func(choice string)) func() {
	lang := t.session.Setting().Language
	node := t.session.State().Node(path)
	first := cmp.Or(t.sound(t.session.State().Label(path, lang)), t.ownSound(node.Item.Media))
	if first == "" {
		return nil
	}
	return func() {
		t.touch()
		t.hush()
		files, choices := []string{first}, []string{""}
		for _, c := range node.Choices {
			if file := cmp.Or(t.sound(t.session.State().ChoiceLabel(path, c.Name, lang)), t.ownSound(c.Media)); file != "" {
				files, choices = append(files, file), append(choices, c.Name)
			}
		}
		ctx, stop := context.WithCancel(context.Background())
		t.voice = stop
		t.aside(func() {
			for i, file := range files {
				if choices[i] != "" && point != nil {
					fyne.Do(func() {
						if ctx.Err() == nil {
							point(choices[i])
						}
					})
				}
				if err := t.Play(ctx, file); ctx.Err() == nil && err != nil {
					t.Log.Error("play a recording", "code", screening.CodeOf(err))
				}
				if ctx.Err() != nil {
					return
				}
			}
		})
	}
}

// pointer marks the row of a choice in a question's field; nil where the field has no rows.
func (t *talk) pointer(block *questions.Block) func(choice string) {
	if block == nil {
		return nil
	}
	rows, ok := block.Field.(questions.Pointer)
	if !ok {
		return nil
	}
	return func(choice string) { rows.Point(t.Window.Canvas(), choice) }
}

// hush ends a voice that is being heard: with the next page, and at once when somebody comes in.
func (s *Screens) hush() {
	if s.voice != nil {
		s.voice()
		s.voice = nil
	}
}
