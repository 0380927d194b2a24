package expr

import "testing"

// TestShuffle compares with orders that other ODK programs are known to give.
func TestShuffle(t *testing.T) {
	for seed, want := range map[float64]string{42: "AFCBDE", 1: "BFEACD", 11111111: "ACDBFE"} {
		got := ""
		for _, i := range Shuffle(6, seed) {
			got += string(rune('A' + i))
		}
		if got != want {
			t.Errorf("seed %v: got %s, want %s", seed, got, want)
		}
	}
}
