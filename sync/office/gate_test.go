package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/schema"
)

// waitingFor lists who waits, with the command.
func (o *testOffice) waitingFor() []waiting {
	o.t.Helper()
	var said struct{ Waiting []waiting }
	if err := json.Unmarshal([]byte(o.run("device", "waiting", "-json")), &said); err != nil {
		o.t.Fatal(err)
	}
	return said.Waiting
}

// TestDeviceIsLetInByItsWords: the list shows the eight words of what asks; only who types them lets it in, with the
// program alone and while it serves; a code that was taken back lets nobody in.
func TestDeviceIsLetInByItsWords(t *testing.T) {
	o := newTestOffice(t)
	if said := o.run("device", "waiting"); !strings.Contains(said, "no device waits") {
		t.Errorf("before any code is out: said %q", said)
	}
	var good, bad asked
	ask := func(a asked, want screening.Code) {
		t.Helper()
		o.opened(func(opened *office) {
			if _, _, err := opened.records.Admit(t.Context(), a.Admission); screening.CodeOf(err) != want {
				t.Errorf("asking: got %v, want %q", err, want)
			}
		})
	}
	o.opened(func(opened *office) {
		good, bad = admission(opened), admission(opened)
		for _, a := range []asked{good, bad} {
			if err := opened.records.AddCode(t.Context(), a.Code, time.Now().Add(time.Hour), false); err != nil {
				t.Fatal(err)
			}
		}
	})
	if list := o.waitingFor(); len(list) != 2 || list[0].compares() || list[0].Words != "" {
		t.Fatalf("two codes are out: got %+v", list)
	}
	ask(good, screening.EWait)
	ask(bad, screening.EWait)
	said, words := o.run("device", "waiting"), strings.Join(vault.Spoken(good.Check), " ")
	if !strings.Contains(said, words) || !strings.Contains(said, "device admit") {
		t.Errorf("somebody asks: said %q, want the words and what to do", said)
	}
	args := []string{"-data", o.dir, "-passphrase-file", o.pass}
	for what, typed := range map[string]string{"other words": "abbey " + words, "nothing": "  "} {
		if said := o.refuse(exitFailed, append([]string{"device", "admit", "-words", typed}, args...)...); !strings.Contains(said, "stands between") {
			t.Errorf("%s: said %q", what, said)
		}
	}
	_, stop := o.start()
	if said := o.run("device", "admit", "-words", " "+strings.ToUpper(words)+"  "); !strings.Contains(said, "is let in") {
		t.Errorf("the words: said %q", said)
	}
	for _, w := range o.waitingFor() {
		if w.Words == words && !w.Admitted {
			t.Errorf("after it was let in: %+v", w)
		}
		if w.Words != words {
			o.run("device", "refuse", w.Code[:8])
		}
	}
	stop()
	ask(bad, screening.ECode)
	ask(good, "internal")
	o.refuse(exitUsage, append([]string{"device", "refuse", "abc"}, args...)...)
	o.refuse(exitFailed, append([]string{"device", "refuse", "000000"}, args...)...)
}

// TestReleaseDevice: what is held of a revoked device is counted first, and let go together only for who says so.
func TestReleaseDevice(t *testing.T) {
	o := newTestOffice(t)
	var id string
	o.withSenders(2, func(s []*sender) {
		id = s[0].device.ID.String()
		for _, lang := range []schema.Lang{"ar", "my", "en"} {
			s[0].interview(staged(t, lang, marker))
		}
		s[1].interview(staged(t, "th", marker))
	})
	release := func(flags ...string) (v vouchedFor) {
		t.Helper()
		if err := json.Unmarshal([]byte(o.run("device", append([]string{"release", "-json", id[:8]}, flags...)...)), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := release(); v.Batches != 0 || v.Released {
		t.Errorf("of a trusted device: %+v", v)
	}
	o.run("device", "lost", id[:8], "-from", "2020-01-01 00:00")
	if v := release(); v.Batches != 3 || v.Copies != 0 || v.Released || v.First.IsZero() {
		t.Errorf("counted: %+v, want three batches that still wait", v)
	}
	stats := func() (s casework.Stats) {
		if err := json.Unmarshal([]byte(o.run("stats", "-json")), &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	if s := stats(); s.Quarantined != 3 || s.Interviews != 1 {
		t.Errorf("after counting: %+v, want three in quarantine", s)
	}
	if said := o.run("device", "release", id[:8], "-sure"); !strings.Contains(said, "let go: 3 batches") {
		t.Errorf("said %q", said)
	}
	if s := stats(); s.Quarantined != 0 || s.Interviews != 4 || s.Opened != 4 || s.Incidents != 0 {
		t.Errorf("after it: %+v, want four interviews that are read", s)
	}
	o.refuse(exitUsage, "device", "release", "-data", o.dir, "-passphrase-file", o.pass, id[:4])
}
