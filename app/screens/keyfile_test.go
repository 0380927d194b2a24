package screens

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"leeward/internal/screening"
	"leeward/internal/vault"
)

// twoSticks are folders in which a stick appears, and the pattern that finds them.
func (at *sitting) twoSticks() (a, b string) {
	at.t.Helper()
	mounts := at.t.TempDir()
	a, b = filepath.Join(mounts, "a"), filepath.Join(mounts, "b")
	for _, dir := range []string{a, b} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			at.t.Fatal(err)
		}
	}
	at.s.Mounts = []string{filepath.Join(mounts, "*")}
	return a, b
}

// only is the one file in a folder.
func (at *sitting) only(dir string) (name string, content []byte) {
	at.t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		at.t.Fatalf("%d files in %s, %v; want 1", len(entries), dir, err)
	}
	content, err = os.ReadFile(filepath.Join(dir, entries[0].Name()))
	if err != nil {
		at.t.Fatal(err)
	}
	return entries[0].Name(), content
}

// TestKeyFile makes a key file and its copy, unlocks with it, needs it for whatever asks for the passphrase, and does without.
func TestKeyFile(t *testing.T) {
	at, d := opened(t, plain)
	a, b := at.twoSticks()
	at.press("home.settings.button")
	at.press("keyfile.list.title")
	at.want(at.say("keyfile.what.text"), at.say("keyfile.lost.text"), at.say("keyfile.alone.text"))
	at.wantNot(at.say("keyfile.have.button"), at.say("keyfile.drop.button"))
	at.press("keyfile.make.button") // without a passphrase nothing is tried
	at.wantNot(at.say("error.wrong_passphrase.text"))
	at.write("not this one")
	at.key(fyne.KeyReturn)
	at.want(at.say("error.wrong_passphrase.text"))
	if left, err := os.ReadDir(a); err != nil || len(left) > 0 {
		t.Fatalf("a wrong passphrase left %d files on the stick, %v", len(left), err)
	}
	at.field(0).SetText(passphrase)
	at.field(1).SetText("a stick")
	at.press("keyfile.make.button")
	at.want(at.say("carry.folder.text"))
	at.field(1).SetText(a)
	at.press("keyfile.make.button")
	name, first := at.only(a)
	at.want(at.say("keyfile.made.text", "Path", isolated(filepath.Join(a, name))), at.say("keyfile.second.text"))
	if got := at.field(0).Text; got != b {
		t.Errorf("the second copy is to go to %q, want the other stick", got)
	}
	at.press("chooser.look.button") // begins at the first stick
	at.press("chooser.up.button")
	at.tap("b" + string(filepath.Separator))
	at.press("chooser.take.button")
	at.press("keyfile.copy.button")
	copied, second := at.only(b)
	at.want(at.say("keyfile.copied.text", "Path", isolated(filepath.Join(b, copied))))
	if !bytes.Equal(first, second) {
		t.Error("the copy is another file")
	}

	at.key(fyne.KeyF9)
	at.write(passphrase)
	at.key(fyne.KeyReturn)
	at.want(at.say("error.wrong_passphrase.text"))
	at.press("keyfile.have.button")
	at.tap(name)
	at.want(at.say("keyfile.chosen.text"))
	at.write(passphrase) // the keyboard is where it was
	at.key(fyne.KeyReturn)
	at.want(at.say("home.new.button"))
	if !d.HasKeyFile() {
		t.Error("the device does not know of the key file")
	}

	at.press("home.settings.button")
	at.press("people.list.button")
	at.press("people.suspect.button")
	at.write(passphrase)
	at.press("people.suspect.button")
	at.want(at.say("error.wrong_passphrase.text"))
	at.key(fyne.KeyEscape, fyne.KeyEscape)
	at.press("keyfile.list.title")
	at.want(at.say("keyfile.renew.button"))
	at.write(passphrase)
	at.press("keyfile.have.button")
	at.tap(name)
	if at.field(0).Text != passphrase {
		t.Error("what was typed is gone after the file was chosen")
	}
	at.press("keyfile.drop.button")
	at.want(at.say("keyfile.dropped.text"))
	at.key(fyne.KeyF9)
	at.write(passphrase)
	at.key(fyne.KeyReturn)
	at.want(at.say("home.new.button"))
}

// TestKeyFileThatIsNone: another file, or a damaged one, is told before a try is made. A whole one is forgotten when nobody
// comes, and goes with the try where somebody does.
func TestKeyFileThatIsNone(t *testing.T) {
	d := &fake{}
	at := sit(t, d, plain)
	a, _ := at.twoSticks()
	whole, err := os.ReadFile(filepath.Join("..", "..", "internal", "vault", "testdata", "right.key"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"shopping": []byte("bread\n"), "torn": whole[:40], "whole": whole, "picture": make([]byte, keyFileSmall+1),
	} {
		if err := os.WriteFile(filepath.Join(a, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at.press("keyfile.have.button")
	at.want("shopping", "torn", "whole")
	at.wantNot("picture")
	at.tap("shopping")
	at.want(at.say("error.no_key_file.text"), at.say("error.no_key_file.hint"))
	at.press("keyfile.have.button")
	at.tap("torn")
	at.want(at.say("error.torn_key_file.text"), at.say("error.torn_key_file.hint"))
	if len(d.shown) > 0 {
		t.Fatal("a try was made")
	}
	at.press("keyfile.have.button")
	if err := os.Remove(filepath.Join(a, "shopping")); err != nil {
		t.Fatal(err)
	}
	at.tap("shopping") // the stick was pulled out
	at.want(at.say("keyfile.unread.text"))
	at.press("keyfile.have.button")
	at.tap("whole")
	at.want(at.say("keyfile.chosen.text"))
	at.clock.pass(keyFileFor)
	at.wantNot(at.say("keyfile.chosen.text"))
	for _, choose := range []bool{false, true} {
		if choose {
			at.press("keyfile.have.button")
			at.tap("whole")
		}
		d.unlock = vault.ErrLocked // anything but well
		at.write(passphrase)
		at.key(fyne.KeyReturn)
		if last := d.shown[len(d.shown)-1]; (last.KeyFile != nil) != choose || string(last.Passphrase) != passphrase {
			t.Errorf("chosen %t: shown with a key file %t", choose, last.KeyFile != nil)
		}
	}
	at.key(fyne.KeyEscape)
	at.want(at.say("unlock.locked.title"))
}

// TestKeyFileStaysOffTheDevice: the device's own folder takes none.
func TestKeyFileStaysOffTheDevice(t *testing.T) {
	d, dir := real(t)
	at := openedOn(t, d, plain)
	before, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	at.press("home.settings.button")
	at.press("keyfile.list.title")
	at.write(passphrase)
	at.field(1).SetText(dir)
	at.press("keyfile.make.button")
	at.want(at.say("keyfile.here.text"))
	after, err := os.ReadDir(dir)
	if err != nil || len(after) != len(before) {
		t.Errorf("%d files in the device's folder, want %d, %v", len(after), len(before), err)
	}
}

// onAPhone is the system's window of a telephone: it gives what a test put there, or takes one file.
type onAPhone struct {
	gives []byte
	fails error
	took  []byte
	ended int
}

func (p *onAPhone) Open(read func(io.Reader, error)) { read(bytes.NewReader(p.gives), p.fails) }

func (p *onAPhone) Save(write func(Landing, error)) {
	write(Landing{
		Keep: func(file []byte) (string, []byte, error) {
			p.took = bytes.Clone(file)
			return "2a3b4c5d", file, nil
		},
		End: func() { p.ended++ },
	}, p.fails)
}

// TestKeyFileOnATelephone goes through the system's window, where no path leads to a stick.
func TestKeyFileOnATelephone(t *testing.T) {
	at, d := opened(t, look{420, 760, "en", 1})
	phone := &onAPhone{}
	at.s.Picker = phone
	at.press("home.settings.button")
	at.press("keyfile.list.title")
	at.wantNot(at.say("carry.folder.label"))
	at.write("not this one")
	at.press("keyfile.make.button")
	at.want(at.say("error.wrong_passphrase.text"))
	if phone.took != nil || phone.ended != 1 {
		t.Errorf("with a wrong passphrase: %d bytes were written, and %d places given back", len(phone.took), phone.ended)
	}
	at.field(0).SetText(passphrase)
	at.press("keyfile.make.button")
	at.want(at.say("keyfile.made.text", "Path", isolated("2a3b4c5d")))
	mine := phone.took
	phone.took = nil
	at.press("keyfile.copy.button")
	at.want(at.say("keyfile.copied.text", "Path", isolated("2a3b4c5d")))
	if !bytes.Equal(phone.took, mine) || phone.ended != 3 {
		t.Errorf("the copy is the same: %t; %d places given back, want 3", bytes.Equal(phone.took, mine), phone.ended)
	}
	phone.fails = screening.Fail(screening.CodeDisk, nil)
	at.press("keyfile.copy.button")
	at.want(at.say("error.disk.text"))
	at.key(fyne.KeyF9)
	at.press("keyfile.have.button")
	at.want(at.say("error.disk.text"))
	phone.fails, phone.gives = nil, mine
	at.press("keyfile.have.button")
	at.want(at.say("keyfile.chosen.text"))
	at.w.Canvas().Focus(at.field(0))
	at.write(passphrase)
	at.key(fyne.KeyReturn)
	at.want(at.say("home.new.button"))
	if !d.HasKeyFile() {
		t.Error("the device does not know of the key file")
	}
}
