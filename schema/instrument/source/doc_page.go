package source

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"leeward/schema"
)

// Page writes docs/instrument.md: the head as it is given, then every item with its question, purpose,
// indicators and HTCDS field.
func (s *Source) Page(head []byte) []byte {
	var b bytes.Buffer
	b.Write(head)
	for i := range s.Structure.Items {
		s.section(&b, &s.Structure.Items[i])
	}
	for i := range s.Structure.Office {
		s.section(&b, &s.Structure.Office[i])
	}
	return append(bytes.TrimRight(b.Bytes(), "\n"), '\n')
}

func (s *Source) section(b *bytes.Buffer, group *Item) {
	fmt.Fprintf(b, "### %s\n\n| | question | why | indicators | HTCDS and x_ |\n|---|---|---|---|---|\n", s.english(group.Name+".label"))
	each(group.Items, group.Tier, group.ChildSkip, func(it *Item) {
		if !it.spoken() || it.Kind == schema.Note {
			return
		}
		code := it.Code
		if code == "" {
			code = it.Name
		}
		var marks []string
		if it.Tier == Extended {
			marks = append(marks, "extended")
		}
		if it.Quick {
			marks = append(marks, "quick")
		}
		if it.ChildSkip {
			marks = append(marks, "not a child")
		}
		if it.Staff {
			marks = append(marks, "staff")
		}
		question := s.english(it.Name + ".label")
		if it.Kind == schema.Group {
			question = "*" + question + "*"
		}
		if len(marks) > 0 {
			question += " (" + strings.Join(marks, ", ") + ")"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", code, cell(question), cell(it.Purpose), s.indicators(it), standard(it))
	})
	b.WriteByte('\n')
}

func (s *Source) english(key string) string {
	return s.Texts[s.Structure.Source].Entries[key].Text
}

func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }

// indicators lists what the answers to an item mark, each once.
func (s *Source) indicators(it *Item) string {
	var out []string
	add := func(marks []schema.IndicatorMark) {
		for _, m := range marks {
			sign := map[string]string{"present": "!", "possible": "?"}[m.As]
			if one := m.ID + sign; !slices.Contains(out, one) {
				out = append(out, one)
			}
		}
	}
	choices := it.Choices
	for _, l := range s.Structure.Lists {
		if l.Name == it.List && len(it.Marks) == 0 {
			choices = append(slices.Clone(choices), l.Choices...)
		}
	}
	for _, c := range choices {
		add(c.Indicators)
	}
	for _, marks := range it.Marks {
		add(marks)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// standard names the fields that an item fills.
func standard(it *Item) string {
	var out []string
	for _, name := range []string{it.HTCDS, it.Local} {
		if name != "" {
			out = append(out, name)
		}
	}
	for _, c := range it.Choices {
		if c.Local != "" && !slices.Contains(out, c.Local) {
			out = append(out, c.Local)
		}
	}
	return strings.Join(out, ", ")
}
