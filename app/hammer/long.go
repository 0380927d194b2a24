package main

import (
	"fmt"
	"slices"

	"leeward/schema"
	"leeward/schema/bench"
	"leeward/schema/instrument"
)

// questionnaire is the form that a run asks: the one that ships with Leeward, or that with as many made-up questions
// more as make it so long. The office has to know it: `hammer -forms N -questionnaire` prints it for `leeward-office
// form keep`.
func questionnaire(questions int) (*schema.Form, error) {
	shipped := instrument.Form()
	if questions == 0 {
		return shipped, nil
	}
	q, err := schema.Parse(shipped.Questionnaire().Canonical())
	if err != nil {
		return nil, fmt.Errorf("read the questionnaire: %w", err)
	}
	more := questions - asked(shipped)
	if more < 1 {
		return nil, fmt.Errorf("-forms is 0, or more than the %d questions of the questionnaire that ships with Leeward", asked(shipped))
	}
	extra := bench.Questionnaire(more, 0)
	for i := range extra.Items {
		g := &extra.Items[i]
		g.Name, g.Relevant = fmt.Sprintf("more%d", i), "${b2} = 'yes'" // who agreed to be asked
		for j := range g.Items {
			if list := g.Items[j].List; list != "" {
				g.Items[j].List = "more_" + list
			}
		}
	}
	for _, list := range extra.Choices {
		list.Name = "more_" + list.Name
		q.Choices = append(q.Choices, list)
	}
	q.ID, q.Version = fmt.Sprintf("hammer-%d", questions), "1"
	closing := slices.IndexFunc(q.Items, func(it schema.Item) bool { return it.Name == "closing" })
	q.Items = slices.Insert(q.Items, max(closing, 0), extra.Items...)
	form, err := schema.Compile(q)
	if err != nil {
		return nil, fmt.Errorf("make a questionnaire of %d questions: %w", questions, err)
	}
	return form, nil
}

// asked counts what somebody answers.
func asked(f *schema.Form) (n int) {
	for _, p := range f.Paths() {
		switch item, _ := f.Item(p); item.Kind {
		case schema.Group, schema.Repeat, schema.Note, schema.Calculate, schema.Hidden:
		default:
			n++
		}
	}
	return n
}
