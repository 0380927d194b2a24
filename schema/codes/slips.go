package codes

import "slices"

// slips counts the letters left out, added, changed or swapped with their neighbour between what was typed
// and a name, and stops at more than allowed. A name may go on after what was typed.
func slips(a, b []rune, allowed int) int {
	if len(a)-len(b) > allowed || len(a) > maxQuery {
		return allowed + 1
	}
	b = b[:min(len(b), len(a)+allowed)] // what follows has not been typed yet
	var room [3][maxQuery + 4]int
	before, previous, now := room[0][:len(b)+1], room[1][:len(b)+1], room[2][:len(b)+1]
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(previous[j]+1, now[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
			least = min(least, now[j])
		}
		if least > allowed {
			return allowed + 1
		}
		before, previous, now = previous, now, before
	}
	return slices.Min(previous[max(0, len(a)-allowed):])
}
