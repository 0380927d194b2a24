package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"leeward/schema"
	"leeward/schema/xlsform"
)

// runScript is what "form run" reads.
type runScript struct {
	Now      string `json:"now"`
	TZ       string `json:"tz"`
	Language string `json:"language"`
	Steps    []struct {
		Op    string `json:"op"`
		Ref   string `json:"ref"`
		Value any    `json:"value"`
	} `json:"steps"`
}

// snapshot is what a person sees after one step.
type snapshot struct {
	Visible      []schema.Path               `json:"visible"`
	NotRelevant  []schema.Path               `json:"not_relevant"`
	Values       map[schema.Path]string      `json:"values"`
	Required     []schema.Path               `json:"required"`
	ReadOnly     []schema.Path               `json:"readonly"`
	RepeatCounts map[schema.Path]int         `json:"repeat_counts"`
	Invalid      map[schema.Path]invalid     `json:"invalid"`
	Labels       map[schema.Path]string      `json:"labels"`
	Hints        map[schema.Path]string      `json:"hints"`
	Choices      map[schema.Path][][2]string `json:"choices"`
	Language     string                      `json:"language"`
	Error        *string                     `json:"error"`
}

type invalid struct {
	Reason  schema.Reason `json:"reason"`
	Message string        `json:"message"`
}

// formRun runs a script of answers and writes what is seen after each step.
func (p *Program) formRun(_ context.Context, args []string) error {
	files, err := p.parseForm(flags("form run", nil), args, 2)
	if err != nil {
		return err
	}
	im, err := load(files[0])
	if err != nil {
		return err
	}
	if len(im.Errors) > 0 {
		if err := p.answerJSON(map[string]any{"error": im.Errors[0], "errors": im.Errors}); err != nil {
			return err
		}
		return errNotImported
	}
	b, err := readBounded(files[1])
	if err != nil {
		return err
	}
	var script runScript
	if err := json.Unmarshal(b, &script); err != nil {
		return &mishap{msgFormScript, err}
	}
	now, err := clock(script.Now, script.TZ)
	if err != nil {
		return err
	}
	r := newRehearsal(im, schema.Env{Now: now, Seed: 1})
	if script.Language != "" {
		r.speak(script.Language)
	}
	steps := make([]snapshot, 0, len(script.Steps))
	for _, s := range script.Steps {
		value := ""
		if s.Value != nil {
			value = fmt.Sprint(s.Value)
		}
		steps = append(steps, r.step(s.Op, schema.Path(s.Ref), value))
	}
	return p.answerJSON(map[string]any{"form": r.head(), "steps": steps})
}

// rehearsal is a questionnaire that a script answers.
type rehearsal struct {
	im      *xlsform.Import
	form    *schema.Form
	env     schema.Env
	answers schema.Answers
	state   *schema.State // what follows from the answers
}

func newRehearsal(im *xlsform.Import, env schema.Env) *rehearsal {
	env.Language = im.Questionnaire.Languages[0].Tag
	r := &rehearsal{im: im, form: im.Form, env: env}
	r.become(r.form.Begin(env))
	return r
}

// become takes other answers and works out everything anew.
func (r *rehearsal) become(a schema.Answers) {
	r.answers, r.state = a, r.form.Evaluate(a, r.env)
}

// head names the questionnaire.
func (r *rehearsal) head() map[string]any {
	q := r.im.Questionnaire
	languages := []string{}
	for _, l := range q.Languages {
		languages = append(languages, r.im.Languages[l.Tag])
	}
	return map[string]any{"id": q.ID, "title": q.Title[q.Source].Text, "version": q.Version, "languages": languages}
}

// speak chooses the language by the words of the workbook's header, or by its tag.
func (r *rehearsal) speak(language string) bool {
	for _, l := range r.im.Questionnaire.Languages {
		if r.im.Languages[l.Tag] == language || string(l.Tag) == language {
			r.env.Language = l.Tag
			return true
		}
	}
	return false
}

// step does one thing and looks at what is there then.
func (r *rehearsal) step(op string, at schema.Path, value string) snapshot {
	err := r.do(op, at, value)
	r.forget()
	if err != "" {
		out := r.look()
		out.Error = &err
		return out
	}
	return r.look()
}

// forget drops answers over calculations that have given something else since.
func (r *rehearsal) forget() {
	if len(r.env.Typed) == 0 {
		return
	}
	typed, dropped := maps.Clone(r.env.Typed), []schema.Path{}
	for at := range typed {
		if r.state.Value(at) != r.answers[at].Value || !r.state.Relevant(at) {
			delete(typed, at)
			delete(r.answers, at)
			dropped = append(dropped, at)
		}
	}
	r.env.Typed = typed
	r.state = r.state.After(r.answers, r.env, dropped...)
}

func (r *rehearsal) do(op string, at schema.Path, value string) string {
	switch op {
	case "init", "show":
	case "set_language":
		if !r.speak(value) {
			return fmt.Sprintf("there is no language %s", value)
		}
		r.become(r.form.Settle(r.answers, r.env))
	case "answer":
		return r.answer(at, value)
	case "add_repeat":
		if it, ok := r.form.Item(at); !ok || it.Kind != schema.Repeat {
			return fmt.Sprintf("there is no repeat %s", at)
		}
		r.become(r.form.Settle(r.form.AddInstance(at, r.answers, r.env), r.env))
	case "remove_repeat":
		r.remove(at)
	default:
		return fmt.Sprintf("there is no operation %s", op)
	}
	return ""
}

// remove takes an instance away; what was typed over calculations in later ones moves up with them.
func (r *rehearsal) remove(at schema.Path) {
	typed := schema.Answers{}
	for p, computed := range r.env.Typed {
		typed[p] = schema.Answer{Value: computed}
	}
	for p, n := range r.state.Counts() {
		typed[p] = schema.Answer{Value: strconv.Itoa(n)}
	}
	typed = r.form.RemoveInstance(at, typed, r.env)
	r.answers = r.form.RemoveInstance(at, r.answers, r.env)
	r.env.Typed = nil
	for p, computed := range typed {
		if it, ok := r.form.Item(p); ok && it.Kind != schema.Repeat {
			if r.env.Typed == nil {
				r.env.Typed = map[schema.Path]string{}
			}
			r.env.Typed[p] = computed.Value
		}
	}
	r.become(r.form.Settle(r.answers, r.env))
}

// answer records an answer where somebody could give it.
func (r *rehearsal) answer(at schema.Path, value string) string {
	node := r.state.Node(at)
	switch {
	case node.Item == nil || len(node.Item.Items) > 0:
		return fmt.Sprintf("there is no question %s", at)
	case node.ReadOnly:
		return fmt.Sprintf("%s is read only", at)
	}
	value = r.form.Normal(at, value)
	if node.Item.List != "" && !r.form.Open(at) {
		value = offered(node, value)
	}
	if node.Item.Calculation != "" && node.Item.Trigger == "" {
		typed := maps.Clone(r.env.Typed)
		if typed == nil {
			typed = map[schema.Path]string{}
		}
		if _, again := typed[at]; !again {
			typed[at] = node.Answer.Value
		}
		r.env.Typed = typed
	}
	changes, next := r.state.Record(at, schema.Answer{Value: value}, r.answers, r.env)
	r.answers, r.state = r.answers.With(changes), next
	return ""
}

// offered keeps of a value the choices that are there; several in the order of the list, as web-forms
// keeps them, and a rank in its own.
func offered(n schema.Node, value string) string {
	names := strings.Fields(value)
	if n.Item.Kind == schema.SelectOne {
		names = []string{value}
	}
	place := func(name string) int {
		return slices.IndexFunc(n.Choices, func(c schema.Choice) bool { return c.Name == name })
	}
	names = slices.DeleteFunc(names, func(name string) bool { return place(name) < 0 })
	if n.Item.Kind == schema.SelectMultiple {
		slices.SortFunc(names, func(a, b string) int { return place(a) - place(b) })
		names = slices.Compact(names)
	}
	return strings.Join(names, " ")
}

// look describes the questionnaire as it is now.
func (r *rehearsal) look() snapshot {
	s := r.state
	out := snapshot{
		Visible: list(s.Visible()), NotRelevant: []schema.Path{}, Values: s.Values(), Required: []schema.Path{}, ReadOnly: []schema.Path{},
		RepeatCounts: s.Counts(), Invalid: map[schema.Path]invalid{}, Labels: map[schema.Path]string{}, Hints: map[schema.Path]string{},
		Choices: map[schema.Path][][2]string{}, Language: r.im.Languages[r.env.Language],
	}
	for at, n := range s.Overview() {
		if !n.Relevant {
			out.NotRelevant = append(out.NotRelevant, at)
			continue
		}
		if n.Item.Kind == schema.Calculate || n.Item.Kind == schema.Hidden || n.Item.Kind.Metadata() {
			continue
		}
		if text := s.Label(at, r.env.Language).Text; text != "" {
			out.Labels[at] = text
		}
		if len(n.Item.Items) > 0 || n.Item.Kind == schema.Group || n.Item.Kind == schema.Repeat {
			continue
		}
		r.question(&out, s, at, n)
	}
	return out
}

func (r *rehearsal) question(out *snapshot, s *schema.State, at schema.Path, n schema.Node) {
	if text := s.Hint(at, r.env.Language).Text; text != "" {
		out.Hints[at] = text
	}
	if n.Required {
		out.Required = append(out.Required, at)
	}
	if n.ReadOnly {
		out.ReadOnly = append(out.ReadOnly, at)
	}
	if n.Problem != nil && (n.Problem.Reason == schema.BadConstraint || n.Problem.Reason == schema.BadRequired) {
		out.Invalid[at] = invalid{n.Problem.Reason, n.Problem.Text.Text}
	}
	if n.Item.List != "" {
		choices := [][2]string{}
		for _, c := range n.Choices {
			label := s.ChoiceLabel(at, c.Name, r.env.Language).Text
			if label == "" {
				label = c.Name
			}
			choices = append(choices, [2]string{c.Name, label})
		}
		out.Choices[at] = choices
	}
}
