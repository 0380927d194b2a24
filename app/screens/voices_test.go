package screens

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/app/voices"
	"leeward/schema"
)

// recorded makes a pack that reads these words in Arabic, and returns its file.
func recorded(t testing.TB, words ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, w := range words {
		if err := os.WriteFile(filepath.Join(dir, schema.WordingHash(w)+".ogg"), []byte(w), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pack := filepath.Join(t.TempDir(), "voices", "ar.zip")
	if err := os.Mkdir(filepath.Dir(pack), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := voices.Make(dir, pack, voices.Pack{Language: "ar", Speaker: "a woman from Tripoli", Licence: "CC BY 4.0"}); err != nil {
		t.Fatal(err)
	}
	return pack
}

// A pack is found on a stick, shown before it is installed, and taken off again; what is no pack changes nothing.
func TestInstallingVoices(t *testing.T) {
	pack := recorded(t, "one", "two")
	stick := filepath.Dir(filepath.Dir(pack))
	if err := os.WriteFile(filepath.Join(stick, "other.zip"), []byte("no pack"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := entered(t, &fake{}, plain)
	at.s.Mounts = []string{stick}
	at.s.Voices = voices.Shelf{Dir: filepath.Join(t.TempDir(), "recordings")}
	at.press("home.settings.button")
	at.press("voices.list.title")
	at.want(at.say("voices.none.text"))
	at.press("voices.add.button")
	at.tap("other.zip")
	at.want(at.say("voices.damaged.text"))
	at.press("voices.add.button")
	at.tap("voices" + string(filepath.Separator))
	at.press("chooser.up.button")
	at.tap("voices" + string(filepath.Separator))
	at.tap("ar.zip")
	at.want(at.say("voices.pack.text", "Number", 2), at.say("voices.speaker.text", "Speaker", "a woman from Tripoli"), at.say("voices.trust.text"))
	if len(at.s.Voices.List()) != 0 {
		t.Error("a pack was installed before anybody said so")
	}
	at.press("voices.install.button")
	at.want(at.say("voices.pack.text", "Number", 2), at.say("voices.remove.button"))
	at.press("voices.remove.button")
	at.want(at.say("voices.none.text"))
}

// Lines and questions are heard in the person's language, answers after their question, each marked while it is read;
// what was not recorded offers nothing, and whoever covers the screen silences it.
func TestVoicesAreHeardAndSilenced(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.skipTo("b2")
	state := at.s.talking.session.State()
	question := state.Label("/data/consent/b2", "ar").Text
	var words, choices []string
	for _, c := range state.Node("/data/consent/b2").Choices {
		choices = append(choices, state.ChoiceLabel("/data/consent/b2", c.Name, "ar").Text)
	}
	words = append([]string{question}, choices...)
	at.s.Voices = voices.Shelf{Dir: filepath.Join(t.TempDir(), "recordings")}
	if _, err := at.s.Voices.Install(recorded(t, words...)); err != nil {
		t.Fatal(err)
	}
	var heard, marked []string
	during := func() {}
	at.s.Play = func(ctx context.Context, file string) error {
		content, err := os.ReadFile(file)
		heard = append(heard, string(content))
		if row, ok := at.w.Canvas().Focused().(*typeset.Choice); ok && row.Focused() && len(heard) > 1 {
			marked = append(marked, row.Captions.First.Text())
		}
		during()
		return err
	}
	at.s.talking.present()
	at.press("lines.play.button")
	if !slices.Equal(heard, words) || !slices.Equal(marked, choices) {
		t.Errorf("heard %q and marked %q, want %q and its answers", heard, marked, words)
	}
	if got := at.asked("/data/consent/b2").block.Answer(); !got.IsZero() {
		t.Errorf("listening chose %v", got)
	}
	heard, during = nil, func() { at.key(fyne.KeyF8) }
	at.press("lines.play.button")
	if len(heard) != 1 {
		t.Errorf("after somebody came in %q was heard", heard)
	}
	at.key(fyne.KeyReturn)
	at.goOn()
	heard, during = nil, func() {}
	at.key(fyne.KeyF10)
	at.tap(at.s.Catalogue.For("ar").Say("lines.play.button")) // the person taps it
	if !slices.Equal(heard, words) {
		t.Errorf("on the screen in the person's hands %q was heard, want %q", heard, words)
	}
	at.key(fyne.KeyEscape, fyne.KeyEscape, fyne.KeyEscape)
	at.write("1")
	at.key(fyne.KeyPageDown)
	at.wantNot(at.say("lines.play.button")) // nobody recorded that question
}
