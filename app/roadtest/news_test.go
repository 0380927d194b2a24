package roadtest

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/sync/bulletin"
	"leeward/sync/intake"
	"leeward/translations"
)

// put publishes a document, and makes a questionnaire known to the office as its program does.
func (o *office) put(kind casework.NewsKind, name string, plain []byte) {
	o.t.Helper()
	d, err := intake.Document(kind, name, "", plain)
	ok(o.t, err)
	_, err = o.in.Publish(background, casework.Publication{Put: []casework.Document{d}, Actor: casework.Program, Act: casework.ActNews})
	ok(o.t, err)
}

// later is the screening interview in another version, known to the office.
func (o *office) later() *schema.Form {
	o.t.Helper()
	form := changed(o.t, func(q *schema.Questionnaire) { q.Version += "-later" })
	o.learn(form)
	return form
}

// publishAll puts out one document of every kind.
func (o *office) publishAll() *schema.Form {
	o.t.Helper()
	form := o.later()
	o.put(casework.NewsQuestionnaire, form.Questionnaire().ID, form.Questionnaire().Canonical())
	o.put(casework.NewsPolicy, "", []byte(`{"lock_minutes": 3, "keep_hours": 2160, "hide": "leaflet"}`))
	o.put(casework.NewsDirectory, "", []byte(`{"help": [{"needs": ["medical"], "name": {"en": "Quay Clinic"}, "phone": "+999 2"}]}`))
	o.put(casework.NewsWords, "th", []byte(`{"app.back.button": "ย้อน"}`))
	return form
}

// has fails unless the device has everything that publishAll put out.
func (f *field) has(form *schema.Form) {
	f.t.Helper()
	news, err := f.News(background)
	ok(f.t, err)
	words, err := translations.New()
	ok(f.t, err)
	switch {
	case f.Form().Ref() != form.Ref():
		f.t.Fatal("new interviews do not begin with the questionnaire that was published")
	case news.Rules != (bulletin.Rules{LockMinutes: 3, KeepHours: 2160, Hide: "leaflet"}) || news.Unusable || news.Bulletin < 4:
		f.t.Fatalf("the device has %+v", news)
	case len(f.Guide().For("medical")) != 1:
		f.t.Fatal("the directory is not here")
	case f.Speak(words).For("th").Say("app.back.button") != "ย้อน":
		f.t.Fatal("the office's words are not here")
	}
}

// TestNewsReachADeviceInTheMiddleOfAnInterview: what was begun goes on as it was begun, what begins then is new, and the
// office reads both.
func TestNewsReachADeviceInTheMiddleOfAnInterview(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	draft := f.begin()
	id := draft.ID()
	say(t, draft, beforeConsent...)
	say(t, draft, consented...)
	form := o.publishAll()
	f.sync()
	f.has(form)
	if draft.Form().Ref() == form.Ref() {
		t.Fatal("the interview on the screen changed its questionnaire")
	}
	say(t, draft, told[0])
	ok(t, draft.Pause(background))
	f.crash()
	f.has(form)
	again := f.resume(id)
	if again.Form().Ref() == form.Ref() {
		t.Fatal("the draft changed its questionnaire")
	}
	say(t, again, told[1:]...)
	end(t, again)
	fresh := f.interview()
	f.sync()
	o.once(id, fresh)
	if ref := o.view(fresh).Interview.Questionnaire; ref != form.Ref() {
		t.Errorf("the new interview came with questionnaire %x", ref[:4])
	}
	if n, err := f.News(background); err != nil || n.Old || n.Heard.IsZero() {
		t.Errorf("after a sync the news are old: %+v, %v", n, err)
	}
	f.clock.set(400 * 24 * time.Hour) // nobody hears anything for more than a year
	if n, err := f.News(background); err != nil || !n.Old || f.clock.now().Sub(n.Heard) < 399*24*time.Hour {
		t.Errorf("after a year: %+v, %v", n, err)
	}
	f.interview() // and nobody is kept from an interview by that
	f.has(form)
}

// TestNewsComeByStick: the same documents, without any network.
func TestNewsComeByStick(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	f.wire.set(true, -1)
	id := f.interview()
	stick := t.TempDir()
	form := o.publishAll()
	_, err := f.Carry(background, stick)
	ok(t, err)
	o.takeAll(stick)
	o.answerTo(stick)
	got, err := f.Collect(background, stick)
	ok(t, err)
	if got.News.Err != nil || !got.News.Taken || got.News.Documents != 4 {
		t.Fatalf("collected %+v", got.News)
	}
	f.has(form)
	if s := f.counts(); s.Opened != 1 {
		t.Errorf("counts %+v, want the interview opened", s)
	}
	if rec := o.view(id); rec.Status != screening.Final {
		t.Errorf("status %s", rec.Status)
	}
}

// takeAll hands the office everything on a stick, and empties it.
func (o *office) takeAll(stick string) {
	o.t.Helper()
	files, err := os.ReadDir(stick)
	ok(o.t, err)
	for _, e := range files {
		path := filepath.Join(stick, e.Name())
		b, err := os.ReadFile(path)
		ok(o.t, err)
		_, err = o.in.Take(background, b)
		ok(o.t, err)
		ok(o.t, os.Remove(path))
	}
}

// answerTo writes what every device is to get onto a stick.
func (o *office) answerTo(stick string) {
	o.t.Helper()
	devices, err := o.records.Enrolled(background)
	ok(o.t, err)
	for n, d := range devices {
		file, err := o.in.Answer(background, d)
		ok(o.t, err)
		ok(o.t, os.WriteFile(filepath.Join(stick, string(rune('a'+n))), file, 0o600))
	}
}

// TestNewsAreTakenWholeOrNotAtAll: the connection ends after so many bytes, and the program with it, until everything is
// there. Before that the device has all of the old, afterwards all of the new.
func TestNewsAreTakenWholeOrNotAtAll(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	before := f.Form().Ref()
	form := o.publishAll()
	cuts := 0
	for cut := 6000; ; cut += 9000 {
		f.wire.set(false, cut)
		_, err := f.Sync(background)
		f.crash()
		if err == nil && !f.wire.wasCut() {
			break
		}
		cuts++
		if n, err := f.News(background); err != nil || n.Bulletin != 0 && n.Bulletin < 4 {
			t.Fatalf("after %d bytes: %+v, %v", cut, n, err)
		}
		switch n, _ := f.News(background); {
		case n.Bulletin == 0 && f.Form().Ref() != before:
			t.Fatalf("after %d bytes the questionnaire is here, and its bulletin is not", cut)
		case n.Bulletin != 0:
			f.has(form)
		}
	}
	if cuts < 2 {
		t.Fatalf("the line broke %d times, which proves little", cuts)
	}
	f.wire.set(false, -1)
	f.has(form)
}

// TestAnOfficeThatLiesAboutNews: somebody who answers in the office's place, or an office that was put back, gives the
// device something else. It keeps what it has, says so, and hands in its interview all the same.
func TestAnOfficeThatLiesAboutNews(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	form := o.publishAll()
	var old []byte
	o.behind(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.URL.Path == "/v1/bulletin" {
			_, old = answering(r, next)
			_, _ = w.Write(old)
			return
		}
		next.ServeHTTP(w, r)
	})
	f.sync()
	f.has(form)
	spoil := func(path string, change func([]byte) []byte) front {
		return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if !strings.HasPrefix(r.URL.Path, path) {
				next.ServeHTTP(w, r)
				return
			}
			status, body := answering(r, next)
			w.WriteHeader(status)
			_, _ = w.Write(change(body))
		}
	}
	for n, c := range []struct {
		name string
		lie  front
		why  error
	}{
		{"rollback", spoil("/v1/bulletin", func([]byte) []byte { return old }), bulletin.ErrRollback},
		{"wrong hash", spoil("/v1/doc/", func(b []byte) []byte { b[len(b)/2] ^= 1; return b }), bulletin.ErrHash},
		{"endless data", spoil("/v1/doc/", func(b []byte) []byte { return append(b, make([]byte, 1<<20)...) }), nil},
		{"garbage", spoil("/v1/bulletin", func([]byte) []byte { return bytes.Repeat([]byte("x"), 5000) }), nil},
		{"nothing", spoil("/v1/bulletin", func([]byte) []byte { return nil }), nil},
	} {
		o.behind(c.lie)
		o.put(casework.NewsDirectory, "", []byte(`{"says": {"help": {"en": "`+strings.Repeat("call us ", n+2)+`"}}}`))
		if c.name == "rollback" { // the second time the first one's answer is old
			o.behind(nil)
			f.sync()
			o.put(casework.NewsDirectory, "", []byte(`{"says": {"help": {"en": "call"}}}`))
			o.behind(c.lie)
		}
		had, err := f.News(background)
		ok(t, err)
		id := f.interview()
		r, err := f.Sync(background)
		if err != nil || r.News.Taken || r.News.Err == nil || c.why != nil && !errors.Is(r.News.Err, c.why) {
			t.Errorf("%s: got %v, %+v", c.name, err, r.News)
		}
		if has, err := f.News(background); err != nil || has.Bulletin != had.Bulletin {
			t.Errorf("%s: bulletin %d became %d, %v", c.name, had.Bulletin, has.Bulletin, err)
		}
		if f.Form().Ref() != form.Ref() {
			t.Errorf("%s: the questionnaire is gone", c.name)
		}
		if rec := o.view(id); rec.Status != screening.Final {
			t.Errorf("%s: the interview did not arrive", c.name)
		}
	}
	o.behind(nil)
	f.sync()
	if n, err := f.News(background); err != nil || n.Bulletin < 9 {
		t.Errorf("after all of it the truth is not taken: %+v, %v", n, err)
	}
}

// TestANewEpochHearsOn: what is published or asked reaches a device under its new keys, and what it has stays.
func TestANewEpochHearsOn(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	form := o.publishAll()
	f.sync()
	devices, err := o.records.Devices(background)
	ok(t, err)
	ok(t, f.Enrol(background, o.again(devices[0].ID)))
	if n, err := f.News(background); err != nil || n.Revoked {
		t.Fatalf("it joined again: %+v, %v", n, err)
	}
	f.has(form)
	o.put(casework.NewsPolicy, "", []byte(`{"lock_minutes": 1}`))
	id := f.interview()
	f.sync()
	ok(t, o.in.AskField(background, "reviewer", id, "which quay?"))
	f.sync()
	if n, err := f.News(background); err != nil || n.Rules.LockMinutes != 1 || n.Revoked {
		t.Errorf("under the new keys: %+v, %v", n, err)
	}
	if list, err := f.Asked(background); err != nil || len(list) != 1 {
		t.Errorf("under the new keys %d questions, %v", len(list), err)
	}
}

// TestAQuestionGoesBackToTheField: only the device that handed the interview in reads it, once, and the office knows when.
func TestAQuestionGoesBackToTheField(t *testing.T) {
	o := newOffice(t)
	f, other := o.field(t), o.field(t)
	id := f.interview()
	f.sync()
	other.sync()
	text := marker + ": which quay did they mean?"
	ok(t, o.in.AskField(background, "reviewer", id, text))
	hidden(t, "a question waits", o.dir)
	f.sync()
	other.sync()
	list, err := f.Asked(background)
	ok(t, err)
	if len(list) != 1 || list[0].Text != text || list[0].Interview != id || list[0].Code != o.view(id).Code {
		t.Fatalf("the device has %d questions", len(list))
	}
	if list, err := other.Asked(background); err != nil || len(list) != 0 {
		t.Errorf("another device has %d, %v", len(list), err)
	}
	if told, err := o.records.Asked(background, id); err != nil || len(told) != 1 || told[0].Told.IsZero() {
		t.Errorf("the office knows %+v, %v", told, err)
	}
	hidden(t, "a question came", f.dir, o.dir)
	f.crash()
	f.sync()
	if list, err = f.Asked(background); err != nil || len(list) != 1 {
		t.Fatalf("after a restart: %d, %v", len(list), err)
	}
	ok(t, f.SettleAsked(background, list[0].ID))
	ok(t, o.in.AskField(background, "reviewer", id, text))
	stick := t.TempDir()
	o.answerTo(stick)
	_, err = f.Collect(background, stick)
	ok(t, err)
	if list, err = f.Asked(background); err != nil || len(list) != 1 {
		t.Fatalf("by stick: %d, %v", len(list), err)
	}
	_, err = f.Withdraw(background, id)
	ok(t, err)
	if list, err = f.Asked(background); err != nil || len(list) != 0 {
		t.Errorf("after the person took it back: %d, %v", len(list), err)
	}
	if err := o.in.AskField(background, "reviewer", screening.NewInterviewID(), text); !errors.Is(err, casework.ErrNotFound) {
		t.Errorf("about nobody: %v", err)
	}
}
