package encvfs

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// TestPinnedLibraries: this package calls functions of modernc.org/sqlite/lib that promise no stability, and that
// package works with exactly one version of modernc.org/libc. A newer pair needs every test here, and this line.
func TestPinnedLibraries(t *testing.T) {
	const sqliteVersion = "v1.61.1"
	if got := required(t, ourModule(t), "modernc.org/sqlite"); got != sqliteVersion {
		t.Errorf("modernc.org/sqlite: got %s, want %s", got, sqliteVersion)
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite").Output()
	if err != nil {
		t.Skipf("no go command: %v", err)
	}
	theirs := required(t, strings.TrimSpace(string(out)), "modernc.org/libc")
	if got := required(t, ourModule(t), "modernc.org/libc"); got != theirs {
		t.Errorf("modernc.org/libc: got %s, want %s as modernc.org/sqlite has", got, theirs)
	}
}

func ourModule(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		t.Skipf("no go command: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// required is the version of a module that a go.mod file requires.
func required(t *testing.T, file, module string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := modfile.Parse(file, b, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range m.Require {
		if r.Mod.Path == module {
			return r.Mod.Version
		}
	}
	t.Fatalf("%s does not require %s", file, module)
	return ""
}
