package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSchemaHasNoClock refuses a reading of the clock in schema: "today" is an argument of Evaluate, or
// the office would conclude something else from an interview than the device showed.
func TestSchemaHasNoClock(t *testing.T) {
	files := 0
	err := filepath.WalkDir("../schema", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, at := range clockReadings(t, path, src) {
			t.Errorf("%s reads the clock: schema takes its time from Env", at)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Fatal("no file of schema was read; the check would prove nothing")
	}
	if got := clockReadings(t, "planted.go", []byte("package p\nimport \"time\"\nvar t = time.Now()\n")); len(got) != 1 {
		t.Errorf("a planted time.Now was found %d times, want once", len(got))
	}
}

// clockReadings returns the places where a file calls time.Now, time.Since or time.Until.
func clockReadings(t *testing.T, name string, src []byte) (at []string) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); ok && id.Name == "time" {
			switch sel.Sel.Name {
			case "Now", "Since", "Until":
				at = append(at, fset.Position(sel.Pos()).String())
			}
		}
		return true
	})
	return at
}

// TestLibcIsSQLitesOwn holds modernc.org/libc at the version that modernc.org/sqlite was generated
// with: any other may lay memory out differently beneath the encrypted file.
func TestLibcIsSQLitesOwn(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "modernc.org/sqlite").Output()
	if err != nil {
		t.Fatalf("find modernc.org/sqlite: %v", err)
	}
	want := requirement(t, filepath.Join(strings.TrimSpace(string(dir)), "go.mod"), "modernc.org/libc")
	if got := requirement(t, "../go.mod", "modernc.org/libc"); got != want {
		t.Errorf("modernc.org/libc is %s, want %s as modernc.org/sqlite has it", got, want)
	}
}

func requirement(t *testing.T, file, module string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) >= 2 && f[0] == module {
			return f[1]
		}
	}
	t.Fatalf("%s does not require %s", file, module)
	return ""
}
