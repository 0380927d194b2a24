package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/office/postgres/pgtest"
	"leeward/internal/screening"
	"leeward/schema/instrument"
)

// TestRebuildFromPayloads is the drill: everything readable is taken away and read again from sealed payloads, on
// both databases. What people added stays, and who withdrew stays gone.
func TestRebuildFromPayloads(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { rebuildDrill(t, "") })
	t.Run("postgres", func(t *testing.T) {
		server, err := pgtest.Start()
		if err != nil {
			t.Fatal(err)
		}
		defer server.Remove()
		dsn := server.Database(t)
		rebuildDrill(t, dsn)
		if strings.Contains(string(server.Dump(t, dsn)), marker) {
			t.Error("a dump of the database holds what somebody said")
		}
	})
}

func rebuildDrill(t *testing.T, dsn string) {
	o := newTestOfficeOn(t, dsn)
	told, gone := staged(t, "ar", marker), staged(t, "my", marker)
	o.withSenders(2, func(devices []*sender) {
		devices[0].interview(told)
		devices[1].interview(gone)
		devices[1].withdraw(gone)
	})
	p := o.program(io.Discard)
	p.Now, p.Env = time.Now, os.Getenv
	opened, err := p.openOffice(t.Context(), where{data: o.dir, passphrase: o.pass, dsn: dsn})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.close()
	before := look(t, opened, told.ID)
	c, err := opened.records.CaseOf(t.Context(), told.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := opened.records.ChangeCase(t.Context(), "noor", c.ID, c.Version, casework.CaseChange{Note: "stays"}); err != nil {
		t.Fatal(err)
	}
	done, err := opened.Rebuild(t.Context())
	if err != nil || done.Batches != 3 || done.Interviews != 1 || done.Unread != 0 {
		t.Fatalf("rebuilt %+v (%v), want 3 batches and 1 interview", done, err)
	}
	if after := look(t, opened, told.ID); !reflect.DeepEqual(after, before) {
		t.Error("the interview is not what it was")
	}
	if rec := look(t, opened, gone.ID); rec.Status != screening.Withdrawn || len(rec.Interview.Answers) != 0 {
		t.Error("a withdrawn person is back")
	}
	f, err := opened.records.ViewCase(t.Context(), "noor", c.ID)
	if err != nil || len(f.Interviews) != 1 || f.Events[0].Text != "stays" {
		t.Errorf("the case lost its interview or what was written into it (%v)", err)
	}
	stats, err := opened.Stats(t.Context()) // what was redacted from a payload does not even say whose it was
	if want := (casework.Stats{Devices: 2, Batches: 3, Interviews: 1, Opened: 1}); err != nil || stats != want {
		t.Errorf("stats %+v (%v), want %+v", stats, err, want)
	}
}

func look(t *testing.T, o *office, id screening.InterviewID) casework.Record {
	t.Helper()
	rec, err := o.records.View(context.WithoutCancel(t.Context()), "drill", id)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// TestShippedQuestionnaireIsKept: a program of next year ships another one, and still has to read what was asked with this.
func TestShippedQuestionnaireIsKept(t *testing.T) {
	newTestOffice(t).opened(func(o *office) {
		form := instrument.Form()
		if kept, err := o.records.Questionnaire(t.Context(), form.Ref()); err != nil || !bytes.Equal(kept, form.Questionnaire().Canonical()) {
			t.Errorf("the office does not keep it: %d bytes (%v)", len(kept), err)
		}
	})
}
