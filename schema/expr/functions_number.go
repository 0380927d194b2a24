package expr

import "math"

func numberFunctions() map[string]function {
	return map[string]function{
		"number":  {0, 1, true, buildNumber},
		"int":     oneNumber(math.Trunc),
		"floor":   oneNumber(math.Floor),
		"ceiling": oneNumber(math.Ceil),
		"ceil":    oneNumber(math.Ceil),
		"abs":     oneNumber(math.Abs),
		"sqrt":    oneNumber(math.Sqrt),
		"exp":     oneNumber(math.Exp),
		"exp10":   oneNumber(func(x float64) float64 { return math.Pow(10, x) }),
		"log":     oneNumber(math.Log),
		"log10":   oneNumber(math.Log10),
		"sin":     oneNumber(math.Sin),
		"cos":     oneNumber(math.Cos),
		"tan":     oneNumber(math.Tan),
		"asin":    oneNumber(math.Asin),
		"acos":    oneNumber(math.Acos),
		"atan":    oneNumber(math.Atan),
		"atan2":   twoNumbers(math.Atan2),
		"pow":     twoNumbers(math.Pow),
		"pi":      {0, 0, false, func(*compiler, *call, []code) (code, *Error) { return constantOf(NumberValue(math.Pi)), nil }},
		"round":   {1, 2, false, buildRound},
		"min":     extreme(func(a, b float64) bool { return a < b }),
		"max":     extreme(func(a, b float64) bool { return a > b }),
		"sum":     {1, 1, false, buildSum},
	}
}

func oneNumber(fn func(float64) float64) function {
	return function{1, 1, false, func(_ *compiler, _ *call, a []code) (code, *Error) {
		return ofNumber(func(f *Frame) float64 { return fn(a[0].number(f)) }), nil
	}}
}

func twoNumbers(fn func(a, b float64) float64) function {
	return function{2, 2, false, func(_ *compiler, _ *call, a []code) (code, *Error) {
		return ofNumber(func(f *Frame) float64 {
			x, y := a[0].number(f), a[1].number(f)
			if math.IsNaN(x) || math.IsNaN(y) { // math.Pow(NaN, 0) is 1: a blank is never a number here
				return math.NaN()
			}
			return fn(x, y)
		}), nil
	}}
}

func buildNumber(c *compiler, s *call, a []code) (code, *Error) {
	arg := c.orContext(s, a)
	return fold(ofNumber(arg.number), arg), nil
}

func buildRound(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofNumber(func(f *Frame) float64 {
		decimals := 0.0
		if len(a) == 2 {
			decimals = a[1].number(f)
		}
		return round(a[0].number(f), decimals)
	}), nil
}

// numbers evaluates arguments to numbers and lays the nodes of sets side by side.
func numbers(f *Frame, args []code) []float64 {
	out := make([]float64, 0, len(args))
	for _, a := range args {
		v := a.value(f)
		if v.many == nil {
			out = append(out, valueNumber(f, v))
			continue
		}
		for _, n := range v.many {
			out = append(out, number(f, f.Env.Text(n)))
		}
	}
	return out
}

// extreme makes min and max: one blank among the arguments, or none at all, gives NaN.
func extreme(better func(a, b float64) bool) function {
	return function{0, -1, false, func(_ *compiler, _ *call, a []code) (code, *Error) {
		return ofNumber(func(f *Frame) float64 {
			best := math.NaN()
			for i, n := range numbers(f, a) {
				if math.IsNaN(n) {
					return n
				}
				if i == 0 || better(n, best) {
					best = n
				}
			}
			return best
		}), nil
	}}
}

func buildSum(_ *compiler, s *call, a []code) (code, *Error) {
	if a[0].kind != Nodes && a[0].kind != dynamic {
		return code{}, fail(s.args[0].position(), "sum() adds up nodes").suggest("+")
	}
	return ofNumber(func(f *Frame) float64 {
		total := 0.0
		for _, n := range a[0].value(f).nodes() { // what is not relevant is not among them
			total += number(f, f.Env.Text(n))
		}
		return total
	}), nil
}
