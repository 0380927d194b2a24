package questions

// Picker is a field whose answers have numbers on the keyboard.
type Picker interface {
	// Pick chooses the n-th answer that is offered, from 1, as a tap on it would. It reports whether there
	// is one that may be chosen.
	Pick(n int) bool
}

// Pick chooses the n-th row.
func (f *choices) Pick(n int) bool {
	if n < 1 || n > len(f.shown) || f.rows[f.shown[n-1]].Disabled() {
		return false
	}
	f.choose(f.shown[n-1])
	return true
}
