package device_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/internal/vault"
	"leeward/schema/instrument"
)

// BenchmarkUnlock unlocks a device that holds a hundred interviews, and its vault alone. What unlocking costs beside the
// passphrase is the difference, and what BenchmarkUnlockSteps of internal/vault has beside it.
func BenchmarkUnlock(b *testing.B) {
	ctx, dir := b.Context(), b.TempDir()
	o := device.Options{Form: instrument.Form(), Vault: vault.Options{KDF: vault.FloorKDF, Weak: true}}
	d := device.New(dir, o)
	if err := d.Create(ctx, passphrase); err != nil {
		b.Fatal(err)
	}
	for range 100 {
		keepDraft(b, d)
	}
	if err := d.Lock(ctx); err != nil {
		b.Fatal(err)
	}
	var alone, all time.Duration
	for b.Loop() {
		start := time.Now()
		v, err := vault.Unlock(ctx, filepath.Join(dir, "vault"), []byte(passphrase), o.Vault)
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
