package instrument

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"leeward/schema"
	"leeward/schema/codes"
)

// eachText calls fn for every text of the questionnaire, with a name for it.
func eachText(q *schema.Questionnaire, fn func(where string, t schema.Text)) {
	fn("title", q.Title)
	for _, p := range q.Parameters {
		fn("parameter "+p.Name, p.Default)
	}
	for _, l := range q.Choices {
		for _, c := range l.Choices {
			fn("choice "+l.Name+"/"+c.Name, c.Label)
		}
	}
	eachItem(q.Items, func(it *schema.Item) {
		if it.Kind != schema.Hidden && it.Kind != schema.Calculate {
			fn(it.Name+" text", it.Text)
		}
		for member, t := range map[string]schema.Text{
			"hint": it.Hint, "guidance": it.Guidance, "child_text": it.ChildText,
			"required_message": it.RequiredText, "constraint_message": it.ConstText,
		} {
			if t != nil {
				fn(it.Name+" "+member, t)
			}
		}
		if it.Gate != nil {
			fn(it.Name+" gate", it.Gate.Text)
		}
		if it.Constraint != "" {
			fn(it.Name+" constraint_message", it.ConstText)
		}
	})
}

func eachItem(items []schema.Item, fn func(*schema.Item)) {
	for i := range items {
		fn(&items[i])
		eachItem(items[i].Items, fn)
	}
}

func list(t *testing.T, name string) []schema.Choice {
	t.Helper()
	for _, l := range Screening().Choices {
		if l.Name == name {
			return l.Choices
		}
	}
	t.Fatalf("no choice list %q", name)
	return nil
}

func TestTextsOfEveryLanguage(t *testing.T) {
	q := Screening()
	for _, l := range q.Languages {
		if name := codes.LanguageName(string(l.Tag)); l.Name != name || l.RTL != codes.RTL(string(l.Tag)) {
			t.Errorf("language %s: %q rtl %v, want %q", l.Tag, l.Name, l.RTL, name)
		}
	}
	eachText(q, func(where string, text schema.Text) {
		source := text[q.Source]
		if source.State != schema.SourceText || source.Source != "" {
			t.Errorf("%s: the source is marked as a translation", where)
		}
		for _, l := range q.Languages {
			w := text[l.Tag]
			if l.Tag == q.Source && strings.TrimSpace(w.Text) == "" {
				t.Errorf("%s: no text in the source language", where)
			}
			if w.Text == "" {
				continue // falls back to the source, and the screen says so
			}
			if l.Tag != q.Source && w.State == schema.SourceText {
				t.Errorf("%s: %s passes for the source", where, l.Tag)
			}
			if got, want := references(w.Text), references(source.Text); !slices.Equal(got, want) {
				t.Errorf("%s: %s inserts %v, want %v", where, l.Tag, got, want)
			}
			if strings.ContainsAny(w.Text, "\u200b\u00ad\t\n") {
				t.Errorf("%s: %s holds a break hint or a control character", where, l.Tag)
			}
		}
	})
}

var reference = regexp.MustCompile(`\$\{[^}]*\}`)

func references(s string) []string { return reference.FindAllString(s, -1) }

var (
	speaker = regexp.MustCompile(`(?i)\b(I|me|my|myself)\b`)
	harsh   = regexp.MustCompile(`(?i)\b(victims?|traffick\w*|scams?|secret|ever)\b`)
	denial  = regexp.MustCompile(`(?i)\b(not|never|n't)\b.*\?`)
)

// Speaker's gender shows in choices that say "I" (Thai, Burmese); "yes" to a negative question means
// opposite things in different languages; the person is never called a victim.
func TestGrammarAndHonesty(t *testing.T) {
	q := Screening()
	for _, l := range q.Choices {
		for _, c := range l.Choices {
			if s := c.Label["en"].Text; speaker.MatchString(s) {
				t.Errorf("choice %s/%s speaks of itself: %q", l.Name, c.Name, s)
			}
		}
	}
	eachItem(q.Items, func(it *schema.Item) {
		if it.Staff || it.Kind == schema.Group {
			return
		}
		for _, text := range []schema.Text{it.Text, it.Hint, it.ChildText} {
			s := text["en"].Text
			if harsh.MatchString(s) {
				t.Errorf("%s says %q to the person", it.Name, s)
			}
			if denial.MatchString(s) {
				t.Errorf("%s asks a negative question: %q", it.Name, s)
			}
			if strings.Count(s, "?") > 1 {
				t.Errorf("%s asks two questions: %q", it.Name, s)
			}
		}
		for _, c := range choicesOf(t, it) {
			if s := c.Label["en"].Text; harsh.MatchString(s) {
				t.Errorf("%s offers %q to the person", it.Name, s)
			}
		}
	})
	if title := q.Title["en"].Text; !strings.Contains(title, "not an IOM form") || !strings.Contains(title, "draft") {
		t.Errorf("the title %q does not say that this is a draft and not an IOM form", title)
	}
}

func choicesOf(t *testing.T, it *schema.Item) []schema.Choice {
	if it.List == "" {
		return nil
	}
	return list(t, it.List)
}

// The consent script is read line by line through an interpreter: one short sentence a line.
func TestScriptIsOneSentenceALine(t *testing.T) {
	lines := 0
	eachItem(Screening().Items, func(it *schema.Item) {
		if it.Kind != schema.Note {
			return
		}
		lines++
		for _, text := range []schema.Text{it.Text, it.ChildText} {
			s := strings.ReplaceAll(text["en"].Text, "…", "")
			if n := strings.Count(strings.TrimSuffix(strings.TrimSpace(s), "."), ". "); n > 0 || len(s) > 110 {
				t.Errorf("%s is more than one short sentence: %q", it.Name, s)
			}
		}
	})
	if lines < 11 {
		t.Errorf("%d lines are read out, want the 11 of the script at least", lines)
	}
}

func TestOfficeParametersAreClearlyProvisional(t *testing.T) {
	want := []string{"police_statement", "limits", "hours_threshold", "self_harm_responder", "legal_aid", "reflection_statement", "contact"}
	var got []string
	for _, p := range Screening().Parameters {
		got = append(got, p.Name)
		if s := p.Default["en"].Text; p.Name != "hours_threshold" && !strings.Contains(s, "[Provisional") {
			t.Errorf("the default of %s reads as if an office had approved it: %q", p.Name, s)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("parameters %v, want %v", got, want)
	}
}

// Countries are those of schema/codes, in the words of schema/codes, and the high seas.
func TestCountries(t *testing.T) {
	var want []string
	for _, c := range codes.Countries("en") {
		want = append(want, c.Code)
	}
	var got []string
	for _, c := range list(t, "countries") {
		if c.Name == codes.AtSea {
			continue
		}
		got = append(got, c.Name)
		country, ok := codes.CountryByCode(c.Name)
		if !ok {
			t.Errorf("%s is not a country", c.Name)
		}
		for _, lang := range []string{"en", "ar", "my"} {
			if name, _ := country.Name(lang); c.Label[schema.Lang(lang)].Text != name {
				t.Errorf("%s in %s is %q, want %q", c.Name, lang, c.Label[schema.Lang(lang)].Text, name)
			}
		}
	}
	if slices.Sort(want); !slices.Equal(sorted(got), want) {
		t.Errorf("%d countries, want the %d of ISO 3166-1", len(got), len(want))
	}
}

func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}

func TestLanguagesOfTheInterview(t *testing.T) {
	var want, got []string
	for _, l := range Screening().Languages {
		want = append(want, string(l.Tag))
	}
	for _, c := range list(t, "interview_language") {
		got = append(got, c.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("A5 offers %v, want %v", got, want)
	}
}

func ExampleScreening() {
	q := Screening()
	fmt.Println(q.ID, q.Source)
	fmt.Println(q.Title["en"].Text)
	// Output:
	// leeward-screening en
	// Screening interview (draft, not validated, not an IOM form)
}
