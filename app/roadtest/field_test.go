package roadtest

import (
	"cmp"
	"database/sql"
	"log/slog"
	"math"
	"path/filepath"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/app/session"
	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/schema/instrument"
	"leeward/sync/courier"
)

// field is a device in the field: one folder, one clock, one wire.
type field struct {
	t      testing.TB
	dir    string
	form   *schema.Form
	clock  *clock
	wire   *wire
	logger *slog.Logger
	log    *logbook
	every  time.Duration // of capsules; the program's own if zero
	audits int           // one in so many visits asks for a chunk; none in a million where it is zero
	synced chan error    // of each sync that happened by itself; nil where none does
	*device.Device
}

// newField returns an open device that belongs to nobody yet.
func newField(t testing.TB, form *schema.Form) *field {
	t.Helper()
	f := &field{t: t, dir: filepath.Join(t.TempDir(), "device"), form: form, clock: &clock{}, wire: &wire{cut: -1}}
	f.log, f.logger = newLogbook(t, "device")
	f.make()
	ok(t, f.Create(t.Context(), passphrase))
	t.Cleanup(func() {
		f.wire.hook(nil)
		if err := f.Lock(background); err != nil {
			t.Error(err)
		}
	})
	return f
}

// field returns an open device that is enrolled here.
func (o *office) field(t testing.TB) *field {
	t.Helper()
	f := newField(t, instrument.Form())
	ok(t, f.Enrol(t.Context(), o.code()))
	return f
}

func (f *field) make() {
	f.Device = device.New(f.dir, device.Options{
		Background: f.synced != nil, Synced: func(_ courier.Result, err error) { f.synced <- err },
		Form: f.form, Version: "roadtest", Now: f.clock.now, Log: f.logger, Dial: f.wire.dial, CapsuleEvery: f.every, AuditOne: cmp.Or(f.audits, math.MaxInt),
		Vault: vault.Options{KDF: vault.FloorKDF, Weak: true},
	})
}

// reopen starts the program anew on what is on the disk.
func (f *field) reopen() {
	f.t.Helper()
	f.make()
	ok(f.t, f.Unlock(background, passphrase))
}

// crash ends the program as a power cut does, and starts it again on what the disk held at that moment:
// nothing is sealed, closed or flushed in between.
func (f *field) crash() {
	f.t.Helper()
	disk := f.t.TempDir()
	ok(f.t, copyFolder(f.dir, disk))
	f.crashTo(disk)
}

// crashTo goes on with the disk as it was when the copy was taken.
func (f *field) crashTo(disk string) {
	f.t.Helper()
	ok(f.t, f.Lock(background)) // the old program is gone; whatever it does now it does in a folder that nobody reads
	f.dir = disk
	f.reopen()
}

// said is one answer to give.
type said struct {
	path   schema.Path
	answer schema.Answer
}

func value(path schema.Path, v string) said { return said{path, schema.Answer{Value: v}} }

func missing(path schema.Path, why schema.Missing) said {
	return said{path, schema.Answer{Missing: why}}
}

// Questions of the screening interview that these tests name.
const (
	private  = "/data/prepare/a1"
	age      = "/data/prepare/a7"
	nurse    = "/data/needs/c2"
	talkNow  = "/data/consent/b2"
	keepAs   = "/data/consent/b3"
	afraid   = "/data/safety/c3"
	callName = "/data/about/d1"
	years    = "/data/about/d2"
	area     = "/data/work/g2/g2_area"
	helpers  = "/data/closing/b4"
	result   = "/data/assessment/l3"
)

// beforeConsent is what the screening interview asks before its step of consent, answered.
var beforeConsent = []said{
	value(private, "yes"), value("/data/prepare/a2", "none"), value(age, "adult"), value("/data/prepare/a3", "none"),
	value("/data/prepare/a5", "en"), value("/data/prepare/a6/a6_place", marker+" quay"), value(nurse, "today"),
	value("/data/consent/b1", "understood"),
}

// consented is the step of consent; the second answer is what brings an interview to the disk.
var consented = []said{value(talkNow, "yes"), value(keepAs, "code"), value("/data/consent/b6", "voluntary")}

// told is the rest of an interview as short as the form admits it, with free text, a correction and
// missing reasons.
var told = []said{
	value(afraid, "here"), value(callName, marker+" first"), value(callName, marker+" corrected"), value(years, "27"),
	missing("/data/about/d3", schema.Declined), value("/data/work/g1", "fishing"), value(area, marker+" bay"),
	missing("/data/work/g5", schema.DoesNotKnow), value(helpers, "health"), value("/data/assessment/l6", "none"),
	value("/data/assessment/l2/l2_purpose", "labour"), value(result, "exploited"), value("/data/assessment/l5/l5_level", "high"),
}

func whole() (all []said) {
	return append(append(append(all, beforeConsent...), consented...), told...)
}

// begin starts an interview in Burmese beside English.
func (f *field) begin() *session.Session {
	f.t.Helper()
	s, err := f.Start(background, screening.Setting{Screener: "S1", Interpreter: "I1", Language: "my", ScreenerLang: "en"})
	ok(f.t, err)
	return s
}

// say gives answers that the form has to take.
func say(t testing.TB, s *session.Session, all ...said) {
	t.Helper()
	for _, one := range all {
		if p, err := s.Answer(background, one.path, one.answer); p != nil || err != nil {
			t.Fatalf("answer %s: %v, %v", one.path, p, err)
		}
		if s.SavedState() == session.NotSaved {
			t.Fatalf("answer %s was taken and is not saved", one.path)
		}
	}
}

// end finishes an interview that has to be complete; what was done about each red need is named first.
func end(t testing.TB, s *session.Session) {
	t.Helper()
	ok(t, act(s, "called the nurse"))
	if problems, err := s.Finish(background); len(problems) != 0 || err != nil {
		t.Fatalf("finish: %v, %v", problems, err)
	}
}

// act names what was done about each red need.
func act(s *session.Session, done string) error {
	for _, kind := range s.OpenActions() {
		if err := s.Act(background, kind, done, "en"); err != nil {
			return err
		}
	}
	return nil
}

// interview leads a whole interview and returns its id.
func (f *field) interview() screening.InterviewID {
	f.t.Helper()
	s := f.begin()
	id := s.ID()
	say(f.t, s, whole()...)
	ok(f.t, act(s, "called "+marker+" leader"))
	end(f.t, s)
	return id
}

// resume goes on with a draft after an interruption, through the questions of privacy.
func (f *field) resume(id screening.InterviewID) *session.Session {
	f.t.Helper()
	s, err := f.Resume(background, id)
	ok(f.t, err)
	paths, _ := s.WelcomeBack()
	for _, path := range paths {
		a, _ := s.Standing(path)
		say(f.t, s, said{path, a})
	}
	ok(f.t, s.AckWelcomeBack())
	return s
}

// sync has to work.
func (f *field) sync() {
	f.t.Helper()
	if _, err := f.Sync(background); err != nil {
		f.t.Fatal(err)
	}
}

func (f *field) counts() store.Counts {
	f.t.Helper()
	c, err := f.Counts(background)
	ok(f.t, err)
	return c
}

// look opens a copy of the device's disk as it stands and shows its store.
func (f *field) look(do func(s *store.Store)) {
	f.t.Helper()
	f.withKey(func(path string, key encvfs.Key) (err error) {
		s, err := store.Open(background, path, key, store.Options{Now: f.clock.now})
		if err != nil {
			return err
		}
		do(s)
		return s.Close()
	})
}

// pages shows every page of a copy of the device's disk in the clear.
func (f *field) pages() (clear []byte) {
	f.t.Helper()
	f.withKey(func(path string, key encvfs.Key) error {
		return readable(path, key, func(_ *sql.DB, pages []byte) { clear = pages })
	})
	return clear
}

// storePath is where the device's store lies: which of the two it is only the vault tells.
func (f *field) storePath() (path string) {
	f.t.Helper()
	f.withKey(func(copied string, _ encvfs.Key) error {
		path = filepath.Join(f.dir, filepath.Base(copied))
		return nil
	})
	return path
}

func (f *field) withKey(do func(path string, key encvfs.Key) error) {
	f.t.Helper()
	dir := f.t.TempDir()
	ok(f.t, copyFolder(f.dir, dir))
	v, err := vault.Unlock(background, filepath.Join(dir, "vault"), vault.Passphrase(passphrase), vault.Options{})
	ok(f.t, err)
	defer v.Lock()
	ok(f.t, v.LendDataKey(func(key encvfs.Key) error { return do(device.StorePath(dir, v.Half()), key) }))
}
