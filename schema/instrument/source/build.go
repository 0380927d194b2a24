package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"leeward/schema"
	"leeward/schema/codes"
)

// Words are the texts that stand in no question: cards, glossary, results, papers, by their key.
type Words map[string]schema.Text

// Built is what is made from the source: the interview, the decision that only the office takes, and the
// words beside them.
type Built struct {
	Interview *schema.Questionnaire
	Office    *schema.Questionnaire
	Words     Words
}

// Build makes the questionnaires and the words beside them. It refuses what the structure does not know,
// what the source language lacks, and translations that lost or invented a placeholder; what else a
// translation lacks falls back to the source and is told by [Survey].
func (s *Source) Build() (*Built, error) {
	keys, strays := s.Keys()
	if len(strays) > 0 {
		return nil, fmt.Errorf("texts without a place in the structure: %s", strings.Join(strays, ", "))
	}
	b := &builder{Source: s, langs: s.Languages(), english: s.Texts[s.Structure.Source].Entries}
	for _, k := range keys {
		if err := b.sound(k.Name); err != nil {
			return nil, err
		}
	}
	st := &s.Structure
	out := &Built{Words: Words{}}
	out.Interview = b.questionnaire(st.ID, st.Items, "title")
	out.Interview.Instrument, out.Interview.Consent = true, st.Consent
	for _, p := range st.Parameters {
		out.Interview.Parameters = append(out.Interview.Parameters, schema.Parameter{Name: p, Default: b.text("parameter." + p)})
	}
	if len(st.Office) > 0 {
		out.Office = b.questionnaire(st.ID+"-office", st.Office, st.Office[0].Name+".label")
	}
	for _, k := range keys {
		if k.Kind == Word {
			out.Words[k.Name] = b.text(k.Name)
		}
	}
	return out, nil
}

// questionnaire builds one questionnaire with the lists that its items use.
func (b *builder) questionnaire(id string, items []Item, title string) *schema.Questionnaire {
	st := &b.Structure
	q := &schema.Questionnaire{Format: schema.FormatV1, ID: id, Version: st.Version, Title: b.text(title), Source: st.Source}
	for _, l := range b.langs {
		q.Languages = append(q.Languages, schema.Language{Tag: l, Name: codes.LanguageName(string(l)), RTL: codes.RTL(string(l))})
	}
	b.lists = nil
	for _, l := range st.Lists {
		if shared(items, l.Name) { // otherwise every item that uses it has its own copy
			b.lists = append(b.lists, schema.ChoiceList{Name: l.Name, Choices: b.choices(l)})
		}
	}
	q.Items = b.items(items, "", false)
	q.Choices = b.lists
	return q
}

type builder struct {
	*Source
	langs   []schema.Lang
	english map[string]Entry
	lists   []schema.ChoiceList
}

// sound checks one key in every language.
func (b *builder) sound(key string) error {
	source, ok := b.english[key]
	if !ok {
		return fmt.Errorf("text/%s.json lacks %s", b.Structure.Source, key)
	}
	for _, l := range b.langs {
		if e, ok := b.Texts[l].Entries[key]; ok && !slices.Equal(Placeholders(e.Text), Placeholders(source.Text)) {
			return fmt.Errorf("text/%s.json: %s has other placeholders than its source", l, key)
		}
	}
	return nil
}

// text collects a key in all languages.
func (b *builder) text(key string) schema.Text {
	out := schema.Text{}
	for _, l := range b.langs {
		e, ok := b.Texts[l].Entries[key]
		if !ok {
			continue
		}
		w := schema.Wording{Text: e.Text, Forms: e.Forms}
		if l != b.Structure.Source {
			w.State, w.Source = e.State.translation(), e.Source
		}
		out[l] = w
	}
	return out
}

func (b *builder) optional(key string) schema.Text {
	if _, ok := b.english[key]; !ok {
		return nil
	}
	return b.text(key)
}

// shared reports whether some item uses the list as it is.
func shared(items []Item, name string) (used bool) {
	each(items, "", false, func(it *Item) { used = used || it.List == name && len(it.Marks) == 0 })
	return used
}

func (b *builder) items(items []Item, tier string, skip bool) (out []schema.Item) {
	for i := range items {
		it := &items[i]
		one := it.Item
		if it.spoken() {
			one.Text = b.text(it.Name + ".label")
		}
		one.Hint, one.Guidance = b.optional(it.Name+".hint"), b.optional(it.Name+".guidance")
		one.ChildText, one.ConstText = b.optional(it.Name+".child"), b.optional(it.Name+".constraint")
		if one.Gate != nil {
			one.Gate = &schema.Gate{When: it.Gate.When, Do: it.Gate.Do, Text: b.text(it.Name + ".gate")}
		}
		one.List = b.list(it)
		own := it.Tier
		if own != tier && own == Extended {
			one.Relevant = both("${depth} = 'extended'", one.Relevant)
		}
		if it.ChildSkip && !skip {
			one.Relevant = both("${treated_as_child} != 'yes'", one.Relevant)
		}
		if own == "" {
			own = tier
		}
		one.Items = b.items(it.Items, own, skip || it.ChildSkip)
		out = append(out, one)
	}
	return out
}

// both joins two conditions; either may be blank.
func both(rule, with string) string {
	switch {
	case with == "":
		return rule
	case strings.Contains(with, " or "):
		return rule + " and (" + with + ")"
	}
	return rule + " and " + with
}

// list returns the name of the list that an item asks from, making one where it has its own.
func (b *builder) list(it *Item) string {
	switch {
	case len(it.Choices) > 0:
		b.lists = append(b.lists, schema.ChoiceList{Name: it.Name, Choices: b.labelled(it.Name, it.Choices)})
		return it.Name
	case len(it.Marks) == 0 && len(it.Codes) == 0:
		return it.List
	}
	at := slices.IndexFunc(b.Structure.Lists, func(l List) bool { return l.Name == it.List })
	own := b.labelled(it.List, b.Structure.Lists[at].Choices)
	for i := range own {
		own[i].Indicators, own[i].HTCDS = it.Marks[own[i].Name], it.Codes[own[i].Name]
	}
	b.lists = append(b.lists, schema.ChoiceList{Name: it.Name, Choices: own})
	return it.Name
}

func (b *builder) labelled(owner string, choices []schema.Choice) []schema.Choice {
	out := slices.Clone(choices)
	for i := range out {
		out[i].Label = b.text(owner + ".choice." + out[i].Name)
	}
	return out
}

// Ship returns the files that are built into the programs, by name: the questionnaires and the words, as
// JSON with one choice or item a line, so that a change shows as that change.
func (s *Source) Ship() (map[string][]byte, error) {
	built, err := s.Build()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, q := range map[string]*schema.Questionnaire{"screening.json": built.Interview, "office.json": built.Office} {
		canonical := q.Canonical()
		if _, err := schema.Parse(canonical); err != nil {
			return nil, fmt.Errorf("%s: what was built is no questionnaire: %w", name, err)
		}
		files[name] = breakLines(canonical)
	}
	if files["words.json"], err = built.Words.encode(); err != nil {
		return nil, err
	}
	return files, nil
}

// breakLines puts a line feed before every named object of compact JSON.
func breakLines(b []byte) []byte {
	out := bytes.ReplaceAll(b, []byte(`},{"`), []byte("},\n{\""))
	return append(out, '\n')
}

// encode writes one text a line, sorted by key.
func (w Words) encode() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("{")
	for i, key := range slices.Sorted(maps.Keys(w)) {
		if i > 0 {
			b.WriteString(",")
		}
		line, err := json.Marshal(w[key])
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", key, err)
		}
		fmt.Fprintf(&b, "\n%q:%s", key, line)
	}
	b.WriteString("\n}\n")
	return b.Bytes(), nil
}
