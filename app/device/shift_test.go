package device_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/internal/vault"
	"leeward/schema/instrument"
)

// TestSiteIsReadByEachPerson writes a note about the place: everybody finds it, each has read it or not, and another note
// has been read by nobody.
func TestSiteIsReadByEachPerson(t *testing.T) {
	ctx := t.Context()
	now := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	d := dated(t, &now)
	if s, err := d.Site(ctx); err != nil || s != (device.Site{}) {
		t.Fatalf("a fresh device knows %+v of its place, %v", s, err)
	}
	if err := d.WriteSite(ctx, "  The guard at gate two talks to the drivers.\n"); err != nil {
		t.Fatal(err)
	}
	if err := d.ReadSite(ctx); err != nil {
		t.Fatal(err)
	}
	want := device.Site{Note: "The guard at gate two talks to the drivers.", Written: now, Read: now}
	if s, err := d.Site(ctx); err != nil || s != want {
		t.Errorf("got %+v, %v; want %+v", s, err, want)
	}
	change(t, d, colleague)
	if s, _ := d.Site(ctx); s.Note != want.Note || !s.Read.IsZero() {
		t.Errorf("a colleague finds %+v: the note, and not that they read it", s)
	}
	now = now.Add(time.Hour)
	if err := d.WriteSite(ctx, "The gate is safe again."); err != nil {
		t.Fatal(err)
	}
	change(t, d, passphrase)
	if s, _ := d.Site(ctx); !s.Read.IsZero() || !s.Written.Equal(now) {
		t.Errorf("another note was read before it was written: %+v", s)
	}
	if err := d.WriteSite(ctx, strings.Repeat("long ", 1000)); !errors.Is(err, device.ErrSite) {
		t.Errorf("a note of 5000 bytes: got %v, want %v", err, device.ErrSite)
	}
	if err := d.WriteSite(ctx, " "); err != nil {
		t.Fatal(err)
	}
	if s, _ := d.Site(ctx); s != (device.Site{}) {
		t.Errorf("of a note that was taken away is left %+v", s)
	}
}

// TestUndertakings keeps the day of a promise for each person and each interpreter, and old ones of interpreters not for
// ever.
func TestUndertakings(t *testing.T) {
	ctx := t.Context()
	now := time.Date(2026, 3, 1, 22, 30, 0, 0, time.UTC)
	d := dated(t, &now)
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	is := func(of string, want time.Time) {
		t.Helper()
		if got, err := d.Undertaking(ctx, of); err != nil || !got.Equal(want) {
			t.Errorf("promise of %q: got %v, %v; want %v", of, got, err, want)
		}
	}
	is("", time.Time{})
	for _, of := range []string{"", "I1"} {
		if err := d.Undertake(ctx, of); err != nil {
			t.Fatal(err)
		}
		is(of, day)
	}
	is("I2", time.Time{})
	change(t, d, colleague)
	is("", time.Time{})
	is("I1", day)
	now = now.AddDate(2, 0, 1)
	if err := d.Undertake(ctx, "I2"); err != nil {
		t.Fatal(err)
	}
	is("I1", time.Time{})
	change(t, d, passphrase)
	is("", day)
	place, err := d.AddPerson(ctx, vault.Passphrase(passphrase), leaving)
	if err != nil {
		t.Fatal(err)
	}
	change(t, d, leaving)
	if err := d.Undertake(ctx, ""); err != nil {
		t.Fatal(err)
	}
	change(t, d, passphrase)
	if err := d.RemovePerson(ctx, vault.Passphrase(passphrase), place); err != nil {
		t.Fatal(err)
	}
	if again, err := d.AddPerson(ctx, vault.Passphrase(passphrase), "seven other words for somebody new"); err != nil || again != place {
		t.Fatalf("somebody new got place %d, %v; want %d", again, err, place)
	}
	change(t, d, "seven other words for somebody new")
	is("", time.Time{})
}

// dated is an open device with two people and a clock.
func dated(t *testing.T, now *time.Time) *device.Device {
	t.Helper()
	d := device.New(filepath.Join(t.TempDir(), "device"), device.Options{
		Form: instrument.Form(), Vault: vault.Options{KDF: vault.FloorKDF, Weak: true}, Now: func() time.Time { return *now },
	})
	t.Cleanup(func() { _ = d.Lock(t.Context()) })
	if err := d.Create(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	if _, err := d.AddPerson(t.Context(), vault.Passphrase(passphrase), colleague); err != nil {
		t.Fatal(err)
	}
	return d
}

// change locks the device and opens it with another passphrase.
func change(t *testing.T, d *device.Device, to string) {
	t.Helper()
	if err := d.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Unlock(t.Context(), to); err != nil {
		t.Fatal(err)
	}
}
