package casework

import (
	"fmt"
	"strings"
	"testing"

	"leeward/internal/screening"
)

func TestAdmit(t *testing.T) {
	mine, other := screening.DeviceID{1}, screening.DeviceID{2}
	kept := Standing{Known: true, Owner: mine, Version: 2}
	gone := Standing{Known: true, Owner: mine, Version: 3, Withdrawn: true}
	begun := Standing{Known: true, Owner: mine, Edition: 4}
	for _, c := range []struct {
		name string
		s    Standing
		from screening.DeviceID
		kind Kind
		v    uint64
		want Verdict
	}{
		{"first version", Standing{}, mine, KindInterview, 1, Show},
		{"withdrawal before the interview", Standing{}, mine, KindWithdrawal, 2, Erase},
		{"later version", kept, mine, KindInterview, 3, Show},
		{"same version again", kept, mine, KindInterview, 2, History},
		{"earlier version late", kept, mine, KindInterview, 1, History},
		{"withdrawal with a low version", kept, mine, KindWithdrawal, 1, Erase},
		{"interview after withdrawal", gone, mine, KindInterview, 9, Erase},
		{"version of another device", kept, other, KindInterview, 9, Foreign},
		{"withdrawal of another device", kept, other, KindWithdrawal, 9, Foreign},
		{"first draft", Standing{}, mine, KindDraft, 1, Show},
		{"later draft", begun, mine, KindDraft, 5, Show},
		{"same draft again", begun, mine, KindDraft, 4, History},
		{"final after a draft", begun, mine, KindInterview, 1, Show},
		{"draft after the final", kept, mine, KindDraft, 9, History},
		{"draft after withdrawal", gone, mine, KindDraft, 9, Erase},
		{"draft of another device", begun, other, KindDraft, 9, Foreign},
		{"withdrawn, another device", gone, other, KindInterview, 9, Foreign},
	} {
		if got := c.s.Admit(c.from, c.kind, c.v); got != c.want {
			t.Errorf("%s: got verdict %d, want %d", c.name, got, c.want)
		}
	}
}

func TestPrintsNothingPersonal(t *testing.T) {
	const marker = "PERSONAL"
	r := OpenedRecord{Body: []byte(marker), Content: &screening.Interview{Code: marker}, Flags: []Flag{{Path: marker, Reason: marker}}}
	values := []any{
		r, &r,
		Opened{Records: []OpenedRecord{r}},
		[]OpenedRecord{r},
		Flag{Path: marker, Reason: marker},
		Sign{Indicator: marker, Path: marker, Choice: marker},
	}
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			if got := fmt.Sprintf(verb, v); strings.Contains(got, marker) || strings.Contains(got, fmt.Sprintf("%x", marker)) {
				t.Errorf("%T with %s prints %q", v, verb, got)
			}
		}
	}
}
