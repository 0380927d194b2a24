// Package roadtest holds tests only: one answer through the whole house, and with a cut at every step.
//
// The house stands here as it stands in the field, without its window: a device (app/device) with a real
// vault, store and courier in one folder, an office with a real vault, engine and intake in another, and
// TLS between them. Each invariant of the house has a test with its number in its name. Nothing is a fake;
// what a test needs to break, it breaks at the wire, on the disk or in the clock.
package roadtest

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"leeward/internal/screening"
)

// marker stands in every free text that an invented person says here. No file, log or wire may show it.
const marker = "ZQXroadmarkМАРКЕР"

// passphrase opens every device and office of these tests.
const passphrase = "demonstration road passphrase"

// clock is somebody's clock: right, or wrong by whatever a test says.
type clock struct {
	mu    sync.Mutex
	wrong time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.wrong)
}

func (c *clock) set(wrong time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrong = wrong
}

// logbook keeps a log, at its most talkative, to be searched at the end of the test.
type logbook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// newLogbook returns a log that fails the test if it shows the marker.
func newLogbook(t testing.TB, whose string) (*logbook, *slog.Logger) {
	l := &logbook{}
	t.Cleanup(func() {
		if shows(l.bytes()) {
			t.Errorf("the log of the %s shows what was said", whose)
		}
	})
	return l, slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}))
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logbook) bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.b.Bytes())
}

// shows looks for the marker in UTF-8 and in UTF-16, either way round.
func shows(b []byte) bool { return contains(b, marker) }

func contains(b []byte, text string) bool {
	var little, big []byte
	for _, u := range utf16.Encode([]rune(text)) {
		little = append(little, byte(u), byte(u>>8))
		big = append(big, byte(u>>8), byte(u))
	}
	return bytes.Contains(b, []byte(text)) || bytes.Contains(b, little) || bytes.Contains(b, big)
}

// hidden fails for every file under the folders that shows the marker, by name or content, or that shows how records
// are kept; and for every database or log of one that does not look like noise.
func hidden(t testing.TB, state string, dirs ...string) {
	t.Helper()
	files := 0
	for _, dir := range dirs {
		ok(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			b, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			files++
			if strings.Contains(d.Name(), marker) || shows(b) {
				t.Errorf("%s: %s shows what was said", state, path)
			}
			noise(t, state, path, b)
			return err
		}))
	}
	if files == 0 {
		t.Fatalf("%s: no file was searched", state)
	}
}

// records are words of which a database without encryption is full: SQLite's own, names of tables and columns, and
// paths of questions.
var records = []string{
	"SQLite format 3", "CREATE TABLE", "CREATE INDEX", "sqlite_", "goose_db_version",
	"interview", "respondent", "consent", "screener", "withdrawal", "/data/", "rowid",
}

// sealedHead is how much of a database, and of its log, is bookkeeping with unused room (encvfs, FORMAT.md 3 and 4).
const sealedHead = 16384

// noise fails where the file is a database, or beside one, and shows a word of its records; or where what it keeps has
// less than 7.99 bits a byte. Fewer bytes than 64 KiB are too few to tell.
func noise(t testing.TB, state, path string, b []byte) {
	t.Helper()
	name := filepath.Base(path)
	if ext := filepath.Ext(name); ext != ".db" && ext != ".lwd" && !strings.HasSuffix(name, "-wal") && !strings.HasSuffix(name, "-tags") {
		return
	}
	for _, word := range records {
		if contains(b, word) {
			t.Errorf("%s: %s shows how records are kept: %q", state, path, word)
		}
	}
	if strings.HasSuffix(name, "-tags") || len(b) < sealedHead+64<<10 {
		return
	}
	if bits := entropy(b[sealedHead:]); bits < 7.99 {
		t.Errorf("%s: %s has %.4f bits a byte, want 7.99 or more", state, path, bits)
	}
}

// entropy is Shannon's, in bits a byte.
func entropy(b []byte) (bits float64) {
	var count [256]float64
	for _, c := range b {
		count[c]++
	}
	for _, n := range count {
		if n > 0 {
			bits -= n / float64(len(b)) * math.Log2(n/float64(len(b)))
		}
	}
	return bits
}

// copyFolder copies the regular files of a folder as they stand on the disk now: what a power cut at this
// moment would leave.
func copyFolder(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o700)
		case !d.Type().IsRegular():
			return nil
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) { // what is written beside a capsule has taken its place meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		return os.WriteFile(target, b, 0o600)
	})
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t testing.TB, err error, want screening.Code) {
	t.Helper()
	if got := screening.CodeOf(err); err == nil || got != want {
		t.Fatalf("got error %v with code %s, want code %s", err, got, want)
	}
}

// background is for what has to end after the test's own context did.
var background = context.Background()
