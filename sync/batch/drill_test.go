package batch

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

// The disaster drill (FORMAT.md, Without this program): a batch file, the office's secret key and two common
// tools, age and zstd, give the records. Nothing of this package takes part in the opening.
//
// The tools on this machine are used where they are new enough (age from 1.3, which knows hybrid keys; any
// zstd). Otherwise the libraries that those tools are made from stand in, as plain streams.
func TestDrillWithoutThisProgram(t *testing.T) {
	const said = "Invented person 1 says"
	secrets, err := os.ReadFile(filepath.Join("testdata", "identities.txt"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join("testdata", "good.lwb"))
	if err != nil {
		t.Fatal(err)
	}
	// As in the guide: skip the first line, the length, the header and the signature.
	header := int(file[6])<<8 | int(file[7])
	payload := file[8+header+64:]
	for n, secret := range strings.Fields(string(secrets)) { // the vault's key, and the escrow key alone
		records := drillZstd(t, drillAge(t, payload, secret))
		if !bytes.Contains(records, []byte(said)) {
			t.Errorf("key %d: what was said is not in the %d bytes that came out", n, len(records))
		}
	}
	if bytes.Contains(file, []byte(said)) {
		t.Error("what was said stands in the sealed file")
	}
}

func drillAge(t *testing.T, payload []byte, secret string) []byte {
	t.Helper()
	if tool, ok := newAge(); ok {
		key := filepath.Join(t.TempDir(), "key.txt")
		if err := os.WriteFile(key, []byte(secret+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return pipe(t, exec.Command(tool, "-d", "-i", key), payload)
	}
	t.Log("no age of version 1.3 here: its library stands in")
	identities, err := age.ParseIdentities(strings.NewReader(secret))
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(bytes.NewReader(payload), identities...)
	if err != nil {
		t.Fatal(err)
	}
	return readAll(t, r)
}

func drillZstd(t *testing.T, plain []byte) []byte {
	t.Helper()
	if tool, err := exec.LookPath("zstd"); err == nil {
		return pipe(t, exec.Command(tool, "-d", "-c"), plain)
	}
	t.Log("no zstd here: its library stands in")
	r, err := zstd.NewReader(bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	return readAll(t, r)
}

// newAge finds an age that knows hybrid keys: version 1.3 or later.
func newAge() (string, bool) {
	tool, err := exec.LookPath("age")
	if err != nil {
		return "", false
	}
	out, err := exec.Command(tool, "--version").Output()
	parts := strings.Split(strings.TrimPrefix(strings.TrimSpace(string(out)), "v"), ".")
	if err != nil || len(parts) < 2 {
		return "", false
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	return tool, err1 == nil && err2 == nil && (major > 1 || major == 1 && minor >= 3)
}

func pipe(t *testing.T, c *exec.Cmd, in []byte) []byte {
	t.Helper()
	var complaint bytes.Buffer
	c.Stdin, c.Stderr = bytes.NewReader(in), &complaint
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", filepath.Base(c.Path), err, complaint.String())
	}
	return out
}

func readAll(t *testing.T, r io.Reader) []byte {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
