package paper

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// ErrNoPrinter says that this computer has nothing to print with, or that the printer did not take the page.
var ErrNoPrinter = errors.New("no printer took the page")

// printing is how long a printer may take to accept one page.
const printing = time.Minute

// Spooler prints through the commands lp and lpstat, which CUPS brings on Linux and macOS. The page goes to
// its standard input: this program writes no file. What the spooler itself keeps, and for how long, is its
// own setting (PreserveJobFiles in cupsd.conf), as docs/screener.md says.
type Spooler struct{}

// Printers lists the printers, the default one first; none where there is no spooler.
func (Spooler) Printers(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, printing)
	defer cancel()
	out, err := exec.CommandContext(ctx, "lpstat", "-e").Output()
	if err != nil {
		return nil
	}
	names := strings.Fields(string(out))
	said, _ := exec.CommandContext(ctx, "lpstat", "-d").Output() // "system default destination: name", or words without one
	if _, name, found := strings.Cut(strings.TrimSpace(string(said)), ": "); found {
		for i, n := range names {
			if n == name {
				copy(names[1:i+1], names[:i])
				names[0] = n
			}
		}
	}
	return names
}

// Print sends a page to a printer, under a title that says nothing.
func (Spooler) Print(ctx context.Context, printer string, page *Sheet) error {
	var pdf bytes.Buffer
	if err := page.PDF(&pdf); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, printing)
	defer cancel()
	lp := exec.CommandContext(ctx, "lp", "-s", "-t", "page", "-d", printer, "-o", "media=A4", "-o", "fit-to-page")
	lp.Stdin = &pdf
	lp.Stdout = io.Discard
	if err := lp.Run(); err != nil {
		return fmt.Errorf("%w: %w", ErrNoPrinter, err)
	}
	return nil
}
