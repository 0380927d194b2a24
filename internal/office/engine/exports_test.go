package engine_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// everybody reads whom an export would read.
func (b *bench) everybody(q casework.ToldQuery) (all []casework.Told) {
	b.t.Helper()
	if err := b.Told(b.t.Context(), q, func(t casework.Told) error { all = append(all, t); return nil }); err != nil {
		b.t.Fatal(err)
	}
	return all
}

func auditEntry(head [32]byte) []byte { return append([]byte("audit "), head[:]...) }

func leaving(x casework.Exported) casework.Exported {
	x.Actor, x.Shape, x.Scope, x.People, x.Sealed, x.Sum = "noor", "htcds-json", "legal", max(x.People, 1), true, [32]byte{9}
	x.Purpose, x.To, x.Key = "a claim for wages "+marker, "Anchor Legal Aid", "0123456789abcdef"
	return x
}

// Everybody is shown once, by the newest interview of their case, over pages of any size; years and codes choose.
func TestToldShowsEachPersonOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		begin := b.now
		var last screening.Interview
		for seq := range uint64(3) {
			var records []casework.OpenedRecord
			for range 220 { // three of these are more than one page
				last = interview(1)
				records = append(records, held(last))
			}
			a := arrival(d, seq+1, "")
			if _, err := b.Take(t.Context(), a, opened(a, records...)); err != nil {
				t.Fatal(err)
			}
			b.now = b.now.Add(time.Hour)
		}
		year := casework.ToldQuery{From: begin.AddDate(-1, 0, 0), To: begin.AddDate(1, 0, 0)}
		all := b.everybody(year)
		seen := map[casework.CaseID]bool{}
		for _, p := range all {
			seen[p.Case] = true
		}
		if len(all) != 660 || len(seen) != 660 {
			t.Fatalf("%d shown, %d of them different; want 660", len(all), len(seen))
		}
		if some := b.everybody(casework.ToldQuery{From: begin, To: begin.Add(time.Minute)}); len(some) != 220 {
			t.Errorf("%d in the first minute, want 220", len(some))
		}

		// A second interview, joined to the case of the first, is the one that is shown.
		from, into := all[0], all[659]
		if err := b.Merge(t.Context(), "noor", from.Case, b.file(from.Case).Version, into.Case, b.file(into.Case).Version, "one person"); err != nil {
			t.Fatal(err)
		}
		all = b.everybody(year)
		at := slices.IndexFunc(all, func(p casework.Told) bool { return p.Case == into.Case })
		if len(all) != 659 || at < 0 || all[at].Interview.ID != into.Interview.ID {
			t.Errorf("after a merge %d are shown, want 659 with the newest interview", len(all))
		}
		if one := b.everybody(casework.ToldQuery{Code: into.Code}); len(one) != 1 || one[0].Case != into.Case {
			t.Errorf("by code: %d, want the one", len(one))
		}
		b.take(arrival(d, 4, ""), withdrawal(all[5].Interview.ID, 2))
		if left := b.everybody(year); len(left) != 658 {
			t.Errorf("after a withdrawal %d are shown, want 658", len(left))
		}
	})
}

// What leaves stands in the register, the audit log, the case, and its audit line in the log of the office. Where
// somebody withdrew since, nothing is written.
func TestExportsAreRegistered(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		iv, other := interview(1), interview(1)
		b.take(arrival(d, 1, ""), held(iv), held(other))
		c, err := b.CaseOf(t.Context(), iv.ID)
		if err != nil {
			t.Fatal(err)
		}
		x, err := b.AddExport(t.Context(), leaving(casework.Exported{Case: c.ID}), 0, auditEntry)
		if err != nil || x.N != 1 || x.At.IsZero() {
			t.Fatalf("registered as %d (%v)", x.N, err)
		}
		b.reopen()
		if all, err := b.Exports(t.Context()); err != nil || len(all) != 1 || all[0] != x {
			t.Errorf("register: got %d (%v), want what was entered", len(all), err)
		}
		_, head, err := b.AuditHead(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		entries, err := b.Entries(t.Context(), x.Entry, 1)
		if err != nil || len(entries) != 1 || !bytes.Equal(entries[0], auditEntry(head)) {
			t.Errorf("the log does not name the head of the audit log (%v)", err)
		}
		audit, err := b.Audit(t.Context())
		if err != nil || !slices.ContainsFunc(audit, func(e casework.Entry) bool {
			return e.Act == casework.ActExport && e.Actor == "noor" && strings.Contains(e.Object, "Anchor Legal Aid") && strings.Contains(e.Object, "claim for wages")
		}) || !slices.ContainsFunc(audit, func(e casework.Entry) bool { return e.Act == casework.ActExport && e.Object == c.ID.String() }) {
			t.Errorf("the audit log lacks the export, or whose it was (%v)", err)
		}
		if f := b.file(c.ID); !slices.ContainsFunc(f.Events, func(e casework.CaseEvent) bool {
			return e.Act == casework.CaseExported && strings.Contains(e.Text, "Anchor Legal Aid")
		}) {
			t.Error("the case does not say that its record was handed over")
		}

		b.take(arrival(d, 2, ""), withdrawal(other.ID, 2))
		if _, err := b.AddExport(t.Context(), leaving(casework.Exported{}), 0, auditEntry); !errors.Is(err, casework.ErrChanged) {
			t.Errorf("after a withdrawal: got %v, want ErrChanged", err)
		}
		if all, err := b.Exports(t.Context()); err != nil || len(all) != 1 {
			t.Errorf("%d in the register (%v), want 1", len(all), err)
		}
		for _, change := range []string{`UPDATE exports SET people = 2`, `DELETE FROM exports`} {
			if _, err := b.Raw().Exec(change); err == nil {
				t.Errorf("%s: done, want refused", change)
			}
		}
	})
}

// The audit log enters the log of the office once a day, where there is anything new, and after a clock that went back.
func TestAuditEntersTheLog(t *testing.T) {
	b := newFile(t)
	try := func(what string, want bool) {
		t.Helper()
		got, err := b.EnterAudit(t.Context(), 24*time.Hour, auditEntry)
		if err != nil || got != want {
			t.Errorf("%s: entered %v (%v), want %v", what, got, err, want)
		}
	}
	note := func() {
		if err := b.Note(t.Context(), "noor", casework.ActView, fmt.Sprint(b.now)); err != nil {
			t.Fatal(err)
		}
	}
	try("an empty log", false)
	note()
	try("the first line", true)
	try("nothing new", false)
	note()
	try("within the day", false)
	b.now = b.now.Add(25 * time.Hour)
	try("a day later", true)
	note()
	b.now = b.now.Add(-72 * time.Hour)
	try("a clock that went back", true)
}
