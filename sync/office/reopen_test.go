package main

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	neturl "net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leeward/internal/screening"
)

// TestRestoreForgetsWhoWithdrew: a copy from before a withdrawal holds the person. Nobody reads in it, nothing is counted
// or handed over, until a newer log has made it forget; then no page, payload or rebuild brings them back.
func TestRestoreForgetsWhoWithdrew(t *testing.T) {
	o := newTestOffice(t)
	stays, gone := staged(t, "ar", marker), staged(t, "my", marker)
	copied, log := filepath.Join(t.TempDir(), "copy"), filepath.Join(t.TempDir(), "newer.lwl")
	older := filepath.Join(t.TempDir(), "older.lwl")
	o.withSenders(2, func(devices []*sender) {
		keepLog := func(path string) {
			file, err := devices[0].office.Log(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, file, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		keepLog(older) // before anything: not newer
		devices[0].interview(stays)
		devices[1].interview(gone)
		if _, err := devices[0].office.Backup(t.Context(), copied); err != nil {
			t.Fatal(err)
		}
		devices[1].withdraw(gone)
		keepLog(log)
	})

	again := *o
	again.dir = filepath.Join(t.TempDir(), "again")
	if out := again.run("restore", "-from", copied); !strings.Contains(out, "Nobody reads in it") {
		t.Errorf("restore answered %q", out)
	}
	refused := func(want string, args ...string) {
		t.Helper()
		var said lockedBuffer
		p := again.program(io.Discard)
		p.Stderr = &said
		if code := p.Run(t.Context(), append(args, "-data", again.dir, "-passphrase-file", again.pass)); code == exitOK || !strings.Contains(said.String(), want) {
			t.Errorf("%v: exit %d, said %q, want %q", args, code, said.String(), want)
		}
	}
	refused("made from a copy", "report", "-from", "2020", "-to", "2024")
	refused("made from a copy", "export", "-as", "ctdc", "-scope", "statistics", "-from", "2020", "-until", "2026", "-purpose", "a study of hours", "-to", "Mina", "-clear", "-o", filepath.Join(t.TempDir(), "x"))
	refused("not a newer log", "reopen", "-log", older)
	refused("not a newer log", "reopen", "-log", again.pass)
	refused("give -log FILE", "reopen")

	url, stop := again.start()
	page := func(path string) (int, string) {
		t.Helper()
		resp, err := browser(t).Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, bodyOf(t, resp)
	}
	if code, body := page("/signin"); code != http.StatusServiceUnavailable || !strings.Contains(body, "leeward-office reopen") {
		t.Errorf("a page of a closed office: %d %q", code, body)
	}
	if code, _ := page("/v1/root"); code != http.StatusOK {
		t.Errorf("devices: %d, want them let in", code)
	}
	if out := again.run("reopen", "-log", log); !strings.Contains(out, "1 people who had withdrawn were erased") {
		t.Errorf("reopen answered %q", out)
	}
	if code, _ := page("/signin"); code != http.StatusOK {
		t.Errorf("a page after it: %d", code)
	}
	again.run("rebuild")
	stop()
	refused("open already", "reopen", "-without-log")

	p := again.program(io.Discard)
	p.Now, p.Env = time.Now, os.Getenv
	opened, err := p.openOffice(t.Context(), where{data: again.dir, passphrase: again.pass})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.close()
	if rec := look(t, opened, gone.ID); rec.Status != screening.Withdrawn || len(rec.Interview.Answers) != 0 {
		t.Error("who withdrew is back")
	}
	if rec := look(t, opened, stays.ID); len(rec.Interview.Answers) == 0 {
		t.Error("somebody else went with them")
	}
}

// TestOpensWhenEveryDeviceCalled: without a log a restored office opens when all devices have called again, whoever
// withdrew among what they hand in.
func TestOpensWhenEveryDeviceCalled(t *testing.T) {
	o := newTestOffice(t)
	gone := staged(t, "my", marker)
	copied := filepath.Join(t.TempDir(), "copy")
	var file []byte
	o.withSenders(2, func(devices []*sender) {
		devices[1].interview(gone)
		if _, err := devices[0].office.Backup(t.Context(), copied); err != nil {
			t.Fatal(err)
		}
		file = devices[1].withdrawal(gone)
	})
	o.dir = filepath.Join(t.TempDir(), "again")
	o.run("restore", "-from", copied)
	p := o.program(io.Discard)
	p.Now, p.Env = func() time.Time { return time.Now().Add(time.Minute) }, os.Getenv
	opened, err := p.openOffice(t.Context(), where{data: o.dir, passphrase: o.pass})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.close()
	in, err := opened.intake(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	still := func(what string, want bool) {
		t.Helper()
		if err := opened.openWhenCalled(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, closed, err := opened.closed(t.Context()); err != nil || closed != want {
			t.Errorf("%s: closed %v (%v), want %v", what, closed, err, want)
		}
	}
	still("nobody called", true)
	if c := opened.checkHistory(t.Context()); c.State != stateLook || !strings.Contains(c.Advice, "reopen -log") {
		t.Errorf("doctor says of a copy that waits: %+v", c)
	}
	if _, err := in.Receive(t.Context(), bytes.Clone(file)); err != nil {
		t.Fatal(err)
	}
	still("one of two called", true)
	devices, err := opened.records.Devices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range devices {
		if d.Batches == 0 {
			if _, err := opened.Revoke(t.Context(), revokeAsk{Device: d.ID.String()}); err != nil { // it never calls again
				t.Fatal(err)
			}
		}
	}
	still("the other is revoked", false)
	if rec := look(t, opened, gone.ID); rec.Status != screening.Withdrawn {
		t.Error("who withdrew can be read")
	}
}

// TestOpensFromItsPage: whoever keeps a restored office opens it in a browser, where the log names them.
func TestOpensFromItsPage(t *testing.T) {
	o := newTestOffice(t)
	url, _ := o.restored()
	me := browser(t)
	send := func(path string, fields ...string) string {
		t.Helper()
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		for i := 0; i < len(fields); i += 2 {
			if err := w.WriteField(fields[i], fields[i+1]); err != nil {
				t.Fatal(err)
			}
		}
		kind := w.FormDataContentType()
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		resp, err := me.Post(url+path, kind, &form)
		if err != nil {
			t.Fatal(err)
		}
		return bodyOf(t, resp)
	}
	signIn := func(next string) string {
		t.Helper()
		resp, err := me.PostForm(url+"/sign-in", neturl.Values{"name": {o.first.User}, "passphrase": {o.first.Passphrase}, "next": {next}})
		if err != nil {
			t.Fatal(err)
		}
		return bodyOf(t, resp)
	}
	page := signIn("/reopen")
	if !strings.Contains(page, "There is no newer log") {
		t.Fatalf("signed in to %.300q", page)
	}
	if page = send("/reopen", "do", "without", "sure", "yes"); !strings.Contains(page, "The office is open") {
		t.Fatalf("reopen: %.300q", page)
	}
	if page = signIn("/audit"); !strings.Contains(page, "Let people read again after a restore") {
		t.Error("the log does not say that somebody opened the office")
	}
}

// bodyOf reads what a page answered.
func bodyOf(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// restored serves an office that was made from a copy of o.
func (o *testOffice) restored() (url string, stop func()) {
	o.t.Helper()
	copied := filepath.Join(o.t.TempDir(), "copy")
	o.run("backup", "-to", copied)
	again := *o
	again.dir = filepath.Join(o.t.TempDir(), "again")
	again.run("restore", "-from", copied)
	return again.start()
}
