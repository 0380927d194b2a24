package screens

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"leeward/app/device"
	"leeward/internal/store"
)

// holdsNothing checks that a device has no interview and no count of one.
func holdsNothing(t *testing.T, d *device.Device) {
	t.Helper()
	counts, err := d.Counts(t.Context())
	if err != nil || counts != (store.Counts{}) {
		t.Errorf("the device holds %+v, %v; want nothing", counts, err)
	}
	if drafts, err := d.Drafts(t.Context()); err != nil || len(drafts) > 0 {
		t.Errorf("the device holds %d drafts, %v; want none", len(drafts), err)
	}
}

func TestRefusalLeavesNothing(t *testing.T) {
	at, d := opened(t, plain)
	at.begin(2)
	at.skipTo("b2")
	at.want(at.say("interview.unkept.badge"))
	at.key(fyne.KeyPageDown)
	at.want(at.say("problem.required.text"))
	at.write("3")
	at.key(fyne.KeyPageDown)
	at.want(at.say("consent.refused.title"), at.say("consent.refused.text"))
	holdsNothing(t, d)
	at.press("consent.needs.button")
	at.want(at.say("urgent.card.title"))
	at.key(fyne.KeyEscape)
	at.want(at.say("consent.refused.title"))
	at.press("consent.end.button")
	at.want(at.say("stop.erased.text"), at.say("home.none.text"))
	holdsNothing(t, d)
}

func TestRefusalCanBeTakenBack(t *testing.T) {
	at, _ := opened(t, plain)
	at.begin(2)
	at.skipTo("b2")
	at.write("2")
	at.key(fyne.KeyPageDown, fyne.KeyEscape)
	at.write("1")
	at.key(fyne.KeyPageDown)
	at.asked("/data/consent/b3")
	at.write("1")
	at.want(at.say("consent.kept.text"), at.say("interview.saved.badge"))
}

func TestTallyLeavesOneNumber(t *testing.T) {
	at, d := opened(t, plain)
	at.begin(2)
	at.skipTo("b3")
	a := at.asked("/data/consent/b3")
	node := at.s.talking.session.State().Node(a.path)
	for i, c := range node.Choices {
		if c.Name == "tally" {
			at.write(string(rune('1' + i)))
		}
	}
	at.want(at.say("consent.counted.text"), at.say("interview.counted.badge"))
	holdsNothing(t, d)
	said := map[string]string{}
	for k, v := range answers {
		if k != "b3" {
			said[k] = v
		}
	}
	at.walkTo("", said, nil)
	at.want(at.say("consent.counted.text"))
	at.wantNot(at.say("summary.finish.text"))
	at.key(fyne.KeyReturn)
	at.nameActions()
	at.key(fyne.KeyEscape, fyne.KeyReturn)
	at.want(at.say("summary.counted.text"))
	at.press("debrief.done.button")
	at.want(at.say("home.counted.text", "Count", 1))
	counts, err := d.Counts(t.Context())
	if err != nil || counts != (store.Counts{Tally: 1}) {
		t.Errorf("the device holds %+v, %v; want one that was counted", counts, err)
	}
}

func TestTakingConsentBackAsksOnce(t *testing.T) {
	at, d := opened(t, plain)
	at.begin(2)
	at.skipTo("b6")
	at.key(fyne.KeyPageUp, fyne.KeyPageUp)
	at.asked("/data/consent/b2")
	at.write("3")
	at.want(at.say("withdraw.agreement.title"))
	at.key(fyne.KeyEscape) // a slip
	if got := at.asked("/data/consent/b2").block.Answer().Value; got != "yes" {
		t.Errorf("after the slip the answer on the screen is %q, want yes", got)
	}
	at.write("3")
	at.press("withdraw.erase.button")
	at.want(at.say("withdraw.done.text"))
	holdsNothing(t, d)
}

func TestWithdrawalAfterStopping(t *testing.T) {
	at, d := opened(t, plain)
	at.begin(2)
	at.skipTo("d1")
	at.key(fyne.KeyF7)
	at.press("stop.erase.button")
	at.press("withdraw.keep.button")
	at.press("debrief.done.button")
	at.want(at.say("home.drafts.text", "Count", 1))
	at.key(fyne.KeyTab, fyne.KeyReturn)
	at.goOn()
	at.key(fyne.KeyF7)
	at.press("stop.erase.button")
	at.press("withdraw.erase.button")
	at.want(at.say("withdraw.done.text"))
	at.press("debrief.done.button")
	at.want(at.say("home.none.text"))
	holdsNothing(t, d)
}

// Whatever the screens do, no word that somebody said and no passphrase lies on the disk in clear, and none
// stands in the preferences of the program.
func TestNothingSaidIsOnTheDiskInClear(t *testing.T) {
	const marker = "MARKERmarker"
	d, dir := real(t)
	if err := d.Create(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	at := sit(t, d, plain)
	at.write(passphrase)
	at.key(fyne.KeyReturn)
	at.press("undertaking.give.button")
	at.begin(1)
	said := map[string]string{}
	for k, v := range answers {
		said[k] = v
	}
	said["d1"] = marker
	at.walkTo("g1", said, nil)
	at.key(fyne.KeyF9)
	read := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		read += len(b)
		if bytes.Contains(b, []byte(marker)) || bytes.Contains(b, []byte(passphrase)) {
			t.Errorf("%s holds what was said", path)
		}
		return err
	})
	if err != nil || read == 0 {
		t.Fatalf("read %d bytes: %v", read, err)
	}
	for _, key := range []string{prefLanguage, prefScreener} {
		if got := test.NewTempApp(t).Preferences().String(key); got == marker {
			t.Errorf("the preference %s holds what was said", key)
		}
	}
}
