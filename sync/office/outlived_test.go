package main

import (
	"io"
	"os"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/office/export"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/sync/batch"
)

// TestOutlivedCaseIsGoneEverywhere follows one case whose time is over, from the setting over the clock: out of what is
// read, out of the sealed payload beside somebody who stays, out of its recovery copy, out of what a rebuild makes and
// what an export holds. Neither the same copy nor a later version brings it back.
func TestOutlivedCaseIsGoneEverywhere(t *testing.T) {
	o := newTestOffice(t)
	over, stays := staged(t, "ar", marker), staged(t, "my", marker)
	for _, iv := range []*screening.Interview{&over, &stays} {
		record(iv, "/data/closing/b5", schema.Answer{Value: "yes"})
	}
	p := o.program(io.Discard)
	at := time.Now()
	p.Now, p.Env = func() time.Time { return at }, os.Getenv
	opened, err := p.openOffice(t.Context(), where{data: o.dir, passphrase: o.pass})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.close()
	in, err := opened.intake(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d := newSender(t, opened, in)
	mine, theirs := must(batch.FromInterview(over)), must(batch.FromInterview(stays))
	if got := d.send(mine, theirs); got.Level != screening.LevelOpened {
		t.Fatalf("receipt: %+v", got)
	}
	copied := must(batch.PackCapsule(batch.Parameters{Device: d.device.ID, Epoch: 1, Made: at, RootVersion: 1}, mine, d.key, d.root.Payload))
	if _, err := in.ReceiveCapsule(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	if got := exported(t, opened); got != 2 {
		t.Fatalf("%d people are exported at first, want 2: the test proves nothing", got)
	}

	closed := casework.CaseClosed
	c := must(opened.records.CaseOf(t.Context(), over.ID))
	if err := opened.records.ChangeCase(t.Context(), "noor", c.ID, c.Version, casework.CaseChange{Status: &closed, Note: "helped"}); err != nil {
		t.Fatal(err)
	}
	if err := opened.records.PutSetting(t.Context(), "noor", casework.SettingMonths, "12"); err != nil {
		t.Fatal(err)
	}
	tick := func() { // what serve does by itself
		p.eraseOutlived(t.Context(), opened)
		if err := in.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	week := func() {
		for range 8 {
			at = at.AddDate(0, 0, 1)
			tick()
		}
	}
	at = at.AddDate(0, 11, 0)
	week()
	if rec := look(t, opened, over.ID); len(rec.Interview.Answers) == 0 {
		t.Fatal("it went a month too early")
	}
	at = at.AddDate(0, 2, 0)
	tick()
	if rec := look(t, opened, over.ID); len(rec.Interview.Answers) == 0 {
		t.Fatal("it went because of a clock that leapt")
	}
	week()
	gone := func(when string) {
		t.Helper()
		if rec := look(t, opened, over.ID); !rec.Outlived || len(rec.Interview.Answers) != 0 {
			t.Errorf("%s: it can be read", when)
		}
		if rec := look(t, opened, stays.ID); len(rec.Interview.Answers) == 0 {
			t.Errorf("%s: somebody else went with it", when)
		}
		held, copies := sealedIn(t, opened, d)
		if len(held) != 1 || held[0] != stays.ID || copies != 0 {
			t.Errorf("%s: %d interviews are in the sealed payload, want the one that stays; %d recovery copies, want none", when, len(held), copies)
		}
		if got := exported(t, opened); got != 1 {
			t.Errorf("%s: %d people are exported, want 1", when, got)
		}
	}
	gone("after its time")
	gone("after a rebuild") // which looking into the payload is
	for _, again := range [][]byte{copied, must(batch.PackCapsule(batch.Parameters{Device: d.device.ID, Epoch: 1, Made: at, RootVersion: 1}, mine, d.key, d.root.Payload))} {
		if _, err := in.ReceiveCapsule(t.Context(), again); err != nil {
			t.Fatal(err)
		}
	}
	tick()
	gone("after its copy came again")
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// exported is how many people an export for statistics has, of whom it may hold every answer.
func exported(t *testing.T, o *office) int {
	t.Helper()
	x, err := o.Export(t.Context(), export.Ask{
		Shape: export.AnswersCSV, Scope: export.Statistics, Purpose: "a study of hours", To: "Mina Haddad", Clear: true,
		From: 2020, Until: 2100, Lang: "en",
	})
	if err != nil {
		t.Fatal(err)
	}
	return x.People
}

// sealedIn says whose interviews are in the one batch of a device as the office keeps it, and how many recovery copies it
// has, as a rebuild finds them.
func sealedIn(t *testing.T, o *office, d *sender) (ids []screening.InterviewID, copies int) {
	t.Helper()
	if err := o.records.BeginRebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	copies = len(must(o.records.DueCapsules(t.Context(), 9, nil)))
	tasks := must(o.records.Due(t.Context(), 9, nil))
	if len(tasks) != 1 {
		t.Fatalf("the office keeps %d batches, want 1", len(tasks))
	}
	a := tasks[0].Arrival
	v := must(must(batch.Restore(a.Header, a.Sig, a.Payload, a.Redacted)).Verify(d.key.Public()))
	for _, r := range must(v.Open(o.vault.Opener(keyVault), len(o.root.Payload))).Records {
		if !r.Gone {
			ids = append(ids, r.ID)
		}
	}
	if err := d.in.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	return ids, copies
}
