package expr_test

import (
	"errors"
	"testing"
	"unicode/utf8"

	"leeward/schema/expr"
)

// FuzzCompile wants no panic from any source, errors that point into it, and the same value twice.
func FuzzCompile(f *testing.F) {
	for _, src := range []string{
		"selected(${list}, 'red') and not(${b} = 'no')", "if(${a} > 3, 'x', coalesce(${name}, ''))", "int((today() - ${dob}) div 365.25)",
		"${child}[age < 18][1]/age", "count-selected(.) <= 3 and (not(selected(., 'none')) or count-selected(.) = 1)", "regex(., '^[\\p{L} ]+$')",
		"- -1 mod .5 | ..", "jr:choice-name(${b}, '${b}')", "substr('x', -1, 0 div 0)", "format-date(now(), '%Y-%')", "date(1e9)", "“${",
		"indexed-repeat(${age}, ${child}, position(..))", "translate('aa', 'a', '')", "round(1, 999) + round(1, -999)", "area('1 1;2 2;x')",
		"date(99999999) + date(-719163)", "selected-at('a b', 0 div 0)", "digest('', 'SHA-1', 'hex')", "once(random())",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		w := newWorld()
		p, err := expr.Compile(src, w)
		if err != nil {
			var at *expr.Error
			if !errors.As(err, &at) {
				t.Fatalf("Compile returned a %T", err)
			}
			if at.Offset < 0 || at.Offset > max(utf8.RuneCountInString(src), 0) {
				t.Fatalf("offset %d lies outside of %d runes", at.Offset, utf8.RuneCountInString(src))
			}
			return
		}
		a, b := p.Value(w.frame()), p.Value(w.frame())
		if a.Text() != b.Text() {
			t.Fatalf("two evaluations gave %q and %q", a.Text(), b.Text())
		}
		if p.Boolean(w.frame()) != a.Boolean() {
			t.Fatalf("Boolean differs from Value().Boolean()")
		}
	})
}
