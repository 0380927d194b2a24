package store

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/schema"
)

// marker stands in everything that a synthetic person says; no file may ever show it.
const marker = "MARKERmarkerМАРКЕР"

var testKey = encvfs.Key{1, 2, 3, 4, 5}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func openAt(t testing.TB, path string) *Store {
	t.Helper()
	clock := noon
	s, err := Open(t.Context(), path, testKey, Options{Now: func() time.Time {
		clock = clock.Add(time.Second)
		return clock
	}})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func newStore(t testing.TB) (s *Store, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "device.lwd")
	return openAt(t, path), path
}

func reopen(t testing.TB, s *Store, path string) *Store {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	return openAt(t, path)
}

func person() screening.Interview {
	return screening.Interview{
		ID: screening.NewInterviewID(), Version: 1, Code: screening.NewRespondentCode(),
		Questionnaire: schema.Ref{7}, Status: screening.Draft,
		Setting: screening.Setting{Screener: "S1", Interpreter: "I1", Language: "my", ScreenerLang: "en"},
		Consent: screening.Consent{Agreed: true, Keep: "code", Lang: "my", Wording: "0123456789abcdef", At: noon},
		Started: noon,
	}
}

// said is an answer as a session records it; every text holds the marker.
func said(seq uint64, path schema.Path, text string) screening.Recorded {
	return screening.Recorded{
		Seq: seq, Path: path, Answer: schema.Answer{Value: marker + text}, Lang: "my", Wording: "fedcba9876543210",
		Fallback: seq%2 == 0, Unreviewed: seq%3 == 0, At: noon.Add(time.Duration(seq) * time.Second),
		Elapsed: time.Duration(seq) * 1500 * time.Millisecond, Screener: "S1", Interpreter: "I1",
	}
}

// begun keeps an interview with n answers to n questions.
func begun(t testing.TB, s *Store, n int) screening.Interview {
	t.Helper()
	iv := person()
	for i := range n {
		iv.Answers = append(iv.Answers, said(uint64(i+1), schema.Path(fmt.Sprintf("/data/q%d", i+1)), fmt.Sprint(i+1)))
	}
	ok(t, s.Begin(t.Context(), iv, iv.Answers))
	return iv
}

func finished(t testing.TB, s *Store, n int) screening.Interview {
	t.Helper()
	iv := begun(t, s, n)
	ok(t, s.Complete(t.Context(), iv.ID, noon.Add(time.Hour), nil))
	return iv
}

// sealed makes a batch of everything that waits.
func sealed(t testing.TB, s *Store) screening.Batch {
	t.Helper()
	finals, taken, err := s.Waiting(t.Context(), 100)
	ok(t, err)
	seq, prev, err := s.Head(t.Context())
	ok(t, err)
	b := screening.Batch{
		ID: screening.BatchID{byte(seq + 1), 0xBA, prev[0]}, Seq: seq + 1, File: fmt.Appendf(nil, "sealed bytes %d", seq+1),
		Proof: [32]byte{byte(seq + 1), 0x0F}, Made: noon,
	}
	for _, iv := range finals {
		b.Holds = append(b.Holds, iv.ID)
	}
	for _, w := range taken {
		b.Holds = append(b.Holds, w.Interview)
	}
	ok(t, s.Enqueue(t.Context(), b))
	return b
}

func opened(b screening.Batch) screening.Receipt {
	return screening.Receipt{Batch: b.ID, Level: screening.LevelOpened, Proof: b.Proof}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
}

func wantCode(t testing.TB, err error, want screening.Code) {
	t.Helper()
	if got := screening.CodeOf(err); err == nil || got != want {
		t.Fatalf("got error %v with code %s, want code %s", err, got, want)
	}
}

// hidden fails if a file beside the store, by name or content, shows the marker in UTF-8 or UTF-16.
func hidden(t testing.TB, path string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(filepath.Dir(path), func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		if strings.Contains(p, "MARKER") || shows(b) {
			t.Errorf("%s shows what was said", filepath.Base(p))
		}
		return nil
	})
	if err != nil || files == 0 {
		t.Fatalf("searched %d files: %v", files, err)
	}
}

func shows(b []byte) bool {
	var little, big []byte
	for _, u := range utf16.Encode([]rune(marker)) {
		little = append(little, byte(u), byte(u>>8))
		big = append(big, byte(u>>8), byte(u))
	}
	return bytes.Contains(b, []byte(marker)) || bytes.Contains(b, little) || bytes.Contains(b, big)
}

// readable reports whether the marker stands anywhere in the decrypted pages, free ones included, and
// fails if the log still holds anything beside them.
func readable(t testing.TB, s *Store, path string) bool {
	t.Helper()
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() != 0 {
		t.Errorf("the log holds %d bytes after an erase, want none", log.Size())
	}
	return shows(decrypted(t, s))
}

func decrypted(t testing.TB, s *Store) (pages []byte) {
	t.Helper()
	conn, err := s.db.Conn(context.Background())
	ok(t, err)
	defer func() { ok(t, conn.Close()) }()
	ok(t, conn.Raw(func(c any) (err error) {
		pages, err = c.(interface {
			driver.Conn
			Serialize() ([]byte, error)
		}).Serialize()
		return err
	}))
	return pages
}
