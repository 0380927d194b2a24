// Package cases holds worked interviews with invented people: what each answered, what the answers support,
// and what a screener may learn from it. They are tests of the instrument, and the material of the practice
// mode, so that a new screener can train without a network.
//
// Nobody in it exists. Nothing in it is ever kept beside live interviews: no store, batch or office imports
// this package (internal/layers_test.go), and every id begins with "practice-".
package cases

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"leeward/schema"
	"leeward/schema/assess"
	"leeward/schema/instrument"
)

//go:embed cases.json
var file []byte

// Case is one worked interview. Its words are English; In gives them in another language.
type Case struct {
	ID     string // "practice-fishing"
	Title  string
	Story  string // for the trainer: what happened, as far as the person would tell it
	Given  []Given
	Expect Expect
	Lesson Lesson
	Checks []Check
}

// Given is one answer, in the order of the questions.
type Given struct {
	Path   schema.Path
	Answer schema.Answer
}

// Expect is what the answers support, as somebody worked it out by hand.
type Expect struct {
	Legal      assess.Standing `json:"legal"`
	Assistance assess.Standing `json:"assistance"`
	Positive   []string        `json:"positive"` // dimensions by the list for labour
	Alerts     []string        `json:"alerts"`   // "red:safety": the action cards that open, each once
	Risk       assess.Risk     `json:"risk"`     // at the least, by the person's own view
	Result     string          `json:"result"`   // that the screener sets; blank where no interview took place
}

// Lesson is what to take along.
type Lesson struct {
	Notice []string `json:"notice"` // what to notice
	Say    []string `json:"say"`    // what to say
	Avoid  []string `json:"avoid"`  // what not to ask or do
}

// Check is a question to the screener, with one right answer and why it is right.
type Check struct {
	Ask     string   `json:"ask"`
	Choices []string `json:"choices"`
	Right   int      `json:"right"` // index in Choices
	Why     string   `json:"why"`
}

// Now is when every worked interview takes place.
var Now = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// bases are the answers that most cases share: an adult alone with the screener, who agreed.
var bases = map[string]string{
	"bare":  "a1=yes a2=none a7=adult a3=none",
	"adult": "a1=yes a2=none a7=adult a3=none a5=en c9=none b1=understood b2=yes b3=code b6=voluntary+limits+purpose+withdraw c8=none",
}

// All returns the worked cases, easiest first as far as that can be said.
func All() []Case { return all() }

// ByID finds a case.
func ByID(id string) (Case, bool) {
	for _, c := range all() {
		if c.ID == id {
			return c, true
		}
	}
	return Case{}, false
}

var all = sync.OnceValue(func() []Case {
	var raw []struct {
		ID, Title, Story, Base, Said string
		Expect                       Expect
		Lesson                       Lesson
		Checks                       []Check
	}
	if err := json.Unmarshal(file, &raw); err != nil {
		panic("cases: " + err.Error())
	}
	out := make([]Case, 0, len(raw))
	for _, r := range raw {
		given, err := answers(bases[r.Base] + " " + r.Said)
		if err != nil {
			panic("cases: " + r.ID + ": " + err.Error())
		}
		out = append(out, Case{
			ID: "practice-" + r.ID, Title: r.Title, Story: r.Story, Given: given, Expect: r.Expect, Lesson: r.Lesson, Checks: r.Checks,
		})
	}
	return out
})

// answers reads "c3=here h4=me+police d9=?declined" into answers in the order of the questions; a later one
// takes the place of an earlier one.
func answers(said string) ([]Given, error) {
	values := map[string]string{}
	for _, pair := range strings.Fields(said) {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("%q is no answer", pair)
		}
		values[name] = value
	}
	var out []Given
	for _, p := range instrument.Form().Paths() {
		name := string(p[strings.LastIndexByte(string(p), '/')+1:])
		value, ok := values[name]
		if !ok {
			continue
		}
		delete(values, name)
		a := schema.Answer{Value: strings.ReplaceAll(value, "+", " ")}
		if reason, missing := strings.CutPrefix(value, "?"); missing {
			a = schema.Answer{Missing: schema.Missing(reason)}
		}
		out = append(out, Given{p, a})
	}
	for name := range values {
		return nil, fmt.Errorf("there is no question %s", name)
	}
	return out, nil
}

// State evaluates the interview as it stands at its end.
func (c Case) State() *schema.State {
	f, env := instrument.Form(), schema.Env{Now: Now, Language: "en"}
	said := f.Defaults(env)
	for _, g := range c.Given {
		said[g.Path] = g.Answer
	}
	return f.Evaluate(said, env)
}

// Score counts what a screener answered to the checks of a case: the index of a choice for each, -1 where
// nothing was chosen.
func (c Case) Score(chosen []int) (right, of int) {
	for i, check := range c.Checks {
		if i < len(chosen) && chosen[i] == check.Right {
			right++
		}
	}
	return right, len(c.Checks)
}
