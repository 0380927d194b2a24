package screens

import (
	"os"
	"path/filepath"

	"leeward/internal/screening"
	"leeward/schema"
)

// recordingKinds are the files that a recording may be in.
var recordingKinds = []string{".wav", ".ogg", ".mp3"}

// recording finds the recorded voice of a text, for people who do not read: in the folder of recordings,
// under the language, named after the wording, so that a text that was changed is never read in its old
// words. It returns what plays it, nil where there is none. No recordings ship with the program.
func (t *talk) recording(path schema.Path) func() {
	shown := t.session.State().Label(path, t.session.Setting().Language)
	if t.Recordings == "" || t.Play == nil || shown.Fallback || shown.Wording == "" {
		return nil
	}
	for _, kind := range recordingKinds {
		file := filepath.Join(t.Recordings, string(shown.Lang), shown.Wording+kind)
		if _, err := os.Stat(file); err != nil {
			continue
		}
		return func() {
			t.touch()
			t.aside(func() {
				if err := t.Play(file); err != nil {
					t.Log.Error("play a recording", "code", screening.CodeOf(err))
				}
			})
		}
	}
	return nil
}
