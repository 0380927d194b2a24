package batch

import (
	"fmt"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/screening/eighty"
	"leeward/internal/seal"
)

// TestSizesOnTheWire: what an interview of 80 answers costs on a slow link, alone and among a hundred, sealed to two
// recipients against quantum computers.
func TestSizesOnTheWire(t *testing.T) {
	for _, c := range []struct{ interviews, each int }{{1, 8 << 10}, {100, 1150}} {
		var records []Record
		for i := range c.interviews {
			records = append(records, record(t, eighty.Told(i)))
		}
		got := len(pack(t, records...).File) / c.interviews
		t.Attr(fmt.Sprintf("bytes-each-of-%d", c.interviews), fmt.Sprint(got))
		if got >= c.each {
			t.Errorf("%d interviews in a batch: %d bytes each, want less than %d", c.interviews, got, c.each)
		}
	}
}

// TestDictionaryPays measures in one run what the dictionary gives for interviews that it has not seen, alone and many
// together: the compressed bytes, and the batch as it travels. What is alone has to stay in the smallest size there is.
func TestDictionaryPays(t *testing.T) {
	const many = 60
	var (
		all [][]byte
		ivs []screening.Interview
	)
	for n := range many {
		ivs = append(ivs, spoken(trained+n))
		all = append(all, innerOf(t, ivs[n]))
	}
	together := innerOf(t, ivs...)
	frames, files := map[uint64]int{}, map[uint64]int{}
	for _, suite := range []uint64{suiteV1, suiteV2} {
		for _, inner := range all {
			plain, err := squeeze(inner, suite)
			if err != nil {
				t.Fatal(err)
			}
			n, err := frameLength(plain, dictionaryOf(suite))
			if err != nil {
				t.Fatal(err)
			}
			frames[suite] += n
			files[suite] += 8 + 203 + 64 + len(plain) + seal.Overhead(len(plain), 2)
		}
		plain, err := squeeze(together, suite)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("suite %d: one interview compressed to %d bytes on average, %d on the wire; of %d together %d each", suite,
			frames[suite]/many, files[suite]/many, many, (8+203+64+len(plain)+seal.Overhead(len(plain), 2))/many)
	}
	if frames[suiteV2] > frames[suiteV1]*8/10 || files[suiteV2]/many >= 8<<10 {
		t.Errorf("with the dictionary: %d bytes of %d, and %d on the wire", frames[suiteV2]/many, frames[suiteV1]/many, files[suiteV2]/many)
	}
}
