package roadtest

import (
	"os"
	"path/filepath"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/sync/batch"
	"leeward/sync/intake"
)

// copyRecords copies the records of an office that does not run.
func copyRecords(t *testing.T, from, to string) {
	t.Helper()
	old, err := filepath.Glob(filepath.Join(to, "office.db*"))
	ok(t, err)
	for _, file := range old {
		ok(t, os.Remove(file))
	}
	files, err := filepath.Glob(filepath.Join(from, "office.db*"))
	ok(t, err)
	for _, file := range files {
		b, err := os.ReadFile(file)
		ok(t, err)
		ok(t, os.WriteFile(filepath.Join(to, filepath.Base(file)), b, 0o600))
	}
}

// TestRestoredOfficeIsFollowed: an office comes back from a copy that is older than what a device saw of its log. The device
// believes nothing of it, and loses nothing, until the holders of the root keys say from where the log goes on; then it hands
// in again what the office lost, once, and goes on as before.
func TestRestoredOfficeIsFollowed(t *testing.T) {
	o, backup := newOffice(t), t.TempDir()
	f := o.field(t)
	first := f.interview()
	f.sync()
	o.stop()
	copyRecords(t, o.dir, backup)
	o.start()
	second := f.interview()
	f.sync()
	if got := f.counts(); got != (store.Counts{Opened: 2}) {
		t.Fatalf("before the loss: %+v, want two opened", got)
	}

	o.stop()
	copyRecords(t, backup, o.dir)
	o.start()
	o.recorded(first)
	third := f.interview()
	_, err := f.Sync(background)
	wantCode(t, err, screening.CodeBadReceipt)
	if got := f.counts(); got.Opened != 2 || got.Opened+got.Saved+got.Sealed+got.Sent != 3 {
		t.Errorf("in between: %+v, want nothing believed and nothing lost", got)
	}

	proof, err := o.records.Prove(background, 0, nil)
	ok(t, err)
	before := o.doc
	print, err := batch.Fingerprint(before)
	ok(t, err)
	o.root.Version, o.root.Prev, o.root.Branch = 2, print, screening.Checkpoint{Size: proof.Size, Root: proof.Root}
	o.doc, err = batch.SignRoot(o.root, o.holders...)
	ok(t, err)
	config := o.config
	o.config = func() intake.Config {
		c := config()
		c.Root, c.Before = o.doc, [][]byte{before}
		return c
	}
	o.stop()
	o.start()
	f.sync()
	o.recorded(first, second, third)
	if got := f.counts(); got != (store.Counts{Opened: 3}) {
		t.Errorf("afterwards: %+v, want three opened", got)
	}
	fourth := f.interview()
	ok(t, f.Lock(background))
	f.reopen()
	f.sync()
	o.recorded(first, second, third, fourth)
}
