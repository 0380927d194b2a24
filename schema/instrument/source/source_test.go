package source

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"leeward/schema"
)

func shipped(t *testing.T) *Source {
	t.Helper()
	s, err := Open(os.DirFS("../screening"))
	if err != nil {
		t.Fatalf("open the screening interview: %v", err)
	}
	return s
}

// What is built into the program is what its source says.
func TestWhatShipsIsFresh(t *testing.T) {
	files, err := shipped(t).Ship()
	if err != nil {
		t.Fatalf("build: %v", err)
	}
	again, _ := shipped(t).Ship()
	for name, want := range files {
		got, err := os.ReadFile("../" + name)
		if err != nil {
			t.Fatalf("read %s: %v", name, err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is older than its source: run go generate ./schema/instrument", name)
		}
		if !bytes.Equal(again[name], want) {
			t.Errorf("%s: the same source gave other bytes", name)
		}
	}
}

func TestThePageIsFresh(t *testing.T) {
	head, err := os.ReadFile("../screening/INTRO.md")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../../docs/instrument.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, shipped(t).Page(head)) {
		t.Error("docs/instrument.md is older than its source: run go generate ./schema/instrument")
	}
}

// Every language survives being written again, byte for byte: translators' changes show as what they are.
func TestTextFilesAreWrittenAsTheyAreRead(t *testing.T) {
	s := shipped(t)
	for lang, f := range s.Texts {
		want, err := os.ReadFile("../screening/text/" + string(lang) + ".json")
		if err != nil {
			t.Fatal(err)
		}
		f2, err := ParseText(want)
		if err != nil {
			t.Fatalf("%s: %v", lang, err)
		}
		keys, _ := s.Keys()
		got, err := f.Encode(Names(keys))
		if err != nil {
			t.Fatalf("%s: %v", lang, err)
		}
		again, err := ParseText(got)
		if lang == s.Structure.Source && !bytes.Equal(got, want) {
			t.Error("the source language is written in another way than it stands there")
		}
		if err != nil || len(again.Entries) != len(f2.Entries) {
			t.Errorf("%s: %d entries after writing, %d before (%v): keys that the structure does not know?", lang, len(again.Entries), len(f2.Entries), err)
		}
	}
}

// Every question has a purpose, and no text speaks of what is not there.
func TestEveryQuestionHasAPurpose(t *testing.T) {
	s := shipped(t)
	s.Structure.Each(func(it *Item) {
		if it.spoken() && it.Kind != schema.Group && it.Kind != schema.Note && it.Calculation == "" && it.Purpose == "" {
			t.Errorf("%s has no purpose: leave it out", it.Name)
		}
		if it.Tier != "" && it.Tier != Extended {
			t.Errorf("%s is of an unknown tier", it.Name)
		}
	})
}

const smallStructure = `{"format": "leeward/instrument-structure/1", "id": "x", "version": "1", "source": "en", "languages": ["en", "km"],
 "consent": {"agree": "/data/g/a", "yes": ["yes"]}, "parameters": ["who"], "words": ["term"],
 "lists": [{"name": "told", "choices": [{"name": "same"}, {"name": "other"}]}],
 "items": [{"name": "g", "kind": "group", "stage": "consent", "items": [
   {"name": "depth", "kind": "hidden"}, {"name": "treated_as_child", "kind": "hidden"},
   {"name": "a", "kind": "select_one", "choices": [{"name": "yes"}, {"name": "no"}]},
   {"name": "b", "kind": "select_one", "list": "told", "tier": "extended", "child_skip": true, "relevant": "${a} = 'yes' or ${a} = 'no'",
    "marks": {"other": [{"id": "dr.nature", "as": "present"}]}, "codes": {"other": "FalsePromises"}}]}]}`

const smallEnglish = `{"format": "leeward/instrument-text/1", "language": "en", "entries": {
  "title": {"text": "Small"}, "parameter.who": {"text": "[Provisional]"}, "g.label": {"text": "Group"},
  "told.choice.same": {"text": "As told"}, "told.choice.other": {"text": "Different"},
  "a.label": {"text": "A ${office.who}?"}, "a.choice.yes": {"text": "Yes"}, "a.choice.no": {"text": "No"}, "b.label": {"text": "B?"},
  "term.debt": {"text": "Debt of {asked}"}}}`

const draft = `"state": "draft", "role": "machine", "date": "2026-11-22"`

func small(english, khmer string) fstest.MapFS {
	files := fstest.MapFS{"structure.json": {Data: []byte(smallStructure)}, "text/en.json": {Data: []byte(english)}}
	if khmer != "" {
		files["text/km.json"] = &fstest.MapFile{Data: []byte(`{"format": "leeward/instrument-text/1", "language": "km", "entries": {` + khmer + `}}`)}
	}
	return files
}

func TestBuild(t *testing.T) {
	s, err := Open(small(smallEnglish, `"a.label": {"text": "ក ${office.who}", "forms": {"f": "ស ${office.who}"}, "source": "0123456789abcdef", `+draft+`}`))
	if err != nil {
		t.Fatal(err)
	}
	built, err := s.Build()
	if err != nil {
		t.Fatal(err)
	}
	q, words := built.Interview, built.Words
	b := q.Items[0].Items[3]
	if want := "${treated_as_child} != 'yes' and (${depth} = 'extended' and (${a} = 'yes' or ${a} = 'no'))"; b.Relevant != want {
		t.Errorf("relevant %q, want %q", b.Relevant, want)
	}
	if len(q.Choices) != 2 || q.Choices[1].Name != "b" || q.Choices[1].Choices[1].HTCDS != "FalsePromises" || q.Choices[1].Choices[1].Indicators[0].ID != "dr.nature" {
		t.Errorf("lists %+v", q.Choices)
	}
	if w := q.Items[0].Items[2].Text["km"]; w.State != schema.MachineDraft || w.Forms["f"] == "" || w.Source != "0123456789abcdef" {
		t.Errorf("the Khmer wording lost something: %+v", w)
	}
	if words["term.debt"]["en"].Text == "" || len(words) != 1 {
		t.Errorf("words %v", words)
	}
}

func TestWhatIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ english, khmer, want string }{
		"lost placeholder":     {smallEnglish, `"a.label": {"text": "ក", ` + draft + `}`, "placeholders"},
		"invented placeholder": {smallEnglish, `"b.label": {"text": "ក ${office.who}", ` + draft + `}`, "placeholders"},
		"lost word":            {smallEnglish, `"term.debt": {"text": "ក", ` + draft + `}`, "placeholders"},
		"form without":         {smallEnglish, `"a.label": {"text": "ក ${office.who}", "forms": {"f": "ស"}, ` + draft + `}`, "form"},
		"given twice":          {smallEnglish, "\n\"b.label\": {\"text\": \"ក\"},\n\"b.label\": {\"text\": \"ខ\"}", "twice"},
		"blank":                {smallEnglish, `"b.label": {"text": " "}`, "blank"},
		"blank at the end":     {smallEnglish, `"b.label": {"text": "ក "}`, "blank"},
		"machine approves":     {smallEnglish, `"b.label": {"text": "ក", "state": "approved", "role": "machine", "date": "2026-11-22"}`, "role"},
		"no day":               {smallEnglish, `"b.label": {"text": "ក", "state": "draft", "role": "machine", "date": "soon"}`, "day"},
		"unknown member":       {smallEnglish, `"b.label": {"text": "ក", "color": "red"}`, "unknown field"},
		"English lacks one":    {strings.Replace(smallEnglish, `"b.label": {"text": "B?"},`, "", 1), "", "lacks b.label"},
		"stray":                {strings.Replace(smallEnglish, `"b.label"`, `"c.label": {"text": "?"}, "b.label"`, 1), "", "without a place"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(small(c.english, c.khmer))
			if err == nil {
				_, err = s.Build()
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// One English text that changes is stale in every language, there alone, is shown as such, and falls back to
// nothing: the old translation stays until somebody has compared it.
func TestAChangedTextIsStaleInEveryLanguage(t *testing.T) {
	s := shipped(t)
	english := s.Texts["en"].Entries["c4.label"]
	english.Text = "Is somebody dear to you in danger today?"
	s.Texts["en"].Entries["c4.label"] = english
	for lang, c := range s.Survey() {
		if c.Stale != 1 || c.Missing != 0 {
			t.Errorf("%s: %d stale, %d missing; want the changed text alone", lang, c.Stale, c.Missing)
		}
	}
	built, err := s.Build()
	if err != nil {
		t.Fatal(err)
	}
	form, err := schema.Compile(built.Interview)
	if err != nil {
		t.Fatal(err)
	}
	state := form.Evaluate(nil, schema.Env{})
	for _, lang := range s.Languages() {
		old, other := state.Label("/data/safety/c4", lang), state.Label("/data/safety/c6", lang)
		if old.Stale != (lang != "en") || old.Fallback || other.Stale {
			t.Errorf("%s: stale %v, fallback %v; its neighbour stale %v", lang, old.Stale, old.Fallback, other.Stale)
		}
	}
	for _, row := range s.Pack("km") {
		if (row.State == Behind) != (row.Key == "c4.label") {
			t.Errorf("the pack calls %s %q", row.Key, row.State)
		}
	}
}

func TestStatesFollowEachOther(t *testing.T) {
	for from, nexts := range map[State]map[State]bool{
		Draft:    {Draft: true, Reviewed: true, Approved: false},
		Reviewed: {Draft: true, Reviewed: true, Approved: true},
		Approved: {Draft: true, Reviewed: false, Approved: true},
		"":       {Draft: true, Reviewed: false, Approved: false},
	} {
		for next, want := range nexts {
			if got := from.After(next); got != want {
				t.Errorf("%q to %q: %v, want %v", from, next, got, want)
			}
		}
	}
}
