package device_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/internal/vault"
	"leeward/schema/instrument"
)

// BenchmarkUnlock unlocks a device that holds a hundred interviews, and its vault alone; one device belongs to nobody, the
// other to an office that has not been reached for weeks. What unlocking costs beside the passphrase is the difference, and
// what BenchmarkUnlockSteps of internal/vault has beside it.
func BenchmarkUnlock(b *testing.B) {
	o := device.Options{Form: instrument.Form(), Vault: vault.Options{KDF: vault.FloorKDF, Weak: true}}
	b.Run("of nobody", func(b *testing.B) {
		dir := b.TempDir()
		d := device.New(dir, o)
		if err := d.Create(b.Context(), passphrase); err != nil {
			b.Fatal(err)
		}
		for range 100 {
			keepDraft(b, d)
		}
		unlocking(b, d, dir, o)
	})
	b.Run("of an office", func(b *testing.B) {
		dir := b.TempDir()
		d := device.New(dir, o)
		if err := d.Create(b.Context(), passphrase); err != nil {
			b.Fatal(err)
		}
		belong(b, dir, d)
		for range 25 { // batches, of four interviews each
			for range 4 {
				finish(b, d)
			}
			if err := errors.Join(d.Lock(b.Context()), d.Unlock(b.Context(), passphrase)); err != nil {
				b.Fatal(err)
			}
		}
		if sealed, err := filepath.Glob(filepath.Join(dir, "outbox", "*")); len(sealed) < 25 || err != nil {
			b.Fatal(len(sealed), err)
		}
		unlocking(b, d, dir, o)
	})
}

// unlocking times both kinds of unlocking in turn.
func unlocking(b *testing.B, d *device.Device, dir string, o device.Options) {
	ctx := b.Context()
	if err := d.Lock(ctx); err != nil {
		b.Fatal(err)
	}
	var alone, all time.Duration
	for b.Loop() {
		start := time.Now()
		v, err := vault.Unlock(ctx, filepath.Join(dir, "vault"), vault.Passphrase(passphrase), o.Vault)
		if err != nil {
			b.Fatal(err)
		}
		alone += time.Since(start)
		v.Lock()
		start = time.Now()
		if err := d.Unlock(ctx, passphrase); err != nil {
			b.Fatal(err)
		}
		all += time.Since(start)
		if err := d.Lock(context.WithoutCancel(ctx)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(alone.Microseconds())/float64(b.N), "vault-µs/op")
	b.ReportMetric(float64((all-alone).Microseconds())/float64(b.N), "beside-µs/op")
}
