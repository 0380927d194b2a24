package expr

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// function is one entry of the library. Most only need their compiled arguments; those that treat an
// argument as a place and not as a value look at the call.
type function struct {
	least, most int // arguments; most < 0 is any number
	impure      bool
	build       func(c *compiler, s *call, args []code) (code, *Error)
}

var library struct {
	sync.Once
	all map[string]function
}

// functions makes the library at the first call and only reads it afterwards. Builders reach it through
// the compiler, so as the initial value of a variable it would depend on itself.
func functions() map[string]function {
	library.Do(func() {
		library.all = map[string]function{}
		for _, part := range []map[string]function{
			textFunctions(), numberFunctions(), dateFunctions(), selectFunctions(), nodeFunctions(), measureFunctions(),
		} {
			maps.Copy(library.all, part)
		}
	})
	return library.all
}

// Functions lists the names of all functions, sorted: for documentation and for suggestions.
func Functions() []string {
	return slices.Sorted(maps.Keys(functions()))
}

func (c *compiler) call(s *call) (code, *Error) {
	fn, ok := functions()[s.name]
	if !ok {
		return code{}, unknownFunction(s)
	}
	if len(s.args) < fn.least || fn.most >= 0 && len(s.args) > fn.most {
		return code{}, fail(s.position(), "%s() takes %s, not %d", s.name, arity(fn), len(s.args))
	}
	args, err := c.all(s.args)
	if err != nil {
		return code{}, err
	}
	out, err := fn.build(c, s, args)
	if err != nil || fn.impure {
		return out, err
	}
	return fold(out, args...), nil
}

func arity(fn function) string {
	plural := func(n int) string {
		if n == 1 {
			return "1 argument"
		}
		return fmt.Sprintf("%d arguments", n)
	}
	switch {
	case fn.most < 0:
		return "at least " + plural(fn.least)
	case fn.most == 0:
		return "no arguments"
	case fn.least == fn.most:
		return plural(fn.least)
	}
	return fmt.Sprintf("%d to %s", fn.least, plural(fn.most))
}

func unknownFunction(s *call) *Error {
	err := fail(s.position(), "there is no function %s()", s.name)
	switch lower := strings.ToLower(s.name); {
	case power[lower] > 0:
		return fail(s.position(), "an operator has two sides").suggest("… " + lower + " …")
	case s.name == "choice-name":
		return err.suggest("jr:choice-name()")
	}
	if near := Nearest(s.name, Functions()); near != "" {
		return err.suggest(near + "()")
	}
	return err
}
