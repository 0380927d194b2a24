package roadtest

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/app/session"
	"leeward/internal/killtest"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/schema/instrument"
)

// Names in the environment of a test binary that runs again to be killed.
const (
	killMe   = "LEEWARD_ROADTEST_KILL_ME"   // the folder of its device
	killCode = "LEEWARD_ROADTEST_KILL_CODE" // an enrolment code: then it finishes and syncs, over and over
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killMe); dir != "" {
		liveUntilKilled(dir, os.Getenv(killCode))
	}
	os.Exit(m.Run())
}

// liveUntilKilled is a screener who works until the process is killed. It prints a line for every thing
// that the screen would have shown as done: "answer N" or "finished ID".
func liveUntilKilled(dir, code string) {
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	d := device.New(dir, device.Options{
		Form: instrument.Form(), Version: "roadtest", Vault: vault.Options{KDF: vault.FloorKDF, Weak: true},
	})
	open := d.Unlock
	if d.Fresh() {
		open = d.Create
	}
	must(open(background, passphrase))
	if code != "" {
		if o, err := d.Office(background); err == nil && !o.Enrolled {
			must(d.Enrol(background, code))
		}
	}
	talk := func(s *session.Session, all ...said) {
		for _, one := range all {
			if p, err := s.Answer(background, one.path, one.answer); p != nil || err != nil {
				panic(fmt.Sprint(p, err))
			}
		}
		if s.SavedState() == session.NotSaved {
			panic("not saved")
		}
	}
	for n := 1; ; {
		s, err := d.Start(background, screening.Setting{Screener: "S1", Language: "my", ScreenerLang: "en"})
		must(err)
		if code != "" {
			talk(s, whole()...)
			must(act(s, "called "+marker+" leader"))
			_, err := s.Finish(background)
			must(err)
			fmt.Println("finished", s.ID())
			_, _ = d.Sync(background) // killed in here as often as not
			continue
		}
		talk(s, append(append([]said{}, beforeConsent...), consented...)...)
		fmt.Println("begun", s.ID())
		for ; ; n++ {
			talk(s, value(callName, marker+strconv.Itoa(n)))
			fmt.Println("answer", n)
		}
	}
}

func TestInvariant01SavedMeansOnDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "device")
	f := &field{t: t, dir: dir, form: instrument.Form(), clock: &clock{}, wire: &wire{cut: -1}}
	f.log, f.logger = newLogbook(t, "device")
	for round := range 5 {
		var id screening.InterviewID
		first, shown := 0, 0
		for _, line := range killtest.Lines(t, 3+11*round, killMe+"="+dir) {
			word, rest, _ := strings.Cut(line, " ")
			var err error
			switch word {
			case "begun":
				id, err = screening.ParseInterviewID(rest)
			case "answer":
				shown, err = strconv.Atoi(rest)
				if first == 0 {
					first = shown
				}
			}
			ok(t, err)
		}
		hidden(t, "killed", dir)
		f.reopen()
		s := f.resume(id)
		a, saved := s.Standing(callName)
		var n int
		if _, err := fmt.Sscanf(a.Value, marker+"%d", &n); err != nil || n < shown || n > shown+1 || !saved {
			t.Fatalf("round %d: answer %d stands (%v), %d was shown as saved", round, n, err, shown)
		}
		history(t, f, id, first, shown)
		ok(t, s.Withdraw(background)) // nothing of it was sealed: it leaves no trace
		ok(t, f.Lock(background))
	}
}

// history fails unless every value that was shown as saved is there, the corrected ones too.
func history(t *testing.T, f *field, id screening.InterviewID, first, last int) {
	t.Helper()
	f.look(func(s *store.Store) {
		iv, err := s.Interview(background, id)
		ok(t, err)
		want := first
		for _, r := range iv.Answers {
			if r.Path == callName && want <= last {
				if r.Answer != (schema.Answer{Value: marker + strconv.Itoa(want)}) {
					t.Fatalf("value %d is not in the history", want)
				}
				want++
			}
		}
		if want <= last {
			t.Fatalf("the history ends before value %d, %d was shown as saved", want, last)
		}
	})
}

// The same for a whole working day: whatever the screener saw as finished before the kill is at the office
// once after the next sync, wherever the kill fell.
func TestInvariant01KilledOnTheRoad(t *testing.T) {
	o := newOffice(t)
	dir := filepath.Join(t.TempDir(), "device")
	env := []string{killMe + "=" + dir, killCode + "=" + o.code()}
	finished := map[screening.InterviewID]bool{}
	f := &field{t: t, dir: dir, form: instrument.Form(), clock: &clock{}, wire: &wire{cut: -1}}
	f.log, f.logger = newLogbook(t, "device")
	for round := range 5 {
		pause := time.Duration(round) * 9 * time.Millisecond
		o.behind(nil)
		if round%2 == 1 { // slow enough for the kill to fall into the sync
			o.behind(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				time.Sleep(pause)
				next.ServeHTTP(w, r)
			})
		}
		for _, line := range killtest.Lines(t, 1+round%3, env...) {
			id, err := screening.ParseInterviewID(strings.TrimPrefix(line, "finished "))
			ok(t, err)
			finished[id] = true
		}
		hidden(t, "killed", dir, o.dir)
	}
	o.behind(nil)
	f.reopen()
	f.sync()
	c := f.counts()
	if c.Saved+c.Sealed+c.Sent+c.Stored+c.Quarantined != 0 || c.Opened < len(finished) || c.Opened > len(finished)+5 {
		t.Errorf("at the end: %+v, %d were shown as finished in 5 lives", c, len(finished))
	}
	ok(t, f.Lock(background))
	for id := range finished {
		if rec := o.view(id); rec.Status != screening.Final || rec.Versions != 1 {
			t.Errorf("finished interview %s: status %s, %d versions at the office", id, rec.Status, rec.Versions)
		}
	}
	if s := o.stats(); s.Opened != c.Opened || s.Incidents != 0 || s.Quarantined != 0 {
		t.Errorf("the office counts %+v, the device %+v", s, c)
	}
}

// A finished interview outlives the passphrase, the device's records and its screen: the sealed files that
// lie beside them are handed in by anybody.
func TestInvariant05NothingFinishedIsLost(t *testing.T) {
	for name, lose := range map[string]func(f *field){
		"forgotten passphrase": func(f *field) { ok(f.t, f.Lock(background)) },
		"killed, then wiped": func(f *field) { // sealed by a sync that reached nobody
			f.wire.set(true, -1)
			_, err := f.Sync(background)
			wantCode(f.t, err, screening.CodeOffline)
			disk := f.t.TempDir()
			ok(f.t, copyFolder(f.dir, disk))
			ok(f.t, f.Lock(background))
			f.dir = disk
			wipe(f)
		},
		"wiped after a lock": func(f *field) { ok(f.t, f.Lock(background)); wipe(f) },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			f := o.field(t)
			ids := []screening.InterviewID{f.interview(), f.interview()}
			lose(f)
			files, err := filepath.Glob(filepath.Join(f.dir, "outbox", "*.lwb"))
			if err != nil || len(files) == 0 {
				t.Fatalf("no sealed file is left: %v", err)
			}
			for _, path := range files {
				b, err := os.ReadFile(path)
				ok(t, err)
				r, err := o.in.Receive(t.Context(), b)
				if err != nil || r.Level != screening.LevelOpened {
					t.Fatalf("hand in %s: level %d, %v", filepath.Base(path), r.Level, err)
				}
			}
			o.once(ids...)
		})
	}
}

// wipe removes everything of a device that a passphrase opens.
func wipe(f *field) {
	left, err := filepath.Glob(filepath.Join(f.dir, "*"))
	ok(f.t, err)
	for _, path := range left {
		if filepath.Base(path) != "outbox" {
			ok(f.t, os.RemoveAll(path))
		}
	}
	if _, err := os.Stat(filepath.Join(f.dir, "vault")); !errors.Is(err, fs.ErrNotExist) {
		f.t.Fatal("the vault is still there")
	}
}
