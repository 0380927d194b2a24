package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leeward/app/device"
	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/schema/instrument"
)

// TestSalvageCommand runs the command on a device of which nothing is damaged, as somebody might who is not sure.
func TestSalvageCommand(t *testing.T) {
	dir, words := t.TempDir(), filepath.Join(t.TempDir(), "words")
	if err := os.WriteFile(words, []byte("lantern harbour gentle window seven rivers\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dev := device.New(dir, device.Options{Form: instrument.Form(), Vault: vault.Options{KDF: vault.FloorKDF, Weak: true}})
	if err := dev.Create(t.Context(), "lantern harbour gentle window seven rivers"); err != nil {
		t.Fatal(err)
	}
	if err := dev.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	p, err := parseFlags([]string{"-data", dir, "-salvage", filepath.Join(dir, "damaged"), "-passphrase-file", words})
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	if err := p.salvage(t.Context(), &said); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Read out: 0 interviews, 0 answers, 0 sealed batches.", "No damage was met", filepath.Join(dir, "damaged")} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("got %q, want it to say %q", said.String(), want)
		}
	}
	if err := p.salvage(t.Context(), &said); err == nil || !strings.Contains(explain(err), "there already") {
		t.Errorf("a second time into the same folder: got %v", err)
	}

	v, err := vault.Unlock(t.Context(), filepath.Join(dir, "vault"), vault.Passphrase("lantern harbour gentle window seven rivers"), vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Lock()
	if err := v.SetLimit(t.Context(), vault.MinLimit); err != nil {
		t.Fatal(err)
	}
	p.Salvage = filepath.Join(dir, "once-more")
	if err := p.salvage(t.Context(), &said); err == nil || !strings.Contains(explain(err), "-sign") {
		t.Errorf("with a limit of tries, and no sign: got %v", err)
	}
	p.Sign = 1
	if err := p.salvage(t.Context(), &said); err != nil {
		t.Errorf("with a limit of tries and a sign: %v", err)
	}
}

// TestKeyFileOnTheCommandLine: what asks for a passphrase takes the key file beside it, tells a file that is none from a wrong
// one, and makes none on a fresh device.
func TestKeyFileOnTheCommandLine(t *testing.T) {
	const passphrase = "lantern harbour gentle window seven rivers"
	dir, own, stick := t.TempDir(), t.TempDir(), t.TempDir()
	words, other := filepath.Join(own, "words"), filepath.Join("..", "internal", "vault", "testdata", "other.key")
	if err := os.WriteFile(words, []byte(passphrase+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	prepare := func(keyFile string) error {
		p, err := parseFlags([]string{"-data", dir, "-prepare", "-passphrase-file", words, "-key-file", keyFile})
		if err != nil {
			t.Fatal(err)
		}
		return p.prepare(t.Context())
	}
	if err := prepare(other); err == nil || !strings.Contains(explain(err), "no key file yet") {
		t.Errorf("a fresh device: got %v", err)
	}
	dev := device.New(dir, device.Options{Form: instrument.Form(), Vault: vault.Options{KDF: vault.FloorKDF, Weak: true}})
	if err := dev.Create(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	mine := ""
	err := dev.MakeKeyFile(t.Context(), vault.Passphrase(passphrase), func(file []byte) (read []byte, err error) {
		mine, read, err = dev.KeepKeyFile(stick, file)
		return read, err
	})
	if err := errors.Join(err, dev.Lock(t.Context())); err != nil {
		t.Fatal(err)
	}
	for keyFile, want := range map[string]screening.Code{
		"": screening.CodeWrongPassphrase, other: screening.CodeWrongPassphrase, mine: "",
		words: screening.CodeNoKeyFile, filepath.Join(own, "gone"): screening.CodeInternal,
	} {
		if err := prepare(keyFile); want == "" && err != nil || want != "" && (err == nil || screening.CodeOf(err) != want) {
			t.Errorf("with %q: got %v, want code %q", filepath.Base(keyFile), err, want)
		}
	}
}

func TestFlagsThatDoNotGoTogether(t *testing.T) {
	for _, line := range []string{
		"-prepare", "-salvage x", "-passphrase-file x", "-enrol x", "-salvage x -passphrase-file x -enrol x",
		"-prepare -salvage x -passphrase-file x", "-sign 2", "-prepare -passphrase-file x -sign 2",
		"-backup x -prepare -passphrase-file x", "-backup x -passphrase-file x", "-backup x -sign 1", "-backup x -salvage y -passphrase-file x",
		"-key-file x", "-backup x -key-file x", "-salvage x -key-file x", "-salvage x -passphrase-file x -sign 9", "-salvage x -passphrase-file x -sign -1", "what",
	} {
		if _, err := parseFlags(strings.Fields(line)); err == nil {
			t.Errorf("%s: not refused", line)
		}
	}
	for _, line := range []string{"", "-data x", "-backup x -data y", "-prepare -passphrase-file x -enrol y", "-salvage x -passphrase-file y -key-file z -sign 8"} {
		if _, err := parseFlags(strings.Fields(line)); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}
