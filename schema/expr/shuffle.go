package expr

import "math"

// Shuffle returns an order of the numbers from 0 to n-1: Fisher and Yates inside out, driven by the
// generator of Park and Miller, so that one seed gives one order in every ODK program (XForms
// specification, randomize()). A seed that is no number counts as 0.
func Shuffle(n int, seed float64) []int {
	const modulus = 1<<31 - 1
	if math.IsNaN(seed) || math.IsInf(seed, 0) {
		seed = 0
	}
	state := int64(math.Mod(math.Trunc(seed), modulus))
	if state <= 0 {
		state += modulus - 1
	}
	out := make([]int, n)
	for i := range n {
		state = state * 16807 % modulus
		j := int(float64(state-1) / (modulus - 1) * float64(i+1))
		out[i], out[j] = out[j], i
	}
	return out
}

// buildRandomize is randomize(nodes[, seed]).
func buildRandomize(_ *compiler, s *call, a []code) (code, *Error) {
	if err := needsNodes(s, a[0]); err != nil {
		return code{}, err
	}
	return ofNodes(func(f *Frame) Value {
		nodes := a[0].value(f).nodes()
		seed := float64(f.Env.Bits(f.Current) >> 33)
		if len(a) == 2 {
			seed = a[1].number(f)
		}
		out := make([]Node, len(nodes))
		for i, at := range Shuffle(len(nodes), seed) {
			out[i] = nodes[at]
		}
		return several(f.Env, out)
	}), nil
}
