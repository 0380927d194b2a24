package batch

import "testing"

// TestSizesOnTheWire: what an interview of 80 answers costs on a slow link, alone and among a hundred, sealed to two
// recipients against quantum computers.
func TestSizesOnTheWire(t *testing.T) {
	for _, c := range []struct{ interviews, each int }{{1, 8 << 10}, {100, 1150}} {
		var records []Record
		for i := range c.interviews {
			records = append(records, record(t, talk(person(i), uint64(i))))
		}
		if got := len(pack(t, records...).File) / c.interviews; got >= c.each {
			t.Errorf("%d interviews in a batch: %d bytes each, want less than %d", c.interviews, got, c.each)
		}
	}
}
