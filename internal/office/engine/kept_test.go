package engine_test

import (
	"errors"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// TestCasesAreKeptAsLongAsTheOfficeSays: a closed case goes with its interviews when its time is over; an open one, a younger
// one and one that two people hold stay. What comes later of an erased interview is erased, too.
func TestCasesAreKeptAsLongAsTheOfficeSays(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		records := map[string]casework.OpenedRecord{}
		ids := map[string]casework.CaseID{}
		closed := casework.CaseClosed
		begin := b.now
		for i, name := range []string{"old", "open", "held", "asked", "young"} {
			records[name] = held(interview(1))
			b.take(arrival(d, uint64(i)+1, ""), records[name])
			c, err := b.CaseOf(t.Context(), records[name].Interview)
			if err != nil {
				t.Fatal(err)
			}
			ids[name] = c.ID
			if name == "young" {
				b.now = b.now.AddDate(0, 12, 0)
			}
			if name != "open" {
				if err := b.ChangeCase(t.Context(), "noor", c.ID, c.Version, casework.CaseChange{Status: &closed, Note: marker}); err != nil {
					t.Fatal(err)
				}
			}
		}
		b.now = begin
		hold := func(name, actor string) error {
			return b.Hold(t.Context(), actor, ids[name], b.file(ids[name]).Version, "a court asks")
		}
		if err := errors.Join(hold("held", "noor"), hold("held", "sami"), hold("asked", "noor")); err != nil {
			t.Fatal(err)
		}
		if err := hold("asked", "noor"); !errors.Is(err, casework.RefuseHold) {
			t.Errorf("one person asked twice: %v", err)
		}
		b.now = begin.AddDate(0, 14, 0)
		if n, err := b.EraseOutlived(t.Context()); n != 0 || err != nil {
			t.Fatalf("while nobody said how long: erased %d (%v)", n, err)
		}
		if err := b.PutSetting(t.Context(), "ada", casework.SettingMonths, "13"); err != nil {
			t.Fatal(err)
		}
		if n, err := b.EraseOutlived(t.Context()); n != 2 || err != nil {
			t.Fatalf("erased %d (%v), want the old one and the one that only one person holds", n, err)
		}
		if n, err := b.EraseOutlived(t.Context()); n != 0 || err != nil {
			t.Errorf("a second round erased %d (%v)", n, err)
		}
		for name, id := range ids {
			gone := name == "old" || name == "asked"
			f := b.file(id)
			if (f.Events[0].Act == casework.CaseErased) != gone || (f.Interviews[0].Status == screening.Withdrawn) != gone {
				t.Errorf("%s: newest event %s, interview %s; want it gone %v", name, f.Events[0].Act, f.Interviews[0].Status, gone)
			}
			rec, err := b.View(t.Context(), "noor", records[name].Interview)
			if err != nil || rec.Outlived != gone || gone && len(rec.Interview.Answers) > 0 {
				t.Errorf("%s: outlived %v with %d answers (%v)", name, rec.Outlived, len(rec.Interview.Answers), err)
			}
		}
		late := *records["old"].Content
		late.Version = 2
		b.take(arrival(d, 6, ""), held(late))
		if rec, err := b.View(t.Context(), "noor", late.ID); err != nil || len(rec.Interview.Answers) > 0 {
			t.Errorf("a later version brought %d answers back (%v)", len(rec.Interview.Answers), err)
		}
		if err := b.EndHold(t.Context(), "sami", ids["held"], b.file(ids["held"]).Version, "the court is done"); err != nil {
			t.Fatal(err)
		}
		b.now = b.now.AddDate(0, 14, 0)
		if n, err := b.EraseOutlived(t.Context()); n != 2 || err != nil {
			t.Errorf("after the hold ended: erased %d (%v), want it and the younger one", n, err)
		}
	})
}
