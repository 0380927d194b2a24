package main

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/sync/batch"
)

const marker = "MARKER-osprey-77"

// TestFromBatchToPage follows invented people from sealed batches to a reviewer's page, over a restart,
// and looks for them where they must not be.
func TestFromBatchToPage(t *testing.T) {
	o := newTestOffice(t)
	told, gone := staged(t, "ar", marker), staged(t, "my", marker)
	o.withSenders(2, func(devices []*sender) {
		devices[0].send(batch.Heartbeat())
		devices[0].interview(told)
		devices[1].interview(gone)
		devices[1].withdraw(gone)
	})
	address, stop := o.start()
	var stats casework.Stats
	if err := json.Unmarshal([]byte(o.run("stats", "-json")), &stats); err != nil {
		t.Fatal(err)
	}
	if want := (casework.Stats{Devices: 2, Batches: 4, Interviews: 2, Opened: 2}); stats != want {
		t.Errorf("stats: got %+v, want %+v", stats, want)
	}
	reader := browser(t)
	list := page(t, reader, address+"/interviews")
	if !strings.Contains(list, "Sign in") || strings.Contains(list, string(told.Code)) {
		t.Fatal("the list is open to everybody")
	}
	resp, err := reader.PostForm(address+"/sign-in", url.Values{"name": {o.first.User}, "passphrase": {o.first.Passphrase}, "next": {"/interviews"}})
	if err != nil {
		t.Fatal(err)
	}
	list = body(t, resp)
	if !strings.Contains(list, string(told.Code)) || strings.Contains(list, string(gone.Code)) || strings.Contains(list, marker) {
		t.Error("the list lacks the code, or holds one that was withdrawn, or what somebody said")
	}
	if one := page(t, reader, address+"/interviews/"+told.ID.String()); !strings.Contains(one, marker) || !strings.Contains(one, `dir="rtl"`) {
		t.Error("the interview is not shown in both languages")
	}
	if one := page(t, reader, address+"/interviews/"+gone.ID.String()); strings.Contains(one, marker) || !strings.Contains(one, "took their consent back") {
		t.Error("the withdrawn interview is not shown as that only")
	}
	stop()
	for _, never := range []string{marker, string(told.Code), told.ID.String(), o.first.Passphrase, testPassphrase} {
		if strings.Contains(o.log.String(), never) {
			t.Errorf("the log holds %q", never)
		}
	}
	wantNowhere(t, o.dir, marker, o.first.Passphrase, testPassphrase)
}

func page(t *testing.T, c *http.Client, address string) string {
	t.Helper()
	resp, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	return body(t, resp)
}

func body(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// wantNowhere reads every file under dir.
func wantNowhere(t *testing.T, dir string, secrets ...string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		for _, s := range secrets {
			if bytes.Contains(b, []byte(s)) {
				t.Errorf("%s holds what it must not", filepath.Base(path))
			}
		}
		return err
	})
	if err != nil || files < 3 {
		t.Errorf("looked into %d files: %v", files, err)
	}
}

// TestDevicesSeeTheirCertificate checks that who can verify Ed25519 gets the key that the root names.
func TestDevicesSeeTheirCertificate(t *testing.T) {
	o := newTestOffice(t)
	address, _ := o.start()
	resp, err := browser(t).Get(address + "/v1/root")
	if err != nil {
		t.Fatal(err)
	}
	file := []byte(body(t, resp))
	root, err := batch.VerifyRoot(file)
	if err != nil {
		t.Fatal(err)
	}
	leaf := resp.TLS.PeerCertificates[0]
	if key, err := batch.PeerKey(leaf); err != nil || key != root.TLS || leaf.PublicKeyAlgorithm != x509.Ed25519 {
		t.Errorf("the certificate is not the root's (%v)", err)
	}
	if resp.TLS.Version < 0x0304 {
		t.Errorf("TLS version %#x, want 1.3", resp.TLS.Version)
	}
}

// TestLongFolder needs a socket whose path is longer than systems allow.
func TestLongFolder(t *testing.T) {
	o := newTestOffice(t)
	long := filepath.Join(filepath.Dir(o.dir), strings.Repeat("long-folder-name-", 6), "office")
	if err := os.MkdirAll(filepath.Dir(long), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(o.dir, long); err != nil {
		t.Fatal(err)
	}
	o.dir = long
	_, stop := o.start()
	if got := o.run("enrol", "-json", "-count", "2"); strings.Count(got, "LWE1:") != 2 {
		t.Errorf("got %q, want two codes", got)
	}
	stop()
	if _, err := os.Stat(filepath.Join(long, fileSocket)); err == nil {
		t.Error("the socket is left behind")
	}
}

// TestInitLeavesNothingHalf cuts init at its end: the folder is an office or it is not there.
func TestInitLeavesNothingHalf(t *testing.T) {
	parent := t.TempDir()
	pass := filepath.Join(t.TempDir(), "pass")
	if err := os.WriteFile(pass, []byte(testPassphrase), 0o600); err != nil {
		t.Fatal(err)
	}
	o := &testOffice{t: t, dir: filepath.Join(parent, "office"), pass: pass, log: &lockedBuffer{}}
	long := strings.Repeat("x", 300) // longer than a root document takes
	code := o.program(io.Discard).Run(t.Context(), []string{"init", "-data", o.dir, "-passphrase-file", pass, "-demo", "-name", long})
	if code != exitFailed {
		t.Fatalf("exit %d, want %d\n%s", code, exitFailed, o.log)
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) != 0 {
		t.Errorf("%d entries left (%v), want none", len(left), err)
	}
}

func TestExitCodes(t *testing.T) {
	for code, want := range map[screening.Code]int{
		screening.CodeWrongPassphrase: exitPassphrase, screening.CodeWait: exitPassphrase, screening.CodeInUse: exitInUse,
		screening.CodeDamaged: exitDamaged, screening.CodeNewer: exitDamaged, screening.CodeDiskFull: exitFailed,
	} {
		if got := exitCode(screening.Fail(code, io.EOF)); got != want {
			t.Errorf("%s: exit %d, want %d", code, got, want)
		}
	}
}
