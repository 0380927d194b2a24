// Package killtest kills programs in tests, as the power does: a test binary runs itself again as the program that
// works on a file, and ends it with SIGKILL in the middle of whatever it is at.
package killtest

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Lines runs the test binary again, with env added to its surroundings, kills it when it has printed so many lines,
// and returns the lines that were whole by then. TestMain has to know the child by env. It fails the test where the
// child ends by itself.
func Lines(t testing.TB, after int, env ...string) (lines []string) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^$")
	c.Env = append(os.Environ(), env...)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatalf("start a program to kill: %v", err)
	}
	for from := bufio.NewReader(out); ; {
		line, err := from.ReadString('\n')
		if err != nil {
			break // the kill cut it: nobody saw it
		}
		if lines = append(lines, strings.TrimSpace(line)); len(lines) == after {
			if err := c.Process.Kill(); err != nil {
				t.Fatalf("kill: %v", err)
			}
		}
	}
	if err := c.Wait(); err == nil || len(lines) < after {
		t.Fatalf("the program ended by itself after %d lines: %v", len(lines), err)
	}
	return lines
}
