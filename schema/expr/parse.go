package expr

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// syntax is a node of the parsed expression.
type syntax interface{ position() int }

type at int // offset in runes

func (a at) position() int { return int(a) }

type literal struct {
	at
	value Value
}

type binary struct {
	at
	op          string
	left, right syntax
}

type negation struct {
	at
	of syntax
}

type call struct {
	at
	name string
	args []syntax
}

// origin says where a path starts.
type origin uint8

const (
	fromContext origin = iota // a, ./a, ../a
	fromRoot                  // /data/a
	fromName                  // ${a}
	fromValue                 // current()/.., instance('x')/root
)

type path struct {
	at
	origin origin
	name   string // fromName
	base   syntax // fromValue
	steps  []step
}

type step struct {
	at
	name       string // a child's name, or ".."
	predicates []syntax
}

// power gives the operators their binding power; all bind to the left.
var power = map[string]int{
	"or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4,
	"+": 5, "-": 5, "*": 6, "div": 6, "mod": 6, "|": 8,
}

const unaryPower = 7

type parser struct {
	tokens []token
	next   int
	depth  int
}

func parse(src string) (syntax, *Error) {
	if utf8.RuneCountInString(src) > MaxLength {
		return nil, fail(MaxLength, "longer than %d characters", MaxLength)
	}
	if !utf8.ValidString(src) {
		return nil, fail(0, "not valid UTF-8")
	}
	tokens, err := tokenise(src)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	if p.peek().kind == tokenEnd {
		return nil, fail(0, "nothing to evaluate")
	}
	s, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokenEnd {
		return nil, unexpected(t, "an operator")
	}
	return s, nil
}

func (p *parser) peek() token { return p.tokens[p.next] }

func (p *parser) is(mark string) bool {
	t := p.peek()
	return t.kind == tokenMark && t.text == mark
}

func (p *parser) accept(mark string) bool {
	if p.is(mark) {
		p.next++
		return true
	}
	return false
}

func (p *parser) expect(mark string) *Error {
	if p.accept(mark) {
		return nil
	}
	return unexpected(p.peek(), mark)
}

// unexpected reports a token that cannot stand where it stands.
func unexpected(t token, wanted string) *Error {
	if t.kind == tokenEnd {
		return fail(t.offset, "ends where %s should follow", wanted)
	}
	err := fail(t.offset, "%s should stand here, not %s", wanted, t.text)
	if lower := strings.ToLower(t.text); t.kind == tokenName && lower != t.text && power[lower] > 0 {
		return err.suggest(lower)
	}
	return err
}

// expression parses operators that bind tighter than least.
func (p *parser) expression(least int) (syntax, *Error) {
	if p.depth++; p.depth > MaxDepth {
		return nil, fail(p.peek().offset, "nested more than %d deep", MaxDepth)
	}
	defer func() { p.depth-- }()
	left, err := p.unary()
	if err != nil {
		return nil, err
	}
	for {
		t := p.peek()
		if t.kind != tokenMark && t.kind != tokenName || power[t.text] <= least {
			return left, nil
		}
		p.next++
		right, err := p.expression(power[t.text])
		if err != nil {
			return nil, err
		}
		left = &binary{at(t.offset), t.text, left, right}
	}
}

func (p *parser) unary() (syntax, *Error) {
	t := p.peek()
	if !p.accept("-") {
		return p.primary()
	}
	of, err := p.expression(unaryPower)
	if err != nil {
		return nil, err
	}
	return &negation{at(t.offset), of}, nil
}

// primary parses an operand: a literal, a bracket, a call or a path, with the steps that follow it.
func (p *parser) primary() (syntax, *Error) {
	t := p.peek()
	var s syntax
	switch {
	case t.kind == tokenNumber:
		p.next++
		f, _ := strconv.ParseFloat(t.text, 64) // digits and one point; too large is infinite
		return &literal{at(t.offset), NumberValue(f)}, nil
	case t.kind == tokenString:
		p.next++
		return &literal{at(t.offset), TextValue(t.text)}, nil
	case p.accept("("):
		inner, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		if err := p.expect(")"); err != nil {
			return nil, err
		}
		s = inner
	case t.kind == tokenName && p.tokens[p.next+1].text == "(" && p.tokens[p.next+1].kind == tokenMark:
		c, err := p.call()
		if err != nil {
			return nil, err
		}
		s = c
	default:
		return p.path()
	}
	if p.is("/") || p.is("[") {
		return p.steps(&path{at: at(t.offset), origin: fromValue, base: s})
	}
	return s, nil
}

func (p *parser) call() (syntax, *Error) {
	t := p.peek()
	p.next += 2
	c := &call{at: at(t.offset), name: t.text}
	if p.accept(")") {
		return c, nil
	}
	for {
		arg, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		c.args = append(c.args, arg)
		if p.accept(")") {
			return c, nil
		}
		if err := p.expect(","); err != nil {
			return nil, err
		}
	}
}

func (p *parser) path() (syntax, *Error) {
	t := p.peek()
	out := &path{at: at(t.offset)}
	switch {
	case t.kind == tokenRef:
		p.next++
		out.origin, out.name = fromName, t.text
		return p.steps(out)
	case p.accept("/"):
		out.origin = fromRoot
		if err := p.step(out); err != nil {
			return nil, err
		}
		return p.steps(out)
	case p.is("."), p.is(".."), t.kind == tokenName:
		if err := p.step(out); err != nil {
			return nil, err
		}
		return p.steps(out)
	case t.kind == tokenMark && t.text == "//" && p.tokens[p.next+1].kind == tokenName:
		p.next++
		out.origin = fromRoot
		if err := p.step(out); err != nil {
			return nil, err
		}
		out.steps[0].name = "//" + out.steps[0].name
		return p.steps(out)
	}
	return nil, unexpected(t, "a value")
}

func (p *parser) steps(out *path) (syntax, *Error) {
	if out.origin == fromName || out.origin == fromValue {
		if p.is("[") { // a predicate on the origin itself: a step that stays
			out.steps = append(out.steps, step{at: out.at, name: "."})
			if err := p.predicates(out); err != nil {
				return nil, err
			}
		}
	}
	for p.accept("/") {
		if err := p.step(out); err != nil {
			return nil, err
		}
	}
	if p.is("//") || p.is("::") || p.is("@") {
		return nil, unexpected(p.peek(), "a name or an operator")
	}
	return out, nil
}

func (p *parser) step(out *path) *Error {
	t := p.peek()
	switch {
	case p.accept("."):
		if !p.is("[") {
			return nil
		}
		out.steps = append(out.steps, step{at: at(t.offset), name: "."})
	case p.accept(".."):
		out.steps = append(out.steps, step{at: at(t.offset), name: ".."})
	case t.kind == tokenName:
		p.next++
		if p.is("::") {
			return fail(t.offset, "axes such as %s:: are not supported", t.text)
		}
		out.steps = append(out.steps, step{at: at(t.offset), name: t.text})
	case p.is("*"), p.is("@"):
		return fail(t.offset, "%s in a path is not supported", t.text)
	default:
		return unexpected(t, "a name")
	}
	return p.predicates(out)
}

func (p *parser) predicates(out *path) *Error {
	for p.accept("[") {
		s, err := p.expression(0)
		if err != nil {
			return err
		}
		if err := p.expect("]"); err != nil {
			return err
		}
		last := &out.steps[len(out.steps)-1]
		last.predicates = append(last.predicates, s)
	}
	return nil
}

// Computed reports whether a default is an expression rather than a literal: it has a reference, a call
// of a known function, or an operator between operands that are not plain words.
func Computed(src string) bool {
	s, err := parse(src)
	return err == nil && computed(s)
}

func computed(s syntax) bool {
	switch s := s.(type) {
	case *call:
		_, known := functions()[s.name]
		return known
	case *binary:
		return operand(s.left) && operand(s.right)
	case *negation:
		return computed(s.of)
	case *path:
		return s.origin == fromName
	}
	return false
}

// operand tells the sides of an operator from words: "yes or no" is a text.
func operand(s syntax) bool {
	if l, ok := s.(*literal); ok {
		return l.value.kind == Number || l.value.kind == Text
	}
	return computed(s)
}
