package paper

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// commands puts scripts with these names before all others.
func commands(t *testing.T, scripts map[string]string) (dir string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("lp and lpstat are commands of CUPS")
	}
	dir = t.TempDir()
	for name, body := range scripts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+body), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return dir
}

func TestPrintersDefaultFirst(t *testing.T) {
	commands(t, map[string]string{"lpstat": `[ "$1" = -e ] && printf 'hall\ndesk\nattic\n' || echo 'system default destination: attic'`})
	if got := strings.Join(Spooler{}.Printers(t.Context()), " "); got != "attic hall desk" {
		t.Errorf("printers are %q, want attic hall desk", got)
	}
	commands(t, map[string]string{"lpstat": `[ "$1" = -e ] && echo hall || echo 'no system default destination'`})
	if got := strings.Join(Spooler{}.Printers(t.Context()), " "); got != "hall" {
		t.Errorf("printers are %q, want hall", got)
	}
	commands(t, map[string]string{"lpstat": "exit 1"})
	if got := (Spooler{}).Printers(t.Context()); len(got) != 0 {
		t.Errorf("without a spooler the printers are %q", got)
	}
}

// The page reaches the printer whole, and nothing about it stands among the arguments, which any user of the
// computer can read.
func TestPrintStreamsThePage(t *testing.T) {
	dir := commands(t, map[string]string{"lp": `here=$(dirname "$0"); echo "$*" > "$here/arguments"; cat > "$here/page"`})
	sheet := Result(told(t, result, "possible"), details("en"))
	if err := (Spooler{}).Print(t.Context(), "desk", sheet); err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := sheet.PDF(&want); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "page")); err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("the printer got %d bytes (%v), want %d", len(got), err, want.Len())
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "arguments")); string(got) != "-s -t page -d desk -o media=A4 -o fit-to-page\n" {
		t.Errorf("lp was called with %s", got)
	}
}

func TestAPrinterThatRefuses(t *testing.T) {
	commands(t, map[string]string{"lp": "exit 1"})
	if err := (Spooler{}).Print(t.Context(), "desk", Result(told(t), details("en"))); !errors.Is(err, ErrNoPrinter) {
		t.Errorf("%v, want ErrNoPrinter", err)
	}
}
