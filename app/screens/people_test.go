package screens

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"leeward/app/device"
	"leeward/internal/screening"
	"leeward/internal/vault"
)

const other = "mirror candle distant orchard nine boats"

// inSettings sits before the settings of a device.
func inSettings(t *testing.T, d *fake, l look) *sitting {
	t.Helper()
	at := entered(t, d, l)
	at.press("home.settings.button")
	return at
}

// newPassphrase types one's own passphrase, and a new one twice.
func (at *sitting) newPassphrase(mine, fresh string) {
	for n, text := range []string{mine, fresh, fresh} {
		at.w.Canvas().Focus(at.field(n))
		at.field(n).SetText("")
		at.write(text)
	}
}

func TestAddAndRemovePeople(t *testing.T) {
	d := &fake{people: []device.Person{{Place: 0, Code: "S1", Me: true}, {Place: 3}}}
	at := inSettings(t, d, plain)
	at.want(at.say("people.shared.text"))
	at.press("people.list.button")
	at.want(at.say("people.me.label", "Name", at.say("sign.sun.label")+" · S1"), at.say("sign.lamp.label"))
	if n := len(slices.DeleteFunc(at.texts(), func(s string) bool { return s != at.say("people.remove.button") })); n != 1 {
		t.Errorf("%d people can be removed, want everybody but oneself", n)
	}
	at.press("people.add.button")
	at.newPassphrase(passphrase, "12345")
	at.key(fyne.KeyReturn)
	at.want(at.say("first.weak.text"))
	at.newPassphrase(passphrase, other)
	at.key(fyne.KeyReturn)
	at.want(at.say("people.added.text", "Sign", at.say("sign.tree.label")))
	if !slices.Equal(d.given, []string{passphrase, other}) {
		t.Errorf("the device was given %q", d.given)
	}
	at.press("people.remove.button")
	at.want(at.say("people.who.label", "Name", at.say("sign.lamp.label")), at.say("people.remove.text"), at.say("people.copy.text"))
	d.keysErr = screening.Fail(screening.CodeWrongPassphrase, nil)
	at.write("not this one")
	at.key(fyne.KeyReturn)
	at.want(at.say("error.wrong_passphrase.text"))
	if at.field(0).Text != "" {
		t.Error("the passphrase stays on the screen")
	}
	d.keysErr, d.rekey = nil, device.Rekey{Running: true, Done: 1, Of: 4}
	at.write(passphrase)
	at.key(fyne.KeyReturn)
	at.want(at.say("people.list.title"), at.say("people.rekey.text", "Percent", 25))
	if d.places[len(d.places)-1] != 3 {
		t.Errorf("removed at places %v, want 3", d.places)
	}
	d.rekey.Done = 3
	at.clock.pass(rekeyEvery)
	at.want(at.say("people.rekey.text", "Percent", 75))
	d.rekey = device.Rekey{}
	at.clock.pass(rekeyEvery)
	at.want(at.say("people.rekeyed.text"))
	at.key(fyne.KeyEscape)
	at.want(at.say("settings.device.title"))
	at.wantNot(at.say("people.rekeyed.text"))
}

func TestAChangeOfKeysThatFailedIsSaid(t *testing.T) {
	d := &fake{rekey: device.Rekey{Failed: screening.CodeDiskFull}}
	at := inSettings(t, d, plain)
	at.want(at.say("people.rekey_failed.text"), at.say("error.disk_full.hint"))
}

func TestEightPeopleAreAll(t *testing.T) {
	d := &fake{}
	for i := range vault.Places {
		d.people = append(d.people, device.Person{Place: i, Me: i == 0})
	}
	at := inSettings(t, d, plain)
	at.press("people.list.button")
	at.press("people.add.button")
	at.want(at.say("people.list.title"))
	at.wantNot(at.say("people.add.text"))
}

func TestChangePassphrase(t *testing.T) {
	at, _ := opened(t, plain)
	at.press("home.settings.button")
	at.press("settings.passphrase.button")
	at.newPassphrase("not this one", other)
	at.key(fyne.KeyReturn)
	at.want(at.say("error.wrong_passphrase.text"))
	at.newPassphrase(passphrase, other)
	at.key(fyne.KeyReturn)
	at.want(at.say("settings.changed.text"))
	at.key(fyne.KeyF9)
	at.write(passphrase)
	at.key(fyne.KeyReturn)
	at.want(at.say("error.wrong_passphrase.text"))
	at.write(other)
	at.key(fyne.KeyReturn)
	at.want(at.say("home.new.button"))
}

// The front is offered where the office allows it, and nothing in the front says that it is one.
func TestFrontIsOfferedOnlyWhereItIsAllowed(t *testing.T) {
	d := &fake{}
	at := inSettings(t, d, plain)
	at.wantNot(at.say("front.make.button"))
	d.front.Allowed = true
	at.key(fyne.KeyEscape)
	at.press("home.settings.button")
	at.press("front.make.button")
	at.want(at.say("front.what.text"), at.say("front.limits.text"))
	at.newPassphrase(passphrase, other)
	at.key(fyne.KeyReturn)
	at.want(at.say("front.made.text"))
	if !slices.Equal(d.given, []string{passphrase, other}) {
		t.Errorf("the device was given %q", d.given)
	}
}

// A wipe names first what would be lost and what stays.
func TestWipe(t *testing.T) {
	d := &fake{loss: device.Loss{Drafts: 2, Unsealed: 1, Sealed: 3}}
	at := inSettings(t, d, plain)
	at.press("wipe.device.button")
	at.want(at.say("wipe.device.text"), at.say("wipe.drafts.text", "N", 2), at.say("wipe.unsealed.text", "N", 1),
		at.say("wipe.sealed.text", "N", 3), at.say("wipe.stays.text"))
	at.press("wipe.device.button") // without a passphrase nothing happens
	if len(d.given) > 0 {
		t.Fatal("wiped without a passphrase")
	}
	d.keysErr = screening.Fail(screening.CodeWrongPassphrase, nil)
	at.w.Canvas().Focus(at.field(0))
	at.write("not this one")
	at.press("wipe.device.button")
	at.want(at.say("error.wrong_passphrase.text"), at.say("wipe.device.text"))
	d.keysErr = nil
	at.w.Canvas().Focus(at.field(0))
	at.write(passphrase)
	at.key(fyne.KeyReturn)
	at.want(at.say("impact.list.title"))
	if at.s.open {
		t.Error("the device counts as open")
	}
}

func TestWipeARealDevice(t *testing.T) {
	at, d := opened(t, plain)
	at.begin(2)
	at.skipTo("g1")
	at.key(fyne.KeyF7)
	at.press("app.done.button")
	at.press("debrief.done.button")
	at.press("home.settings.button")
	at.press("wipe.device.button")
	at.want(at.say("wipe.drafts.text", "N", 1))
	at.write(passphrase)
	at.key(fyne.KeyReturn)
	at.want(at.say("impact.list.title"))
	if !d.Fresh() {
		t.Error("the device is not fresh")
	}
}

// With a limit of tries the sign is asked first; every sign is always there.
func TestSignBeforeALimitedTry(t *testing.T) {
	d := &fake{limit: vault.MinLimit}
	at := sit(t, d, plain)
	for place := range signs {
		at.want(at.s.sign(place))
	}
	at.want(at.say("unlock.limit.text", "N", vault.MinLimit))
	at.w.Canvas().Focus(at.field(0))
	at.write("something")
	at.key(fyne.KeyReturn)
	at.want(at.say("unlock.sign.hint"))
	if len(d.places) > 0 {
		t.Fatal("tried without a sign")
	}
	d.unlock = screening.Fail(screening.CodeWrongPassphrase, &vault.LimitError{Left: 4})
	at.press("sign.bell.label")
	at.key(fyne.KeyReturn)
	at.want(at.say("unlock.left.text", "N", 4))
	d.unlock = screening.Fail(screening.CodeWrongPassphrase, &vault.LimitError{})
	at.write("something")
	at.key(fyne.KeyReturn)
	at.want(at.say("unlock.destroyed.text"))
	d.unlock = nil
	at.press("sign.cup.label")
	at.write("something")
	at.key(fyne.KeyReturn)
	at.want(at.say("home.new.button"))
	if !slices.Equal(d.places, []int{5, 5, 6}) {
		t.Errorf("tried at places %v", d.places)
	}
	at.key(fyne.KeyF9) // which sign was used before the lock must not be seen
	at.w.Canvas().Focus(at.field(0))
	at.write("something")
	at.key(fyne.KeyReturn)
	at.want(at.say("unlock.sign.hint"))
}

// TestRecover goes the way of somebody who forgot their passphrase.
func TestRecover(t *testing.T) {
	dir := t.TempDir()
	d := &fake{}
	at := sit(t, d, plain)
	at.wantNot(at.say("recover.device.button"))
	d.recoverable = true
	at.s.begin()
	at.press("recover.device.button")
	at.newRecovery(other)
	at.want("one two three four five six seven eight")
	request := filepath.Join(dir, "request")
	at.field(0).SetText(filepath.Join(dir, "no", "such", "folder"))
	at.press("recover.save.button")
	at.want(at.say("recover.unsaved.text"))
	at.field(0).SetText(request)
	at.press("recover.save.button")
	at.want(at.say("recover.saved.text"))
	if b, err := os.ReadFile(request); err != nil || string(b) != "request" {
		t.Errorf("the request: %q, %v", b, err)
	}
	at.press("recover.answer.button")
	answer := filepath.Join(dir, "answer")
	for _, step := range []struct{ file, want string }{
		{"", "recover.unread.text"}, {"another", "error.bad_answer.text"}, {"answer", "recover.done.text"},
	} {
		if step.file != "" {
			if err := os.WriteFile(answer, []byte(step.file), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		at.field(0).SetText(answer)
		at.field(1).SetText(other)
		at.press("recover.open.button")
		at.want(at.say(step.want, "Sign", at.say("sign.moon.label")))
	}
	if !at.s.open {
		t.Error("the device is not open")
	}
}

// TestHandInWithoutPassphrase: from the lock screen, for a device of an office, and what goes wrong is said.
func TestHandInWithoutPassphrase(t *testing.T) {
	d := &fake{recoverable: true}
	at := sit(t, d, plain)
	at.press("handin.device.button")
	at.field(0).SetText("stick")
	at.press("handin.write.button")
	at.want(at.say("carry.folder.text"))
	dir := t.TempDir()
	at.field(0).SetText(dir)
	d.keysErr = screening.Fail(screening.CodeDiskFull, nil)
	at.press("handin.write.button")
	at.want(at.say("error.disk_full.text"))
	d.keysErr = nil
	at.press("handin.write.button")
	at.want(at.say("handin.written.text"))
	if got := d.given; len(got) != 2 || got[1] != dir {
		t.Errorf("handed in to %v, want twice %s", got, dir)
	}
}

func (at *sitting) newRecovery(fresh string) {
	at.field(0).SetText(fresh)
	at.w.Canvas().Focus(at.field(1))
	at.write(fresh)
	at.key(fyne.KeyReturn)
}

// Idle while somebody reads what a wipe costs locks as everywhere.
func TestIdleInSettingsLocks(t *testing.T) {
	at := inSettings(t, &fake{}, plain)
	at.press("wipe.device.button")
	at.clock.pass(defaultLockMinutes * time.Minute)
	at.want(at.say("unlock.idle.text"))
}

// keyScreens are the screens about passphrases, by what leads there from the settings.
var keyScreens = []string{"people.list.button", "people.add.button", "settings.passphrase.button", "keyfile.list.title", "front.make.button", "wipe.device.button"}

func keyDevice() *fake {
	return &fake{
		front: device.Front{Allowed: true}, recoverable: true, limit: vault.MinLimit,
		people: []device.Person{{Place: 0, Code: "S1", Me: true}, {Place: 1, Code: "S2"}, {Place: 4}},
		rekey:  device.Rekey{Running: true, Done: 1, Of: 2}, loss: device.Loss{Drafts: 2, Unsealed: 1, Sealed: 3},
	}
}

// visitKeys shows each of the screens about passphrases.
func visitKeys(at *sitting, visit func(name string)) {
	visit("limit")
	at.press("recover.device.button")
	visit("recover")
	at.s.show(at.s.recoverRequest([]byte("request"), strings.Fields(other)))
	visit("request")
	at.s.show(at.s.recoverAnswer())
	visit("answer")
	at.s.begin()
	at.press("sign.sun.label")
	at.write("anything")
	at.key(fyne.KeyReturn)
	for _, key := range keyScreens {
		at.s.show(at.s.settings(""))
		at.s.Device.(*fake).hasFile = key == "keyfile.list.title"
		if key == "people.add.button" {
			at.press("people.list.button")
		}
		at.press(key)
		visit(strings.Split(key, ".")[0] + "-" + strings.Split(key, ".")[1])
		if key == "people.list.button" {
			at.press("people.remove.button")
			visit("people-remove")
		}
		if key == "keyfile.list.title" {
			at.s.show(at.s.keyFileMade("/media/somebody/a stick/1f0e2d3c", nil))
			visit("keyfile-made")
		}
	}
}

// The screens about passphrases have room in every language, with small and with large letters.
func TestKeyScreensHaveRoom(t *testing.T) {
	alone(t)
	for _, lang := range []string{"en", "ar", "my"} {
		for _, l := range []look{{1100, 800, lang, 2}, {420, 800, lang, 1}, {420, 800, lang, 2}} {
			t.Run(fmt.Sprintf("%s at %v x %v in %v", lang, l.width, l.height, l.scale), func(t *testing.T) {
				at := sit(t, keyDevice(), l)
				visitKeys(at, at.check)
			})
		}
	}
}

func TestGoldensOfKeys(t *testing.T) {
	alone(t)
	for _, l := range []look{{760, 900, "en", 1}, {420, 900, "ar", 1}, {760, 900, "my", 1}} {
		t.Run(l.lang, func(t *testing.T) {
			at := sit(t, keyDevice(), l)
			visitKeys(at, func(name string) {
				if slices.Contains([]string{"limit", "people-list", "wipe-device", "keyfile-list", "keyfile-made"}, name) {
					test.AssertImageMatches(t, fmt.Sprintf("%s-%s.png", name, l.lang), at.picture())
				}
			})
		})
	}
}
