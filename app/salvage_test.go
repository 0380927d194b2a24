package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leeward/app/device"
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

func TestFlagsThatDoNotGoTogether(t *testing.T) {
	for _, line := range []string{
		"-prepare", "-salvage x", "-passphrase-file x", "-enrol x", "-salvage x -passphrase-file x -enrol x",
		"-prepare -salvage x -passphrase-file x", "-sign 2", "-prepare -passphrase-file x -sign 2",
		"-backup x -prepare -passphrase-file x", "-backup x -passphrase-file x", "-backup x -sign 1", "-backup x -salvage y -passphrase-file x",
		"-salvage x -passphrase-file x -sign 9", "-salvage x -passphrase-file x -sign -1", "what",
	} {
		if _, err := parseFlags(strings.Fields(line)); err == nil {
			t.Errorf("%s: not refused", line)
		}
	}
	for _, line := range []string{"", "-data x", "-backup x -data y", "-prepare -passphrase-file x -enrol y", "-salvage x -passphrase-file y -sign 8"} {
		if _, err := parseFlags(strings.Fields(line)); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}
