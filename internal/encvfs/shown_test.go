package encvfs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWhatShowsItIsThere: each test that FORMAT.md names as evidence is one that runs.
func TestWhatShowsItIsThere(t *testing.T) {
	page, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "## 13. What shows it")
	named := regexp.MustCompile(`Test[A-Z]\w+`).FindAllString(table, -1)
	if len(named) < 30 {
		t.Fatalf("got %d tests named, want 30 or more", len(named))
	}
	var tests strings.Builder
	for _, dir := range []string{".", "../vault", "../store"} {
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			tests.Write(b)
		}
	}
	for _, name := range named {
		if !strings.Contains(tests.String(), "\nfunc "+name+"(t *testing.T)") {
			t.Errorf("FORMAT.md names %s, which is no test", name)
		}
	}
}
