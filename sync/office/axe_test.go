//go:build browser

package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeSource is Deque's axe-core, unchanged from npm (axe-core 4.14.1, MPL 2.0): the rules that WCAG 2.2 AA can be
// checked by. It is run in the page by the test, past the page's own policy, and is no part of the program.
//
//go:embed testdata/axe.min.js
var axeSource string

const axeRun = `(async () => {
	const found = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]});
	return JSON.stringify({rules: found.passes.length, violations: found.violations.map(v => v.id + ": " + v.help + " " +
		v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(" | "))});
})()`

// wantAccessible runs axe on the page that is open.
func wantAccessible(t *testing.T, ctx context.Context, what string) {
	t.Helper()
	// the last expression must not be the library itself
	answerOf(t, ctx, what, chromedp.Evaluate[int](axeSource+";\n1"))
	text := answerOf(t, ctx, what, chromedp.Evaluate[string](axeRun, chromedp.EvalAwaitPromise))
	var found struct {
		Rules      int      `json:"rules"`
		Violations []string `json:"violations"`
	}
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		t.Fatalf("%s: axe answered %.80q: %v", what, text, err)
	}
	if found.Rules < 5 {
		t.Errorf("%s: axe looked at %d rules; that proves nothing", what, found.Rules)
	}
	for _, v := range found.Violations {
		t.Errorf("%s: %s", what, v)
	}
}
