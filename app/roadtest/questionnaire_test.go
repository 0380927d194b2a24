package roadtest

import (
	"errors"
	"slices"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/schema/instrument"
)

// changed returns the screening interview with a change in it: another questionnaire, with another Ref.
func changed(t testing.TB, change func(q *schema.Questionnaire)) *schema.Form {
	t.Helper()
	q, err := schema.Parse(instrument.Screening().Canonical())
	ok(t, err)
	change(q)
	form, err := schema.Compile(q)
	ok(t, err)
	if form.Ref() == instrument.Form().Ref() {
		t.Fatal("the change changed nothing")
	}
	return form
}

// mute takes every alert from a choice list.
func mute(list string) func(q *schema.Questionnaire) {
	return func(q *schema.Questionnaire) {
		for i := range q.Choices {
			for j := range q.Choices[i].Choices {
				if q.Choices[i].Name == list {
					q.Choices[i].Choices[j].Alert = ""
				}
			}
		}
	}
}

func kinds(needs []casework.Need) (all []string) {
	for _, n := range needs {
		all = append(all, n.Level+":"+n.Kind)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// An interview is asked to its end, and evaluated, with the very questionnaire with which it was begun,
// though the program was updated in the middle.
func TestInvariant06ItsOwnQuestionnaire(t *testing.T) {
	o := newOffice(t)
	old := changed(t, mute("c2")) // asks for a nurse and means nothing by it
	f := newField(t, old)
	ok(t, f.Enrol(t.Context(), o.code()))
	s := f.begin()
	first := s.ID()
	say(t, s, append(append([]said{}, beforeConsent...), consented...)...)
	ok(t, s.Stop(t.Context()))
	ok(t, f.Lock(t.Context()))
	f.form = instrument.Form() // the update
	f.reopen()
	s = f.resume(first)
	if s.Form().Ref() != old.Ref() {
		t.Fatal("the interview goes on with another questionnaire than it was begun with")
	}
	say(t, s, told...)
	end(t, s)
	second := f.interview()

	o.mu.Lock() // an office that has only the new one does not read the old interview with it
	o.forms = map[schema.Ref]*schema.Form{instrument.Form().Ref(): instrument.Form()}
	o.mu.Unlock()
	f.sync()
	if _, err := o.records.View(t.Context(), "reviewer", first); !errors.Is(err, casework.ErrNotFound) {
		t.Errorf("an interview was read with a questionnaire that is not its own: %v", err)
	}
	if got, want := kinds(o.view(second).Needs), []string{"amber:medical", "amber:protection", "red:safety"}; !slices.Equal(got, want) {
		t.Errorf("needs by the new questionnaire: %v, want %v", got, want)
	}

	// The same two at an office that knows both.
	p := newOffice(t)
	p.learn(old)
	g := newField(t, old)
	ok(t, g.Enrol(t.Context(), p.code()))
	third := g.interview()
	g.sync()
	rec := p.view(third)
	if rec.Interview.Questionnaire != old.Ref() {
		t.Error("the office has another Ref than the device asked with")
	}
	if got, want := kinds(rec.Needs), []string{"amber:protection", "red:safety"}; !slices.Equal(got, want) {
		t.Errorf("needs by the old questionnaire: %v, want %v", got, want)
	}
}

// Every answer keeps its language, its wording, and whether the text that was shown was another language's.
func TestInvariant07Provenance(t *testing.T) {
	o := newOffice(t)
	form := holed(t, callName)
	o.learn(form)
	f := newField(t, form)
	ok(t, f.Enrol(t.Context(), o.code()))
	s := f.begin()
	say(t, s, whole()...)
	for _, lang := range []schema.Lang{"ar", "en", "my"} {
		ok(t, s.Language(t.Context(), lang))
		say(t, s, value(callName, marker+string(lang)), value(years, "31"))
	}
	say(t, s, value(age, "child"), value("/data/assessment/j4", "authority"))
	item, _ := form.Item(years)
	for _, lang := range []schema.Lang{"en", "ar"} {
		ok(t, s.Language(t.Context(), lang))
		say(t, s, value(years, "16"))
	}
	end(t, s)
	f.sync()
	var names, ages []screening.Recorded
	for _, r := range o.view(s.ID()).Interview.Answers {
		switch r.Path {
		case callName:
			names = append(names, r)
		case years:
			ages = append(ages, r)
		}
	}
	if len(names) != 5 || len(ages) != 6 {
		t.Fatalf("%d and %d answers, want 5 and 6: every correction is one", len(names), len(ages))
	}
	for i, lang := range []schema.Lang{"my", "my", "ar", "en", "my"} {
		shown := lang
		if lang == "my" {
			shown = "en"
		}
		want := schema.WordingHash(source(form, callName, shown))
		if got := names[i]; got.Lang != lang || got.Wording != want || got.Fallback != (lang == "my") {
			t.Errorf("answer %d: asked in %s, wording %s, fallback %v; want %s, %s, %v", i, got.Lang, got.Wording, got.Fallback, lang, want, lang == "my")
		}
	}
	for i, lang := range []schema.Lang{"my", "ar", "en", "my", "en", "ar"} {
		text := item.Text
		if i >= 4 && item.ChildText != nil {
			text = item.ChildText
		}
		if got := ages[i]; got.Lang != lang || got.Wording != schema.WordingHash(text[lang].Text) || got.Fallback {
			t.Errorf("answer %d: asked in %s, wording %s, fallback %v; want %s in its own words", i, got.Lang, got.Wording, got.Fallback, lang)
		}
	}
}
