package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"leeward/internal/office/casework"
	"leeward/schema"
)

// questionUse is what became of one question in a year (REQ-11). Numbers are of people who agreed that they count, rounded
// down to a multiple of roundTo, so that no single person can be told from them.
type questionUse struct {
	Path     schema.Path `json:"path"`
	Code     string      `json:"code"`
	Answered int         `json:"answered"`
	Declined int         `json:"declined"` // or not known
	Left     int         `json:"left"`     // nobody asked it, or it did not apply
	Referred int         `json:"referred"` // answered by somebody for whom a service was asked
	Uses     []string    `json:"uses"`     // none: a candidate to go
}

// roundTo is the smallest number of people that a report tells, as in the tables of "leeward-office report".
const roundTo = 11

// Questions says what became of every question in a year that is over.
func (o *office) Questions(ctx context.Context, year int) ([]questionUse, error) {
	if err := o.readable(ctx); err != nil {
		return nil, err
	}
	from := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(1, 0, 0)
	if to.After(o.now()) {
		return nil, usageError(msgYearOver)
	}
	referred, err := o.records.Referred(ctx)
	if err != nil {
		return nil, err
	}
	count := useCount{by: map[schema.Path]*questionUse{}}
	err = o.records.Told(ctx, casework.ToldQuery{From: from, To: to}, func(t casework.Told) error {
		form, err := o.forms.find(ctx, t.Interview.Questionnaire)
		if errors.Is(err, casework.ErrNotFound) {
			return &mishap{msgUnknownForm, err}
		}
		if err != nil {
			return fmt.Errorf("questionnaire of an interview: %w", err)
		}
		count.add(form, t, referred[t.Case])
		return nil
	})
	for i := range count.all {
		u := count.all[i]
		for _, n := range []*int{&u.Answered, &u.Declined, &u.Left, &u.Referred} {
			*n -= *n % roundTo
		}
	}
	list := make([]questionUse, 0, len(count.all))
	for _, u := range count.all {
		list = append(list, *u)
	}
	return list, err
}

// unasked are kinds of items that nobody answers.
var unasked = []schema.Kind{
	schema.Group, schema.Repeat, schema.Note, schema.Calculate, schema.Hidden, schema.Start, schema.End, schema.Today, schema.DeviceID,
	schema.Username, schema.PhoneNumber,
}

// useCount counts in the order in which questions were first seen.
type useCount struct {
	by  map[schema.Path]*questionUse
	all []*questionUse
}

func (c *useCount) add(form *schema.Form, t casework.Told, referred bool) {
	now := t.Interview.Current()
	agreed := false
	for path, a := range now {
		agreed = agreed || path.Name() == "b5" && a.Value == "yes"
	}
	if !agreed { // to be counted
		return
	}
	for _, path := range form.Paths() {
		item, _ := form.Item(path)
		if slices.Contains(unasked, item.Kind) {
			continue
		}
		u := c.by[path]
		if u == nil {
			u = &questionUse{Path: path, Code: item.Code, Uses: usesOf(form, path, item)}
			c.by[path], c.all = u, append(c.all, u)
		}
		switch a := now[path]; {
		case a.Missing == schema.Declined || a.Missing == schema.DoesNotKnow:
			u.Declined++
		case a.Value == "":
			u.Left++
		default:
			u.Answered++
			if referred {
				u.Referred++
			}
		}
	}
}

// usesOf says what an answer to a question leads to, as the questionnaire has it.
func usesOf(form *schema.Form, path schema.Path, item *schema.Item) []string {
	uses := []string{}
	choices := form.Choices(path)
	if slices.ContainsFunc(choices, func(c schema.Choice) bool { return c.Alert != "" }) {
		uses = append(uses, "need")
	}
	if slices.ContainsFunc(choices, func(c schema.Choice) bool { return len(c.Indicators) > 0 }) {
		uses = append(uses, "indicator")
	}
	if item.HTCDS != "" || item.Local != "" || slices.ContainsFunc(choices, func(c schema.Choice) bool { return c.HTCDS != "" || c.Local != "" }) {
		uses = append(uses, "record")
	}
	if consent := form.Questionnaire().Consent; consent != nil && (path == consent.Agree || path == consent.Keep) {
		uses = append(uses, "consent")
	}
	name := "${" + path.Name() + "}"
	for _, other := range form.Paths() {
		o, _ := form.Item(other)
		if other != path && slices.ContainsFunc([]string{o.Relevant, o.Required, o.Constraint, o.Calculation, o.ChoiceFilter, o.Default},
			func(expression string) bool { return strings.Contains(expression, name) }) {
			return append(uses, "asks")
		}
	}
	return uses
}

func (p *Program) questions(ctx context.Context, args []string) error {
	var (
		w      where
		year   int
		asJSON bool
	)
	f := flags("questions", &w)
	f.IntVar(&year, "year", 0, "")
	f.BoolVar(&asJSON, "json", false, "")
	if err := p.parse(f, usageQuestions, args); err != nil {
		return err
	}
	if year < 2000 || year > 9999 {
		return usageError("-year names the year, like 2025")
	}
	return p.withDesk(ctx, w, func(d desk) error {
		list, err := d.Questions(ctx, year)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(p.Stdout).Encode(map[string][]questionUse{"questions": list})
		}
		t := tabwriter.NewWriter(p.Stdout, 0, 4, 2, ' ', 0)
		fmt.Fprintln(t, questionsHead)
		for _, u := range list {
			uses := strings.Join(u.Uses, ", ")
			if len(u.Uses) == 0 {
				uses = "nothing that the program knows of"
			}
			fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%d\t%s\n", u.Code, u.Path.Name(), u.Answered, u.Declined, u.Left, u.Referred, uses)
		}
		return t.Flush()
	})
}
