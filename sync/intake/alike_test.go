package intake

import (
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
)

// TestOnlyTheNamedAreLookedFor: of who is kept by a code, is only counted, or did not agree, nothing is made.
func TestOnlyTheNamedAreLookedFor(t *testing.T) {
	iv := screening.Interview{Started: time.Date(2026, 5, 17, 9, 0, 0, 0, time.UTC), Consent: screening.Consent{Agreed: true}}
	said := map[schema.Path]string{
		"/data/consent/b3": "named", "/data/about/d1": "فاطمة", "/data/about/d2": "31", "/data/about/d3": "woman", "/data/about/d4/d4_country": "SY",
	}
	if got := likenesses(said, iv); len(got) != 2 {
		t.Fatalf("of somebody kept by name: %v", got)
	}
	for _, keep := range []string{"code", "tally", ""} {
		said["/data/consent/b3"] = keep
		if got := likenesses(said, iv); got != nil {
			t.Errorf("kept as %q: %v", keep, got)
		}
	}
	said["/data/consent/b3"], iv.Consent.Agreed = "named", false
	if got := likenesses(said, iv); got != nil {
		t.Errorf("without agreement: %v", got)
	}
}
