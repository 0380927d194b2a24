package sqlite

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/screening"
)

// bench is an office's file that is open.
type bench struct {
	*engine.Engine
	t    *testing.T
	path string
	key  encvfs.Key
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, path: filepath.Join(t.TempDir(), "office.db")}
	_, _ = rand.Read(b.key[:])
	b.open()
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func (b *bench) open() {
	b.t.Helper()
	var err error
	if b.Engine, err = Open(context.Background(), b.path, b.key, engine.Options{}); err != nil {
		b.t.Fatal(err)
	}
}

// refused opens a file that must not open.
func refused(t *testing.T, what, path string, key encvfs.Key, want screening.Code) {
	t.Helper()
	if e, err := Open(t.Context(), path, key, engine.Options{}); screening.CodeOf(err) != want {
		t.Errorf("%s: got %v, want %s", what, err, want)
		if err == nil {
			_ = e.Close()
		}
	}
}

func TestOpenRefusesWhatIsNotAnOffice(t *testing.T) {
	b := newBench(t)
	refused(t, "second opening", b.path, b.key, screening.CodeInUse)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	other := b.key
	other[0] ^= 1
	refused(t, "another key", b.path, other, screening.CodeDamaged)
	plain := filepath.Join(t.TempDir(), "plain.db")
	if err := os.WriteFile(plain, []byte(strings.Repeat("SQLite format 3\x00", 4096)), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "a plain file", plain, b.key, screening.CodeDamaged)
	b.open()
}

func TestOpenRefusesNewerSchema(t *testing.T) {
	b := newBench(t)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := encvfs.Open(b.path, b.key)
	if err != nil {
		t.Fatal(err)
	}
	db, err := f.DB()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, "a newer schema", b.path, b.key, screening.CodeNewer)
}

func TestDamagedFileIsNamed(t *testing.T) {
	b := newBench(t)
	for n := range 400 {
		p := casework.Person{Name: fmt.Sprintf("person %d", n), Role: casework.Reviewer, Lang: "en"}
		if _, err := b.AddPerson(t.Context(), casework.Program, p, strings.Repeat("x", 900)); err != nil {
			t.Fatal(err)
		}
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
	e, err := Open(t.Context(), b.path, b.key, engine.Options{})
	if err == nil { // the first pages were whole: what stands on the others says so when it is read
		_, _, err = e.Person(t.Context(), "person 200")
		_ = e.Close()
	}
	if screening.CodeOf(err) != screening.CodeDamaged {
		t.Errorf("got %v, want damaged", err)
	}
}

func TestFilesAreForTheOwnerOnly(t *testing.T) {
	b := newBench(t)
	if err := b.AddCode(t.Context(), [32]byte{1}, time.Now(), true); err != nil {
		t.Fatal(err)
	}
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
