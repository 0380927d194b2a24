package engine_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/schema"
)

const likeForm = "ftm|f|SY|1995"

// TestTheSamePersonIsSuggested: two cases that share a form are suggested to each other until somebody says that they
// are apart; a version that says otherwise, or a withdrawal, ends it. Only hashes are kept.
func TestTheSamePersonIsSuggested(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		first, second, third := interview(1), interview(1), interview(1)
		b.take(arrival(d, 1, ""), alike(held(first), likeForm, "ftm|f|SY|1996"))
		a := arrival(d, 2, "") // on the quick way in
		if _, err := b.Take(t.Context(), a, opened(a, alike(held(second), "ftm|f|SY|1994", likeForm))); err != nil {
			t.Fatal(err)
		}
		b.take(arrival(d, 3, ""), alike(held(third), "krm|m|SY|1995"))
		of := func(iv int) casework.CaseFile {
			c, err := b.CaseOf(t.Context(), []casework.OpenedRecord{held(first), held(second), held(third)}[iv].Interview)
			if err != nil {
				t.Fatal(err)
			}
			return b.file(c.ID)
		}
		one, two := of(0), of(1)
		if len(one.Alike) != 1 || one.Alike[0].ID != two.ID || len(two.Alike) != 1 || len(of(2).Alike) != 0 {
			t.Fatalf("suggested: %d, %d, %d; want each to the other and none to the third", len(one.Alike), len(two.Alike), len(of(2).Alike))
		}
		if dump := b.all(); bytes.Contains(dump, []byte(likeForm)) || bytes.Contains(dump, []byte("ftm|")) {
			t.Error("a form is kept that can be read")
		}
		if err := b.Apart(t.Context(), "sami", one.ID, one.Version, two.ID); err != nil {
			t.Fatal(err)
		}
		if len(of(0).Alike)+len(of(1).Alike) != 0 {
			t.Error("cases that are apart are suggested still")
		}
		first.Version = 2
		b.take(arrival(d, 4, ""), alike(held(first), "krm|m|SY|1995"))
		if got := of(0).Alike; len(got) != 1 || got[0].ID != of(2).ID {
			t.Errorf("after a version with another name: %d suggested, want the third", len(got))
		}
		b.take(arrival(d, 5, ""), withdrawal(third.ID, 2))
		if len(of(0).Alike) != 0 {
			t.Error("somebody who took everything back is suggested still")
		}
	})
}

func alike(r casework.OpenedRecord, forms ...string) casework.OpenedRecord {
	r.Alike = forms
	return r
}

// saying is an interview with an answer to the question whom not to tell.
func saying(whomNot string) casework.OpenedRecord {
	iv := interview(1)
	if whomNot != "" {
		r := iv.Answers[0]
		r.Seq, r.Path, r.Answer = 3, "/data/about/d12", schema.Answer{Value: whomNot}
		iv.Answers = append(iv.Answers, r)
	}
	return held(iv)
}

// TestWhoMustNotKnowIsNotTold refers people who excluded somebody to each kind of recipient, as a supervisor.
func TestWhoMustNotKnowIsNotTold(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		services := map[casework.Recipient]casework.ServiceID{}
		for _, r := range casework.Recipients() {
			s := casework.Service{ID: casework.NewServiceID(), Name: "S" + string(r), Kinds: []string{"shelter"}, Active: true, Authority: r.Authority()}
			s.Details.Body = r
			if err := b.PutService(t.Context(), "noor", s); err != nil {
				t.Fatal(err)
			}
			services[r] = s.ID
		}
		may := func(casework.Power) bool { return true }
		try := func(f casework.CaseFile, r casework.Recipient) (casework.DutyID, error) {
			return b.AddDuty(t.Context(), "noor", b.file(f.ID).Version, casework.Duty{
				Case: f.ID, Kind: casework.DutyReferral, Service: services[r],
				Body: casework.DutyBody{Text: marker, Urgency: casework.WithinDay, Consent: b.now.UnixMilli()},
			}, may)
		}
		for said, open := range map[string][]casework.Recipient{
			"none": casework.Recipients(), "": {casework.Helper}, "family": {casework.Helper, casework.HereState, casework.Embassy, casework.HomeState},
			"embassy": {casework.Helper, casework.HereState, casework.Family}, "own_authorities here": {casework.Helper, casework.Family},
		} {
			r := saying(said)
			b.take(arrival(b.device(), 1, ""), r)
			c, err := b.CaseOf(t.Context(), r.Interview)
			if err != nil {
				t.Fatal(err)
			}
			f := b.file(c.ID)
			for _, to := range casework.Recipients() {
				_, err := try(f, to)
				if want := slices.Contains(open, to); (err == nil) != want || err != nil && !errors.Is(err, casework.RefuseShut) {
					t.Errorf("who answered %q, referred to %q: %v, want taken %v", said, to, err, want)
				}
			}
		}
		b.noMarker()
	})
}

// TestPacketIsHandedOverWhileItMay: not after it expired, and not when the person shut out the recipient since.
func TestPacketIsHandedOverWhileItMay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		r := saying("embassy")
		b.take(arrival(b.device(), 1, ""), r)
		c, err := b.CaseOf(t.Context(), r.Interview)
		if err != nil {
			t.Fatal(err)
		}
		embassy := casework.Service{ID: casework.NewServiceID(), Name: "Embassy", Kinds: []string{"documents"}, Active: true, Authority: true}
		embassy.Details.Body = casework.Embassy
		if err := b.PutService(t.Context(), "noor", embassy); err != nil {
			t.Fatal(err)
		}
		if err := b.Allow(t.Context(), "sami", c.ID, b.file(c.ID).Version, casework.Embassy, ""); err == nil {
			t.Error("allowed without a reason")
		}
		b.now = b.now.Add(time.Second)
		if err := b.Allow(t.Context(), "sami", c.ID, b.file(c.ID).Version, casework.Embassy, "asks for a passport"); err != nil {
			t.Fatal(err)
		}
		f := b.file(c.ID)
		id, err := b.AddDuty(t.Context(), "noor", f.Version, casework.Duty{
			Case: c.ID, Kind: casework.DutyReferral, Service: embassy.ID,
			Body: casework.DutyBody{Text: marker, Urgency: casework.WithinDay, Consent: b.now.UnixMilli()},
		}, func(casework.Power) bool { return true })
		if err != nil {
			t.Fatalf("after the person allowed it: %v (shut: %v)", err, f.Shut)
		}
		_, d, err := b.HandOver(t.Context(), "noor", c.ID, id)
		if err != nil || d.Body.Text != marker || d.Body.Expires == 0 {
			t.Fatalf("handed over: %v, expires %d", err, d.Body.Expires)
		}
		if f = b.file(c.ID); f.Events[0].Act != casework.CasePacket || f.Events[0].Text != "Embassy" {
			t.Errorf("the case does not say it: %+v", f.Events[0])
		}
		b.now = b.now.AddDate(0, 0, 31)
		if _, _, err := b.HandOver(t.Context(), "noor", c.ID, id); !errors.Is(err, casework.RefuseExpired) {
			t.Errorf("after it expired: %v", err)
		}
		if _, _, err := b.HandOver(t.Context(), "noor", casework.NewCaseID(), id); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("by another case: %v", err)
		}
		b.noMarker()
	})
}
