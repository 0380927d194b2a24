package dashboard

import (
	"strings"
	"testing"

	"leeward/internal/screening"
	"leeward/schema"
	"leeward/schema/instrument"
)

// TestGroundsRestOnAnswers: both results stand side by side in words, each with the answers that it rests on, which
// are one click away; nothing is summed up in a number.
func TestGroundsRestOnAnswers(t *testing.T) {
	b := newBench(t)
	iv := invented()
	add := func(code, value string) {
		for _, p := range instrument.Form().Paths() {
			if item, ok := instrument.Form().Item(p); ok && item.Code == code {
				iv.Answers = append(iv.Answers, screening.Recorded{
					Seq: uint64(len(iv.Answers) + 1), Path: p, Answer: schema.Answer{Value: value}, Lang: "ar",
				})
			}
		}
	}
	add("H2", "refused")
	add("H3", "yes")
	add("G1", "online")
	b.arrive(iv)
	page := b.get("/interviews/"+iv.ID.String(), b.in()).body
	for _, want := range []string{
		`id="grounds"`, "<summary>", "side by side", `href="#q-freedom-h`, "at that place", // the phase of an answer
		"Signs of forced criminality", "Ordered to send messages", "count in none of the lists",
		"own view of danger: treat it as at least this serious", `href="#q-safety-c3"`, // whatever risk the screener noted
		"Threat of even worse conditions", "No access to school", // indicators that no answer speaks for, by name
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	from := strings.Index(page, `id="grounds"`)
	if from < 0 || strings.Contains(strings.ToLower(page[from:from+2000]), "score") {
		t.Error("the profile speaks of a score")
	}
	plain := invented()
	b.arrive(plain)
	if page := b.get("/interviews/"+plain.ID.String(), b.in()).body; strings.Contains(page, "Signs of forced criminality") {
		t.Error("signs of forced criminality stand where no answer speaks of any")
	}
	if strings.Index(page, `id="consent"`) > from {
		t.Error("findings stand before consent")
	}
}
