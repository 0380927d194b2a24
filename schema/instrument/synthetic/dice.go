package synthetic

// dice is a stream of numbers that its seed alone decides: SplitMix64 (Steele, Lea and Flood, 2014).
// No package under schema imports a source of randomness, so the generator stands here; it serves
// invented people and nothing else.
type dice uint64

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number from 0 to n-1. The bias of the remainder does not matter to invented people.
func (d *dice) below(n int) int { return int(d.next() % uint64(n)) }

// pick returns k of the numbers from 0 to n-1, each once.
func (d *dice) pick(n, k int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	for i := range k {
		j := i + d.below(n-i)
		all[i], all[j] = all[j], all[i]
	}
	return all[:k]
}
