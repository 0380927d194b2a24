package engine_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/office/postgres"
	"leeward/internal/office/postgres/pgtest"
	"leeward/internal/office/sqlite"
	"leeward/internal/screening"
	"leeward/schema"
)

// marker stands in every free text of these tests; it must never be found on disk.
const marker = "MARKER-zephyr-41"

// bench is an engine on a real database, with a clock that the test moves.
type bench struct {
	*engine.Engine
	t     *testing.T
	again func() (*engine.Engine, error) // opens the same database
	all   func() []byte                  // everything that a thief of it would have
	now   time.Time
	key   encvfs.Key
	dir   string // of its files; empty on a server
}

// onBoth runs a test on each database that an office can have.
func onBoth(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, newFile(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, newServer(t)) })
}

func newBench(t *testing.T) *bench {
	return &bench{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
}

func (b *bench) options() engine.Options {
	return engine.Options{Now: func() time.Time { return b.now }}
}

// blankFile is a folder with a database that has tables and nothing else, and its key: made once, then copied.
var blankFile = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "lwoffice"); err != nil {
		return "", err
	}
	e, err := sqlite.Open(context.Background(), filepath.Join(dir, "office.db"), fileKey, engine.Options{})
	if err != nil {
		return dir, err
	}
	return dir, e.Close()
})

var fileKey = encvfs.Key{8}

func newFile(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	b.key = fileKey
	blank, err := blankFile()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(blank)); err != nil {
		t.Fatal(err)
	}
	b.dir = dir
	path := filepath.Join(dir, "office.db")
	b.again = func() (*engine.Engine, error) { return sqlite.Open(context.Background(), path, b.key, b.options()) }
	b.all = func() (bytes []byte) {
		names, err := filepath.Glob(path + "*")
		if err != nil || len(names) == 0 {
			t.Fatalf("no files to search: %v", err)
		}
		for _, name := range names {
			part, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			bytes = append(bytes, part...)
		}
		return bytes
	}
	return b.begin()
}

// running is the cluster that the first test that needs one starts.
var (
	running *pgtest.Server
	cluster = sync.OnceValues(func() (s *pgtest.Server, err error) {
		running, err = pgtest.Start()
		return running, err
	})
	tables sync.Once
	made   string // a database with tables and nothing else
)

func TestMain(m *testing.M) {
	code := m.Run()
	if running != nil {
		_ = running.Remove()
	}
	if blank, _ := blankFile(); blank != "" {
		_ = os.RemoveAll(blank)
	}
	os.Exit(code)
}

func newServer(t *testing.T) *bench {
	t.Helper()
	s, err := cluster()
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	b.key = encvfs.Key{7}
	tables.Do(func() { // made once, then copied
		made = s.Database(t)
		e, err := postgres.Open(context.Background(), made, b.key, engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	})
	dsn := s.Copy(t, made)
	b.again = func() (*engine.Engine, error) { return postgres.Open(context.Background(), dsn, b.key, b.options()) }
	b.all = func() []byte { return s.Dump(t, dsn) }
	return b.begin()
}

func (b *bench) begin() *bench {
	b.t.Helper()
	b.open()
	b.t.Cleanup(func() { _ = b.Close() })
	return b
}

func (b *bench) open() {
	b.t.Helper()
	var err error
	if b.Engine, err = b.again(); err != nil {
		b.t.Fatal(err)
	}
}

// reopen closes the file and opens it again, as after a restart.
func (b *bench) reopen() {
	b.t.Helper()
	if err := b.Close(); err != nil {
		b.t.Fatal(err)
	}
	b.open()
}

// device enrols an invented device.
func (b *bench) device() casework.Enrolled {
	b.t.Helper()
	var a casework.Admission
	for _, key := range [][]byte{a.Code[:], a.SignKey[:], a.TLSKey[:]} {
		_, _ = rand.Read(key)
	}
	a.SealTo, a.App, a.Grant = "age1pq-invented", "test", signedGrant
	if err := b.AddCode(b.t.Context(), a.Code, b.now.Add(time.Hour), true); err != nil {
		b.t.Fatal(err)
	}
	d, _, err := b.Admit(b.t.Context(), a)
	if err != nil {
		b.t.Fatal(err)
	}
	return d
}

// signedGrant stands for the registrar's word and what the log says of it.
func signedGrant(d casework.Enrolled, size uint64, root [32]byte) (grant, entry []byte, err error) {
	return fmt.Appendf(nil, "%s %d admitted after %d %x", d.ID, d.Epoch, size, root), append([]byte("grant "), d.SignKey[:]...), nil
}

// arrival is an invented batch; salt makes another header under the same number.
func arrival(d casework.Enrolled, seq uint64, salt string) casework.Arrival {
	header := binary.BigEndian.AppendUint64([]byte("header "+salt+d.ID.String()), seq)
	prev := d.Head
	if seq > 1 {
		prev = sha256.Sum256(binary.BigEndian.AppendUint64([]byte("header "+d.ID.String()), seq-1))
	}
	return casework.Arrival{
		Prev: prev, Batch: sha256.Sum256(header), Device: d.ID, Epoch: d.Epoch, Seq: seq, Made: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
		Header: header, Sig: make([]byte, 64), Payload: []byte("sealed bytes " + salt),
		Entry: append([]byte("batch "), header...), HoldEntry: append([]byte("held "), header...),
	}
}

func interview(version uint64) screening.Interview {
	return screening.Interview{
		ID: screening.NewInterviewID(), Version: version, Code: screening.NewRespondentCode(), Status: screening.Final,
		Questionnaire: schema.Ref{7}, Setting: screening.Setting{Screener: "s-1", Language: "ar", ScreenerLang: "en"},
		Consent: screening.Consent{Agreed: true, Keep: "code", Lang: "ar", At: time.UnixMilli(1_772_000_000_123).UTC()},
		Started: time.UnixMilli(1_772_000_000_000).UTC(), Finished: time.UnixMilli(1_772_000_900_000).UTC(),
		Answers: []screening.Recorded{
			{Seq: 1, Path: "/data/about/d1", Answer: schema.Answer{Value: marker}, Lang: "ar", Wording: "0123456789abcdef", Elapsed: 1500 * time.Millisecond},
			{Seq: 2, Path: "/data/about/d2", Answer: schema.Answer{Missing: schema.Declined}, Lang: "ar", Fallback: true, Unreviewed: true},
		},
	}
}

func opened(a casework.Arrival, records ...casework.OpenedRecord) casework.Opened {
	for i := range records {
		records[i].Pos = i
	}
	return casework.Opened{
		Batch: a.Batch, Device: a.Device, Level: screening.LevelOpened, Proof: sha256.Sum256(a.Header), Records: records,
		Entry: append([]byte("outcome "), a.Header...),
	}
}

func held(iv screening.Interview) casework.OpenedRecord {
	return casework.OpenedRecord{
		Kind: casework.KindInterview, Interview: iv.ID, Version: iv.Version, Body: []byte("canonical " + marker), Content: &iv,
		Needs: []casework.Need{{Kind: "medical", Level: "red"}},
		Flags: []casework.Flag{{Path: "/data/about/d2", Reason: "required"}},
		Signs: []casework.Sign{{Indicator: "ex.hours", As: "possible", Path: "/data/work/g3_above", Choice: "yes"}},
	}
}

func withdrawal(id screening.InterviewID, version uint64) casework.OpenedRecord {
	return casework.OpenedRecord{Kind: casework.KindWithdrawal, Interview: id, Version: version, At: time.UnixMilli(1_772_100_000_000).UTC()}
}

// take receives and opens a batch.
func (b *bench) take(a casework.Arrival, records ...casework.OpenedRecord) casework.Settled {
	b.t.Helper()
	if _, err := b.Receive(b.t.Context(), a); err != nil {
		b.t.Fatal(err)
	}
	done, err := b.Engine.Open(b.t.Context(), opened(a, records...))
	if err != nil {
		b.t.Fatal(err)
	}
	return done
}

func (b *bench) wantStats(want casework.Stats) {
	b.t.Helper()
	got, err := b.Stats(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	if got != want {
		b.t.Errorf("stats: got %+v, want %+v", got, want)
	}
}

// noMarker looks for what a person said in everything that a thief of the database would have.
func (b *bench) noMarker() {
	b.t.Helper()
	if all := b.all(); len(all) < 1000 || bytes.Contains(all, []byte(marker)) {
		b.t.Errorf("marker in the %d bytes of the database, or nothing to search", len(all))
	}
}
