package source

import (
	"slices"
	"strings"
)

// Key is one text of the interview: what it is called, where it stands and who reads it.
type Key struct {
	Name string
	Item string // the item or list it belongs to, or blank
	Kind Kind
}

// Kind is what a text is for.
type Kind string

// The kinds of texts.
const (
	Label      Kind = "label"
	Hint       Kind = "hint"
	Guidance   Kind = "guidance"
	Child      Kind = "child"
	Constraint Kind = "constraint"
	Gate       Kind = "gate"
	Choice     Kind = "choice"
	Title      Kind = "title"
	Parameter  Kind = "parameter"
	Word       Kind = "word"
)

// Keys lists every text that the interview needs, in the order of the talk: those of the structure that
// the source language has, then its words. What the source has besides is returned as strays.
func (s *Source) Keys() (keys []Key, strays []string) {
	english := s.Texts[s.Structure.Source].Entries
	known := map[string]bool{}
	add := func(name, item string, kind Kind, needed bool) {
		if _, ok := english[name]; ok || needed {
			keys = append(keys, Key{name, item, kind})
		}
		known[name] = true
	}
	add("title", "", Title, true)
	for _, p := range s.Structure.Parameters {
		add("parameter."+p, "", Parameter, true)
	}
	for _, l := range s.Structure.Lists {
		for _, c := range l.Choices {
			add(l.Name+".choice."+c.Name, l.Name, Choice, true)
		}
	}
	s.Structure.Each(func(it *Item) {
		add(it.Name+".label", it.Name, Label, it.spoken())
		for _, kind := range []Kind{Hint, Guidance, Child} {
			add(it.Name+"."+string(kind), it.Name, kind, false)
		}
		add(it.Name+".constraint", it.Name, Constraint, it.Constraint != "")
		add(it.Name+".gate", it.Name, Gate, it.Item.Gate != nil)
		for _, c := range it.Choices {
			add(it.Name+".choice."+c.Name, it.Name, Choice, true)
		}
	})
	for _, name := range s.Texts[s.Structure.Source].order {
		switch {
		case known[name]:
		case s.word(name):
			keys = append(keys, Key{Name: name, Kind: Word})
		default:
			strays = append(strays, name)
		}
	}
	slices.Sort(strays)
	return keys, strays
}

// Names lists the keys alone.
func Names(keys []Key) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = k.Name
	}
	return out
}

// spoken reports whether an item shows a text.
func (it *Item) spoken() bool { return it.Kind != "hidden" && it.Kind != "calculate" }

// word reports whether a key names a text that is in no question.
func (s *Source) word(key string) bool {
	group, _, _ := strings.Cut(key, ".")
	return slices.Contains(s.Structure.Words, group)
}
