package batch

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

// The disaster drill (FORMAT.md, Without this program): a batch file, the office's secret key, the dictionary and two
// common tools, age and zstd, give the records. Nothing of this package takes part in the opening.
const (
	drillSaid = "Invented person 1 says"
	drillAge  = "filippo.io/age/cmd/age@v1.3.2" // the first line of versions that knows hybrid keys
)

// drillKeys are the secrets of the vectors' office: the vault's key, and the escrow key.
func drillKeys(t *testing.T) []string {
	t.Helper()
	secrets, err := os.ReadFile(filepath.Join("testdata", "identities.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(secrets))
}

func drillFile(t *testing.T, name string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(file, []byte(drillSaid)) {
		t.Fatal("what was said stands in the sealed file")
	}
	return file
}

// TestDrillWithoutThisProgram runs the lines of the page in a shell, with the real age and the real zstd: for a batch of
// today, for one from before there was a dictionary, and for a capsule.
func TestDrillWithoutThisProgram(t *testing.T) {
	tools := drillTools(t)
	page, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "## Without this program\n")
	lines := regexp.MustCompile(`(?m)^    .+$`).FindAllString(section, 2)
	if len(lines) != 2 || !strings.Contains(lines[1], "age -d") {
		t.Fatalf("the page shows %q", lines)
	}
	for _, name := range []string{"good.lwb", "good-2.lwb", "capsule.lwc"} {
		for n, key := range drillKeys(t) {
			dir := t.TempDir()
			for file, content := range map[string][]byte{"batch.lwb": drillFile(t, name), "key.txt": []byte(key), "dictionary": Dictionary} {
				if err := os.WriteFile(filepath.Join(dir, file), content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			sh := exec.Command("bash", "-c", "set -eo pipefail\n"+strings.Join(lines, "\n"))
			sh.Dir, sh.Env = dir, append(os.Environ(), "PATH="+tools+string(os.PathListSeparator)+os.Getenv("PATH"))
			if out, err := sh.CombinedOutput(); err != nil {
				t.Fatalf("%s, key %d: %v: %s", name, n, err, out)
			}
			if records, err := os.ReadFile(filepath.Join(dir, "records.cbor")); err != nil || !bytes.Contains(records, []byte(drillSaid)) {
				t.Errorf("%s, key %d: what was said is not in the %d bytes that came out (%v)", name, n, len(records), err)
			}
		}
	}
}

// drillTools makes the age of the page and says where it lies. Where it cannot be had, or another tool is not here, the
// test of the libraries below still stands.
func drillTools(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"bash", "xxd", "zstd"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s here", tool)
		}
	}
	dir := t.TempDir()
	install := exec.Command("go", "install", drillAge)
	install.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=", "CGO_ENABLED=0")
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("no %s: %v: %s", drillAge, err, out)
	}
	return dir
}

// TestDrillWithLibraries is the drill with the libraries that the tools are made from, as plain streams.
func TestDrillWithLibraries(t *testing.T) {
	for _, name := range []string{"good.lwb", "good-2.lwb", "capsule.lwc"} {
		file := drillFile(t, name)
		header := int(file[6])<<8 | int(file[7])
		for n, key := range drillKeys(t) {
			identities, err := age.ParseIdentities(strings.NewReader(key))
			if err != nil {
				t.Fatal(err)
			}
			plain, err := age.Decrypt(bytes.NewReader(file[8+header+64:]), identities...)
			if err != nil {
				t.Fatal(err)
			}
			r, err := zstd.NewReader(plain, zstd.WithDecoderDicts(Dictionary))
			if err != nil {
				t.Fatal(err)
			}
			var records bytes.Buffer
			if _, err := records.ReadFrom(r); err != nil || !bytes.Contains(records.Bytes(), []byte(drillSaid)) {
				t.Errorf("%s, key %d: what was said is not in the %d bytes that came out (%v)", name, n, records.Len(), err)
			}
			r.Close()
		}
	}
}
