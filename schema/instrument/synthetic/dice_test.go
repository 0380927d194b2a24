package synthetic

import (
	"slices"
	"testing"
)

// The published stream of SplitMix64: a seed gives the same person for ever.
func TestDiceAreSplitMix64(t *testing.T) {
	d := dice(1234567)
	for i, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		if got := d.next(); got != want {
			t.Errorf("number %d is %d, want %d", i, got, want)
		}
	}
}

func TestPickTakesEachOnce(t *testing.T) {
	d := dice(7)
	for range 100 {
		got := d.pick(5, 3)
		slices.Sort(got)
		if len(slices.Compact(got)) != 3 || got[0] < 0 || got[2] > 4 {
			t.Fatalf("pick(5, 3) = %v", got)
		}
	}
}
