package engine_test

import (
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// counts reads the facts that changed after seq.
func (b *bench) counts(seq int64) []casework.FactsRow {
	b.t.Helper()
	var all []casework.FactsRow
	err := b.FactsSince(b.t.Context(), seq, func(r casework.FactsRow) bool { all = append(all, r); return true })
	if err != nil {
		b.t.Fatal(err)
	}
	return all
}

// What an interview counts for is kept as it arrives, changes with the office's finding, keeps the day on which the
// office first knew of the person, and ends with a withdrawal.
func TestArrivalsAreCounted(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		iv, d := interview(1), b.device()
		said := func(iv screening.Interview) casework.OpenedRecord {
			r := held(iv)
			r.Facts = casework.Facts{Counted: true, Opened: 1, Sex: "f", Forms: []string{"labour"}, Finding: casework.FindingPossible}
			return r
		}
		b.take(arrival(d, 1, ""), said(iv))
		first := b.counts(0)
		if len(first) != 1 || first[0].Gone || first[0].Facts.Sex != "f" || first[0].Facts.Finding != casework.FindingPossible {
			t.Fatalf("%d rows are counted, want the one that arrived", len(first))
		}
		day := first[0].Facts.Opened

		b.now = b.now.Add(72 * time.Hour)
		iv.Version = 2
		b.take(arrival(d, 2, ""), said(iv))
		if again := b.counts(first[0].Seq); len(again) != 1 || again[0].Facts.Opened != day {
			t.Errorf("a further version counts %d times, want once and from the first day", len(again))
		}

		f := b.file(first[0].Case)
		actual := casework.FindingActual
		if err := b.ChangeCase(t.Context(), "noor", f.ID, f.Version, casework.CaseChange{Finding: &actual, Note: "read with a colleague"}); err != nil {
			t.Fatal(err)
		}
		if all := b.counts(0); len(all) != 1 || all[0].Facts.Finding != casework.FindingActual {
			t.Errorf("the office's finding does not count")
		}

		b.take(arrival(d, 3, ""), withdrawal(iv.ID, 3))
		if all := b.counts(0); len(all) != 1 || !all[0].Gone || all[0].Facts.Sex != "" {
			t.Errorf("a withdrawn interview still counts")
		}
	})
}
