package records_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/fstest"

	"leeward/internal/encvfs"
	"leeward/internal/records"
	"leeward/internal/screening"
)

func TestCodes(t *testing.T) {
	codes := records.Codes{Full: screening.EFull, Busy: screening.EBusy}
	for name, c := range map[string]struct {
		err  error
		want screening.Code
	}{
		"another program": {encvfs.ErrInUse, screening.CodeInUse},
		"exchanged file":  {encvfs.ErrWrongKey, screening.CodeDamaged},
		"cut log":         {encvfs.ErrWALShort, screening.CodeDamaged},
		"later format":    {encvfs.ErrVersion, screening.CodeNewer},
		"full disk":       {encvfs.ErrDiskFull, screening.EFull},
		"full elsewhere":  {&fs.PathError{Op: "write", Err: syscall.ENOSPC}, screening.EFull},
		"failed rename":   {&os.LinkError{Op: "rename", Err: syscall.EIO}, screening.CodeDisk},
		"no such folder":  {&fs.PathError{Op: "open", Err: fs.ErrNotExist}, screening.CodeDisk},
		"has a code":      {screening.Fail(screening.EOwner, encvfs.ErrDamaged), screening.EOwner},
		"nothing known":   {errors.New("unheard of"), screening.CodeInternal},
	} {
		if got := screening.CodeOf(codes.Of(fmt.Errorf("save: %w", c.err))); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
	if err := codes.Of(nil); err != nil {
		t.Errorf("no error became %v", err)
	}
}

func step(sql string) *fstest.MapFile { return &fstest.MapFile{Data: []byte("-- +goose Up\n" + sql)} }

func TestMigrate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.db")
	key := encvfs.Key{1}
	if err := encvfs.Create(path, key); err != nil {
		t.Fatal(err)
	}
	f, err := encvfs.Open(path, key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	db, err := f.DB()
	if err != nil {
		t.Fatal(err)
	}
	first := fstest.MapFS{"0001_first.sql": step("PRAGMA application_id = 7;\nCREATE TABLE a (x INTEGER) STRICT;")}
	both := fstest.MapFS{"0001_first.sql": first["0001_first.sql"], "0002_second.sql": step("CREATE TABLE b (x INTEGER) STRICT;")}
	for _, c := range []struct {
		name   string
		schema records.Schema
		want   screening.Code
	}{
		{"new file", records.Schema{Application: 7, Steps: first}, ""},
		{"again", records.Schema{Application: 7, Steps: first}, ""},
		{"later program", records.Schema{Application: 7, Steps: both}, ""},
		{"older program", records.Schema{Application: 7, Steps: first}, screening.CodeNewer},
		{"another program", records.Schema{Application: 8, Steps: both}, screening.CodeForeign},
	} {
		err := c.schema.Migrate(t.Context(), db)
		if c.want == "" && err != nil || c.want != "" && (err == nil || screening.CodeOf(err) != c.want) {
			t.Errorf("%s: got %v, want code %q", c.name, err, c.want)
		}
	}
}
