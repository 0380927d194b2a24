package roadtest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
	"leeward/schema/instrument"
)

// holed returns the screening interview with one question that nobody translated into Burmese.
func holed(t testing.TB, path schema.Path) *schema.Form {
	t.Helper()
	q, err := schema.Parse(instrument.Screening().Canonical())
	ok(t, err)
	var find func(items []schema.Item, at schema.Path)
	find = func(items []schema.Item, at schema.Path) {
		for i := range items {
			here := at + "/" + schema.Path(items[i].Name)
			if here == path {
				delete(items[i].Text, "my")
			}
			find(items[i].Items, here)
		}
	}
	find(q.Items, "/data")
	form, err := schema.Compile(q)
	ok(t, err)
	if form.Ref() == instrument.Form().Ref() {
		t.Fatalf("%s was not found", path)
	}
	return form
}

// put is how an answer has to stand at the office.
type put struct {
	said
	lang     schema.Lang
	wording  string
	fallback bool
}

// One interview from its first question to the reviewer's screen, and its readable copy off the device.
func TestOneAnswerThroughTheHouse(t *testing.T) {
	o := newOffice(t)
	form := holed(t, area)
	o.learn(form)
	f := newField(t, form)
	ok(t, f.Enrol(t.Context(), o.code()))
	s := f.begin()
	id, code := s.ID(), s.Code()
	var want []put
	for _, one := range whole() {
		if one.path == years { // the interpreter asks for the other language in the middle
			ok(t, s.Language(t.Context(), "ar"))
		}
		if one.path == area {
			ok(t, s.Language(t.Context(), "my"))
		}
		lang := s.Setting().Language
		if item, _ := form.Item(one.path); item.Staff {
			lang = "en"
		}
		shown := s.State().Label(one.path, lang)
		want = append(want, put{one, lang, schema.WordingHash(source(form, one.path, shown.Lang)), one.path == area})
		say(t, s, one)
	}
	ok(t, act(s, marker+" called the nurse"))
	want = append(want, put{value("/data/prepare/action_safety", marker+" called the nurse"), "en", "", false})
	end(t, s)
	if c := f.counts(); c != (store.Counts{Saved: 1}) {
		t.Errorf("finished: %+v, want one saved", c)
	}
	f.sync()
	if c := f.counts(); c != (store.Counts{Opened: 1}) {
		t.Errorf("synced: %+v, want one opened", c)
	}
	rec := o.view(id)
	if rec.Code != code || rec.Interview.Questionnaire != form.Ref() || len(rec.Flags) != 0 {
		t.Errorf("the office has code %s, questionnaire %s, %d flags", rec.Code, rec.Interview.Questionnaire, len(rec.Flags))
	}
	if !rec.Interview.Consent.Agreed || rec.Interview.Consent.Keep != "code" || rec.Interview.Consent.Lang != "my" {
		t.Error("the office has another consent than was given")
	}
	compare(t, rec.Interview.Answers, want)
	purged(t, f, id)
	if again := o.view(id); len(again.Interview.Answers) != len(rec.Interview.Answers) {
		t.Error("the purge on the device changed what the office has")
	}
}

// source returns the wording of a question as the questionnaire has it.
func source(f *schema.Form, path schema.Path, lang schema.Lang) string {
	item, _ := f.Item(path)
	return item.Text[lang].Text
}

func compare(t testing.TB, got []screening.Recorded, want []put) {
	t.Helper()
	var asked []screening.Recorded
	for _, r := range got {
		if strings.HasPrefix(string(r.Path), "/data/prepare/office_") || r.Path == "/data/prepare/depth" || r.Path == "/data/work/g1_place" {
			continue // the office's own parameters, and what stands there from the beginning
		}
		asked = append(asked, r)
	}
	if len(asked) != len(want) {
		t.Fatalf("the office has %d answers, %d were given", len(asked), len(want))
	}
	for i, r := range asked {
		w := want[i]
		item, _ := instrument.Form().Item(w.path)
		draft := item.Text[w.lang].State == schema.MachineDraft && !w.fallback
		if r.Path != w.path || r.Answer != w.answer || r.Lang != w.lang || r.Wording != w.wording || r.Fallback != w.fallback {
			t.Errorf("answer %d to %s is not as it was given and asked", i, w.path)
		}
		if r.Unreviewed != draft || r.Screener != "S1" || r.Interpreter != "I1" || r.At.IsZero() {
			t.Errorf("answer %d to %s: unreviewed %v, want %v; by %s with %s", i, w.path, r.Unreviewed, draft, r.Screener, r.Interpreter)
		}
		if i > 0 && asked[i-1].Seq >= r.Seq {
			t.Errorf("answer %d does not come after the one before it", i)
		}
	}
}

// purged lets the days of keeping a readable copy pass, and looks that none is left on the device.
func purged(t testing.TB, f *field, id screening.InterviewID) {
	t.Helper()
	f.look(func(s *store.Store) {
		if iv, err := s.Interview(background, id); err != nil || len(iv.Answers) == 0 {
			t.Errorf("opened a minute ago: %d answers, %v; the copy was purged too early", len(iv.Answers), err)
		}
	})
	f.clock.set(48 * time.Hour)
	f.sync()
	f.look(func(s *store.Store) {
		if _, err := s.Interview(background, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("two days after it was opened: got %v, want that the readable copy is gone", err)
		}
	})
	if shows(f.pages()) {
		t.Error("what was purged can still be read in the store by whoever has the key")
	}
	if c := f.counts(); c != (store.Counts{Opened: 1}) {
		t.Errorf("purged: %+v, want one opened", c)
	}
}
