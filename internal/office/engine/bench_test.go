package engine_test

import (
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/office/sqlite"
	"leeward/internal/screening"
)

// filled is an engine with n interviews that only lists know of.
func filled(b *testing.B, n int) *engine.Engine {
	b.Helper()
	var key encvfs.Key
	_, _ = rand.Read(key[:])
	e, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "office.db"), key, engine.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = e.Close() })
	_, err = e.Raw().Exec(`WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < $1)
		INSERT INTO interviews (interview_id, owner, version, status, received, code, lang, screener_lang, level, needs)
		SELECT randomblob(16), zeroblob(16), 1, 'final', 1700000000000 + i * 1000, printf('%04X-%04X', i >> 16, i & 65535), 'ar', 'en',
			i % 3, '[{"kind":"medical","level":"amber"}]' FROM k`, n)
	if err != nil {
		b.Fatal(err)
	}
	return e
}

// BenchmarkList turns pages of 50 in an office with 100,000 interviews.
func BenchmarkList(b *testing.B) {
	e := filled(b, 100_000)
	var q casework.Query
	q.Limit = 50
	for b.Loop() {
		page, err := e.Interviews(b.Context(), q)
		if err != nil || len(page.Rows) != 50 {
			b.Fatalf("%d rows: %v", len(page.Rows), err)
		}
		q.After = page.Next
	}
}

// BenchmarkReceive records and opens a batch of one interview: two durable transactions.
func BenchmarkReceive(b *testing.B) {
	e := filled(b, 1)
	a := casework.Admission{Code: [32]byte{1}, SignKey: [32]byte{2}, TLSKey: [32]byte{3}, SealTo: "age1pq-x", Grant: signedGrant}
	if err := e.AddCode(b.Context(), a.Code, time.Now().Add(1<<40), true); err != nil {
		b.Fatal(err)
	}
	d, _, err := e.Admit(b.Context(), a)
	if err != nil {
		b.Fatal(err)
	}
	seq := uint64(0)
	for b.Loop() {
		seq++
		batch, iv := arrival(d, seq, ""), interview(1)
		if _, err := e.Receive(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
		done, err := e.Open(b.Context(), opened(batch, held(iv)))
		if err != nil || done.Receipt.Level != screening.LevelOpened {
			b.Fatalf("level %d: %v", done.Receipt.Level, err)
		}
	}
}
