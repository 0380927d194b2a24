package sqlite

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/office/engine"
)

// TestLogIsWrittenBackBesideWriters writes from several sides, and reads, while no commit writes the log back: it begins
// anew all the same, again and again, and everything is there afterwards.
func TestLogIsWrittenBackBesideWriters(t *testing.T) {
	const gathered, never, begun = 64, 1 << 30, 4
	path, key := filepath.Join(t.TempDir(), "office.db"), encvfs.Key{3}
	if err := encvfs.Create(path, key); err != nil {
		t.Fatal(err)
	}
	opened, err := encvfs.Open(path, key)
	if err != nil {
		t.Fatal(err)
	}
	e, err := openFile(t.Context(), opened, gathered, never, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var added, anew, last atomic.Int64
	var work sync.WaitGroup
	until := time.Now().Add(2 * time.Minute)
	for range 3 {
		work.Go(func() {
			for anew.Load() < begun && time.Now().Before(until) {
				var code [32]byte
				_, _ = rand.Read(code[:])
				if err := e.AddCode(t.Context(), code, time.Now().Add(time.Hour), true); err != nil {
					t.Error(err)
					return
				}
				added.Add(1)
				if n := int64(opened.Gathered()); n < last.Swap(n) {
					anew.Add(1)
				}
				if _, err := e.Stats(t.Context()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	work.Wait()
	if n := anew.Load(); n < begun {
		t.Errorf("the log began anew %d times while %d codes were added, want %d", n, added.Load(), begun)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if opened, err = encvfs.Open(path, key); err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	db, err := opened.DB()
	if err != nil {
		t.Fatal(err)
	}
	var codes int64
	var whole string
	if err := db.QueryRow(`SELECT count(*) FROM codes`).Scan(&codes); err != nil || codes != added.Load() {
		t.Errorf("%d codes are there (%v), want the %d that were added", codes, err, added.Load())
	}
	if err := db.QueryRow(`PRAGMA integrity_check`).Scan(&whole); err != nil || whole != "ok" {
		t.Errorf("integrity: %s (%v), want ok", whole, err)
	}
	if w := fmt.Sprint(opened.Warnings()); w != "[]" {
		t.Errorf("warnings %s, want none", w)
	}
}

// TestNothingBeginsAfterTheEnd: who closes the file waits for what is written back, and a late commit starts no more.
func TestNothingBeginsAfterTheEnd(t *testing.T) {
	w := &writeBack{}
	w.end()
	w.begin(t.Context())
	if got := w.state.Load(); got != idle {
		t.Errorf("state %d after the end, want %d", got, idle)
	}
}
