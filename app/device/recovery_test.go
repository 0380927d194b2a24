package device_test

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/schema/instrument"
)

// TestRecoveryOfADevice goes the whole way: the file is there since the device belongs to an office, and is made anew
// after it was used.
func TestRecoveryOfADevice(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	d := newDevice(t, dir)
	if err := d.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	kept := keep(t, d)
	if d.Recoverable() {
		t.Error("a device without an office says that it can be recovered")
	}
	if _, _, err := d.AskRecovery(ctx, colleague); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ask without an office: %v", err)
	}
	o := belong(t, dir, d)
	before, err := os.ReadFile(filepath.Join(dir, "recovery"))
	if err != nil || !d.Recoverable() {
		t.Fatal(err)
	}
	if err := d.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	answer := o.answer(t, d)
	later := newDevice(t, dir) // the program was ended in between
	place, err := later.Recover(ctx, colleague, answer)
	if err != nil || place != 1 {
		t.Fatalf("recover: place %d, %v", place, err)
	}
	if drafts, err := later.Drafts(ctx); err != nil || len(drafts) != kept {
		t.Errorf("%d drafts, %v; want %d", len(drafts), err, kept)
	}
	after, err := os.ReadFile(filepath.Join(dir, "recovery"))
	if err != nil || slices.Equal(before, after) {
		t.Errorf("the recovery file was not made anew: %v", err)
	}
	for _, p := range []string{passphrase, colleague} {
		if err := errors.Join(later.Lock(ctx), later.Unlock(ctx, p)); err != nil {
			t.Errorf("%q: %v", p, err)
		}
	}
}

// answer asks for a recovery for colleague's passphrase, and gives what two people of the office answer.
func (o office) answer(t *testing.T, d *device.Device) []byte {
	t.Helper()
	request, words, err := d.AskRecovery(t.Context(), colleague)
	if err != nil || len(words) != 8 {
		t.Fatal(words, err)
	}
	asked, err := vault.ParseRequest(request)
	if err != nil || !asked.SameWords(strings.Join(words, " ")) {
		t.Fatal("the words differ", err)
	}
	kit, err := asked.Open(o.open, 1)
	if err != nil || kit.Device != o.id || kit.Epoch != 1 {
		t.Fatal(kit, err)
	}
	answer, err := asked.Answer(kit)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestRecoveryFileIsMadeAnew(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	d := newDevice(t, dir)
	if err := d.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	belong(t, dir, d)
	path := filepath.Join(dir, "recovery")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, lose := range map[string]func() error{"unlocked again": func() error { return nil }, "lost": func() error { return os.Remove(path) }} {
		if err := errors.Join(d.Lock(ctx), lose(), d.Unlock(ctx, passphrase)); err != nil {
			t.Fatal(err)
		}
		after, err := os.ReadFile(path)
		if err != nil || len(after) != vault.RecoveryFile || slices.Equal(after, before) != (name == "unlocked again") {
			t.Errorf("%s: %d bytes, unchanged %t, %v", name, len(after), slices.Equal(after, before), err)
		}
		before = after
	}
}

// TestLimitLeavesWhatIsSealed destroys a passphrase by wrong tries: sealed batches, recovery copies and the recovery file
// stay as they were, and the office gives access back to all that was kept.
func TestLimitLeavesWhatIsSealed(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	clock := &watch{at: time.Now()}
	d := device.New(dir, device.Options{
		Form: instrument.Form(), Vault: vault.Options{KDF: vault.FloorKDF, Weak: true}, Now: clock.now,
	})
	t.Cleanup(func() { _ = d.Lock(context.Background()) })
	if err := d.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	kept := keep(t, d)
	o := belong(t, dir, d)
	if err := errors.Join(d.Obey(ctx, o.order(t, vault.ActLimit, vault.MinLimit, nil)), d.Lock(ctx),
		os.WriteFile(filepath.Join(dir, "outbox", "invented.lwb"), []byte("sealed"), 0o600)); err != nil {
		t.Fatal(err)
	}
	before := sealedFiles(t, dir)
	for try := range vault.MinLimit {
		clock.pass(time.Hour)
		if err := d.UnlockAt(ctx, 0, vault.Passphrase("wrong")); screening.CodeOf(err) != screening.CodeWrongPassphrase {
			t.Fatalf("try %d: %v", try+1, err)
		}
	}
	clock.pass(time.Hour)
	if err := d.UnlockAt(ctx, 0, vault.Passphrase(passphrase)); screening.CodeOf(err) != screening.CodeWrongPassphrase {
		t.Errorf("the passphrase after the limit: got %v, want %s", err, screening.CodeWrongPassphrase)
	}
	if after := sealedFiles(t, dir); !maps.Equal(after, before) || len(before) < 2*vault.PoolSlots+2 {
		t.Errorf("%d sealed files before, %d after, or changed", len(before), len(after))
	}
	answer := o.answer(t, d)
	clock.pass(time.Hour)
	if _, err := d.Recover(ctx, colleague, answer); err != nil {
		t.Fatal(err)
	}
	if drafts, err := d.Drafts(ctx); err != nil || len(drafts) != kept {
		t.Errorf("%d drafts, %v; want %d", len(drafts), err, kept)
	}
}

// sealedFiles is what can be handed in without a passphrase: name and content.
func sealedFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, pattern := range []string{"outbox/*", "capsules?/*", "recovery"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = string(b)
		}
	}
	return files
}
