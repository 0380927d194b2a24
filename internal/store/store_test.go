package store

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/schema"
)

func TestOpenRefuses(t *testing.T) {
	cases := []struct {
		name string
		sql  string
		want screening.Code
	}{
		{"a newer schema", `INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)`, screening.CodeNewer},
		{"another program's file", `PRAGMA application_id = 12345`, screening.CodeForeign},
		{"tables of nobody", `PRAGMA application_id = 0`, screening.CodeForeign},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, path := newStore(t)
			_, err := s.db.Exec(c.sql)
			ok(t, err)
			ok(t, s.Close())
			for range 2 { // the refusal gives the file back
				_, err = Open(t.Context(), path, testKey, Options{})
				wantCode(t, err, c.want)
				if e, _ := errors.AsType[*screening.Error](err); c.want == screening.CodeNewer && e.Hint != "error.newer.hint" {
					t.Errorf("hint: got %q, want the one that says what to do", e.Hint)
				}
			}
		})
	}
}

func TestAFileThatDiedInItsFirstMigrationIsMadeWhole(t *testing.T) {
	s, path := newStore(t)
	var tables []string
	rows, err := s.db.Query(`SELECT type || ' ' || name FROM sqlite_schema
		WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' AND name <> 'goose_db_version' ORDER BY rowid DESC`)
	ok(t, err)
	for rows.Next() {
		var name string
		ok(t, rows.Scan(&name))
		tables = append(tables, name)
	}
	ok(t, rows.Err())
	for _, name := range tables {
		_, err := s.db.Exec("DROP " + name)
		ok(t, err)
	}
	_, err = s.db.Exec(`DELETE FROM goose_db_version WHERE version_id > 0; PRAGMA application_id = 0`)
	ok(t, err)
	s = reopen(t, s, path)
	begun(t, s, 1)
}

func TestARemovedStoreIsNotReplacedByAnEmptyOne(t *testing.T) {
	s, path := newStore(t)
	begun(t, s, 1)
	ok(t, s.Close())
	ok(t, os.Rename(path, path+".away"))
	_, err := Open(t.Context(), path, testKey, Options{})
	wantCode(t, err, screening.CodeDamaged)
	ok(t, os.Rename(path+".away", path))
	s = openAt(t, path)
	if list, err := s.List(t.Context()); len(list) != 1 || err != nil {
		t.Errorf("got %d interviews (%v), want 1", len(list), err)
	}
}

func TestTheStoreHasOneOwner(t *testing.T) {
	_, path := newStore(t)
	_, err := Open(t.Context(), path, testKey, Options{})
	wantCode(t, err, screening.CodeInUse)
}

func TestOpenWithAnotherKeyIsRefused(t *testing.T) {
	s, path := newStore(t)
	begun(t, s, 1)
	ok(t, s.Close())
	_, err := Open(t.Context(), path, encvfs.Key{9}, Options{})
	wantCode(t, err, screening.CodeDamaged)
	s = openAt(t, path)
	if list, err := s.List(t.Context()); len(list) != 1 || err != nil {
		t.Errorf("got %d interviews (%v), want 1", len(list), err)
	}
}

func TestDamageIsNotSilent(t *testing.T) {
	s, path := newStore(t)
	for range 40 {
		begun(t, s, 20)
	}
	ok(t, s.Close())
	b, err := os.ReadFile(path)
	ok(t, err)
	for i := 8192 + 4096*8; i < len(b); i += 4096 {
		b[i+100] ^= 1
	}
	ok(t, os.WriteFile(path, b, 0o600))
	s, err = Open(t.Context(), path, testKey, Options{})
	if err == nil {
		defer func() { _ = s.Close() }()
		_, err = s.List(t.Context())
	}
	wantCode(t, err, screening.CodeDamaged)
}

func TestAFullDiskSavesNothingAndSaysSo(t *testing.T) {
	s, _ := newStore(t)
	iv := begun(t, s, 1)
	var pages int
	ok(t, s.db.QueryRow(`PRAGMA page_count`).Scan(&pages))
	_, err := s.db.Exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages))
	ok(t, err)
	big := said(2, "/data/q2", strings.Repeat("x", 1<<16))
	wantCode(t, s.SaveAnswer(t.Context(), iv.ID, big), screening.CodeDiskFull)
	_, err = s.db.Exec(`PRAGMA max_page_count = 1000000`)
	ok(t, err)
	ok(t, s.SaveAnswer(t.Context(), iv.ID, big))
	got, err := s.Interview(t.Context(), iv.ID)
	ok(t, err)
	if len(got.Answers) != 2 {
		t.Errorf("got %d answers, want 2", len(got.Answers))
	}
}

func TestClosedStoreAnswersWithErrors(t *testing.T) {
	s, _ := newStore(t)
	ok(t, s.Close())
	if err := s.Begin(t.Context(), person(), nil); err == nil {
		t.Error("a closed store took an interview")
	}
}

func TestErrorsHoldNoAnswer(t *testing.T) {
	s, _ := newStore(t)
	iv := finished(t, s, 1)
	bad := said(2, "/data/q1", "")
	bad.Answer.Missing = schema.Declined // a value and a reason at once: a CHECK refuses it
	for _, err := range []error{
		s.SaveAnswer(t.Context(), iv.ID, said(2, marker, "")),
		s.Begin(t.Context(), person(), []screening.Recorded{bad}),
		s.CountOnly(t.Context(), screening.Tally{Month: "no month at all"}),
	} {
		if err == nil || strings.Contains(err.Error(), "MARKER") {
			t.Errorf("got error %q, want one that says nothing of an answer", err)
		}
	}
}

func TestFactsAreKept(t *testing.T) {
	s, path := newStore(t)
	_, _, err := s.Enrolment(t.Context())
	wantCode(t, err, screening.CodeNotEnrolled)
	want := screening.Enrolment{
		Device: screening.NewDeviceID(), Epoch: 1, SignKey: [32]byte{1}, TLSKey: [32]byte{2}, SealTo: "age1pq…",
		RootVersion: 3, At: noon,
	}
	ok(t, s.SetEnrolment(t.Context(), want, []byte("root document")))
	ok(t, s.SetSetting(t.Context(), "language", "my"))
	ok(t, s.SetSetting(t.Context(), "language", "ar"))
	ok(t, s.SetSetting(t.Context(), "gone", "x"))
	ok(t, s.SetSetting(t.Context(), "gone", ""))
	canonical := []byte(`{"format":"leeward/questionnaire/1"}`)
	ref := schema.Ref(sha256.Sum256(canonical))
	for range 2 {
		ok(t, s.PutQuestionnaire(t.Context(), ref, canonical))
	}
	wantCode(t, s.PutQuestionnaire(t.Context(), schema.Ref{1}, canonical), screening.CodeBadQuestions)

	s = reopen(t, s, path)
	got, office, err := s.Enrolment(t.Context())
	ok(t, err)
	if got != want || string(office) != "root document" {
		t.Errorf("got enrolment %+v, want %+v", got, want)
	}
	for name, want := range map[string]string{"language": "ar", "gone": "", "never": ""} {
		if got, err := s.Setting(t.Context(), name); got != want || err != nil {
			t.Errorf("setting %s: got %q (%v), want %q", name, got, err, want)
		}
	}
	if b, err := s.Questionnaire(t.Context(), ref); !bytes.Equal(b, canonical) || err != nil {
		t.Errorf("got questionnaire %q (%v)", b, err)
	}
	_, err = s.Questionnaire(t.Context(), schema.Ref{1})
	wantErr(t, err, ErrNotFound)

	ok(t, s.SetEnrolment(t.Context(), screening.Enrolment{Epoch: 2, Device: want.Device}, []byte("root 2")))
	wantErr(t, s.SetEnrolment(t.Context(), want, nil), ErrSeq)
}

func TestSchemaIsStrict(t *testing.T) {
	s, _ := newStore(t)
	rows, err := s.db.Query(`SELECT name FROM pragma_table_list
		WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%' AND name <> 'goose_db_version'`)
	ok(t, err)
	for rows.Next() {
		var name sql.NullString
		ok(t, rows.Scan(&name))
		t.Errorf("table %s is not STRICT", name.String)
	}
	ok(t, rows.Err())
	for pragma, want := range map[string]int{"foreign_keys": 1, "secure_delete": 1, "synchronous": 2, "application_id": applicationID} {
		var got int
		ok(t, s.db.QueryRow("PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("%s is %d, want %d", pragma, got, want)
		}
	}
}
