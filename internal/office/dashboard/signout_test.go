package dashboard

import (
	"net/http"
	"testing"
	"time"

	"leeward/internal/office/casework"
)

// TestSignedOutEverywhere: whoever gets other roles, a new passphrase, or may not sign in any more, is signed out in every
// browser at once; nobody else is, and with what holds now they come in again.
func TestSignedOutEverywhere(t *testing.T) {
	b := newBench(t)
	p := casework.Person{Name: "rev", Role: casework.Supervisor, Lang: "en", Active: true}
	cheap := Cost{Time: 1, Memory: 64, Lanes: 1}
	var err error
	if p.ID, err = b.records.AddPerson(t.Context(), "test", p, HashPassphrase(testPass, cheap)); err != nil {
		t.Fatal(err)
	}
	me := b.in()
	for what, change := range map[string]func() error{
		"other roles": func() error {
			p.Role = casework.Reviewer
			return b.records.SetPerson(t.Context(), testName, p)
		},
		"a new passphrase": func() error {
			return b.records.SetPassphrase(t.Context(), testName, p.ID, HashPassphrase(testPass, cheap), true)
		},
		"shut out": func() error {
			out := p
			out.Active = false
			if err := b.records.SetPerson(t.Context(), testName, out); err != nil {
				return err
			}
			return b.records.SetPerson(t.Context(), testName, p) // let in again: the old sessions stay ended
		},
	} {
		b.now = b.now.Add(10 * time.Minute) // signing in often enough waits
		me = b.tryIn(testName, testPass, me).Cookies()[0]
		browsers := []*http.Cookie{b.tryIn("rev", testPass).Cookies()[0], b.tryIn("rev", testPass).Cookies()[0]}
		for _, c := range browsers {
			if got := b.get("/triage", c).StatusCode; got != http.StatusOK {
				t.Fatalf("%s: status %d before it", what, got)
			}
		}
		if err := change(); err != nil {
			t.Fatal(err)
		}
		for i, c := range browsers {
			if got := b.get("/triage", c).StatusCode; got == http.StatusOK {
				t.Errorf("%s: browser %d is signed in still", what, i+1)
			}
		}
		if got := b.get("/triage", me).StatusCode; got != http.StatusOK {
			t.Errorf("%s: somebody else is signed out (%d)", what, got)
		}
	}
}
