package device_test

import (
	"os"
	"path/filepath"
	"testing"

	"leeward/app/device"
	"leeward/app/session"
	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/schema/instrument"
)

// talkTo begins an interview and answers as far as consent.
func talkTo(t *testing.T, d *device.Device, upTo int) *session.Session {
	t.Helper()
	s, err := d.Start(t.Context(), screening.Setting{Screener: "S1"})
	if err != nil {
		t.Fatal(err)
	}
	said := [][2]string{
		{"/data/prepare/a1", "yes"},
		{"/data/prepare/a2", "none"},
		{"/data/prepare/a7", "adult"},
		{"/data/consent/b2", "yes"},
		{"/data/consent/b3", "code"},
	}
	for _, a := range said[:upTo] {
		if p, err := s.Answer(t.Context(), schema.Path(a[0]), schema.Answer{Value: a[1]}); p != nil || err != nil {
			t.Fatalf("%s: %v, %v", a[0], p, err)
		}
	}
	return s
}

func TestLocalIsKeptForWhoeverUnlocked(t *testing.T) {
	d := newDevice(t, filepath.Join(t.TempDir(), "device"))
	if err := d.Create(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	office := map[string]schema.Text{"self_harm_responder": {"en": {Text: "the nurse on duty"}}}
	if err := d.SetLocal(t.Context(), device.Local{Me: "S7", Place: "TH", Office: office}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.AddPerson(t.Context(), vault.Passphrase(passphrase), colleague); err != nil {
		t.Fatal(err)
	}
	before, _ := d.Holder(t.Context())
	if err := d.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Unlock(t.Context(), colleague); err != nil {
		t.Fatal(err)
	}
	l, err := d.Local(t.Context())
	if err != nil || l.Me != "" || l.Place != "TH" {
		t.Errorf("a colleague finds %+v, %v: the place, and no code of somebody else", l, err)
	}
	if now, _ := d.Holder(t.Context()); now == before || now == "" {
		t.Errorf("the holder is %q for both", now)
	}
	s := talkTo(t, d, 3)
	if got := s.State().Value("/data/prepare/" + instrument.SelfHarmResponder); got != "the nurse on duty" {
		t.Errorf("the session knows %q of the office", got)
	}
}

// A talk in memory goes on with the store that is opened again, and with no other.
func TestATalkInMemoryOutlivesALock(t *testing.T) {
	d := newDevice(t, filepath.Join(t.TempDir(), "device"))
	if err := d.Create(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	s := talkTo(t, d, 4)
	if err := d.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	give := func() error {
		_, err := s.Answer(t.Context(), "/data/consent/b3", schema.Answer{Value: "code"})
		return err
	}
	if err := give(); err == nil {
		t.Fatal("an answer was kept by a locked device")
	}
	if err := d.Unlock(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	if err := give(); err != nil || !s.Kept() {
		t.Fatalf("after unlocking: kept %v, %v", s.Kept(), err)
	}
}

func TestPracticeIsApartAndEnds(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "device")
	d := newDevice(t, dir)
	if err := d.Create(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	if err := d.SetPractice(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	s := talkTo(t, d, 5)
	drafts, err := d.Drafts(t.Context())
	if err != nil || len(drafts) != 1 || !d.Practice() {
		t.Fatalf("in practice: %d drafts, %v", len(drafts), err)
	}
	if err := d.BecomeReal(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if drafts, _ := d.Drafts(t.Context()); d.Practice() || s.Kept() || len(drafts) != 0 {
		t.Errorf("a real person is kept before consent: practice %v, kept %v, %d drafts", d.Practice(), s.Kept(), len(drafts))
	}
	for _, a := range [][2]string{{"/data/consent/b2", "yes"}, {"/data/consent/b3", "code"}} {
		if p, err := s.Answer(t.Context(), schema.Path(a[0]), schema.Answer{Value: a[1]}); p != nil || err != nil {
			t.Fatal(p, err)
		}
	}
	drafts, err = d.Drafts(t.Context())
	if err != nil || len(drafts) != 1 || s.State().Value("/data/prepare/a7") != "adult" {
		t.Errorf("after consent: %d drafts, %v", len(drafts), err)
	}
	if err := d.SetPractice(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "practice*")); len(left) != 0 {
		t.Errorf("practice left %d files", len(left))
	}
	if err := os.WriteFile(filepath.Join(dir, "practice.db"), []byte("cut short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Unlock(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "practice*")); len(left) != 0 {
		t.Error("what a crash left of a practice is still there")
	}
}
