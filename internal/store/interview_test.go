package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
)

func TestInterviewComesBackAsItWasSaved(t *testing.T) {
	s, path := newStore(t)
	want := begun(t, s, 5)
	correction := said(6, "/data/q2", "corrected")
	ok(t, s.SaveAnswer(t.Context(), want.ID, correction))
	missing := said(7, "/data/q3", "")
	missing.Answer = schema.Answer{Missing: schema.Declined}
	ok(t, s.SaveAnswer(t.Context(), want.ID, missing))
	rough := said(8, "/data/q4", "2019-01-01")
	rough.Answer.About = schema.AboutYear
	ok(t, s.SaveAnswer(t.Context(), want.ID, rough))
	ok(t, s.SaveAnswer(t.Context(), want.ID, rough)) // the same again
	exact := rough
	exact.Answer.About = ""
	if err := s.SaveAnswer(t.Context(), want.ID, exact); !errors.Is(err, ErrSeq) {
		t.Errorf("another answer under the number of a rough one: %v", err)
	}
	want.Answers = append(want.Answers, correction, missing, rough)

	for _, run := range []string{"same run", "after reopening"} {
		got, err := s.Interview(t.Context(), want.ID)
		ok(t, err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the interview differs from what was saved", run)
		}
		hidden(t, path)
		s = reopen(t, s, path)
	}
	now := want.Current()
	if now["/data/q2"] != correction.Answer || now["/data/q3"].Missing != schema.Declined || len(now) != 5 {
		t.Errorf("current answers are not the last ones")
	}
}

func TestBeginRefusesAnInterviewWithoutConsent(t *testing.T) {
	s, path := newStore(t)
	iv := person()
	iv.Consent.Agreed = false
	err := s.Begin(t.Context(), iv, []screening.Recorded{said(1, "/data/q1", "")})
	wantCode(t, err, screening.CodeNoConsent)
	_, err = s.Interview(t.Context(), iv.ID)
	wantErr(t, err, ErrNotFound)
	if readable(t, s, path) {
		t.Error("what was said without consent is in the file")
	}
}

func TestBeginIsOneTransaction(t *testing.T) {
	s, path := newStore(t)
	iv := person()
	bad := []screening.Recorded{said(1, "/data/q1", "a"), said(1, "/data/q2", "b")} // the second has no number of its own
	wantErr(t, s.Begin(t.Context(), iv, bad), ErrSeq)
	_, err := s.Interview(t.Context(), iv.ID)
	wantErr(t, err, ErrNotFound)
	ok(t, s.scrub(t.Context()))
	if readable(t, s, path) {
		t.Error("half an interview was kept")
	}
}

func TestBeginAgainTakesOverAChangedConsent(t *testing.T) {
	s, _ := newStore(t)
	iv := begun(t, s, 2)
	iv.Consent = screening.Consent{Agreed: true, Keep: "named", Lang: "ar", Wording: "00", At: noon.Add(time.Minute)}
	iv.Answers = append(iv.Answers, said(3, "/data/q1", "named"))
	ok(t, s.Begin(t.Context(), iv, iv.Answers[2:]))
	got, err := s.Interview(t.Context(), iv.ID)
	ok(t, err)
	if !reflect.DeepEqual(got, iv) {
		t.Error("the changed consent or its answer was not kept")
	}
	ok(t, s.Complete(t.Context(), iv.ID, noon, nil))
	wantErr(t, s.Begin(t.Context(), iv, iv.Answers), ErrNotDraft)
}

func TestSavesMayBeRepeated(t *testing.T) {
	s, _ := newStore(t)
	iv := begun(t, s, 2)
	ok(t, s.Begin(t.Context(), iv, iv.Answers))
	r := said(3, "/data/q1", "again")
	ok(t, s.SaveAnswer(t.Context(), iv.ID, r))
	ok(t, s.SaveAnswer(t.Context(), iv.ID, r))
	wantErr(t, s.SaveAnswer(t.Context(), iv.ID, said(3, "/data/q1", "another")), ErrSeq)
	wantErr(t, s.SaveAnswer(t.Context(), iv.ID, said(2, "/data/q9", "late")), ErrSeq)
	got, err := s.Interview(t.Context(), iv.ID)
	ok(t, err)
	if len(got.Answers) != 3 {
		t.Errorf("got %d answers, want 3", len(got.Answers))
	}
}

func TestSaveAnswerTakesOnlyDrafts(t *testing.T) {
	s, _ := newStore(t)
	wantErr(t, s.SaveAnswer(t.Context(), screening.NewInterviewID(), said(1, "/data/q1", "")), ErrNotFound)
	iv := finished(t, s, 1)
	wantErr(t, s.SaveAnswer(t.Context(), iv.ID, said(2, "/data/q1", "")), ErrNotDraft)
	wantErr(t, s.SetPlace(t.Context(), iv.ID, "/data/q1", iv.Setting), ErrNotDraft)
}

func TestSaveOutlivesItsContext(t *testing.T) {
	s, _ := newStore(t)
	iv := begun(t, s, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ok(t, s.SaveAnswer(ctx, iv.ID, said(2, "/data/q2", "")))
	got, err := s.Interview(t.Context(), iv.ID)
	ok(t, err)
	if len(got.Answers) != 2 {
		t.Errorf("got %d answers, want 2", len(got.Answers))
	}
}

func TestPlaceIsKept(t *testing.T) {
	s, path := newStore(t)
	iv := begun(t, s, 1)
	who := screening.Setting{Screener: "S2", Language: "ar", ScreenerLang: "en"}
	ok(t, s.SetPlace(t.Context(), iv.ID, "/data/q1", who))
	s = reopen(t, s, path)
	at, err := s.Place(t.Context(), iv.ID)
	ok(t, err)
	got, err := s.Interview(t.Context(), iv.ID)
	ok(t, err)
	if at != "/data/q1" || got.Setting != who {
		t.Errorf("got place %q and setting %v, want /data/q1 and %v", at, got.Setting, who)
	}
	_, err = s.Place(t.Context(), screening.NewInterviewID())
	wantErr(t, err, ErrNotFound)
}

func TestListShowsWhatIsOpenHere(t *testing.T) {
	s, _ := newStore(t)
	first, second, last := begun(t, s, 1), finished(t, s, 1), begun(t, s, 1)
	ok(t, s.SaveAnswer(t.Context(), first.ID, said(2, "/data/q2", "")))
	gone := begun(t, s, 1)
	_, err := s.Withdraw(t.Context(), gone.ID, noon)
	ok(t, err)
	list, err := s.List(t.Context())
	ok(t, err)
	var got []screening.InterviewID
	for _, m := range list {
		got = append(got, m.ID)
	}
	if want := []screening.InterviewID{first.ID, last.ID, second.ID}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v: the last touched first", got, want)
	}
	m := list[2]
	if m.Code != second.Code || m.Status != screening.Final || m.Rung != screening.RungSaved ||
		!m.Started.Equal(noon) || !m.Finished.Equal(noon.Add(time.Hour)) || m.Setting.Language != "my" {
		t.Errorf("the summary of a finished interview is wrong: %s %s", m.Status, m.Rung)
	}
	if got := fmt.Sprintf("%v %+v %#v", m, m, m); got != fmt.Sprintf("[summary %s] [summary %s] [summary %s]", m.ID, m.ID, m.ID) {
		t.Errorf("a summary prints as %s", got)
	}
}

func TestCountOnlyKeepsANumber(t *testing.T) {
	s, path := newStore(t)
	for _, p := range []screening.Tally{
		{Place: "MM", Month: "2026-11"}, {Place: "MM", Month: "2026-11"}, {Place: "MM", Month: "2026-11", Child: true},
	} {
		ok(t, s.CountOnly(t.Context(), p))
	}
	if err := s.CountOnly(t.Context(), screening.Tally{Place: "MM", Month: "2026-11-21 12:00"}); err == nil {
		t.Error("a count with a time of day was taken")
	}
	s = reopen(t, s, path)
	c, err := s.Counts(t.Context())
	ok(t, err)
	if want := (Counts{Tally: 3}); c != want {
		t.Errorf("got %+v, want %+v", c, want)
	}
}

func BenchmarkSaveAnswer(b *testing.B) {
	s, _ := newStore(b)
	iv := begun(b, s, 1)
	seq := uint64(1)
	for b.Loop() {
		seq++
		if err := s.SaveAnswer(b.Context(), iv.ID, said(seq, "/data/q1", "a sentence of ordinary length")); err != nil {
			b.Fatal(err)
		}
	}
}
