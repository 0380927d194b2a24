package expr

import (
	"math"
	"strings"
)

func selectFunctions() map[string]function {
	return map[string]function{
		"selected":            {2, 2, false, buildSelected},
		"selected-at":         {2, 2, false, buildSelectedAt},
		"count-selected":      {1, 1, false, buildCountSelected},
		"jr:choice-name":      {2, 2, true, buildChoiceName},
		"if":                  {3, 3, false, buildIf},
		"coalesce":            {1, -1, false, buildCoalesce},
		"once":                {1, 1, true, buildOnce},
		"not":                 oneBoolean(func(b bool) bool { return !b }),
		"boolean":             oneBoolean(func(b bool) bool { return b }),
		"true":                {0, 0, false, func(*compiler, *call, []code) (code, *Error) { return constantOf(BooleanValue(true)), nil }},
		"false":               {0, 0, false, func(*compiler, *call, []code) (code, *Error) { return constantOf(BooleanValue(false)), nil }},
		"boolean-from-string": {1, 1, false, buildBooleanFromString},
		"checklist":           {2, -1, false, buildChecklist},
		"weighted-checklist":  {2, -1, false, buildWeighted},
	}
}

func oneBoolean(fn func(bool) bool) function {
	return function{1, 1, false, func(_ *compiler, _ *call, a []code) (code, *Error) {
		return ofBoolean(func(f *Frame) bool { return fn(a[0].boolean(f)) }), nil
	}}
}

func buildSelected(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofBoolean(func(f *Frame) bool {
		return hasItem(a[0].text(f), strings.Trim(a[1].text(f), space))
	}), nil
}

// hasItem looks for one item of a list without cutting it up. A blank list has the blank item.
func hasItem(list, item string) bool {
	if item == "" {
		return strings.Trim(list, space) == ""
	}
	if strings.ContainsAny(item, space) {
		return false // several items are no item
	}
	for rest := list; ; {
		i := strings.Index(rest, item)
		if i < 0 {
			return false
		}
		end := i + len(item)
		if (i == 0 || isSpace(rune(rest[i-1]))) && (end == len(rest) || isSpace(rune(rest[end]))) {
			return true
		}
		rest = rest[i+1:]
		if rest != "" && !isSpace(rune(rest[0])) { // the rest of a longer item must not pass for a first one
			next := strings.IndexFunc(rest, isSpace)
			if next < 0 {
				return false
			}
			rest = rest[next:]
		}
	}
}

func items(list string) []string { return strings.FieldsFunc(list, isSpace) }

func buildSelectedAt(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofText(func(f *Frame) string {
		list, at := items(a[0].text(f)), math.Trunc(a[1].number(f))
		if at >= 0 && at < float64(len(list)) { // false for NaN
			return list[int(at)]
		}
		return ""
	}), nil
}

func buildCountSelected(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofNumber(func(f *Frame) float64 { return float64(len(items(a[0].text(f)))) }), nil
}

// buildChoiceName is jr:choice-name(value, '${question}'): the question stands in quotes because in an
// XForm it is a path.
func buildChoiceName(c *compiler, s *call, a []code) (code, *Error) {
	ref := s.args[1]
	if lit, ok := ref.(*literal); ok && lit.value.kind == Text {
		inner, err := parse(lit.value.str)
		if err != nil {
			return code{}, fail(lit.position(), "jr:choice-name() needs a question in quotes").suggest("'${name}'")
		}
		ref = inner
	}
	p, ok := ref.(*path)
	if !ok {
		return code{}, fail(s.args[1].position(), "jr:choice-name() needs a question in quotes").suggest("'${name}'")
	}
	t, err := c.start(p)
	if err != nil {
		err.Offset = s.args[1].position()
		return code{}, err
	}
	c.read(t)
	return ofText(func(f *Frame) string {
		value := a[0].text(f)
		if value == "" {
			return ""
		}
		return f.Env.Label(t, f.Current, value)
	}), nil
}

func buildIf(_ *compiler, _ *call, a []code) (code, *Error) {
	test, yes, no := a[0], a[1], a[2]
	if yes.kind == no.kind {
		switch yes.kind {
		case Text:
			return ofText(func(f *Frame) string {
				if test.boolean(f) {
					return yes.text(f)
				}
				return no.text(f)
			}), nil
		case Number:
			return ofNumber(func(f *Frame) float64 {
				if test.boolean(f) {
					return yes.number(f)
				}
				return no.number(f)
			}), nil
		case Boolean:
			return ofBoolean(func(f *Frame) bool {
				if test.boolean(f) {
					return yes.boolean(f)
				}
				return no.boolean(f)
			}), nil
		}
	}
	return ofValue(func(f *Frame) Value {
		if test.boolean(f) {
			return yes.value(f)
		}
		return no.value(f)
	}), nil
}

// buildCoalesce takes the first argument that is not blank; NaN is blank (schema/FORMAT.md, Policies).
func buildCoalesce(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofValue(func(f *Frame) Value {
		var v Value
		for _, arg := range a {
			if v = arg.value(f); v.Text() != "" {
				return v
			}
		}
		return TextValue("")
	}), nil
}

func buildOnce(c *compiler, _ *call, a []code) (code, *Error) {
	c.self = c.self || c.inside == 0
	return ofValue(func(f *Frame) Value {
		if s := f.Env.Text(f.Node); s != "" {
			return TextValue(s)
		}
		return a[0].value(f)
	}), nil
}

func buildBooleanFromString(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofBoolean(func(f *Frame) bool {
		s := a[0].text(f)
		return s == "1" || strings.EqualFold(s, "true")
	}), nil
}

// buildChecklist holds where between a and b of the others are true; -1 is no limit.
func buildChecklist(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofBoolean(func(f *Frame) bool {
		n := 0.0
		for _, arg := range a[2:] {
			if arg.boolean(f) {
				n++
			}
		}
		return within(n, a[0].number(f), a[1].number(f))
	}), nil
}

func buildWeighted(_ *compiler, s *call, a []code) (code, *Error) {
	if len(a)%2 != 0 {
		return code{}, fail(s.position(), "weighted-checklist() takes pairs of a condition and a weight after the two limits")
	}
	return ofBoolean(func(f *Frame) bool {
		n := 0.0
		for i := 2; i < len(a); i += 2 {
			if a[i].boolean(f) {
				n += a[i+1].number(f)
			}
		}
		return within(n, a[0].number(f), a[1].number(f))
	}), nil
}

func within(n, least, most float64) bool {
	return (least < 0 || n >= least) && (most < 0 || n <= most)
}
