package schema

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Difference is one item that two versions of a questionnaire do not have alike. Members are the JSON
// members that differ, sorted; "choices" stands for what the list offers.
type Difference struct {
	Path    Path     `json:"path"`
	Members []string `json:"members"`
}

// Comparison is what changed from one version of a questionnaire to another.
type Comparison struct {
	New     []Path       `json:"new"`     // in the new version only
	Changed []Difference `json:"changed"` // in both, but not alike
	Gone    []Path       `json:"gone"`    // in the old version only
}

// Compare lists what is new, changed and gone, in document order.
func Compare(old, now *Form) Comparison {
	c := Comparison{New: []Path{}, Changed: []Difference{}, Gone: []Path{}}
	for i := range now.defs {
		d := &now.defs[i]
		before, ok := old.slots[d.path]
		if !ok {
			c.New = append(c.New, d.path)
			continue
		}
		if m := differing(old, now, &old.defs[before], d); len(m) > 0 {
			c.Changed = append(c.Changed, Difference{d.path, m})
		}
	}
	for i := range old.defs {
		if _, ok := now.slots[old.defs[i].path]; !ok {
			c.Gone = append(c.Gone, old.defs[i].path)
		}
	}
	return c
}

// differing lists the members in which two items differ; what lies inside a group is compared by itself.
func differing(old, now *Form, a, b *def) []string {
	var out []string
	va, vb := reflect.ValueOf(*a.item), reflect.ValueOf(*b.item)
	for _, m := range membersOf(va.Type()) {
		if m.name == "items" {
			continue
		}
		if string(appendMember(va.Field(m.index))) != string(appendMember(vb.Field(m.index))) {
			out = append(out, m.name)
		}
	}
	if !slices.Equal(offers(old, a), offers(now, b)) {
		out = append(out, "choices")
	}
	slices.Sort(out)
	return out
}

// appendMember is the canonical form of a member, that of a nil pointer included.
func appendMember(v reflect.Value) []byte {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	return appendCanonical(nil, v)
}

func offers(f *Form, d *def) []string {
	if d.list == none {
		return nil
	}
	var out []string
	for _, c := range f.lists[d.list].choices {
		out = append(out, c.Name)
	}
	return out
}

// Migration is what becomes of the answers of a draft under another version of its questionnaire. The
// draft itself stays as it is, and both versions stay named in the record.
type Migration struct {
	Carried Answers // what still fits; a person has nothing to do
	Look    []Path  // carried too, but the question was put in other words, or its logic changed
	Gone    Answers // the question is gone, or the answer is no answer to it any more
}

// Format keeps answers out of every fmt verb.
func (m Migration) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[migration]") }

// LogValue keeps answers out of logs.
func (m Migration) LogValue() slog.Value { return slog.StringValue("[migration]") }

// Migrate carries the answers of a draft over to another version of its questionnaire. An answer goes only
// where there is no question at its path or where it does not fit the kind or the choices there; it is
// handed back in Gone and never dropped in silence.
func Migrate(old, now *Form, a Answers) Migration {
	m := Migration{Carried: Answers{}, Gone: Answers{}}
	changed := map[Path]bool{}
	for _, d := range Compare(old, now).Changed {
		changed[d.Path] = slices.ContainsFunc(d.Members, func(member string) bool { return !strings.HasPrefix(member, "appearance") })
	}
	for _, p := range slices.Sorted(maps.Keys(a)) {
		answer := a[p]
		slot, ok := now.slot(p)
		before, known := old.slot(p)
		switch {
		case !ok || known && !sameRepeats(&old.defs[before], &now.defs[slot]):
			m.Gone[p] = answer
		case answer.Value != "" && !now.defs[slot].item.Kind.holdsItems() && now.fits(&now.defs[slot], answer.Value) != noProblem:
			m.Gone[p] = answer
		default:
			m.Carried[p] = answer
			if changed[now.defs[slot].path] {
				m.Look = append(m.Look, p)
			}
		}
	}
	return m
}

// sameRepeats reports whether a node of one item can be a node of the other: a group that became a repeat
// gives its questions an index.
func sameRepeats(a, b *def) bool {
	return len(a.chain) == len(b.chain) && (a.item.Kind == Repeat) == (b.item.Kind == Repeat)
}
