package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leeward/internal/screening"
)

// realOffice is an office that is no demonstration.
func realOffice(t *testing.T) *testOffice {
	t.Helper()
	o := &testOffice{t: t, dir: filepath.Join(t.TempDir(), "office"), pass: filepath.Join(t.TempDir(), "pass"), log: &lockedBuffer{}}
	keepFile(t, o.pass, "harbour lantern thistle anchor violet meadow\n")
	if err := json.Unmarshal([]byte(o.run("init", "-json", "-name", "Invented office")), &o.first); err != nil {
		t.Fatal(err)
	}
	return o
}

func keepFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// refuse runs a command that must not succeed, and returns what a person is told.
func (o *testOffice) refuse(want int, args ...string) string {
	o.t.Helper()
	o.log = &lockedBuffer{}
	if code := o.program(io.Discard).Run(o.t.Context(), args); code != want {
		o.t.Fatalf("%v: exit %d, want %d\n%s", args, code, want, o.log)
	}
	return o.log.String()
}

// TestLostMachine is the drill: an office is made, its shares are rehearsed, a device is enrolled and hands in an
// interview, a backup is carried away, and the machine and its passphrase are lost. Two shares and the backup give
// everything back.
func TestLostMachine(t *testing.T) {
	o := realOffice(t)
	if len(o.first.Shares) != 3 {
		t.Fatalf("init gave %d shares, want 3", len(o.first.Shares))
	}
	said := o.refuse(exitFailed, "enrol", "-data", o.dir, "-passphrase-file", o.pass, "-url", "https://192.0.2.1:8443")
	if !strings.Contains(said, "shares rehearse") {
		t.Fatalf("before the rehearsal enrol said %q", said)
	}
	two := filepath.Join(t.TempDir(), "two")
	keepFile(t, two, o.first.Shares[2]+"\n\n"+strings.ToUpper(o.first.Shares[0])+"\n")
	o.run("shares", "rehearse", "-shares-file", two)
	if codes := o.run("enrol", "-url", "https://192.0.2.1:8443"); !strings.HasPrefix(codes, "LWE1:") {
		t.Fatalf("after the rehearsal enrol answered %q", codes)
	}
	iv := staged(t, "ar", marker)
	o.withSenders(1, func(devices []*sender) { devices[0].interview(iv) })
	copied := filepath.Join(t.TempDir(), "copy")
	o.run("backup", "-to", copied)
	if err := os.RemoveAll(o.dir); err != nil {
		t.Fatal(err)
	}

	again := *o
	again.t, again.dir, again.pass, again.log = t, filepath.Join(t.TempDir(), "again"), filepath.Join(t.TempDir(), "fresh"), &lockedBuffer{}
	keepFile(t, again.pass, "another lantern thistle anchor violet meadow\n")
	keepFile(t, two, o.first.Shares[1]+"\n"+o.first.Shares[2]+"\n")
	if out := again.run("restore", "-from", copied, "-shares", "-shares-file", two); !strings.Contains(out, "1 interviews") {
		t.Errorf("restore answered %q", out)
	}
	p := again.program(io.Discard)
	p.Now = time.Now
	opened, err := p.openOffice(t.Context(), where{data: again.dir, passphrase: again.pass})
	if err != nil {
		t.Fatal(err)
	}
	rec := look(t, opened, iv.ID)
	if err := opened.close(); err != nil {
		t.Fatal(err)
	}
	if rec.Status != screening.Final || !holds(rec.Interview, marker) {
		t.Error("the interview cannot be read after the loss of the machine")
	}
	again.refuse(exitPassphrase, "stats", "-data", again.dir, "-passphrase-file", o.pass)
}

func holds(iv screening.Interview, text string) bool {
	for _, a := range iv.Answers {
		if strings.Contains(a.Answer.Value, text) {
			return true
		}
	}
	return false
}

// TestWrongShares: what is wrong with a share is said, no device can be enrolled, and no words are in the log.
func TestWrongShares(t *testing.T) {
	o, other := realOffice(t), realOffice(t)
	words := strings.Fields(o.first.Shares[0])
	file := filepath.Join(t.TempDir(), "two")
	rehearse := []string{"shares", "rehearse", "-data", o.dir, "-passphrase-file", o.pass, "-shares-file", file}
	swap := func(i int, word string) string {
		w := append([]string{}, words...)
		w[i] = word
		return strings.Join(w, " ")
	}
	for say, lines := range map[string][]string{
		`word 3 of the share, "harbuor", is wrong`: {swap(2, "harbuor"), o.first.Shares[1]},
		`word 8 of the share, "zebra"`:             {swap(7, "zebra"), o.first.Shares[1]},
		"14 words, these are 13":                   {strings.Join(words[1:], " "), o.first.Shares[1]},
		"the same share":                           {o.first.Shares[1], o.first.Shares[1]},
		"not made together":                        {o.first.Shares[0], other.first.Shares[1]},
		"two shares, one on a line":                {o.first.Shares[0]},
	} {
		keepFile(t, file, strings.Join(lines, "\n"))
		code := exitUsage
		if len(lines) == 1 {
			code = exitFailed
		}
		if strings.Contains(say, "zebra") {
			if strings.Contains(lines[0], "zebra") && words[7] == "zebra" {
				continue
			}
			say = `word 8 of the share`
		}
		if said := o.refuse(code, rehearse...); !strings.Contains(said, say) {
			t.Errorf("said %q, want %q", said, say)
		}
	}
	keepFile(t, file, other.first.Shares[0]+"\n"+other.first.Shares[1])
	if said := o.refuse(exitPassphrase, rehearse...); !strings.Contains(said, "shares") {
		t.Errorf("shares of another office: said %q", said)
	}
	o.refuse(exitFailed, "enrol", "-data", o.dir, "-passphrase-file", o.pass, "-url", "https://192.0.2.1:8443")
}

// TestNewSharesWhileServing: new shares take the place of those before, typed at a terminal with a mistake in between.
func TestNewSharesWhileServing(t *testing.T) {
	o := realOffice(t)
	before := o.first.Shares
	_, stop := o.start()
	shown := o.run("shares", "new")
	var fresh []string
	for _, block := range strings.Split(shown, "  share ")[1:] {
		fresh = append(fresh, strings.Join(strings.Fields(block)[1:15], " "))
	}
	if len(fresh) != 3 {
		t.Fatalf("shares new answered %q", shown)
	}
	file := filepath.Join(t.TempDir(), "two")
	keepFile(t, file, before[0]+"\n"+before[1])
	o.refuse(exitPassphrase, "shares", "rehearse", "-data", o.dir, "-passphrase-file", o.pass, "-shares-file", file)

	time.Sleep(2100 * time.Millisecond) // a wrong try waits
	o.log = &lockedBuffer{}
	p := o.program(io.Discard)
	p.Stdin = strings.NewReader(fresh[0] + "\n" + "one two\n" + fresh[0] + "\n" + fresh[2] + "\n")
	var out bytes.Buffer
	p.Stdout = &out
	if code := p.Run(t.Context(), []string{"shares", "rehearse", "-data", o.dir}); code != exitOK {
		t.Fatalf("exit %d\n%s", code, o.log)
	}
	if said := o.log.String(); !strings.Contains(said, "14 words, these are 2") || !strings.Contains(said, "same share") {
		t.Errorf("at the terminal it said %q", said)
	}
	if codes := o.run("enrol"); !strings.HasPrefix(codes, "LWE1:") {
		t.Errorf("enrol answered %q", codes)
	}
	stop()
	for _, s := range append(before, fresh...) {
		if strings.Contains(o.log.String(), s) {
			t.Error("a share stands in the log")
		}
	}
}
