package roadtest

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	demand    = regexp.MustCompile(`(?m)^\| (REQ|F)-(\d+) \| (.+) \| (.*) \|(.*)\|$`)
	namedTest = regexp.MustCompile("`([a-z/0-9]+) (Test[A-Za-z0-9]+)`")
)

// TestRequirements holds docs/requirements.md to its word: every demand has one line, in order, each names a test that is
// there or says that it is not built.
func TestRequirements(t *testing.T) {
	page, err := os.ReadFile("../../docs/requirements.md")
	ok(t, err)
	there, err := testsThere()
	ok(t, err)
	next := map[string]int{"REQ": 1, "F": 1}
	for _, line := range demand.FindAllStringSubmatch(string(page), -1) {
		id := line[1] + "-" + line[2]
		if want := fmt.Sprintf("%s-%02d", line[1], next[line[1]]); id != want {
			t.Errorf("%s stands where %s is due", id, want)
		}
		next[line[1]]++
		named := namedTest.FindAllStringSubmatch(line[5], -1)
		if len(named) == 0 && !strings.HasPrefix(line[4], "*not built*") {
			t.Errorf("%s names no test and does not say that it is not built", id)
		}
		for _, n := range named {
			if !there[n[1]+" "+n[2]] {
				t.Errorf("%s: there is no %s in %s", id, n[2], n[1])
			}
		}
	}
	if next["REQ"] != 57 || next["F"] != 28 {
		t.Errorf("%d and %d demands, want 56 and 27", next["REQ"]-1, next["F"]-1)
	}
}
