package expr

import (
	"fmt"
	"regexp"
	"strings"
)

// maxPattern bounds a pattern: RE2 is linear in the text, and in the pattern too.
const maxPattern = 2000

var errLongPattern = fmt.Errorf("longer than %d bytes", maxPattern)

// pattern is a compiled regular expression that has to match the whole text. RE2 has no lookahead; those
// at the beginning, where nearly all patterns have them, are patterns of their own that the text has to
// begin with, or must not.
type pattern struct {
	whole *regexp.Regexp
	ahead []lookahead
}

type lookahead struct {
	of     *regexp.Regexp
	wanted bool
}

func (p *pattern) matches(s string) bool {
	for _, a := range p.ahead {
		if a.of.MatchString(s) != a.wanted {
			return false
		}
	}
	return p.whole.MatchString(s)
}

// anything takes the place of a pattern that cannot be carried out.
var anything = &pattern{whole: regexp.MustCompile("")}

func newPattern(src string) (*pattern, error) {
	if len(src) > maxPattern {
		return nil, errLongPattern
	}
	out := &pattern{}
	rest := strings.TrimPrefix(src, "^")
	for {
		inner, wanted, tail := cutLookahead(rest)
		if tail == rest {
			break
		}
		re, err := regexp.Compile(`\A(?:` + inner + `)`)
		if err != nil {
			return nil, err
		}
		out.ahead, rest = append(out.ahead, lookahead{re, wanted}), tail
	}
	if len(out.ahead) == 0 {
		rest = src
	}
	var err error
	out.whole, err = regexp.Compile(`\A(?:` + rest + `)\z`)
	return out, err
}

// cutLookahead cuts (?=…) or (?!…) off the beginning; without one, tail is s itself.
func cutLookahead(s string) (inner string, wanted bool, tail string) {
	if wanted = strings.HasPrefix(s, "(?="); !wanted && !strings.HasPrefix(s, "(?!") {
		return "", false, s
	}
	depth, class := 0, false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case class:
			class = s[i] != ']'
		case s[i] == '[':
			class = true
		case s[i] == '(':
			depth++
		case s[i] == ')':
			if depth--; depth == 0 {
				return s[len("(?="):i], wanted, s[i+1:]
			}
		}
	}
	return "", false, s
}

// buildRegex matches the whole text, as the documentation and JavaRosa have it. A pattern that RE2 does not
// know is taken for one that every text matches, with a remark: it must not keep an answer out.
func buildRegex(c *compiler, s *call, a []code) (code, *Error) {
	if !a[1].constant {
		return ofBoolean(func(f *Frame) bool {
			p, err := newPattern(a[1].text(f))
			return err == nil && p.matches(a[0].text(f))
		}), nil
	}
	src, at := a[1].text(nil), s.args[1].position()
	p, err := newPattern(src)
	switch {
	case err != nil && looksAround.MatchString(src):
		c.remark(at, "a pattern that looks around or back cannot be carried out here: every text passes")
		p = anything
	case err != nil:
		return code{}, fail(at, "pattern: %s", err.Error())
	case !strings.HasPrefix(src, "^") || !strings.HasSuffix(src, "$"):
		c.remark(at, "a pattern without ^ and $ matches the whole text here; some programs look for it anywhere")
	}
	return ofBoolean(func(f *Frame) bool { return p.matches(a[0].text(f)) }), nil
}

// looksAround tells a pattern that other programs know from one that is wrong.
var looksAround = regexp.MustCompile(`\(\?(=|!|<=|<!|>)|\\[1-9]|[*+?}]\+`)
