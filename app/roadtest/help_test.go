package roadtest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/schema"
	"leeward/schema/instrument"
)

// The word "not a victim" can be entered nowhere, help depends on no result, and every need opens the
// action card by itself.
func TestInvariant09HelpIsNeverGated(t *testing.T) {
	form := instrument.Form()
	q := form.Questionnaire()
	env := schema.Env{Now: time.Now(), Language: "en"}
	base := schema.Answers{
		"/data/prepare/office_self_harm_responder": {Value: "somebody"}, "/data/prepare/office_legal_aid": {Value: "somebody"},
		"/data/prepare/depth": {Value: "extended"}, private: {Value: "yes"}, age: {Value: "adult"},
		talkNow: {Value: "yes"}, keepAs: {Value: "code"}, "/data/private/i1": {Value: "yes"},
	}
	offered, alerts := form.Evaluate(base, env).Node(helpers).Choices, 0
	for _, path := range form.Paths() {
		item, _ := form.Item(path)
		list := slices.IndexFunc(q.Choices, func(l schema.ChoiceList) bool { return item.List != "" && l.Name == item.List })
		if list < 0 {
			continue
		}
		for _, c := range q.Choices[list].Choices {
			victimless(t, path, c)
			if c.Alert == "" {
				continue
			}
			alerts++
			for _, finding := range []string{"", "possible", "exploited", "vulnerable", "undetermined", "no_sign"} {
				if path == result && finding != "" {
					continue // it is the result itself that raises it
				}
				a := schema.Answers{path: {Value: c.Name}}
				for p, v := range base {
					a[p] = v
				}
				if strings.HasPrefix(string(path), "/data/child/") {
					a[age] = schema.Answer{Value: "child"}
				}
				if finding != "" {
					a[result] = schema.Answer{Value: finding}
				}
				s := form.Evaluate(a, env)
				if !slices.ContainsFunc(s.Alerts(), func(al schema.Alert) bool { return al.Path == path && al.Level+":"+al.Kind == c.Alert }) {
					t.Errorf("%s = %s with the result %q raises no %s", path, c.Name, finding, c.Alert)
				}
				if n := s.Node(helpers); !n.Relevant || len(n.Choices) != len(offered) || len(offered) < 6 {
					t.Errorf("with the result %q other help is offered: %d of %d", finding, len(n.Choices), len(offered))
				}
			}
		}
	}
	if alerts < 20 {
		t.Errorf("%d choices raise an alert: most were not looked at", alerts)
	}
}

// victimless fails for a choice that says of somebody that they are no victim.
func victimless(t testing.TB, path schema.Path, c schema.Choice) {
	t.Helper()
	words := []string{c.Name, c.HTCDS, c.Local}
	for _, w := range c.Label {
		words = append(words, w.Text)
	}
	flat := strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(strings.Join(words, "|")))
	for _, never := range []string{"notavictim", "notvictim", "novictim", "nonvictim", "nottrafficked", "ليسضحية", "ليستضحية", "لاضحية"} {
		if strings.Contains(flat, never) {
			t.Errorf("%s offers the choice %s, which says %q", path, c.Name, never)
		}
	}
}

// Help is reached before consent, and after it was refused, from wherever the talk stands; what was needed
// is seen by a reviewer whatever the result says.
func TestInvariant09HelpWithoutConsentAndWithoutResult(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	s := f.begin()
	say(t, s, beforeConsent[:3]...)
	ok(t, s.Urgent())
	if p := s.Page(); p.Stage != schema.StageNeeds || !p.Urgent {
		t.Errorf("urgent leads to %s", p.Stage)
	}
	say(t, s, value(nurse, "emergency"))
	if a := s.State().Alerts(); len(a) != 1 || a[0].Level != "red" || a[0].Kind != "medical" {
		t.Errorf("before consent: %d alerts, want the medical one", len(a))
	}
	s.ReturnFromUrgent()
	say(t, s, beforeConsent[3:6]...)
	say(t, s, value("/data/consent/b1", "understood"), value(talkNow, "no"), value(afraid, "here"))
	if a := s.State().Alerts(); len(a) != 2 {
		t.Errorf("after consent was refused: %d alerts, want safety too", len(a))
	}
	ok(t, s.Urgent())
	ok(t, s.Abandon(t.Context()))

	s = f.begin()
	say(t, s, whole()...)
	say(t, s, value("/data/work/g2/g2_still", "yes"), value(result, "no_sign"))
	end(t, s)
	f.sync()
	if got, want := kinds(o.view(s.ID()).Needs), []string{"amber:medical", "red:ongoing", "red:safety"}; !slices.Equal(got, want) {
		t.Errorf("the reviewer sees %v, want %v", got, want)
	}
}
