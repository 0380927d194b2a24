package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/sync/batch"
)

// forgetful is a device of an office that nobody can open any more, which asks for recovery.
type forgetful struct {
	path, request string
	words         string
}

func newForgetful(t *testing.T, rootFile string) forgetful {
	t.Helper()
	dir := t.TempDir()
	d := forgetful{path: filepath.Join(dir, "vault"), request: filepath.Join(dir, "request")}
	document, err := os.ReadFile(rootFile)
	if err != nil {
		t.Fatal(err)
	}
	root, err := batch.VerifyRoot(document)
	if err != nil {
		t.Fatal(err)
	}
	o := vault.Options{KDF: vault.FloorKDF, Weak: true}
	v, err := vault.Create(t.Context(), d.path, []byte("nobody remembers"), vault.Spec{Data: true}, o)
	if err != nil {
		t.Fatal(err)
	}
	v.Lock()
	if v, err = vault.Unlock(t.Context(), d.path, vault.Passphrase("nobody remembers"), o); err != nil {
		t.Fatal(err)
	}
	if err := v.KeepRecovery(filepath.Join(dir, "recovery"), screening.DeviceID{7}, 3, root.Payload); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(dir, "recovery"))
	if err != nil {
		t.Fatal(err)
	}
	request, err := vault.AskRecovery(t.Context(), d.path, []byte("the new one"), file, o)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := vault.ParseRequest(request)
	if err != nil {
		t.Fatal(err)
	}
	d.words = strings.Join(asked.Words(), " ")
	if err := os.WriteFile(d.request, request, 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestRecoverWhileServing: the office that serves answers a request, too, and refuses what it would refuse alone.
func TestRecoverWhileServing(t *testing.T) {
	o := newTestOffice(t)
	d := newForgetful(t, filepath.Join(o.dir, fileRoot))
	_, stop := o.start()
	_, words, ok := strings.Cut(strings.TrimSpace(o.run("recover", "-add")), ": ")
	if !ok {
		t.Fatal("no passphrase for a second person")
	}
	second, answer := filepath.Join(t.TempDir(), "second"), filepath.Join(t.TempDir(), "answer")
	keepFile(t, second, words+"\n")
	args := []string{"recover", "-data", o.dir, "-passphrase-file", o.pass, "-request", d.request, "-answer", answer, "-words", d.words, "-second-file"}
	if said := o.refuse(exitFailed, append(args, o.pass)...); !strings.Contains(said, "same person") {
		t.Errorf("one person twice: said %q", said)
	}
	o.run("recover", "-request", d.request, "-words", d.words, "-answer", answer, "-second-file", second)
	stop()
	b, err := os.ReadFile(answer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Recover(t.Context(), d.path, vault.Anyone, []byte("the new one"), b, vault.Options{Weak: true}); err != nil {
		t.Errorf("the device: %v", err)
	}
}

// TestRecover: two people give access back, one alone does not, and not to a request with other words; each use is in
// the log before the answer is written.
func TestRecover(t *testing.T) {
	o := newTestOffice(t)
	d := newForgetful(t, filepath.Join(o.dir, fileRoot))
	answer := filepath.Join(t.TempDir(), "answer")
	second := filepath.Join(t.TempDir(), "second")

	added := o.run("recover", "-add")
	_, words, ok := strings.Cut(strings.TrimSpace(added), ": ")
	if !ok || len(strings.Fields(words)) != vault.GeneratedWords {
		t.Fatalf("the second person got %q", added)
	}
	if err := os.WriteFile(second, []byte(words+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	garbage := filepath.Join(t.TempDir(), "garbage")
	if err := os.WriteFile(garbage, bytes.Repeat([]byte("x"), 9000), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		flags []string
		code  int
		say   string
	}{
		"other words":      {[]string{"-request", d.request, "-words", d.words + " more", "-answer", answer, "-second-file", second}, exitFailed, "not the words"},
		"one person twice": {[]string{"-request", d.request, "-words", d.words, "-answer", answer, "-second-file", o.pass}, exitFailed, "same person"},
		"a stranger":       {[]string{"-request", d.request, "-words", d.words, "-answer", answer, "-second-file", garbage}, exitFailed, ""},
		"garbage":          {[]string{"-request", garbage, "-words", d.words, "-answer", answer, "-second-file", second}, exitFailed, "cannot be read"},
		"nothing asked":    {nil, exitUsage, ""},
		"both":             {[]string{"-add", "-request", d.request, "-answer", answer}, exitUsage, ""},
		"no answer":        {[]string{"-request", d.request}, exitUsage, ""},
	} {
		var out bytes.Buffer
		args := append([]string{"recover", "-data", o.dir, "-passphrase-file", o.pass}, c.flags...)
		if code := o.program(&out).Run(t.Context(), args); code != c.code && !(name == "a stranger" && code != exitOK) {
			t.Errorf("%s: exit %d, want %d\n%s", name, code, c.code, o.log)
		}
		if !strings.Contains(o.log.String(), c.say) {
			t.Errorf("%s: %q is not said in\n%s", name, c.say, o.log)
		}
		if _, err := os.Stat(answer); err == nil {
			t.Fatalf("%s: there is an answer", name)
		}
	}
	told := o.run("recover", "-request", d.request, "-words", strings.ToUpper(d.words), "-answer", answer, "-second-file", second)
	if !strings.Contains(told, "epoch 3") {
		t.Errorf("answered %q", told)
	}
	b, err := os.ReadFile(answer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Recover(t.Context(), d.path, vault.Anyone, []byte("the new one"), b, vault.Options{Weak: true}); err != nil {
		t.Errorf("the device: %v", err)
	}
	p := o.program(&bytes.Buffer{})
	opened, err := p.openOffice(t.Context(), where{data: o.dir, passphrase: o.pass})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.close() }()
	log, err := opened.records.Audit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	uses := 0
	for _, e := range log {
		if e.Act == "recover_device" {
			uses++
		}
	}
	if uses != 2 { // the second person, and the one answer
		t.Errorf("the log has %d entries of recovery, want 2", uses)
	}
}
