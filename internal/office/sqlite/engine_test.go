package sqlite

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
)

// marker stands in every free text of these tests; it must never be found on disk.
const marker = "MARKER-zephyr-41"

// bench is an engine on a real file, with a clock that the test moves.
type bench struct {
	*Engine
	t    *testing.T
	path string
	key  encvfs.Key
	now  time.Time
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, path: filepath.Join(t.TempDir(), "office.db"), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	_, _ = rand.Read(b.key[:])
	b.open()
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func (b *bench) open() {
	b.t.Helper()
	var err error
	b.Engine, err = Open(context.Background(), b.path, b.key, Options{Now: func() time.Time { return b.now }})
	if err != nil {
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
	a.SealTo, a.App = "age1pq-invented", "test"
	if err := b.AddCode(b.t.Context(), a.Code, b.now.Add(time.Hour), true); err != nil {
		b.t.Fatal(err)
	}
	d, err := b.Admit(b.t.Context(), a)
	if err != nil {
		b.t.Fatal(err)
	}
	return d
}

// arrival is an invented batch; salt makes another header under the same number.
func arrival(d casework.Enrolled, seq uint64, salt string) casework.Arrival {
	header := binary.BigEndian.AppendUint64([]byte("header "+salt+d.ID.String()), seq)
	return casework.Arrival{
		Batch: sha256.Sum256(header), Device: d.ID, Epoch: d.Epoch, Seq: seq, Made: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
		Header: header, Sig: make([]byte, 64), Payload: []byte("sealed bytes " + salt),
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
	return casework.Opened{Batch: a.Batch, Device: a.Device, Level: screening.LevelOpened, Proof: sha256.Sum256(a.Header), Records: records}
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

// noMarker looks for what a person said in every file of the database.
func (b *bench) noMarker() {
	b.t.Helper()
	all, err := filepath.Glob(b.path + "*")
	if err != nil || len(all) == 0 {
		b.t.Fatalf("no files to search: %v", err)
	}
	for _, name := range all {
		if bs, err := os.ReadFile(name); err != nil || bytes.Contains(bs, []byte(marker)) {
			b.t.Errorf("%s: marker in it, or unreadable (%v)", filepath.Base(name), err)
		}
	}
}

func TestOpenRefusesWhatIsNotAnOffice(t *testing.T) {
	b := newBench(t)
	if _, err := Open(t.Context(), b.path, b.key, Options{}); screening.CodeOf(err) != screening.CodeInUse {
		t.Errorf("second opening: got %v, want in_use", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	other := b.key
	other[0] ^= 1
	if _, err := Open(t.Context(), b.path, other, Options{}); screening.CodeOf(err) != screening.CodeDamaged {
		t.Errorf("another key: got %v, want damaged", err)
	}
	plain := filepath.Join(t.TempDir(), "plain.db")
	if err := os.WriteFile(plain, []byte(strings.Repeat("SQLite format 3\x00", 4096)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), plain, b.key, Options{}); screening.CodeOf(err) != screening.CodeDamaged {
		t.Errorf("a plain file: got %v, want damaged", err)
	}
	b.open()
}

func TestOpenRefusesNewerSchema(t *testing.T) {
	b := newBench(t)
	if _, err := b.db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), b.path, b.key, Options{}); screening.CodeOf(err) != screening.CodeNewer {
		t.Errorf("got %v, want newer", err)
	}
}

func TestDamagedFileIsNamed(t *testing.T) {
	b := newBench(t)
	d := b.device()
	for seq := range uint64(40) {
		a := arrival(d, seq+1, "")
		a.Payload = bytes.Repeat([]byte("x"), 9000)
		b.take(a, held(interview(1)))
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(b.path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(b.path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	for at := int64(3 * 8192); at < info.Size(); at += 4096 {
		if _, err := f.WriteAt([]byte("damage"), at); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	e, err := Open(t.Context(), b.path, b.key, Options{})
	if err == nil { // the first pages were whole: what stands on the others says so when it is read
		_, err = e.Interviews(t.Context(), casework.Query{Limit: 50})
		_ = e.Close()
	}
	if screening.CodeOf(err) != screening.CodeDamaged {
		t.Errorf("got %v, want damaged", err)
	}
	b.path = filepath.Join(t.TempDir(), "fresh.db")
	b.open()
}

func TestFilesAreForTheOwnerOnly(t *testing.T) {
	b := newBench(t)
	info, err := os.Stat(b.path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got&0o077 != 0 {
		t.Errorf("mode %v lets others in", got)
	}
	if _, err := os.Stat(b.path + "-journal"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a journal lies beside the file: %v", err)
	}
}
