package engine_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// caseOf lets an interview arrive and returns its case as a worker sees it.
func (b *bench) caseOf(iv screening.Interview, needs ...casework.Need) casework.CaseFile {
	b.t.Helper()
	r := held(iv)
	r.Needs = needs
	b.take(arrival(b.device(), 1, ""), r)
	c, err := b.CaseOf(b.t.Context(), iv.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.file(c.ID)
}

func (b *bench) file(id casework.CaseID) casework.CaseFile {
	b.t.Helper()
	f, err := b.ViewCase(b.t.Context(), "noor", id)
	if err != nil {
		b.t.Fatal(err)
	}
	return f
}

func TestEachPersonIsACase(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		iv := interview(1)
		f := b.caseOf(iv, casework.Need{Kind: "medical", Level: "red"}, casework.Need{Kind: "shelter", Level: "amber"})
		if f.Level != casework.Red || len(f.Needs) != 2 || len(f.Duties) != 2 || f.Lang != "ar" || f.Status != casework.CaseOpen {
			t.Errorf("case %+v: level %q, %d needs, %d duties", f.Case, f.Level, len(f.Needs), len(f.Duties))
		}
		if want := b.now.Add(time.Hour); !f.Due.Equal(want) || f.Code == iv.Code || f.Phone != casework.PhoneUnknown {
			t.Errorf("due %v, want %v; code %s must not be the interview's", f.Due, want, f.Code)
		}
		page, err := b.Triage(t.Context(), b.now.Add(2*time.Hour), casework.Cursor{}, 10)
		if err != nil || len(page.Rows) != 1 || page.Total != 1 {
			t.Fatalf("triage: %d rows (%v)", len(page.Rows), err)
		}
		for _, d := range f.Duties {
			d.Done = b.now
			if err := b.ChangeDuty(t.Context(), "noor", d); err != nil {
				t.Fatal(err)
			}
		}
		if f = b.file(f.ID); f.Level != "" || !f.Due.IsZero() || len(f.Needs) != 0 || f.Duties[0].Done.IsZero() {
			t.Errorf("after all is done: level %q due %v", f.Level, f.Due)
		}
		if page, err = b.Triage(t.Context(), b.now.Add(100*time.Hour), casework.Cursor{}, 10); err != nil || len(page.Rows) != 0 {
			t.Errorf("triage after all is done: %d rows (%v)", len(page.Rows), err)
		}
		b.noMarker()
	})
}

func TestTwoSaveAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		f := b.caseOf(interview(1))
		closed, follow := casework.CaseClosed, casework.CaseFollowUp
		if err := b.ChangeCase(t.Context(), "noor", f.ID, f.Version, casework.CaseChange{Status: &closed, Note: marker}); err != nil {
			t.Fatal(err)
		}
		err := b.ChangeCase(t.Context(), "sami", f.ID, f.Version, casework.CaseChange{Status: &follow})
		if !errors.Is(err, casework.ErrChanged) {
			t.Fatalf("the second to save: got %v, want changed", err)
		}
		f = b.file(f.ID)
		if f.Status != casework.CaseClosed || f.Events[0].Act != casework.CaseCollided || f.Events[0].Actor != "sami" {
			t.Errorf("status %s, newest event %+v: the first is not told", f.Status, f.Events[0])
		}
		if f.Events[1].Text != marker {
			t.Error("the note is not kept")
		}
		if err := b.ChangeCase(t.Context(), "sami", casework.NewCaseID(), 1, casework.CaseChange{}); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("a case that is not here: %v", err)
		}
		b.noMarker()
	})
}

func TestNotNeedsASecondReader(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		f := b.caseOf(interview(1))
		not, actual := casework.FindingNot, casework.FindingActual
		if err := b.ChangeCase(t.Context(), "noor", f.ID, f.Version, casework.CaseChange{Finding: &not}); err == nil {
			t.Error("a finding without a reason was taken")
		}
		if err := b.ChangeCase(t.Context(), "noor", f.ID, f.Version, casework.CaseChange{Finding: &not, Note: "no work, no travel"}); err != nil {
			t.Fatal(err)
		}
		if f = b.file(f.ID); f.Finding != casework.FindingOpen || f.Proposed != "noor" {
			t.Fatalf("finding %q, proposed by %q: it holds already", f.Finding, f.Proposed)
		}
		if err := b.Second(t.Context(), "noor", f.ID, f.Version, true, "me again"); err == nil {
			t.Error("the same person read it a second time")
		}
		if err := b.Second(t.Context(), "sami", f.ID, f.Version, true, "agreed"); err != nil {
			t.Fatal(err)
		}
		if f = b.file(f.ID); f.Finding != casework.FindingNot || f.Proposed != "" || f.Status != casework.CaseOpen {
			t.Errorf("finding %q, status %s: want not, and help goes on", f.Finding, f.Status)
		}
		if err := b.ChangeCase(t.Context(), "noor", f.ID, f.Version, casework.CaseChange{Finding: &actual, Note: "came back"}); err != nil {
			t.Fatal(err)
		}
		if f = b.file(f.ID); f.Finding != casework.FindingActual || len(f.Events) < 4 {
			t.Error("a later finding does not stand, or an earlier one is gone")
		}
	})
}

func TestMergeAndPart(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		one := b.caseOf(interview(1), casework.Need{Kind: "medical", Level: "red"})
		two := b.caseOf(interview(1), casework.Need{Kind: "shelter", Level: "amber"})
		if err := b.Merge(t.Context(), "noor", two.ID, two.Version, one.ID, one.Version, " "); err == nil {
			t.Error("merged without a reason")
		}
		if err := b.Merge(t.Context(), "noor", two.ID, two.Version, one.ID, one.Version, "the same scar, she says so"); err != nil {
			t.Fatal(err)
		}
		one = b.file(one.ID)
		if len(one.Interviews) != 2 || len(one.Duties) != 2 || len(one.Parts) != 1 || one.Parts[0].ID != two.ID {
			t.Fatalf("merged: %d interviews, %d duties, %d parts", len(one.Interviews), len(one.Duties), len(one.Parts))
		}
		two = b.file(two.ID)
		if two.Status != casework.CaseMerged || two.Into != one.ID || len(two.Interviews) != 0 || !two.Due.IsZero() {
			t.Errorf("the other: %s with %d interviews", two.Status, len(two.Interviews))
		}
		if err := b.Part(t.Context(), "noor", two.ID, two.Version, "two sisters"); err != nil {
			t.Fatal(err)
		}
		one, two = b.file(one.ID), b.file(two.ID)
		if len(one.Interviews) != 1 || len(two.Interviews) != 1 || len(two.Duties) != 1 || two.Status != casework.CaseOpen || two.Level != casework.Amber {
			t.Errorf("parted: %d and %d interviews, %s", len(one.Interviews), len(two.Interviews), two.Status)
		}
	})
}

func TestReferralNeedsConsent(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		f := b.caseOf(*saying("none").Content)
		clinic := casework.Service{ID: casework.NewServiceID(), Name: "Night clinic", Kinds: []string{"emergency_health"}, Active: true}
		police := casework.Service{ID: casework.NewServiceID(), Name: "Police desk", Kinds: []string{"protection"}, Active: true, Authority: true}
		for _, s := range []casework.Service{clinic, police} {
			if err := b.PutService(t.Context(), "noor", s); err != nil {
				t.Fatal(err)
			}
		}
		worker, boss := casework.CaseWorker.May, casework.Supervisor.May
		ask := casework.Duty{Case: f.ID, Kind: casework.DutyReferral, Service: clinic.ID, Body: casework.DutyBody{Urgency: casework.WithinHour, Text: marker}}
		if _, err := b.AddDuty(t.Context(), "noor", f.Version, ask, worker); err == nil {
			t.Error("referred without consent")
		}
		ask.Body.Consent = b.now.UnixMilli()
		if _, err := b.AddDuty(t.Context(), "noor", f.Version, ask, worker); err != nil {
			t.Fatal(err)
		}
		f = b.file(f.ID)
		if d := f.Duties[0]; d.Level != casework.Red || !d.Due.Equal(b.now.Add(time.Hour)) || d.Body.Text != marker || d.Service != clinic.ID {
			t.Errorf("referral %+v due %v", d, d.Due)
		}
		ask.Service = police.ID
		if _, err := b.AddDuty(t.Context(), "noor", f.Version, ask, worker); err == nil {
			t.Error("a case worker referred to the police")
		}
		if _, err := b.AddDuty(t.Context(), "noor", f.Version, ask, boss); err != nil {
			t.Errorf("a supervisor: %v", err)
		}
		stale := clinic
		stale.Version = 9
		if err := b.PutService(t.Context(), "noor", stale); !errors.Is(err, casework.ErrChanged) {
			t.Errorf("an entry that somebody else changed: %v", err)
		}
		b.noMarker()
	})
}

// TestWithdrawalEmptiesTheCase: what came from the interview goes, in every row, from the case too.
func TestWithdrawalEmptiesTheCase(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		iv := interview(1)
		d := b.device()
		b.take(arrival(d, 1, ""), held(iv))
		c, err := b.CaseOf(t.Context(), iv.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.ChangeCase(t.Context(), "noor", c.ID, c.Version, casework.CaseChange{Note: marker}); err != nil {
			t.Fatal(err)
		}
		b.take(arrival(d, 2, ""), withdrawal(iv.ID, 2))
		f := b.file(c.ID)
		for _, ev := range f.Events {
			if ev.Text != "" {
				t.Errorf("event %d keeps a text", ev.N)
			}
		}
		if len(f.Duties) != 0 || f.Lang != "" || !f.Quiet || f.Status != casework.CaseClosed || f.Events[0].Act != casework.CaseWithdrawn {
			t.Errorf("%d duties, language %q, status %s are left", len(f.Duties), f.Lang, f.Status)
		}
	})
}

// TestDumpHoldsNothingReadable looks through what pg_dump writes, and sees that it would find what is not hidden.
func TestDumpHoldsNothingReadable(t *testing.T) {
	b := newServer(t)
	f := b.caseOf(interview(1), casework.Need{Kind: "self_harm", Level: "red"})
	if err := b.ChangeCase(t.Context(), "noor", f.ID, f.Version, casework.CaseChange{Note: marker}); err != nil {
		t.Fatal(err)
	}
	if err := b.SetTOTP(t.Context(), "noor", 1, "JBSWY3DPEHPK3PXP"); !errors.Is(err, casework.ErrNotFound) {
		t.Fatal(err)
	}
	dump := b.all()
	if !bytes.Contains(dump, []byte(f.Code)) {
		t.Fatal("the dump lacks the case: the search proves nothing")
	}
	for _, never := range []string{marker, "self_harm", "about/d1", "declined", "ex.hours", strings.ToUpper(marker)} {
		if bytes.Contains(dump, []byte(never)) {
			t.Errorf("the dump holds %q", never)
		}
	}
}

// TestCaseWithoutNeeds lets a child arrive who needs nothing now: a case with one line and no duty. A further version
// that notes a need makes a duty of it, and does not make the child an adult.
func TestCaseWithoutNeeds(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d, iv := b.device(), interview(1)
		first := held(iv)
		first.Needs, first.Child, first.Phone = nil, true, casework.PhoneSafe
		b.take(arrival(d, 1, ""), first)
		c, err := b.CaseOf(t.Context(), iv.ID)
		if err != nil {
			t.Fatal(err)
		}
		f := b.file(c.ID)
		if !f.Child || f.Lang != "ar" || f.Phone != casework.PhoneSafe || f.Level != "" || !f.Due.IsZero() || len(f.Needs)+len(f.Duties) != 0 {
			t.Errorf("new case %+v with %d duties", f.Case, len(f.Duties))
		}
		if len(f.Events) != 1 || f.Events[0].N != 1 || f.Events[0].Act != casework.CaseOpened {
			t.Errorf("events of a new case: %+v", f.Events)
		}
		second := iv
		second.Version, second.Setting.Language = 2, "ps"
		b.take(arrival(d, 2, ""), held(second))
		f = b.file(c.ID)
		if !f.Child || f.Lang != "ps" || f.Level != casework.Red || len(f.Duties) != 1 || len(f.Events) != 1 {
			t.Errorf("after a second version %+v, %d duties, %d events", f.Case, len(f.Duties), len(f.Events))
		}
	})
}
